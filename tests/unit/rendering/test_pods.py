"""How pods are spelled."""

from __future__ import annotations

from pyfleet.rendering.kubernetes.pods import pod_template
from tests.unit.fleets import planned

HOSTS = "hosts: {box: {role: server, address: 10.0.0.1}}\n"


def test_a_pod_names_its_pull_secrets() -> None:
    (workload,) = planned(f"{HOSTS}workloads: {{a: {{image: a/b:1, imagePullSecrets: [ngc, ghcr]}}}}").workloads

    assert pod_template(workload)["spec"]["imagePullSecrets"] == [{"name": "ngc"}, {"name": "ghcr"}]


def test_a_pod_tolerates_what_it_lists_beside_the_taint_of_gpu_nodes() -> None:
    listed = "[{key: dedicated, value: llm, effect: NoExecute, tolerationSeconds: 60}]"
    hosts = HOSTS.replace("}}", ", gpus: [rtx-4090]}}")
    (workload,) = planned(f"{hosts}workloads: {{a: {{image: a/b:1, gpu: {{}}, tolerations: {listed}}}}}").workloads

    assert pod_template(workload)["spec"]["tolerations"] == [
        {"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"},
        {"key": "dedicated", "value": "llm", "effect": "NoExecute", "tolerationSeconds": 60},
    ]
