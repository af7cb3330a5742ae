"""Who runs the device plugin, with which configuration, and the daemon that MPS needs."""

from __future__ import annotations

from typing import Any

import yaml

from tests.unit.fleets import named, objects, planned, resolved, values_of

SERVER = "first: {role: server, address: 10.0.0.1}"
MPS = "shared: {address: 10.0.0.2, gpus: [rtx-4090, rtx-4090], sharing: {mps: 3}}"
SLICED = "sliced: {address: 10.0.0.3, gpus: [rtx-3090], sharing: {timeSlicing: 4}}"
WHOLE = "whole: {address: 10.0.0.4, gpus: [rtx-5090]}"
UBUNTU = "ubuntu: {address: 10.0.0.5, os: linux, gpus: [rtx-3090]}"
CLAIMED = "claimed: {address: 10.0.0.6, os: linux, gpus: [rtx-5090, rtx-4090], allocation: dra}"
OPERATOR = "platform: {gpu: {operator: {}}}"


def text_of(*hosts: str, rest: str = "") -> str:
    return f"hosts: {{{', '.join((SERVER, *hosts))}}}\n{rest}"


def plugin(*hosts: str, rest: str = "") -> dict[str, dict[str, Any]]:
    return named(objects(text_of(*hosts, rest=rest), "platform/nvidia-device-plugin"))


def configs(made: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {name: yaml.safe_load(text) for name, text in made["ConfigMap/nvidia-device-plugin"]["data"].items()}


def pods(made: dict[str, dict[str, Any]], name: str = "DaemonSet/") -> dict[str, Any]:
    """Pods of the daemons whose name begins so."""
    return {
        each.removeprefix("DaemonSet/"): body["spec"]["template"]["spec"]
        for each, body in made.items()
        if each.startswith(name)
    }


def labels(*hosts: str) -> dict[str, dict[str, str]]:
    return resolved(text_of(*hosts)).labels


def hosts_of(pod: dict[str, Any], *hosts: str) -> list[str]:
    """Hosts that a pod's selector matches."""
    return [name for name, each in labels(*hosts).items() if pod["nodeSelector"].items() <= each.items()]


def test_each_way_of_sharing_has_a_configuration_by_the_name_on_its_hosts() -> None:
    chosen = {each.get("nvidia.com/device-plugin.config") for each in labels(MPS, SLICED, WHOLE).values()}

    assert set(configs(plugin(MPS, SLICED, WHOLE))) == chosen - {None} == {"default", "mps-3", "time-slicing-4"}


def test_mps_names_its_directory_because_the_plugin_refuses_to_start_without() -> None:
    assert configs(plugin(MPS))["mps-3"] == {
        "version": "v1",
        "flags": {"mpsRoot": "/run/nvidia/mps"},
        "sharing": {
            "mps": {"failRequestsGreaterThanOne": True, "resources": [{"name": "nvidia.com/gpu", "replicas": 3}]}
        },
    }


def test_the_mps_daemon_runs_only_where_a_host_shares_by_mps() -> None:
    shared, sliced = pods(plugin(MPS, WHOLE)), pods(plugin(SLICED, WHOLE))
    asks_mps = [
        "MPS_ROOT" in {each["name"] for each in made["nvidia-device-plugin"]["containers"][0]["env"]}
        for made in (shared, sliced)
    ]

    assert sorted(shared) == ["nvidia-device-plugin", "nvidia-mps-control-daemon"]
    assert sorted(sliced) == ["nvidia-device-plugin"]
    assert asks_mps == [True, False]


def test_the_label_that_the_mps_daemon_waits_for_is_derived() -> None:
    """GPU feature discovery would set it, and isn't there: without the label the daemon would start nowhere."""
    daemon = pods(plugin(MPS, WHOLE))["nvidia-mps-control-daemon"]

    assert hosts_of(daemon, MPS, WHOLE) == ["shared"]


def test_each_runtime_has_daemons_of_its_own() -> None:
    both = (MPS, UBUNTU.replace("gpus: [rtx-3090]", "gpus: [rtx-3090], sharing: {mps: 2}"))
    made = pods(plugin(*both))

    assert {name: (pod["runtimeClassName"], hosts_of(pod, *both)) for name, pod in made.items()} == {
        "nvidia-device-plugin-nvidia": ("nvidia", ["ubuntu"]),
        "nvidia-device-plugin": ("nvidia-cdi", ["shared"]),
        "nvidia-mps-control-daemon-nvidia": ("nvidia", ["ubuntu"]),
        "nvidia-mps-control-daemon": ("nvidia-cdi", ["shared"]),
    }


def test_the_plugin_keeps_away_from_hosts_with_dra() -> None:
    hosts = (WHOLE, UBUNTU, CLAIMED)

    assert sorted(name for pod in pods(plugin(*hosts)).values() for name in hosts_of(pod, *hosts)) == [
        "ubuntu",
        "whole",
    ]


def test_there_is_no_plugin_where_all_cards_are_claimed() -> None:
    assert plugin(CLAIMED) == {}
    assert planned(text_of(CLAIMED)).runtime_classes == ()


def test_the_operator_runs_the_plugin_and_finds_the_same_configurations_in_its_namespace() -> None:
    alone, by_operator = plugin(MPS, SLICED), plugin(MPS, SLICED, rest=OPERATOR)
    (config_map,) = by_operator.values()
    values = values_of("gpu-operator", text_of(MPS, SLICED, rest=OPERATOR))

    assert configs(by_operator) == configs(alone)
    assert config_map["metadata"]["namespace"] == "gpu-operator"
    assert values["devicePlugin"]["config"] == {"name": config_map["metadata"]["name"], "default": "default"}


def test_its_configuration_is_there_before_it_starts_and_it_is_signalled_each_change() -> None:
    for pod in pods(plugin(MPS)).values():
        containers = {each["name"]: each for each in (*pod["initContainers"], *pod["containers"])}
        before, beside = (
            {each["name"]: each.get("value") for each in containers[manager]["env"]}
            for manager in ("config-manager-init", "config-manager")
        )

        assert (before["ONESHOT"], before["SEND_SIGNAL"], before["SIGNAL"]) == ("true", "false", None)
        assert (beside["ONESHOT"], beside["SEND_SIGNAL"], beside["SIGNAL"]) == ("false", "true", "1")
        assert beside["PROCESS_TO_SIGNAL"].rpartition("/")[2] == pod["containers"][0]["command"][0]


def test_the_mps_daemon_mounts_memory_that_the_host_sees_too() -> None:
    daemon = pods(plugin(MPS))["nvidia-mps-control-daemon"]
    first = daemon["initContainers"][0]

    assert daemon["hostPID"] is True
    assert first["command"] == ["mps-control-daemon", "mount-shm"]
    assert first["securityContext"] == {"privileged": True}
    assert first["volumeMounts"] == [{"name": "mps-root", "mountPath": "/mps", "mountPropagation": "Bidirectional"}]


def test_plugin_and_daemon_of_mps_see_one_pipe_and_one_shared_memory() -> None:
    paths = []
    for pod in pods(plugin(MPS)).values():
        volumes = {volume["name"]: volume.get("hostPath", {}).get("path") for volume in pod["volumes"]}
        mounts = pod["containers"][0]["volumeMounts"]
        paths.append({mount["mountPath"]: volumes[mount["name"]] for mount in mounts if "mps" in mount["name"]})

    assert paths == [{"/mps": "/run/nvidia/mps", "/dev/shm": "/run/nvidia/mps/shm"}] * 2  # noqa: S108
