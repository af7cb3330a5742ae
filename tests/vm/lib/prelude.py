# ruff: noqa: F821 (the driver brings names)
"""What all VM tests share; it stands before each script. The driver brings a name for each machine, `retry`, `subtest`.

What a script names has a type that says what it is, so that a test without VMs can compare it with the fleet.
"""

import json
import re
import shlex
import typing
from collections.abc import Callable, Sequence
from typing import Any, NewType, TypedDict

Unit = NewType("Unit", str)
"""A systemd unit of a host, such as k3s.service."""
Label = NewType("Label", str)
"""The key of a node's label."""
Resource = NewType("Resource", str)
"""A resource of nodes, such as nvidia.com/gpu."""
Object = NewType("Object", str)
"""An object of the rendered tree: kind/name, or kind/namespace/name."""
Port = NewType("Port", int)
"""A TCP port that a host or a rendered workload is planned to serve."""
Name = NewType("Name", str)
"""The name of a host."""


class Node(TypedDict):
    """A host as the fleet plans it."""

    address: str
    role: str
    labels: dict[str, str]
    taints: list[str]


class Facts(TypedDict):
    """What the fleet plans, as the nodes of the test were evaluated."""

    nodes: dict[Name, Node]
    domain: str
    tokenFile: str
    openings: dict[Name, list[dict[str, Any]]]
    more: dict[str, Any]


# The driver's own hints bring another Protocol.
class Host(typing.Protocol):
    """What the tests ask of the driver's machines."""

    def start(self, allow_reboot: bool = False) -> None: ...  # noqa: FBT001, FBT002 (the driver's)

    def succeed(self, *commands: str, timeout: int | None = None) -> str: ...

    def fail(self, *commands: str, timeout: int | None = None) -> str: ...

    def wait_until_succeeds(self, command: str, timeout: int = 900) -> str: ...


STAND_IN_PORT, NOBODYS_PORT = 8080, 8081
"""Ports of a pod with the stand-in image: one that answers, one that doesn't."""
SOON = 120
"""Seconds that a change may take to show."""
BOOT = 600
"""Seconds from a machine's start until its node is ready."""


def equal(actual: Any, expected: Any, what: str) -> None:
    """Fail, and show both, unless they are equal."""
    if actual != expected:
        raise AssertionError(f"{what}: expected {expected!r}, but it is {actual!r}")


def holds(condition: bool, what: str) -> None:  # noqa: FBT001 (an assertion)
    """Fail unless it is so."""
    if not condition:
        raise AssertionError(f"not so: {what}")


def eventually(expected: Any, ask: Callable[[], Any], what: str, seconds: int = SOON) -> None:
    """Ask until the answer is as expected; fail, and show both, if it never is."""

    def is_so(last: bool) -> bool:  # noqa: FBT001 (the driver's)
        try:
            actual = ask()
        except Exception as error:  # noqa: BLE001 (the API may be away for a while; the last answer counts)
            actual = error
        if last:
            equal(actual, expected, what)
        return bool(actual == expected)

    retry(is_so, seconds)


def give_token(*hosts: Host) -> None:
    """Put the token where the fleet says, as a secrets provider does: readable by root alone, gone after a boot."""
    path = shlex.quote(FACTS["tokenFile"])
    for host in hosts:
        host.succeed(f"install -D -m 600 /dev/null {path} && echo the-token-of-a-test >{path}")


def is_active(host: Host, unit: Unit) -> bool:
    """Whether a unit is active, neither on its way there nor failed."""
    return host.succeed(f"systemctl is-active {unit} || true").strip() == "active"


def wait_for(host: Host, unit: Unit, seconds: int = BOOT) -> None:
    """Wait for a unit to be active."""
    host.wait_until_succeeds(f"systemctl is-active {unit}", timeout=seconds)


def main_process(host: Host, unit: Unit) -> str:
    """The process of a unit: another one if it was restarted."""
    return host.succeed(f"systemctl show --property=MainPID --value {unit}").strip()


def kubectl(server: Host, arguments: str) -> str:
    """Run kubectl on a server as root."""
    return server.succeed(f"k3s kubectl {arguments}")


def listed(server: Host, arguments: str) -> list[dict[str, Any]]:
    """The objects that `kubectl get` finds."""
    items: list[dict[str, Any]] = json.loads(kubectl(server, f"get {arguments} -o json"))["items"]
    return items


def address_of(thing: Object) -> str:
    """Spell an object for kubectl."""
    kind, *namespace, name = thing.split("/")
    return f"{kind}/{name}" + (f" --namespace={namespace[0]}" if namespace else "")


def get(server: Host, thing: Object) -> dict[str, Any]:
    """An object as the API has it."""
    found: dict[str, Any] = json.loads(kubectl(server, f"get {address_of(thing)} -o json"))
    return found


def node(server: Host, name: Name) -> dict[str, Any]:
    """A node as the API has it; empty while there is none."""
    return {each["metadata"]["name"]: each for each in listed(server, "nodes")}.get(name, {})


def wait_for_nodes(server: Host, names: Sequence[Name], seconds: int = BOOT) -> None:
    """Wait until exactly these nodes are there, and ready."""

    def ready() -> dict[str, str]:
        answer = server.succeed("k3s kubectl get nodes -o json || echo '{\"items\": []}'")
        return {
            each["metadata"]["name"]: condition["status"]
            for each in json.loads(answer)["items"]
            for condition in each["status"].get("conditions", [])
            if condition["type"] == "Ready"
        }

    eventually(dict.fromkeys(names, "True"), ready, "readiness of nodes", seconds)
    # Pods are refused until it is there.
    server.wait_until_succeeds("k3s kubectl get serviceaccount default", timeout=seconds)


def planned_labels(server: Host, name: Name) -> dict[str, str]:
    """A node's labels, but for those that Kubernetes and k3s give: what the fleet names, or has in its own domain."""
    wanted = FACTS["nodes"][name]["labels"]
    own = (FACTS["domain"] + "/", "nvidia.com/")
    labels: dict[str, str] = node(server, name)["metadata"]["labels"]
    return {key: value for key, value in labels.items() if key in wanted or key.startswith(own)}


def planned_taints(server: Host, name: Name) -> set[str]:
    """A node's taints as the fleet spells them, but for those that Kubernetes gives."""
    return {
        f"{taint['key']}={taint.get('value', '')}:{taint['effect']}"
        for taint in node(server, name)["spec"].get("taints", [])
        if not taint["key"].startswith("node.kubernetes.io/")
    }


def apply(server: Host, manifest: dict[str, Any]) -> None:
    """Apply an object that the test makes itself."""
    server.succeed(f"echo {shlex.quote(json.dumps(manifest))} | k3s kubectl apply --server-side -f -")


def pod(name: str, **spec: Any) -> dict[str, Any]:
    """A pod with the stand-in image; `container` are further fields of its container."""
    container = {
        "name": "stand-in",
        "image": "vm.local/stand-in:local",
        "imagePullPolicy": "Never",
        **spec.pop("container", {}),
    }
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "default"},
        "spec": {
            "containers": [container],
            "terminationGracePeriodSeconds": 1,
            "tolerations": [{"operator": "Exists"}],
            **spec,
        },
    }


def wait_for_pod(server: Host, name: str, condition: str = "Ready") -> dict[str, Any]:
    """Wait for a pod of the namespace `default`, and return it."""
    kubectl(server, f"wait --timeout={SOON}s --for=condition={condition} pod/{name}")
    found: dict[str, Any] = json.loads(kubectl(server, f"get pod/{name} -o json"))
    return found


def in_pod(name: str, arguments: str, namespace: str = "default") -> str:
    """The command that runs the stand-in program in a pod, by way of the API server and the kubelet."""
    return f"k3s kubectl exec --namespace={namespace} {name} -- stand-in {arguments}"


def pods_of(server: Host, workload: Object) -> list[dict[str, Any]]:
    """The pods of a rendered workload."""
    _, namespace, name = workload.split("/")
    return listed(server, f"pods --namespace={namespace} --selector=app.kubernetes.io/name={name}")


def wait_for_rollout(server: Host, workload: Object, seconds: int = SOON) -> None:
    """Wait until all pods of a rendered workload are as it says, and their probes pass."""
    kubectl(server, f"rollout status --timeout={seconds}s {address_of(workload)}")


def reachable_ports(source: Host, address: str) -> tuple[set[int], set[int]]:
    """TCP ports that answer with a connection, and those that only refuse one: whatever the firewall lets through."""
    report = source.succeed(f"nmap -n -Pn -p1-65535 --min-rate=4000 --max-retries=2 -oG - {address}", timeout=BOOT)
    found = re.findall(r"\b(\d+)/(open|closed)/tcp/", report)
    answering, refusing = ({int(port) for port, state in found if state == wanted} for wanted in ("open", "closed"))
    return answering, refusing
