"""Kueue's own controller beside the control plane, configured and registered as its release has it."""

from __future__ import annotations

import base64
import json
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import yaml

from tests.cluster.api import ApiError
from tests.cluster.control_plane import free_port
from tests.cluster.pods import collection
from tests.manifests.tree import LOADER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.cluster.api import Api, Object
    from tests.cluster.control_plane import ControlPlane

PROGRAM = "kueue"
MANIFESTS = "kueue.yaml"
"""Beside the program: what it is installed with, which its releases call manifests.yaml."""
CONFIGURATION = "controller_manager_config.yaml"
NAMESPACE = "kueue-system"
SECRET = f"/api/v1/namespaces/{NAMESPACE}/secrets/kueue-webhook-server-cert"
SERVICE = "kueue-webhook-service"
# Its Deployment is the program here. Its APIServices answer in a pod alone, and one that doesn't holds up the deletion
# of every namespace.
INSTALLED = (
    "CustomResourceDefinition",
    "Namespace",
    "Secret",
    "MutatingWebhookConfiguration",
    "ValidatingWebhookConfiguration",
)
API = "/apis/kueue.x-k8s.io/v1beta2"
PATIENCE = 15.0
"""Seconds in which Kueue decides, on a machine that has other things to do: it takes less than one."""
START = 60.0
"""Seconds in which it starts."""

Seen = TypeVar("Seen")


def why_without(programs: Path) -> str | None:
    """Why Kueue can't run, if so."""
    missing = [name for name in (PROGRAM, MANIFESTS) if not (programs / name).is_file()]
    return f"no {' and no '.join(missing)} in {programs}: `make cluster-test` builds them, with Go" if missing else None


@contextmanager
def kueue_running(control_plane: ControlPlane, folder: Path) -> Iterator[None]:
    """Install Kueue, and run its controller.

    Its webhooks are called through their Service, as in a cluster, though that leads to loopback. So Kueue makes their
    certificates itself, which the kubelet would mount: with others it reads its own from /etc alone.
    """
    manifests = list(yaml.load_all((control_plane.programs / MANIFESTS).read_text("utf-8"), LOADER))
    port = free_port()
    (text,) = (each["data"][CONFIGURATION] for each in manifests if each["kind"] == "ConfigMap")
    folder.joinpath(CONFIGURATION).write_text(json.dumps(_configuration(text, port, folder)))
    objects = [_with_port(each, port) for each in manifests if each["kind"] in INSTALLED]
    folder.joinpath("objects.yaml").write_text(yaml.safe_dump_all([*objects, _service(port)]))
    done = control_plane.kubectl(
        "apply", "--server-side", "--force-conflicts", "--field-manager=helm", "-f", folder / "objects.yaml"
    )
    assert done.returncode == 0, done.stderr
    arguments = ["--config", str(folder / CONFIGURATION), "--kubeconfig", str(control_plane.kubeconfig)]
    with control_plane.started(PROGRAM, arguments):
        _mount_certificate(control_plane.api, folder)
        assert until(lambda: _answers(control_plane.api), START)
        yield


def _configuration(text: str, port: int, folder: Path) -> dict[str, Any]:
    """Its own configuration, but for what is the machine's: ports, folders, who else there is."""
    own: dict[str, Any] = yaml.safe_load(text)
    return {
        **own,
        "namespace": NAMESPACE,
        "health": {"healthProbeBindAddress": f"127.0.0.1:{free_port()}"},
        "metrics": {"bindAddress": f"127.0.0.1:{free_port()}"},
        "webhook": {"host": "127.0.0.1", "port": port, "certDir": str(folder)},
        "leaderElection": {"leaderElect": False},
        "featureGates": {"VisibilityOnDemand": False},  # its port can't be chosen
    }


def _with_port(body: Object, port: int) -> Object:
    spec = body.get("spec", {})
    hooks = [*body.get("webhooks", []), *([spec["conversion"]["webhook"]] if "conversion" in spec else [])]
    for hook in hooks:
        hook["clientConfig"]["service"]["port"] = port
    return body


def _service(port: int) -> Object:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": SERVICE, "namespace": NAMESPACE},
        "spec": {"type": "ExternalName", "externalName": "127.0.0.1", "ports": [{"port": port}]},
    }


def _mount_certificate(api: Api, folder: Path) -> None:
    """Play the kubelet, which mounts the Secret that Kueue writes."""
    data = until(lambda: api.call("GET", SECRET).get("data"), START)
    for name in ("tls.key", "tls.crt"):  # it looks for the latter
        folder.joinpath(name).write_bytes(base64.b64decode(data[name]))


def _answers(api: Api) -> bool:
    """Whether the API server reaches its webhooks."""
    flavor = {"apiVersion": "kueue.x-k8s.io/v1beta2", "kind": "ResourceFlavor", "metadata": {"name": "any"}}
    try:
        api.call("POST", f"{API}/resourceflavors?dryRun=All", flavor)
    except ApiError:
        return False
    return True


def until(look: Callable[[], Seen], patience: float = PATIENCE) -> Seen:
    """Look until there is something to see, or patience ends; give what was seen last."""
    deadline = time.monotonic() + patience
    while not (seen := look()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return seen


def workload(api: Api, job: str) -> Object:
    """Kueue's object of a job; empty while there is none."""
    found = [
        each
        for each in api.list(f"{API}/workloads")
        for owner in each["metadata"].get("ownerReferences", [])
        if (owner["kind"], owner["name"]) == ("Job", job)
    ]
    return found[0] if found else {}


def message(api: Api, job: str, condition: str, status: str = "True") -> str | None:
    """What Kueue says of a job in a condition, if that has this status."""
    for each in workload(api, job).get("status", {}).get("conditions", []):
        if (each["type"], each["status"]) == (condition, status):
            return str(each["message"])
    return None


def flavors(api: Api, job: str) -> set[str]:
    """Flavors of a job that is admitted; none of one that waits."""
    status = workload(api, job).get("status", {})
    admitted = any((each["type"], each["status"]) == ("Admitted", "True") for each in status.get("conditions", []))
    sets = status["admission"]["podSetAssignments"] if admitted and "admission" in status else []
    return {flavor for each in sets for flavor in each["flavors"].values()}


def node_labels(api: Api, flavor: str) -> dict[str, str]:
    """Labels of a flavor's nodes."""
    labels: dict[str, str] = api.call("GET", f"{API}/resourceflavors/{flavor}")["spec"]["nodeLabels"]
    return labels


def suspended(api: Api, job: Object) -> bool:
    """Whether a job is held back."""
    return bool(api.call("GET", f"{collection(job)}/{job['metadata']['name']}")["spec"]["suspend"])
