"""Decide NVIDIA's exporter of GPU figures: on which hosts it runs, and what it asks their cards for."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from pyfleet.planning.device_plugin import operator_namespace
from pyfleet.planning.labels import is_dra, replicas_of, runtime_class_of
from pyfleet.planning.platform.alerts.hosts import hosts_with_exporter
from pyfleet.planning.types import DcgmExporterPlan, DcgmFieldPlan, DcgmOperatorPlan

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyfleet.model.catalog import Reported
    from pyfleet.planning.inventory import Inventory

EXPORTER = "dcgm-exporter"
IMAGE = "nvcr.io/nvidia/k8s/dcgm-exporter:4.5.3-4.8.2-distroless"
"""For amd64 and arm64."""
OPERATOR_CONFIG = "dcgm-exporter-fields"
"""ConfigMap that the GPU operator's exporter reads its fields from."""
LONGEST = 63
"""Characters of a label's value; a DaemonSet's name becomes one."""
_Group = tuple[str | None, frozenset["Reported"], bool]


def dcgm_exporters(inventory: Inventory) -> tuple[DcgmExporterPlan, ...]:
    """Decide the exporters that are ours: one for each runtime, list of fields, and way of sharing."""
    groups: dict[_Group, list[str]] = defaultdict(list)
    for name in _own_hosts(inventory):
        host = inventory.fleet.hosts[name]
        groups[runtime_class_of(host), host_reports(inventory, name), replicas_of(host) > 1].append(name)
    names = _names(groups, inventory)
    plans = (
        DcgmExporterPlan(
            name=names[group],
            image=IMAGE,
            runtime_class=group[0],
            hosts=tuple(sorted(hosts)),
            fields=_fields(inventory, group[1]),
            profiling="profiling" in group[1],
            shared=group[2],
        )
        for group, hosts in groups.items()
    )
    return tuple(sorted(plans, key=lambda plan: plan.name))


def dcgm_operator(inventory: Inventory) -> DcgmOperatorPlan | None:
    """Decide what the GPU operator's exporter asks for: one list for all of its hosts."""
    hosts = operator_hosts(inventory)
    if not hosts:
        return None
    reports = {group for host in hosts for group in host_reports(inventory, host)}
    return DcgmOperatorPlan(operator_namespace(inventory), _fields(inventory, reports))


def operator_hosts(inventory: Inventory) -> list[str]:
    """Name the hosts whose exporter the GPU operator runs: it has nothing to do with cards that DRA gives out."""
    if inventory.fleet.platform.gpu.operator is None:
        return []
    return [name for name in hosts_with_exporter(inventory) if not is_dra(inventory.fleet.hosts[name])]


def host_reports(inventory: Inventory, host: str) -> frozenset[Reported]:
    """Name the groups of figures that a host's cards tell.

    The profiler's only if all of them do: the exporter asks the first card what it can, and takes it for all.
    """
    cards = [product.reports for product in inventory.products_of(inventory.fleet.hosts[host]) if not product.tegra]
    any_card = frozenset(group for reports in cards for group in reports)
    return any_card if all("profiling" in reports for reports in cards) else any_card - {"profiling"}


def fleet_fields(inventory: Inventory) -> frozenset[str]:
    """Name the fields that any exporter of the fleet asks for."""
    operator = dcgm_operator(inventory)
    lists = [plan.fields for plan in dcgm_exporters(inventory)] + ([operator.fields] if operator else [])
    return frozenset(field.name for fields in lists for field in fields)


def _own_hosts(inventory: Inventory) -> list[str]:
    others = set(operator_hosts(inventory))
    return [name for name in hosts_with_exporter(inventory) if name not in others]


def _fields(inventory: Inventory, reports: Iterable[Reported]) -> tuple[DcgmFieldPlan, ...]:
    told = {None, *reports}
    return tuple(
        DcgmFieldPlan(name, field.type, field.help)
        for name, field in inventory.catalog.dcgm.items()
        if field.of in told
    )


def _names(groups: dict[_Group, list[str]], inventory: Inventory) -> dict[_Group, str]:
    """Name each group after its cards, and its runtime where two have the same; alone it needs no other name."""
    if len(groups) <= 1:
        return dict.fromkeys(groups, EXPORTER)
    names = {group: _named(group, hosts, inventory) for group, hosts in groups.items()}
    taken = Counter(names.values())
    return {group: _short(name if taken[name] == 1 else f"{name}-{group[0] or 'dra'}") for group, name in names.items()}


def _named(group: _Group, hosts: list[str], inventory: Inventory) -> str:
    products = sorted({product for host in hosts for product in inventory.fleet.hosts[host].gpus})
    return "-".join([EXPORTER, *products, *(["shared"] if group[2] else [])]).replace(".", "-")


def _short(name: str) -> str:
    if len(name) <= LONGEST:
        return name
    return f"{name[: LONGEST - 9].rstrip('-')}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
