"""Who runs the device plugin, with which configuration, and the daemon that MPS needs."""

from __future__ import annotations

from pyfleet.planning import plan
from pyfleet.planning.types.gpus import DevicePluginPlan
from pyfleet.resolved import Resolved
from tests.unit.fleets import fleet

SERVER = "first: {role: server, address: 10.0.0.1}"
MPS = "shared: {address: 10.0.0.2, gpus: [rtx-4090, rtx-4090], sharing: {mps: 3}}"
SLICED = "sliced: {address: 10.0.0.3, gpus: [rtx-3090], sharing: {timeSlicing: 4}}"
WHOLE = "whole: {address: 10.0.0.4, gpus: [rtx-5090]}"
UBUNTU = "ubuntu: {address: 10.0.0.5, os: linux, gpus: [rtx-3090]}"
CLAIMED = "claimed: {address: 10.0.0.6, os: linux, gpus: [rtx-5090, rtx-4090], allocation: dra}"


def plugin(*hosts: str, rest: str = "") -> DevicePluginPlan:
    made = plan(fleet(f"hosts: {{{', '.join((SERVER, *hosts))}}}\n{rest}")).device_plugin
    assert made is not None
    return made


def labels(*hosts: str) -> dict[str, dict[str, str]]:
    return Resolved(fleet(f"hosts: {{{', '.join((SERVER, *hosts))}}}")).labels


def test_each_way_of_sharing_has_a_configuration_by_the_name_on_its_hosts() -> None:
    configs = plugin(MPS, SLICED, WHOLE).configs
    chosen = {each.get("nvidia.com/device-plugin.config") for each in labels(MPS, SLICED, WHOLE).values()}

    assert set(configs) == chosen - {None} == {"default", "mps-3", "time-slicing-4"}


def test_mps_names_its_directory_because_the_plugin_refuses_to_start_without() -> None:
    assert plugin(MPS).configs["mps-3"] == {
        "version": "v1",
        "flags": {"mpsRoot": "/run/nvidia/mps"},
        "sharing": {
            "mps": {"failRequestsGreaterThanOne": True, "resources": [{"name": "nvidia.com/gpu", "replicas": 3}]}
        },
    }


def test_the_mps_daemon_runs_only_where_a_host_shares_by_mps() -> None:
    assert [daemon.name for daemon in plugin(MPS, WHOLE).mps_daemons] == ["nvidia-mps-control-daemon"]
    assert plugin(SLICED, WHOLE).mps_daemons == ()
    assert [variant.mps for variant in plugin(SLICED, WHOLE).variants] == [False]


def test_the_label_that_the_mps_daemon_waits_for_is_derived() -> None:
    """GPU feature discovery would set it, and isn't there: without the label the daemon would start nowhere."""
    selector = plugin(MPS).mps_daemons[0].node_selector

    assert [name for name, each in labels(MPS, WHOLE).items() if selector.items() <= each.items()] == ["shared"]


def test_each_runtime_has_its_own_daemon_of_mps() -> None:
    both = plugin(MPS, UBUNTU.replace("gpus: [rtx-3090]", "gpus: [rtx-3090], sharing: {mps: 2}"))

    assert [(daemon.name, daemon.runtime_class) for daemon in both.mps_daemons] == [
        ("nvidia-mps-control-daemon-nvidia", "nvidia"),
        ("nvidia-mps-control-daemon-nvidia-cdi", "nvidia-cdi"),
    ]


def test_a_host_with_dra_matches_no_variant_of_the_plugin() -> None:
    made = labels(WHOLE, UBUNTU, CLAIMED)
    served = [
        name
        for variant in plugin(WHOLE, UBUNTU, CLAIMED).variants
        for name, each in made.items()
        if variant.node_selector.items() <= each.items()
    ]

    assert sorted(served) == ["ubuntu", "whole"]


def test_there_is_no_plugin_where_all_cards_are_claimed() -> None:
    made = plan(fleet(f"hosts: {{{SERVER}, {CLAIMED}}}"))

    assert (made.device_plugin, made.runtime_classes) == (None, ())


def test_shares_are_counted_in_the_quota() -> None:
    rest = "workloads: {it: {image: a/b:1, gpu: {memory: 1Gi}, replicas: 3}}"
    made = plan(fleet(f"hosts: {{{SERVER}, {MPS}}}\n{rest}"))

    assert [quota.hard for quota in made.quotas] == [{"requests.nvidia.com/gpu": "3"}]


def test_shares_are_counted_in_the_queues() -> None:
    hosts = f"{SERVER}, {MPS.replace('mps: 3}', 'mps: 3}, cpus: 8, memory: 64Gi')}"
    made = plan(
        fleet(f"""
hosts: {{{hosts}}}
platform: {{queueing: {{kueue: {{}}}}}}
workloads: {{it: {{kind: Job, image: a/b:1, gpu: {{memory: 1Gi}}, queue: q}}}}
""")
    )

    assert made.queueing is not None
    assert [flavor.quota["nvidia.com/gpu"] for flavor in made.queueing.flavors] == ["6"]


def test_the_operator_runs_the_plugin_and_gets_the_same_configurations() -> None:
    alone = plugin(MPS, SLICED)
    by_operator = plugin(MPS, SLICED, rest="platform: {gpu: {operator: {}}}")

    assert by_operator.configs == alone.configs
    assert (by_operator.variants, by_operator.mps_daemons, by_operator.namespace) == ((), (), "gpu-operator")


def test_mps_brings_its_own_dev_shm() -> None:
    """Two volumes at one path: the engine's would hide that of MPS, or the other way round."""
    workload = "workloads: {{it: {{engine: vllm, image: a/b:1, gpu: {{memory: 4Gi}}, host: {host}}}}}"
    mounted = [
        [mount.path for mount in plan(fleet(f"hosts: {{{SERVER}, {MPS}, {SLICED}}}\n{text}")).workloads[0].mounts]
        for text in (workload.format(host="shared"), workload.format(host="sliced"))
    ]

    assert mounted == [[], ["/dev/shm"]]  # noqa: S108


def test_mps_gives_each_pod_an_equal_part_of_a_card() -> None:
    resolved = Resolved(fleet(f"hosts: {{{SERVER}, {MPS}, {SLICED}}}"))
    shared, sliced = resolved.cards["shared"][0], resolved.cards["sliced"][0]

    assert (shared.most, sliced.most) == (shared.usable // 3, sliced.usable)
