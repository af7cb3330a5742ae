"""How ways of giving out GPUs are spelled."""

from __future__ import annotations

from typing import Any

import yaml

from pyfleet.planning import plan
from pyfleet.rendering.kubernetes import all_apps, render_kubernetes
from tests.unit.fleets import fleet

MPS = "{box: {role: server, address: 10.0.0.1, gpus: [rtx-4090], sharing: {mps: 2}}}"
CLAIMED = """{
  first: {role: server, address: 10.0.0.1},
  claimed: {address: 10.0.0.2, os: linux, gpus: [rtx-5090, rtx-4090], allocation: dra}}"""
SPARKS = """{
  first: {role: server, address: 10.0.0.1},
  a: {address: 10.0.0.2, os: linux, system: aarch64-linux, gpus: [gb10]},
  b: {address: 10.0.0.3, os: linux, system: aarch64-linux, gpus: [gb10]}}"""


def rendered(hosts: str, workload: str = "", rest: str = "") -> dict[str, Any]:
    """Objects by kind, or by kind and name where there are two of a kind."""
    workloads = f"workloads: {{it: {{image: a/b:1, {workload}}}}}" if workload else ""
    made = plan(fleet(f"hosts: {hosts}\n{workloads}\n{rest}"))
    files = render_kubernetes(made, all_apps(made))
    objects = [yaml.safe_load(text) for name, text in files.items() if not name.endswith("kustomization.yaml")]
    return {name: each for each in objects for name in (each["kind"], f"{each['kind']} {each['metadata']['name']}")}


def pod(objects: dict[str, Any], name: str) -> Any:
    return objects[name]["spec"]["template"]["spec"]


def mounts(container: Any) -> dict[str, str]:
    return {mount["mountPath"]: mount["name"] for mount in container["volumeMounts"]}


def test_the_mps_daemon_mounts_memory_that_the_host_sees_too() -> None:
    daemon = pod(rendered(MPS), "DaemonSet nvidia-mps-control-daemon")
    first = daemon["initContainers"][0]

    assert daemon["hostPID"] is True
    assert first["command"] == ["mps-control-daemon", "mount-shm"]
    assert first["securityContext"] == {"privileged": True}
    assert first["volumeMounts"] == [{"name": "mps-root", "mountPath": "/mps", "mountPropagation": "Bidirectional"}]


def test_plugin_and_daemon_of_mps_see_one_pipe_and_one_shared_memory() -> None:
    objects = rendered(MPS)
    paths = [
        {
            path: volume["hostPath"]["path"]
            for path, name in mounts(spec["containers"][0]).items()
            for volume in spec["volumes"]
            if volume["name"] == name and path in {"/mps", "/dev/shm"}  # noqa: S108
        }
        for spec in (
            pod(objects, "DaemonSet nvidia-device-plugin"),
            pod(objects, "DaemonSet nvidia-mps-control-daemon"),
        )
    ]

    assert paths == [{"/mps": "/run/nvidia/mps", "/dev/shm": "/run/nvidia/mps/shm"}] * 2  # noqa: S108


def test_a_pod_claims_its_cards_and_asks_for_none_by_count() -> None:
    objects = rendered(CLAIMED, "gpu: {memory: 28Gi}")
    spec = pod(objects, "Deployment")
    container = spec["containers"][0]

    assert spec["resourceClaims"] == [{"name": "gpu", "resourceClaimTemplateName": "it"}]
    assert container["resources"]["claims"] == [{"name": "gpu"}]
    assert "nvidia.com/gpu" not in container["resources"]["limits"]
    assert "env" not in container


def test_a_claim_names_the_card_as_nvml_does_but_for_blanks() -> None:
    template = rendered(CLAIMED, "gpu: {memory: 28Gi}")["ResourceClaimTemplate"]

    assert template["apiVersion"] == "resource.k8s.io/v1"
    assert template["spec"]["spec"]["devices"]["requests"] == [
        {
            "name": "rtx-5090",
            "exactly": {
                "deviceClassName": "gpu.nvidia.com",
                "count": 1,
                "selectors": [
                    {
                        "cel": {
                            "expression": "device.attributes['gpu.nvidia.com'].productName.replace(' ', '-')"
                            " == 'NVIDIA-GeForce-RTX-5090'"
                        }
                    }
                ],
            },
        }
    ]


GROUP = "kind: LeaderWorkerSet, size: 2, gpu: {memory: 90Gi}, ports: {http: 8000}"


def test_the_leader_of_a_group_serves_and_its_workers_are_not_asked() -> None:
    """A worker answers nobody: probed, it would be killed and its group begun anew, for ever."""
    group = rendered(SPARKS, GROUP)["LeaderWorkerSet"]["spec"]["leaderWorkerTemplate"]
    asked = {
        role: sorted(group[role]["spec"]["containers"][0].keys() & {"ports", "startupProbe", "livenessProbe"})
        for role in ("leaderTemplate", "workerTemplate")
    }

    assert asked == {"leaderTemplate": ["livenessProbe", "ports", "startupProbe"], "workerTemplate": []}


def test_leader_and_worker_are_one_program_on_one_kind_of_card() -> None:
    group = rendered(SPARKS, GROUP)["LeaderWorkerSet"]["spec"]["leaderWorkerTemplate"]
    leader, worker = (group[role]["spec"] for role in ("leaderTemplate", "workerTemplate"))

    assert leader["nodeSelector"] == worker["nodeSelector"]
    assert leader["containers"][0]["resources"] == worker["containers"][0]["resources"]


def test_pods_of_a_group_are_kept_on_different_hosts() -> None:
    group = rendered(SPARKS, GROUP)["LeaderWorkerSet"]["spec"]["leaderWorkerTemplate"]
    term = group["workerTemplate"]["spec"]["affinity"]["podAntiAffinity"][
        "requiredDuringSchedulingIgnoredDuringExecution"
    ][0]

    assert (term["topologyKey"], term["matchLabelKeys"]) == (
        "kubernetes.io/hostname",
        ["leaderworkerset.sigs.k8s.io/group-index"],
    )


def test_the_service_of_a_group_reaches_leaders_only() -> None:
    objects = rendered(SPARKS, GROUP)
    labels = objects["LeaderWorkerSet"]["spec"]["leaderWorkerTemplate"]["workerTemplate"]["metadata"]["labels"]

    assert not objects["Service"]["spec"]["selector"].items() <= labels.items()


def test_the_controllers_own_service_of_a_group_does_not_take_our_name() -> None:
    """By default it is called like the set and is headless; ours would be found in its place, and no name resolved."""
    assert rendered(SPARKS, GROUP)["LeaderWorkerSet"]["spec"]["networkConfig"] == {
        "subdomainPolicy": "UniquePerReplica"
    }


def test_the_operator_finds_the_plugins_configurations_in_its_namespace() -> None:
    objects = rendered(MPS, rest="platform: {gpu: {operator: {}}}")
    values = yaml.safe_load(objects["HelmChart gpu-operator"]["spec"]["valuesContent"])
    config = objects["ConfigMap nvidia-device-plugin"]

    assert values["devicePlugin"]["config"] == {"name": config["metadata"]["name"], "default": "default"}
    assert config["metadata"]["namespace"] == objects["HelmChart gpu-operator"]["spec"]["targetNamespace"]
    assert "DaemonSet" not in objects
