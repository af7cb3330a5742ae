"""NVIDIA's exporter of GPU metrics: the hosts it runs on, and the fields that it exports."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyfleet.digest import shortened
from pyfleet.resolved.gpus import hosts_of_operator, hosts_with_exporter
from pyfleet.resolved.labels import replicas_of, runtime_class_of
from pyfleet.resolved.taints import tolerations_for

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyfleet.model.catalog import DcgmField, Reported
    from pyfleet.resolved import Resolved

EXPORTER = "dcgm-exporter"
LONGEST = 63
"""Characters that a label's value may have; a DaemonSet's name becomes one."""
_Group = tuple[str | None, frozenset["Reported"], bool]


@dataclass(frozen=True, slots=True)
class Exporter:
    """A DaemonSet of NVIDIA's exporter, on hosts whose cards report the same fields under the same runtime."""

    name: str
    runtime_class: str | None
    """RuntimeClass; without one it claims all cards by DRA, beside the pods that use them."""
    hosts: tuple[str, ...]
    fields: dict[str, DcgmField]
    """Fields, by their names."""
    profiling: bool
    """Some of the fields are those of the profiler, which needs a capability."""
    shared: bool
    """Cards of these hosts are shared, so pods are told apart by the plugin's virtual devices."""
    tolerations: tuple[dict[str, Any], ...] = ()
    """Of taints that these hosts have, beside the one of hosts with cards."""


def dcgm_exporters(resolved: Resolved) -> tuple[Exporter, ...]:
    """Decide the exporters that pyfleet renders: one for each runtime, list of fields, and way of sharing."""
    groups: dict[_Group, list[str]] = defaultdict(list)
    for name in _own_hosts(resolved):
        host = resolved.fleet.hosts[name]
        groups[runtime_class_of(host), host_reports(resolved, name), replicas_of(host) > 1].append(name)
    names = _names(groups, resolved)
    plans = (
        Exporter(
            name=names[group],
            runtime_class=group[0],
            hosts=tuple(sorted(hosts)),
            fields=_fields(resolved, group[1]),
            profiling="profiling" in group[1],
            shared=group[2],
            tolerations=tuple(tolerations_for(resolved.fleet.hosts[host] for host in hosts)),
        )
        for group, hosts in groups.items()
    )
    return tuple(sorted(plans, key=lambda plan: plan.name))


def operator_fields(resolved: Resolved) -> dict[str, DcgmField]:
    """Choose the fields of the GPU operator's exporter: one list for all of its hosts; none where it has none."""
    reports = {group for host in hosts_of_operator(resolved) for group in host_reports(resolved, host)}
    return _fields(resolved, reports) if hosts_of_operator(resolved) else {}


def host_reports(resolved: Resolved, host: str) -> frozenset[Reported]:
    """Name the groups of metrics that a host's cards report.

    Profiling only if all of them report it: the exporter asks the first card, and assumes the same of all others.
    """
    cards = [product.reports for product in resolved.products_of(resolved.fleet.hosts[host]) if not product.tegra]
    any_card = frozenset(group for reports in cards for group in reports)
    return any_card if all("profiling" in reports for reports in cards) else any_card - {"profiling"}


def fleet_fields(resolved: Resolved) -> frozenset[str]:
    """Name the fields that any exporter of the fleet exports."""
    lists = [*(exporter.fields for exporter in dcgm_exporters(resolved)), operator_fields(resolved)]
    return frozenset(name for fields in lists for name in fields)


def _own_hosts(resolved: Resolved) -> list[str]:
    others = set(hosts_of_operator(resolved))
    return [name for name in hosts_with_exporter(resolved) if name not in others]


def _fields(resolved: Resolved, reports: Iterable[Reported]) -> dict[str, DcgmField]:
    reported = {None, *reports}
    return {name: field for name, field in resolved.catalog.dcgm.items() if field.of in reported}


def _names(groups: dict[_Group, list[str]], resolved: Resolved) -> dict[_Group, str]:
    """Name each group after its cards, and its runtime where two have the same; alone it needs no other name."""
    if len(groups) <= 1:
        return dict.fromkeys(groups, EXPORTER)
    names = {group: _named(group, hosts, resolved) for group, hosts in groups.items()}
    taken = Counter(names.values())
    return {
        group: shortened(name if taken[name] == 1 else f"{name}-{group[0] or 'dra'}", LONGEST)
        for group, name in names.items()
    }


def _named(group: _Group, hosts: list[str], resolved: Resolved) -> str:
    products = sorted({product for host in hosts for product in resolved.fleet.hosts[host].gpus})
    return "-".join([EXPORTER, *products, *(["shared"] if group[2] else [])]).replace(".", "-")
