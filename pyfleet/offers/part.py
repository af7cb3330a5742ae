"""The contract of a part: everything that the rest of pyfleet may ask of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pyfleet.offers.offers import Offers

if TYPE_CHECKING:
    from pathlib import Path

    from pyfleet.checks.registry import Check
    from pyfleet.model.charts import Chart
    from pyfleet.offers.charts import NeededChart
    from pyfleet.offers.dashboards import Dashboard, Panel
    from pyfleet.offers.names import Endpoint
    from pyfleet.offers.pods import PlatformPods
    from pyfleet.offers.rules import RuleGroup
    from pyfleet.offers.secrets import SecretSource, WantedSecret
    from pyfleet.offers.settings import Settings
    from pyfleet.planning.routes import Route
    from pyfleet.planning.types.hosts import NodePlan
    from pyfleet.planning.types.whole import Plan
    from pyfleet.planning.types.workloads import WorkloadPlan
    from pyfleet.rendering.kubernetes.app import App, Object
    from pyfleet.resolved import Resolved


def _nothing(*_: Any) -> tuple[()]:
    return ()


def _no_keys(*_: Any) -> dict[str, Any]:
    return {}


def _no(*_: Any) -> bool:
    return False


def _none(*_: Any) -> None:
    return None


def _no_offers(_: Any) -> Offers:
    return Offers()


@dataclass(frozen=True, slots=True)
class Controller:
    """How workloads of one kind are rendered."""

    render: Callable[[WorkloadPlan, Object], Object]
    """Makes the object, of the workload and the object's metadata."""
    serving: Mapping[str, str] = field(default_factory=dict)
    """Labels of the pods that answer, where not all do."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Part:
    """One part of the platform. All fields but the name are optional.

    Functions of `Resolved` depend on the fleet file alone; functions of `Plan` are called once every host and workload
    is decided.
    """

    name: str
    """Its folder in pyfleet/parts."""
    settings: tuple[Settings[Any], ...] = ()
    """Its keys under `platform`."""
    checks: tuple[Check, ...] = ()
    """Its checks, which run even where the fleet doesn't use the part."""

    offers: Callable[[Resolved], Offers] = _no_offers
    """What it does for others; it reads no other part's offers."""
    catalog: Path | None = None
    """File with the Helm charts that it knows: repository, version, namespace."""
    charts: Callable[[Resolved], Iterable[NeededChart]] = _nothing
    """Charts that it needs."""
    pods: Callable[[Resolved], Iterable[PlatformPods]] = _nothing
    """Pods of its own, beside those of charts: what they book on hosts isn't there for workloads."""
    endpoints: Callable[[Resolved], Iterable[Endpoint]] = _nothing
    """Services of its own that the fleet file can expose, such as dashboards."""
    secrets: Callable[[Resolved], Iterable[WantedSecret]] = _nothing
    """Secrets that it reads."""
    provides: Callable[[Resolved, WantedSecret], bool] = _no
    """Whether it makes this Secret."""
    chart_secret: Callable[[Resolved, str, Chart, str], WantedSecret | None] = _none
    """The Secret by which it reads the credentials of a chart's repository, if it installs charts."""

    controllers: Mapping[str, Controller] = field(default_factory=dict)
    """Kinds of workloads that it renders."""
    apps: Callable[[Plan], Iterable[App]] = _nothing
    """Folders of manifests; parts may share one."""
    entry_objects: Callable[[Plan], Mapping[str, list[Object]]] = _no_keys
    """Objects for the folders of workloads and services, by folder."""
    certificate: Callable[[Plan, Route], Iterable[Object]] = _nothing
    """The certificate of a route's name in the LAN."""
    marks: Callable[[Plan], Callable[[Object], Object] | None] = _none
    """Makes a function that returns the labels and annotations, as metadata, that this part adds to others' objects."""
    rules: Callable[[Plan], Iterable[RuleGroup]] = _nothing
    """Alerts."""
    panels: Callable[[Plan], Iterable[Panel]] = _nothing
    """Graphs on the dashboard of the fleet."""
    dashboards: Callable[[Plan], Iterable[Dashboard]] = _nothing
    """Dashboards of its own."""
    secret_source: Callable[[Plan, str, str], SecretSource | None] = _none
    """Describes what makes the Secret of this namespace and name, if the part makes it."""
    bootstrap: Callable[[Plan], Iterable[Object]] = _nothing
    """Objects that the first server applies by itself."""
    host_options: Callable[[Plan, NodePlan], Mapping[str, Any]] = _no_keys
    """Values for further NixOS options `fleet.*` of a host."""
    files: Callable[[Plan, list[App]], Mapping[str, str]] = _no_keys
    """Files beside the manifests, by path; `list[App]` is every folder of manifests."""
