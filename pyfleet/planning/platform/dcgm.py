"""Decide NVIDIA's exporter of GPU figures: on which hosts it runs, and what it asks their cards for."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from pyfleet.planning.device_plugin import operator_namespace
from pyfleet.planning.platform.alerts.hosts import hosts_with_exporter
from pyfleet.planning.types.monitoring import DcgmExporterPlan, DcgmFieldPlan, DcgmOperatorPlan
from pyfleet.resolved.labels import is_dra, replicas_of, runtime_class_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyfleet.model.catalog import Reported
    from pyfleet.resolved import Resolved

EXPORTER = "dcgm-exporter"
IMAGE = "nvcr.io/nvidia/k8s/dcgm-exporter:4.5.3-4.8.2-distroless"
"""For amd64 and arm64."""
OPERATOR_CONFIG = "dcgm-exporter-fields"
"""ConfigMap that the GPU operator's exporter reads its fields from."""
LONGEST = 63
"""Characters of a label's value; a DaemonSet's name becomes one."""
_Group = tuple[str | None, frozenset["Reported"], bool]


def dcgm_exporters(resolved: Resolved) -> tuple[DcgmExporterPlan, ...]:
    """Decide the exporters that are ours: one for each runtime, list of fields, and way of sharing."""
    groups: dict[_Group, list[str]] = defaultdict(list)
    for name in _own_hosts(resolved):
        host = resolved.fleet.hosts[name]
        groups[runtime_class_of(host), host_reports(resolved, name), replicas_of(host) > 1].append(name)
    names = _names(groups, resolved)
    plans = (
        DcgmExporterPlan(
            name=names[group],
            image=IMAGE,
            runtime_class=group[0],
            hosts=tuple(sorted(hosts)),
            fields=_fields(resolved, group[1]),
            profiling="profiling" in group[1],
            shared=group[2],
        )
        for group, hosts in groups.items()
    )
    return tuple(sorted(plans, key=lambda plan: plan.name))


def dcgm_operator(resolved: Resolved) -> DcgmOperatorPlan | None:
    """Decide what the GPU operator's exporter asks for: one list for all of its hosts."""
    hosts = operator_hosts(resolved)
    if not hosts:
        return None
    reports = {group for host in hosts for group in host_reports(resolved, host)}
    return DcgmOperatorPlan(operator_namespace(resolved), _fields(resolved, reports))


def operator_hosts(resolved: Resolved) -> list[str]:
    """Name the hosts whose exporter the GPU operator runs: it has nothing to do with cards that DRA gives out."""
    if resolved.fleet.platform.gpu.operator is None:
        return []
    return [name for name in hosts_with_exporter(resolved) if not is_dra(resolved.fleet.hosts[name])]


def host_reports(resolved: Resolved, host: str) -> frozenset[Reported]:
    """Name the groups of figures that a host's cards tell.

    The profiler's only if all of them do: the exporter asks the first card what it can, and takes it for all.
    """
    cards = [product.reports for product in resolved.products_of(resolved.fleet.hosts[host]) if not product.tegra]
    any_card = frozenset(group for reports in cards for group in reports)
    return any_card if all("profiling" in reports for reports in cards) else any_card - {"profiling"}


def fleet_fields(resolved: Resolved) -> frozenset[str]:
    """Name the fields that any exporter of the fleet asks for."""
    operator = dcgm_operator(resolved)
    lists = [plan.fields for plan in dcgm_exporters(resolved)] + ([operator.fields] if operator else [])
    return frozenset(field.name for fields in lists for field in fields)


def _own_hosts(resolved: Resolved) -> list[str]:
    others = set(operator_hosts(resolved))
    return [name for name in hosts_with_exporter(resolved) if name not in others]


def _fields(resolved: Resolved, reports: Iterable[Reported]) -> tuple[DcgmFieldPlan, ...]:
    told = {None, *reports}
    return tuple(
        DcgmFieldPlan(name, field.type, field.help) for name, field in resolved.catalog.dcgm.items() if field.of in told
    )


def _names(groups: dict[_Group, list[str]], resolved: Resolved) -> dict[_Group, str]:
    """Name each group after its cards, and its runtime where two have the same; alone it needs no other name."""
    if len(groups) <= 1:
        return dict.fromkeys(groups, EXPORTER)
    names = {group: _named(group, hosts, resolved) for group, hosts in groups.items()}
    taken = Counter(names.values())
    return {group: _short(name if taken[name] == 1 else f"{name}-{group[0] or 'dra'}") for group, name in names.items()}


def _named(group: _Group, hosts: list[str], resolved: Resolved) -> str:
    products = sorted({product for host in hosts for product in resolved.fleet.hosts[host].gpus})
    return "-".join([EXPORTER, *products, *(["shared"] if group[2] else [])]).replace(".", "-")


def _short(name: str) -> str:
    if len(name) <= LONGEST:
        return name
    return f"{name[: LONGEST - 9].rstrip('-')}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
