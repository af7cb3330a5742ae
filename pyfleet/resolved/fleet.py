"""The fleet with its catalog looked up: cards, engines, priorities, and which hosts a workload may use."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from pyfleet.catalog import builtin, charts_in, repository_of
from pyfleet.nvidia import GPU_TOLERATION
from pyfleet.offers.offers import Offers, together
from pyfleet.resolved.cards import Card
from pyfleet.resolved.charts import InstalledChart, installed_charts
from pyfleet.resolved.kinds import SERVING
from pyfleet.resolved.labels import (
    ARCH,
    HOSTNAME,
    OS,
    architecture_of,
    is_dra,
    node_labels,
    replicas_of,
    runtime_class_of,
    with_domain,
)
from pyfleet.resolved.platform_pods import platform_pods
from pyfleet.resolved.secrets import wanted_secrets
from pyfleet.resolved.stores import stores_of
from pyfleet.resolved.taints import listed_tolerations, taints_of, tolerates_all, tolerations_for
from pyfleet.units import MIB

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyfleet.model.catalog import Engine, GpuProduct, Metrics, ModelFacts
    from pyfleet.model.charts import Chart, ChartPods
    from pyfleet.model.fleet import Fleet
    from pyfleet.model.hosts import Host
    from pyfleet.model.workloads import Workload
    from pyfleet.offers.names import Endpoint
    from pyfleet.offers.part import Part
    from pyfleet.offers.pods import PlatformPods
    from pyfleet.offers.secrets import WantedSecret


class Resolved:
    """A fleet, and what follows from it by look-up alone. Unknown names are left out: checks report them."""

    def __init__(self, fleet: Fleet, parts: tuple[Part, ...] = ()) -> None:
        self.fleet = fleet
        self.parts = parts
        self.catalog = catalog = builtin()
        self.products: dict[str, GpuProduct] = {**catalog.gpus, **fleet.gpus}
        self.engines: dict[str, Engine] = {**catalog.engines, **fleet.engines}
        self._matching: dict[tuple[tuple[str, str], ...], tuple[str, ...]] = {}
        self._summaries: dict[int, tuple[tuple[str, ...], frozenset[str]]] = {}
        self._tolerating: dict[object, tuple[str, ...]] = {}

    @cached_property
    def models(self) -> dict[str, ModelFacts]:
        """Models by their id; read only where a workload names one."""
        return {**self.catalog.models, **self.fleet.models}

    @cached_property
    def labels(self) -> dict[str, dict[str, str]]:
        """Labels of each host, derived ones included."""
        domain = self.fleet.cluster.domain
        return {name: node_labels(host, self.products_of(host), domain) for name, host in self.fleet.hosts.items()}

    @cached_property
    def _seen(self) -> dict[str, dict[str, str]]:
        """Labels as the scheduler sees them: with those that the kubelet sets by itself."""
        return {
            name: {**self.labels[name], HOSTNAME: name, ARCH: architecture_of(host), OS: "linux"}
            for name, host in self.fleet.hosts.items()
        }

    @cached_property
    def cards(self) -> dict[str, tuple[Card, ...]]:
        """Cards of each host that has any."""
        return {name: self._cards_of(name, host) for name, host in self.fleet.hosts.items() if host.gpus}

    @cached_property
    def first_server(self) -> str | None:
        """The server that starts the cluster: the first one in the file."""
        return next((name for name, host in self.fleet.hosts.items() if host.role == "server"), None)

    @cached_property
    def offers(self) -> Offers:
        """What the parts that the fleet uses do for others."""
        return together(part.offers(self) for part in self.parts)

    @cached_property
    def own_endpoints(self) -> tuple[Endpoint, ...]:
        """Services of the parts' own that the fleet file can expose."""
        return tuple(endpoint for part in self.parts for endpoint in part.endpoints(self))

    @cached_property
    def secrets(self) -> tuple[WantedSecret, ...]:
        """Every Secret that anything names, each once."""
        return wanted_secrets(self)

    @cached_property
    def charts(self) -> tuple[InstalledChart, ...]:
        """Helm charts, the fleet's own and the parts', by name."""
        return installed_charts(self)

    def chart_of(self, name: str) -> Chart:
        """Find a chart that the platform needs: the fleet's own of that name, or the one that a part knows."""
        return self.fleet.charts.get(name) or self._known_charts[name]

    def pods_of_chart(self, name: str) -> dict[str, ChartPods]:
        """Pods that a chart makes, as its entry in the fleet file has them, else as the part that needs it knows."""
        own, known = self.fleet.charts.get(name), self._known_charts.get(name)
        return (own.pods if own else {}) or (known.pods if known else {})

    @cached_property
    def platform_pods(self) -> tuple[PlatformPods, ...]:
        """Pods that the platform runs beside workloads."""
        return platform_pods(self)

    @cached_property
    def _known_charts(self) -> dict[str, Chart]:
        files = (part.catalog for part in self.parts if part.catalog)
        return {name: chart for path in files for name, chart in charts_in(path).items()}

    def products_of(self, host: Host) -> list[GpuProduct]:
        """Catalog entries of a host's cards."""
        return [self.products[name] for name in host.gpus if name in self.products]

    def _cards_of(self, name: str, host: Host) -> tuple[Card, ...]:
        slots = replicas_of(host)
        runtime = runtime_class_of(host) or ""
        mps = bool(host.sharing and host.sharing.mps)
        return tuple(
            Card(
                name,
                index,
                product,
                self.products[product].usable_mi_b * MIB,
                slots,
                runtime,
                mps,
                architecture_of(host),
                self.products[product].unified,
            )
            for index, product in enumerate(host.gpus)
            if product in self.products
        )

    def engine_of(self, workload: Workload) -> Engine:
        """Catalog entry of a workload's engine."""
        return self.engines.get(workload.engine) or self.engines["generic"]

    def metrics_of(self, workload: Workload) -> Metrics | None:
        """Where Prometheus finds a workload's metrics; None for a job, and for a workload without a port."""
        metrics = self.engine_of(workload).metrics
        if metrics is None or workload.kind not in SERVING or not self.ports_of(workload):
            return None
        return None if metrics.only_with_model and workload.model is None else metrics

    def ports_of(self, workload: Workload) -> dict[str, int]:
        """Ports of a workload by name: its own, else those of its engine if it serves."""
        return workload.ports or (self.engine_of(workload).ports if workload.kind in SERVING else {})

    def priority_of(self, workload: Workload) -> int:
        """Value of a workload's priority class, or of the default one."""
        priorities = self.fleet.priorities
        if workload.priority in priorities:
            return priorities[workload.priority].value
        return next((priority.value for priority in priorities.values() if priority.default), 0)

    def selector_of(self, workload: Workload) -> dict[str, str]:
        """Labels that the host must have: those the user wants, and the architecture if images allow only one.

        Also where all hosts have that one: else the first host of another would replace every pod.
        """
        wanted = with_domain(workload.node_selector, self.fleet.cluster.domain)
        built_for = self.architectures_of(workload)
        if built_for is not None and len(built_for) == 1:
            wanted.setdefault(ARCH, next(iter(built_for)))
        return wanted

    def images_of(self, workload: Workload) -> dict[str, str]:
        """Images of a workload by architecture, where each has its own."""
        own = workload.images or ({} if workload.image else self.engine_of(workload).images)
        return {str(architecture): image for architecture, image in own.items()}

    def architectures_of(self, workload: Workload) -> frozenset[str] | None:
        """Architectures that a workload's image is built for; None where that isn't known."""
        images = self.images_of(workload)
        if images:
            return frozenset(images)
        image = workload.image or self.engine_of(workload).image
        known = self.catalog.images.get(repository_of(image)) if image else None
        return frozenset(known.architectures) if known and known.architectures else None

    def architectures_among(self, hosts: tuple[str, ...]) -> frozenset[str]:
        """Architectures of some of the hosts, as `hosts_matching` gives them."""
        # By identity: thousands of workloads share the few lists that `hosts_matching` keeps, each of a thousand hosts.
        if id(hosts) not in self._summaries:
            machines = (self.fleet.hosts[host] for host in hosts)
            self._summaries[id(hosts)] = (hosts, frozenset(map(architecture_of, machines)))
        return self._summaries[id(hosts)][1]

    def architecture_chosen(self, workload: Workload) -> str | None:
        """Choose the architecture of a workload without cards that has several images and hosts for them.

        Its pods have one template, so one image: the first for which there is a host. None: there is nothing to choose.
        """
        images = self.images_of(workload)
        here = self.architectures_among(self.hosts_for(workload))
        if len(set(images.values())) < 2 or len(here) < 2:  # noqa: PLR2004 - there is nothing to choose
            return None
        return next(architecture for architecture in images if architecture in here)

    def hosts_wanted(self, workload: Workload) -> tuple[str, ...]:
        """Hosts that have the labels the user wants, whatever the image is built for."""
        return self.hosts_matching(with_domain(workload.node_selector, self.fleet.cluster.domain))

    def hosts_matching(self, selector: dict[str, str]) -> tuple[str, ...]:
        """Hosts that have all of these labels."""
        key = tuple(sorted(selector.items()))
        if key not in self._matching:
            self._matching[key] = tuple(
                host for host, labels in self._seen.items() if all(labels.get(k) == v for k, v in key)
            )
        return self._matching[key]

    def hosts_for(self, workload: Workload) -> tuple[str, ...]:
        """Hosts that a workload's pods may run on: with the labels, tied to no other host, and no taint in the way.

        One tuple for all that may run on the same.
        """
        host = self.host_of(workload)
        matching = self.hosts_matching(self.selector_of(workload))
        tolerations = self.all_tolerations(workload) if self.tainted else ()
        key = (matching, host, str(tolerations)) if host or tolerations or self.tainted else matching
        if key not in self._tolerating:
            self._tolerating[key] = tuple(
                name for name in matching if host in {None, name} and tolerates_all(tolerations, self.fleet.hosts[name])
            )
        return self._tolerating[key]

    def all_tolerations(self, workload: Workload) -> tuple[Mapping[str, Any], ...]:
        """Tolerations of a workload's pods, with the one that every pod with a card has."""
        return (*((GPU_TOLERATION,) if workload.gpu else ()), *self.tolerations_of(workload))

    def tolerations_of(self, workload: Workload) -> tuple[dict[str, Any], ...]:
        """Tolerations of a workload: those that the fleet file lists, and of the taints of hosts that it names.

        It names a host by `host`, by storage that is there, or by a `nodeSelector` that only hosts with taints fulfil.
        """
        listed = listed_tolerations(workload)
        if not self.tainted:
            return listed
        host = self.host_of(workload)
        named = self.hosts_wanted(workload) if workload.node_selector else ()
        if host is not None:
            named = (host,) if host in self.fleet.hosts else ()
        if not named or any(name not in self.tainted for name in named):
            return listed
        known = (*((GPU_TOLERATION,) if workload.gpu else ()), *listed)
        return (*listed, *tolerations_for((self.fleet.hosts[name] for name in named), known))

    @cached_property
    def tainted(self) -> frozenset[str]:
        """Hosts with a taint that keeps pods away."""
        return frozenset(name for name, host in self.fleet.hosts.items() if host.taints and taints_of(host))

    @cached_property
    def unified(self) -> frozenset[str]:
        """Hosts whose cards have no memory of their own, but the host's."""
        return frozenset(name for name, cards in self.cards.items() if any(card.unified for card in cards))

    def host_of(self, workload: Workload) -> str | None:
        """Name the one host a workload may run on: given by the fleet file, or the one that has its local storage."""
        if workload.host is not None:
            return workload.host
        stores = (self.fleet.storage.get(name) for name in stores_of(workload))
        return next((store.local.host for store in stores if store and store.local), None)

    def must_pin(self, host: str) -> bool:
        """Whether pods of this host are pinned to their cards by index, because Kubernetes can't tell them apart.

        With Dynamic Resource Allocation it can: a claim says which kind of card it is for.
        """
        return not self.is_uniform(host) and not is_dra(self.fleet.hosts[host])

    def is_uniform(self, host: str) -> bool:
        """Whether the host's cards are alike and given whole, so that any of them will do."""
        cards = self.cards.get(host, ())
        return len({card.product for card in cards}) <= 1 and all(card.slots == 1 for card in cards)
