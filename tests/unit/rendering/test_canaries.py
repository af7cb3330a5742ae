from __future__ import annotations

import base64
from typing import Any

from pyfleet.planning.types.monitoring import CanaryPlan, SentFile
from pyfleet.rendering.kubernetes.canaries import canary_objects

PLAN = CanaryPlan(
    name="mesh-canary",
    workload="mesh",
    namespace="ai",
    folder="workloads",
    url="http://mesh.ai.svc:8000/generate",
    body=None,
    form=(),
    files=(),
    headers=(),
    api_key=None,
    schedule="*/15 * * * *",
    timeout=120,
    deadline=420,
    period=900,
    image="curlimages/curl:8.21.0",
)


def rendered(**changes: Any) -> list[dict[str, Any]]:
    fields = {name: getattr(PLAN, name) for name in CanaryPlan.__dataclass_fields__}
    return list(canary_objects(CanaryPlan(**{**fields, **changes})))


def pod_of(**changes: Any) -> dict[str, Any]:
    pod: dict[str, Any] = rendered(**changes)[0]["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    return pod


def arguments_of(**changes: Any) -> list[str]:
    arguments: list[str] = pod_of(**changes)["containers"][0]["args"]
    return arguments


def test_no_shell_reads_what_is_sent() -> None:
    container = pod_of(body='{"a": "; rm -rf /"}')["containers"][0]

    assert container["command"] == ["curl"]
    assert container["args"][-4:] == ["--json", '{"a": "; rm -rf /"}', "--url", PLAN.url]


def test_kubernetes_fills_nothing_into_what_is_sent() -> None:
    arguments = arguments_of(body='["$(API_KEY) $$ $5"]', form=(("f", "$(HOME)"),), headers=(("X", "$(HOME)"),))

    assert '["$$(API_KEY) $$$$ $$5"]' in arguments
    assert "f=$$(HOME)" in arguments
    assert "X: $$(HOME)" in arguments


def test_the_key_comes_from_its_secret_alone() -> None:
    container = pod_of(api_key=("lm", "api-key"))["containers"][0]

    assert container["env"] == [{"name": "API_KEY", "valueFrom": {"secretKeyRef": {"name": "lm", "key": "api-key"}}}]
    assert container["args"][container["args"].index("--oauth2-bearer") + 1] == "$(API_KEY)"


def test_fields_of_a_form_are_never_taken_for_files() -> None:
    arguments = arguments_of(form=(("text", "@/etc/passwd;type=x"),))

    assert arguments[-4:-2] == ["--form-string", "text=@/etc/passwd;type=x"]


def test_an_empty_header_is_sent_not_left_out() -> None:
    assert "X-Empty;" in arguments_of(headers=(("X-Empty", ""),))


def test_files_are_mounted_and_sent_with_their_type() -> None:
    file = SentFile("image", "cube.png", "cube.png", b"\x89PNG")
    job, config_map = rendered(files=(file,))
    pod = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]

    assert "image=@/sent/cube.png;filename=cube.png;type=image/png" in pod["containers"][0]["args"]
    assert pod["volumes"] == [{"name": "sent", "configMap": {"name": config_map["metadata"]["name"]}}]
    assert base64.b64decode(config_map["binaryData"]["cube.png"]) == b"\x89PNG"


def test_a_canary_can_do_nothing_but_ask() -> None:
    pod = pod_of()
    container = pod["containers"][0]

    assert pod["automountServiceAccountToken"] is False
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}


def test_a_canary_is_sent_once_and_ended_in_time() -> None:
    spec = rendered()[0]["spec"]

    assert spec["concurrencyPolicy"] == "Forbid"
    assert spec["jobTemplate"]["spec"]["backoffLimit"] == 0
    assert spec["jobTemplate"]["spec"]["activeDeadlineSeconds"] == 420
