"""Services outside the cluster, and what Services announce to the fleet's own tools."""

from __future__ import annotations

from pydantic import Field

from pyfleet.model.base import DnsLabel, DnsSubdomain, Ipv4, Model, Port
from pyfleet.model.expose import ExposedByName
from pyfleet.model.watching import Canary
from pyfleet.model.workloads import Discovery


class DiscoverySchema(Model):
    """Labels and annotations that the fleet's own tools look for on Services, by the prefix of their keys."""

    prefix: DnsSubdomain = Field(description="Prefix of the keys, such as `inference-club.com`.")


class ExternalService(Discovery):
    """A service outside the cluster."""

    address: Ipv4 = Field(description="Address of the machine that it runs on.")
    port: Port = Field(description="Port that it listens on.")
    namespace: DnsLabel = Field("default", description="Namespace that it is reached in.")
    expose: ExposedByName = Field(ExposedByName(), description="Names it is reached by.")
    canary: Canary | None = Field(None, description="A real request, sent on a schedule.")
