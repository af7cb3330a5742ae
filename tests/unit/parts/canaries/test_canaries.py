"""Real requests that are sent now and then: to what, with what, and by what means."""

from __future__ import annotations

import base64
import json
from itertools import pairwise
from typing import Any

import pytest

from pyfleet.parts.canaries.decisions import canaries
from pyfleet.parts.canaries.objects import entry_objects
from pyfleet.pipeline import plan
from tests.unit.fleets import fleet, named, objects, planned

HOSTS = "hosts: {box: {role: server, address: 10.0.0.1, gpus: [rtx-4090]}}\n"
MONITORED = "platform: {monitoring: {prometheus: {}}}\n"
MESH = "workloads: {mesh: {image: a/b:1, ports: {http: 8000, grpc: 9000}, %s}}"


def jobs(text: str) -> dict[str, dict[str, Any]]:
    """Every CronJob of a canary, by the folder that it stands in."""
    made = entry_objects(planned(HOSTS + MONITORED + text))
    return {folder: job for folder, (job, *_) in made.items()}


def job_of(text: str) -> dict[str, Any]:
    (job,) = jobs(text).values()
    return job


def job(workload: str) -> dict[str, Any]:
    return job_of(MESH % workload)


def pod_of(made: dict[str, Any]) -> dict[str, Any]:
    pod: dict[str, Any] = made["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    return pod


def arguments_of(made: dict[str, Any]) -> list[str]:
    (container,) = pod_of(made)["containers"]
    return list(container["args"])


def url_of(made: dict[str, Any]) -> str:
    *_, flag, url = arguments_of(made)
    assert flag == "--url"
    return url


def following(flag: str, arguments: list[str]) -> list[str]:
    """What follows this flag, as often as it is there."""
    return [value for name, value in pairwise(arguments) if name == flag]


def test_a_workload_is_asked_by_its_service() -> None:
    folder, made = next(iter(jobs(MESH % "namespace: ai, canary: {path: /generate, json: {seed: 1}}").items()))

    assert folder == "workloads/mesh"
    assert (made["metadata"]["name"], made["metadata"]["namespace"]) == ("mesh-canary", "ai")
    assert url_of(made) == "http://mesh.ai.svc:8000/generate"
    assert following("--json", arguments_of(made)) == ['{"seed": 1}']


def test_the_port_of_the_service_counts_not_that_of_the_pod() -> None:
    made = job("expose: {loadBalancer: {port: 80}}, canary: {path: /}")

    assert url_of(made) == "http://mesh.default.svc:80/"


def test_another_port_is_asked_by_its_name() -> None:
    assert url_of(job("canary: {path: /, port: grpc}")) == "http://mesh.default.svc:9000/"


def test_a_service_outside_is_asked_as_if_inside_and_its_key_comes_from_its_secret_alone() -> None:
    text = "services: {lm: {address: 10.0.0.9, port: 1234, canary: {path: /v1, apiKey: lm/api-key}}}"
    made = jobs(text)
    (container,) = pod_of(made["services/lm"])["containers"]

    assert list(made) == ["services/lm"]
    assert url_of(made["services/lm"]) == "http://lm.default.svc:1234/v1"
    assert container["env"] == [{"name": "API_KEY", "valueFrom": {"secretKeyRef": {"name": "lm", "key": "api-key"}}}]
    assert following("--oauth2-bearer", container["args"]) == ["$(API_KEY)"]


@pytest.mark.parametrize(
    "workload",
    [
        "replicas: 0, canary: {path: /}",
        "kind: Job, canary: {path: /}",
        "canary: {path: /, port: nope}",
        "autoscale: {prometheus: 'http://p:9090', query: q}, canary: {path: /}",
    ],
)
def test_what_may_not_answer_is_not_asked(workload: str) -> None:
    assert jobs(MESH % workload) == {}


def test_what_scales_but_never_to_none_is_asked() -> None:
    assert job("autoscale: {prometheus: 'http://p:9090', query: q, minReplicas: 1}, canary: {path: /}")


def test_nothing_is_asked_where_nobody_hears_of_it() -> None:
    text = HOSTS + MESH % "canary: {path: /}"

    assert [name for name in named(objects(text, "workloads/mesh")) if name.startswith("CronJob")] == []


def test_ollama_is_asked_for_a_token_of_the_model_that_it_serves() -> None:
    text = "discovery: {prefix: lab.example}\nworkloads: {ollama: {engine: ollama, discovery: {models: [llama3.2]}}}"
    made = job_of(text)
    (body,) = (json.loads(sent) for sent in following("--json", arguments_of(made)))

    assert url_of(made) == "http://ollama.default.svc:11434/api/generate"
    assert (body["model"], body["options"]) == ("llama3.2", {"num_predict": 1})


@pytest.mark.parametrize("model", ["", ", model: {id: Qwen/Qwen2.5-7B-Instruct, quantization: q4_k_m}"])
def test_ollama_is_not_asked_without_a_name_or_by_one_that_only_hugging_face_has(model: str) -> None:
    assert jobs(f"workloads: {{ollama: {{engine: ollama{model}}}}}") == {}


def test_a_workloads_own_canary_goes_before_its_engines() -> None:
    text = "workloads: {ollama: {engine: ollama, canary: {path: /api/tags}}}"

    assert url_of(job_of(text)) == "http://ollama.default.svc:11434/api/tags"


def test_the_models_name_is_filled_in_wherever_it_stands() -> None:
    made = job(
        "discovery: {models: [trellis-2]}, canary: {path: '/{model}/run', headers: {X-Model: '{model}'},"
        " form: {model: 'm={model}'}}"
    )
    nested = job("discovery: {models: [t]}, canary: {path: /, json: {a: [{b: '{model}'}]}}")

    assert url_of(made) == "http://mesh.default.svc:8000/trellis-2/run"
    assert following("--header", arguments_of(made)) == ["X-Model: trellis-2"]
    assert following("--form-string", arguments_of(made)) == ["model=m=trellis-2"]
    assert following("--json", arguments_of(nested)) == ['{"a": [{"b": "t"}]}']


def test_files_are_mounted_once_and_sent_with_their_names_and_types() -> None:
    sent = "{front: a/chair.png, back: b/chair.png, side: a/chair.png, photo: x.JPG, mesh: y.glb}"
    made = fleet(HOSTS + MONITORED + MESH % f"canary: {{path: /, files: {sent}}}")
    made._sent_files = {"a/chair.png": b"\x89PNG", "b/chair.png": b"b", "x.JPG": b"x", "y.glb": b"y"}  # noqa: SLF001
    job, config_map = entry_objects(plan(made))["workloads/mesh"]

    assert following("--form", arguments_of(job)) == [
        "front=@/sent/a_chair.png;filename=chair.png;type=image/png",
        "back=@/sent/b_chair.png;filename=chair.png;type=image/png",
        "side=@/sent/a_chair.png;filename=chair.png;type=image/png",
        "photo=@/sent/x.JPG;filename=x.JPG;type=image/jpeg",
        "mesh=@/sent/y.glb;filename=y.glb;type=application/octet-stream",
    ]
    assert pod_of(job)["volumes"] == [{"name": "sent", "configMap": {"name": config_map["metadata"]["name"]}}]
    assert pod_of(job)["containers"][0]["volumeMounts"] == [{"name": "sent", "mountPath": "/sent", "readOnly": True}]
    assert {key: base64.b64decode(text) for key, text in config_map["binaryData"].items()} == {
        "a_chair.png": b"\x89PNG",
        "b_chair.png": b"b",
        "x.JPG": b"x",
        "y.glb": b"y",
    }


def test_long_names_are_cut_to_what_a_cronjob_may_have_and_stay_two() -> None:
    names = ["w" * 44 + "-and-some-more", "w" * 44 + "-and-others"]
    entries = ", ".join(f"{name}: {{image: a/b:1, ports: {{http: 80}}, canary: {{path: /}}}}" for name in names)
    made = [each.name for each in canaries(planned(f"{HOSTS}{MONITORED}workloads: {{{entries}}}"))]

    assert [name.startswith("w" * 36 + "-") and name.endswith("-canary") for name in made] == [True, True]
    assert [len(name) for name in made] == [52, 52]
    assert len(set(made)) == 2


def test_a_request_is_sent_once_and_ended_after_its_image_had_time_to_be_pulled() -> None:
    made = job("canary: {path: /, timeout: 10m, schedule: '*/5 * * * *'}")
    spec = made["spec"]["jobTemplate"]["spec"]

    assert (made["spec"]["schedule"], made["spec"]["concurrencyPolicy"]) == ("*/5 * * * *", "Forbid")
    assert (spec["backoffLimit"], spec["activeDeadlineSeconds"]) == (0, 900)
    assert following("--max-time", arguments_of(made)) == ["600"]


def test_no_shell_reads_what_is_sent() -> None:
    (container,) = pod_of(job("canary: {path: /, json: {a: '; rm -rf /'}}"))["containers"]

    assert container["command"] == ["curl"]
    assert container["args"][-4:] == ["--json", '{"a": "; rm -rf /"}', "--url", "http://mesh.default.svc:8000/"]


def test_kubernetes_fills_nothing_into_what_is_sent() -> None:
    body = job("canary: {path: '/$(HOME)', json: ['$(API_KEY) $$ $5'], headers: {X: '$(HOME)'}}")
    form = job("canary: {path: /, form: {f: '$(HOME)'}}")

    assert following("--json", arguments_of(body)) == ['["$$(API_KEY) $$$$ $$5"]']
    assert following("--header", arguments_of(body)) == ["X: $$(HOME)"]
    assert url_of(body) == "http://mesh.default.svc:8000/$$(HOME)"
    assert following("--form-string", arguments_of(form)) == ["f=$$(HOME)"]


def test_fields_of_a_form_are_never_taken_for_files() -> None:
    made = job("canary: {path: /, form: {text: '@/etc/passwd;type=x'}}")

    assert arguments_of(made)[-4:-2] == ["--form-string", "text=@/etc/passwd;type=x"]


def test_an_empty_header_is_sent_not_left_out() -> None:
    assert following("--header", arguments_of(job("canary: {path: /, headers: {X-Empty: ''}}"))) == ["X-Empty;"]


def test_a_canary_can_do_nothing_but_ask() -> None:
    pod = pod_of(job("canary: {path: /}"))
    (container,) = pod["containers"]

    assert pod["automountServiceAccountToken"] is False
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
