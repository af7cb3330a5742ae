"""Canaries: CronJobs that send one real request. Curl gets its arguments as a list; no shell reads them."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from pyfleet.parts.canaries.decisions import MEMORY, canaries
from pyfleet.rendering.kubernetes.app import NAME_LABEL, Object, metadata, without_empty

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pyfleet.parts.canaries.decisions import CanaryPlan
    from pyfleet.planning.types.whole import Plan

NOBODY = 65534
SENT = "/sent"
KEY = "API_KEY"
TYPES = {
    "flac": "audio/flac",
    "gif": "image/gif",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "json": "application/json",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
    "ogg": "audio/ogg",
    "pdf": "application/pdf",
    "png": "image/png",
    "txt": "text/plain",
    "wav": "audio/wav",
    "webp": "image/webp",
}
"""Media types of files by their ending: curl knows few, and servers refuse a picture without its type."""


def entry_objects(plan: Plan) -> Mapping[str, list[Object]]:
    """Render each canary, by the folder of its target."""
    return {f"{canary.folder}/{canary.workload}": list(_objects(canary)) for canary in canaries(plan)}


def _objects(canary: CanaryPlan) -> Iterator[Object]:
    """Render a canary, and what it sends."""
    yield {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": _meta(canary),
        "spec": {
            "schedule": canary.schedule,
            "concurrencyPolicy": "Forbid",
            "successfulJobsHistoryLimit": 1,
            "failedJobsHistoryLimit": 1,
            "jobTemplate": {
                "spec": {
                    "backoffLimit": 0,
                    "activeDeadlineSeconds": canary.deadline,
                    "template": {"metadata": {"labels": {NAME_LABEL: canary.name}}, "spec": _pod(canary)},
                }
            },
        },
    }
    if canary.files:
        contents = {file.key: base64.b64encode(file.content).decode("ascii") for file in canary.files}
        yield {"apiVersion": "v1", "kind": "ConfigMap", "metadata": _meta(canary), "binaryData": contents}


def _meta(canary: CanaryPlan) -> Object:
    return metadata(canary.name, canary.namespace, labels={NAME_LABEL: canary.name})


def _pod(canary: CanaryPlan) -> Object:
    key = canary.api_key
    env = [{"name": KEY, "valueFrom": {"secretKeyRef": {"name": key[0], "key": key[1]}}}] if key else []
    mounts = [{"name": "sent", "mountPath": SENT, "readOnly": True}] if canary.files else []
    volumes = [{"name": "sent", "configMap": {"name": canary.name}}] if canary.files else []
    return {
        "restartPolicy": "Never",
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": NOBODY,
            "runAsGroup": NOBODY,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containers": [
            {
                "name": "curl",
                "image": canary.image,
                "command": ["curl"],
                "args": list(_arguments(canary)),
                **without_empty(env=env),
                "resources": {
                    "requests": {"cpu": "10m", "memory": MEMORY["requests"]},
                    "limits": {"memory": MEMORY["limits"]},
                },
                "securityContext": {
                    "allowPrivilegeEscalation": False,
                    "readOnlyRootFilesystem": True,
                    "capabilities": {"drop": ["ALL"]},
                },
                **without_empty(volumeMounts=mounts),
            }
        ],
        **without_empty(volumes=volumes),
    }


def _arguments(canary: CanaryPlan) -> Iterator[str]:
    # --globoff: braces and brackets in an address are that, and no pattern. --disable: no .curlrc is read.
    yield from ("--disable", "--globoff", "--fail", "--silent", "--show-error", "--output", "/dev/null")
    yield from ("--max-time", str(canary.timeout))
    if canary.api_key:
        yield from ("--oauth2-bearer", f"$({KEY})")
    for name, value in canary.headers:
        yield from ("--header", _literal(f"{name}: {value}" if value else f"{name};"))
    if canary.body is not None:
        yield from ("--json", _literal(canary.body))
    for field, value in canary.form:
        yield from ("--form-string", _literal(f"{field}={value}"))
    for file in canary.files:
        kind = TYPES.get(file.name.rpartition(".")[2].lower(), "application/octet-stream")
        yield from ("--form", f"{file.field}=@{SENT}/{file.key};filename={file.name};type={kind}")
    yield from ("--url", _literal(canary.url))


def _literal(text: str) -> str:
    """Escape text for Kubernetes, which would fill in `$(NAME)`: there `$$` stands for `$`."""
    return text.replace("$", "$$")
