"""Decide the alerts on hosts, their cards, and the pods on them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pyfleet.nvidia import GPU_METRIC
from pyfleet.offers.rules import AlertRule, RuleGroup
from pyfleet.promql import CLUSTER_KNOWN, FREE_OF_DISKS, any_of, indented, one_of, selected
from pyfleet.resolved.gpus import hosts_with_exporter, plugin_hosts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.resolved import Resolved

HOT = 90
"""Degrees Celsius at which cards throttle."""
PROGRAMS_FAULT = ("13", "31", "43", "45")
"""Xid errors that a faulty program makes on a sound card."""
FREE = 0.15
"""Part of a disk. The kubelet deletes images when 15 % are left, and evicts pods at 10 %."""
RESTARTS = 6


def host_groups(resolved: Resolved) -> Iterator[RuleGroup]:
    """Decide the alerts on hosts, their cards, and the pods on them."""
    yield RuleGroup("hosts", tuple(_nodes(list(resolved.fleet.hosts))))
    gpus = (*_planned_gpus(resolved), *_gpu_health(resolved))
    if gpus:
        yield RuleGroup("gpus", gpus)
    yield RuleGroup("pods", (_restart_loop(),))


def _nodes(hosts: list[str]) -> Iterator[AlertRule]:
    yield AlertRule(
        name="NodeNotReady",
        expr=f"{selected('kube_node_status_condition', condition='Ready', status='true')} == 0",
        seconds=600,
        severity="critical",
        summary="Host {{ $labels.node }} is not ready",
        description="Its kubelet has not been heard of for ten minutes, or says that it can't run pods. "
        "See why: kubectl describe node {{ $labels.node }}",
    )
    absent = any_of(*(f"absent({selected('kube_node_info', node=host)})" for host in hosts))
    yield AlertRule(
        name="NodeAbsent",
        expr=f"{indented(absent)}\n{CLUSTER_KNOWN}",
        seconds=900,
        severity="critical",
        summary="Host {{ $labels.node }} of the fleet is not in the cluster",
        description="The fleet file has it, Kubernetes does not: it never joined, or its Node was deleted. "
        "On the host: systemctl status 'k3s*'",
    )
    yield AlertRule(
        name="DiskNearlyFull",
        expr=f"min by (instance, device) ({FREE_OF_DISKS}) < {FREE}",
        seconds=300,
        severity="warning",
        summary="{{ $labels.device }} of {{ $labels.instance }} is nearly full",
        description="{{ $value | humanizePercentage }} is free. Below 15 % Kubernetes deletes images, below 10 % it "
        "evicts pods and lets none in: one image of 20 GB can do that. "
        "On the host: df -h, and du -xh --max-depth=2 /var/lib/rancher | sort -h | tail",
    )


def _planned_gpus(resolved: Resolved) -> Iterator[AlertRule]:
    """Decide the alerts on cards that Kubernetes doesn't have. Those given by DRA are no resource of the node."""
    expected: dict[int, list[str]] = defaultdict(list)
    for host in plugin_hosts(resolved):
        if cards := resolved.cards[host]:
            expected[sum(card.slots for card in cards)].append(host)
    if not expected:
        return
    fewer = (
        f'{one_of("kube_node_status_allocatable", "node", hosts)[:-1]},resource="{GPU_METRIC}"}} < {count}'
        for count, hosts in sorted(expected.items())
    )
    yield AlertRule(
        name="GpusFewerThanPlanned",
        expr=any_of(*fewer),
        seconds=600,
        severity="critical",
        summary="Host {{ $labels.node }} offers only {{ $value }} of the GPUs that the fleet has planned with",
        description="A card fell off the bus, or the device plugin calls it unhealthy; pods that need it stay Pending. "
        "On the host: nvidia-smi -L, and dmesg | grep -i xid",
    )
    hosts = [host for some in expected.values() for host in some]
    offered = selected("kube_node_status_allocatable", resource=GPU_METRIC)
    yield AlertRule(
        name="GpusAbsent",
        expr=f"{one_of('kube_node_info', 'node', hosts)}\nunless on (node)\n{offered}",
        seconds=900,
        severity="critical",
        summary="Host {{ $labels.node }} offers no GPUs",
        description="The device plugin reports none to Kubernetes: it doesn't run there, or its driver doesn't answer. "
        "See which: kubectl get pods -A -o wide --field-selector spec.nodeName={{ $labels.node }}",
    )


def _gpu_health(resolved: Resolved) -> Iterator[AlertRule]:
    if not hosts_with_exporter(resolved):
        return
    programs = "|".join(("0", *PROGRAMS_FAULT))
    yield AlertRule(
        name="GpuXidErrors",
        # Errors of the last minutes. The gauge DCGM_FI_DEV_XID_ERRORS keeps the last one for ever.
        expr=f'DCGM_EXP_XID_ERRORS_COUNT{{xid!~"{programs}"}} > 0',
        seconds=0,
        severity="critical",
        summary="GPU {{ $labels.gpu }} of {{ $labels.node }} reports Xid error {{ $labels.xid }}",
        description="79: it fell off the bus, reboot the host. 48, 63, 64, 94, 95: its memory is faulty. 119, 120: its "
        "firmware hangs. Others are in NVIDIA's list of Xid errors. On the host: dmesg | grep -i xid",
    )
    yield AlertRule(
        name="GpuHot",
        expr=f"DCGM_FI_DEV_GPU_TEMP >= {HOT}",
        seconds=300,
        severity="warning",
        summary="GPU {{ $labels.gpu }} of {{ $labels.node }} has {{ $value }} °C",
        description="It throttles to save itself: dust, a dead fan, or warm air that stays in the case. "
        "On the host: nvidia-smi -q -d TEMPERATURE,PERFORMANCE",
    )


def _restart_loop() -> AlertRule:
    restarts = "kube_pod_container_status_restarts_total"
    return AlertRule(
        name="RestartLoop",
        # In six hours, because a model that takes forty minutes to load dies that often; and still in the last one.
        expr=f"increase({restarts}[6h]) >= {RESTARTS} and increase({restarts}[1h]) > 0",
        seconds=0,
        severity="critical",
        summary="{{ $labels.namespace }}/{{ $labels.pod }} restarts over and over",
        description="Container {{ $labels.container }} ended and was started anew at least six times in six hours. "
        "What it logged last: kubectl -n {{ $labels.namespace }} logs {{ $labels.pod }} -c {{ $labels.container }} "
        "--previous --tail=100",
    )
