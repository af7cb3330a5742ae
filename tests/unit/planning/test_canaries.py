from __future__ import annotations

import json

import pytest

from pyfleet.planning import plan
from pyfleet.planning.platform.canaries import canary_plans
from pyfleet.planning.types.monitoring import CanaryPlan
from pyfleet.resolved import Resolved
from tests.unit.fleets import fleet

HOSTS = "hosts: {box: {role: server, address: 10.0.0.1, gpus: [rtx-4090]}}\n"


def canaries_of(text: str) -> list[CanaryPlan]:
    made = fleet(HOSTS + text)
    return list(canary_plans(Resolved(made), plan(made).workloads))


def one(workload: str) -> CanaryPlan:
    (canary,) = canaries_of(f"workloads: {{mesh: {{image: a/b:1, ports: {{http: 8000, grpc: 9000}}, {workload}}}}}")
    return canary


def test_a_workload_is_asked_by_its_service() -> None:
    canary = one("namespace: ai, canary: {path: /generate, json: {seed: 1}}")

    assert canary.url == "http://mesh.ai.svc:8000/generate"
    assert canary.body == '{"seed": 1}'
    assert (canary.name, canary.namespace, canary.folder) == ("mesh-canary", "ai", "workloads")


def test_the_port_of_the_service_counts_not_that_of_the_pod() -> None:
    canary = one("expose: {loadBalancer: {port: 80}}, canary: {path: /}")

    assert canary.url == "http://mesh.default.svc:80/"


def test_another_port_is_asked_by_its_name() -> None:
    assert one("canary: {path: /, port: grpc}").url == "http://mesh.default.svc:9000/"


def test_a_service_outside_is_asked_as_if_inside() -> None:
    (canary,) = canaries_of("services: {lm: {address: 10.0.0.9, port: 1234, canary: {path: /v1, apiKey: lm/key}}}")

    assert canary.url == "http://lm.default.svc:1234/v1"
    assert canary.folder == "services"
    assert canary.api_key == ("lm", "key")


@pytest.mark.parametrize(
    "said",
    [
        "replicas: 0, canary: {path: /}",
        "kind: Job, canary: {path: /}",
        "canary: {path: /, port: nope}",
        "autoscale: {prometheus: 'http://p:9090', query: q}, canary: {path: /}",
    ],
)
def test_what_may_not_answer_is_not_asked(said: str) -> None:
    assert canaries_of(f"workloads: {{mesh: {{image: a/b:1, ports: {{http: 8000}}, {said}}}}}") == []


def test_what_scales_but_never_to_none_is_asked() -> None:
    assert one("autoscale: {prometheus: 'http://p:9090', query: q, minReplicas: 1}, canary: {path: /}").url


def test_ollama_is_asked_for_a_token_of_the_model_that_it_serves() -> None:
    text = "discovery: {prefix: lab.example}\nworkloads: {ollama: {engine: ollama, discovery: {models: [llama3.2]}}}"
    (canary,) = canaries_of(text)
    body = json.loads(canary.body or "")

    assert canary.url == "http://ollama.default.svc:11434/api/generate"
    assert (body["model"], body["options"]) == ("llama3.2", {"num_predict": 1})


def test_ollama_is_not_asked_by_a_name_that_only_hugging_face_has() -> None:
    text = "workloads: {ollama: {engine: ollama, model: {id: Qwen/Qwen2.5-7B-Instruct, quantization: q4_k_m}}}"

    assert canaries_of(text) == []


def test_ollama_is_not_asked_where_nobody_knows_for_what() -> None:
    assert canaries_of("workloads: {ollama: {engine: ollama}}") == []


def test_a_workloads_own_canary_goes_before_its_engines() -> None:
    text = "workloads: {ollama: {engine: ollama, canary: {path: /api/tags}}}"

    assert [canary.url for canary in canaries_of(text)] == ["http://ollama.default.svc:11434/api/tags"]


def test_the_models_name_is_filled_in_wherever_it_stands() -> None:
    canary = one(
        "discovery: {models: [trellis-2]}, canary: {path: '/{model}/run', headers: {X-Model: '{model}'},"
        " form: {model: 'm={model}'}}"
    )

    assert canary.url == "http://mesh.default.svc:8000/trellis-2/run"
    assert canary.headers == (("X-Model", "trellis-2"),)
    assert canary.form == (("model", "m=trellis-2"),)


def test_files_of_one_name_are_told_apart() -> None:
    canary = one("canary: {path: /, files: {front: a/chair.png, back: b/chair.png, side: a/chair.png}}")

    assert [(file.field, file.name, file.key) for file in canary.files] == [
        ("front", "chair.png", "a_chair.png"),
        ("back", "chair.png", "b_chair.png"),
        ("side", "chair.png", "a_chair.png"),
    ]


def test_a_long_name_is_cut_to_what_a_cronjob_may_have() -> None:
    name = "w" * 44 + "-and-some-more"
    (canary,) = canaries_of(f"workloads: {{{name}: {{image: a/b:1, ports: {{http: 80}}, canary: {{path: /}}}}}}")

    assert canary.name == "w" * 44 + "-canary"
    assert len(canary.name) <= 52


def test_a_schedule_that_makes_no_sense_stops_no_plan() -> None:
    assert one("canary: {path: /, schedule: 0 0 30 2 *}").period == 24 * 3600


def test_a_canary_has_time_to_pull_its_image() -> None:
    canary = one("canary: {path: /, timeout: 10m}")

    assert (canary.timeout, canary.deadline) == (600, 900)
