"""The whole of fleet.yaml."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pydantic import Field, PrivateAttr

from pyfleet.errors import Location
from pyfleet.model.base import CatalogName, DnsLabel, Model, PriorityName
from pyfleet.model.bounds import AnyPriority, Quota
from pyfleet.model.catalog import Engine, GpuProduct, ModelFacts
from pyfleet.model.charts import Charts
from pyfleet.model.cluster import Cluster
from pyfleet.model.hosts import Host
from pyfleet.model.platform import Platform
from pyfleet.model.services import DiscoverySchema, ExternalService
from pyfleet.model.storage import OneStorage
from pyfleet.model.workloads import Workload


class Fleet(Model):
    """A fleet of GPU machines and what runs on them: fleet.yaml, with every default filled in."""

    cluster: Cluster = Field(description="The cluster as a whole.")
    hosts: dict[DnsLabel, Host] = Field(min_length=1, description="The machines by host name.")
    storage: dict[DnsLabel, OneStorage] = Field({}, description="Storage that workloads mount by name.")
    priorities: dict[PriorityName, AnyPriority] = Field({}, description="PriorityClasses: name and value.")
    quotas: dict[DnsLabel, Quota] = Field({}, description="Quotas by namespace.")
    workloads: dict[DnsLabel, Workload] = Field({}, description="What runs.")
    services: dict[DnsLabel, ExternalService] = Field({}, description="Services that run outside the cluster.")
    discovery: DiscoverySchema | None = Field(None, description="What Services announce to the fleet's own tools.")
    platform: Platform = Field(Platform(), description="Parts of the platform around the workloads.")
    charts: Charts = Field({}, description="Helm charts.")
    manifests: list[str | dict[str, Any]] = Field(
        [], description="Raw manifests: objects, or paths of YAML files beside the fleet file."
    )
    gpus: dict[CatalogName, GpuProduct] = Field({}, description="Cards the catalog lacks.")
    models: dict[str, ModelFacts] = Field({}, description="Models the catalog lacks, by their id.")
    engines: dict[CatalogName, Engine] = Field({}, description="Engines the catalog lacks.")

    # Where each value stands in the user's file, and what the files it names hold: `load` fills these in.
    _locate: Callable[..., Location] | None = PrivateAttr(None)
    _manifest_files: dict[str, str] = PrivateAttr(default_factory=dict)
    _sent_files: dict[str, bytes] = PrivateAttr(default_factory=dict)

    def locate(self, path: Sequence[str | int], *, key: bool = False) -> Location:
        """Return where the value (or its key) at `path` is in the user's file."""
        return self._locate(path, key=key) if self._locate else Location("fleet.yaml")

    @property
    def manifest_files(self) -> dict[str, str]:
        """The text of each file that `manifests` names."""
        return self._manifest_files

    @property
    def sent_files(self) -> dict[str, bytes]:
        """The content of each file that a canary sends."""
        return self._sent_files
