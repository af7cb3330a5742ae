"""Who runs where, once the scheduler has nothing left to decide."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING

from pyfleet.rendering.kubernetes.app import NAME_LABEL

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.cluster.api import Api, Object

PODS = "/api/v1/pods"
QUIET = 0.7
"""Seconds without any change after which nothing more is expected: controllers look again after less than that."""
REFUSED = 5.0
"""The same while pods are missing: a quota that isn't counted yet refuses them, and they are made later."""
CONTROLLERS = {
    "Deployment": "/apis/apps/v1/namespaces/{namespace}/deployments",
    "StatefulSet": "/apis/apps/v1/namespaces/{namespace}/statefulsets",
    "DaemonSet": "/apis/apps/v1/namespaces/{namespace}/daemonsets",
    "Job": "/apis/batch/v1/namespaces/{namespace}/jobs",
    "CronJob": "/apis/batch/v1/namespaces/{namespace}/cronjobs",
}


def collection(body: Object) -> str:
    """Path of the collection that a workload's controller is in."""
    return CONTROLLERS[body["kind"]].format(namespace=body["metadata"]["namespace"])


def settled(api: Api, quiet: float = QUIET, patience: float = 90) -> list[Object]:
    """Wait until every pod runs or can't be scheduled and nothing changes any more; give all pods."""
    deadline, since, before = time.monotonic() + patience, time.monotonic(), None
    while True:
        pods = api.list(PODS)
        missing = _missing(api, pods)
        now = sorted((_key(pod), pod["spec"].get("nodeName"), _state(pod)) for pod in pods), missing
        if now != before:
            before, since = now, time.monotonic()
        waiting = [key for key, _, state in now[0] if state == "undecided"]
        if not waiting and time.monotonic() - since > (REFUSED if missing else quiet):
            return pods
        assert time.monotonic() < deadline, f"still undecided: {waiting or now}"
        time.sleep(0.05)


def _missing(api: Api, pods: Iterable[Object]) -> list[str]:
    """Controllers that have fewer pods than they want, or don't know yet what they want."""
    owned = Counter(owner["uid"] for pod in pods for owner in pod["metadata"].get("ownerReferences", []))
    for each in api.list("/apis/apps/v1/replicasets"):
        for owner in each["metadata"].get("ownerReferences", []):
            owned[owner["uid"]] += owned[each["metadata"]["uid"]]
    return sorted(
        f"{kind}/{each['metadata']['name']}"
        for kind, path in CONTROLLERS.items()
        if kind != "CronJob"
        for each in api.list(path.replace("/namespaces/{namespace}", ""))
        if owned[each["metadata"]["uid"]] < _wanted(kind, each)
    )


def _wanted(kind: str, controller: Object) -> int:
    spec, status = controller["spec"], controller.get("status", {})
    if kind == "DaemonSet":
        observed = status.get("observedGeneration") == controller["metadata"]["generation"]
        return int(status["desiredNumberScheduled"]) if observed else 1
    if kind == "Job":
        ended = spec.get("suspend") or status.get("succeeded") or status.get("conditions")
        return 0 if ended else int(spec.get("parallelism", 1))
    return int(spec.get("replicas", 1))


def _key(pod: Object) -> str:
    return f"{pod['metadata']['namespace']}/{pod['metadata']['name']}"


def _state(pod: Object) -> str:
    if "deletionTimestamp" in pod["metadata"]:
        return "undecided"
    if pod["status"].get("phase") in {"Running", "Succeeded", "Failed"}:
        return str(pod["status"]["phase"])
    gated = bool(pod["spec"].get("schedulingGates"))
    return "Pending" if gated or _why_pending(pod) else "undecided"


def _why_pending(pod: Object) -> str | None:
    for each in pod["status"].get("conditions", []):
        if each["type"] == "PodScheduled" and each["status"] == "False":
            return str(each.get("message", each.get("reason")))
    return None


def complete(api: Api, pod: Object) -> None:
    """Let a pod end well."""
    path = f"/api/v1/namespaces/{pod['metadata']['namespace']}/pods/{pod['metadata']['name']}/status"
    api.patch(path, {"status": {"phase": "Succeeded"}})


def running(pods: Iterable[Object]) -> dict[str, Counter[str]]:
    """Hosts of the pods that run, by workload, with the number of pods on each."""
    found: dict[str, Counter[str]] = {}
    for pod in pods:
        name = pod["metadata"].get("labels", {}).get(NAME_LABEL)
        if name and pod["status"].get("phase") == "Running":
            found.setdefault(name, Counter())[pod["spec"]["nodeName"]] += 1
    return found


def pending(pods: Iterable[Object]) -> dict[str, str]:
    """Workloads with pods that wait, and the scheduler's reason."""
    waiting = [pod for pod in pods if pod["status"].get("phase") == "Pending"]
    return {pod["metadata"].get("labels", {}).get(NAME_LABEL, _key(pod)): _why_pending(pod) or "" for pod in waiting}
