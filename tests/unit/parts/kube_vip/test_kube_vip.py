"""kube-vip: the address that the servers share, moved by pods of theirs."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from pyfleet.rendering import render
from tests.unit.fleets import named, objects_in, planned

FLEET = """
cluster:
  name: lab
  domain: lab.example
  virtualAddress: {address: 10.0.0.9, %s}
  k3s: {tokenFile: /run/secrets/k3s-token}
hosts:
  one: {role: server, address: 10.0.0.1%s}
  two: {role: server, address: 10.0.0.2%s}
  three: {role: server, address: 10.0.0.3}
"""


def started(how: str = "by: kube-vip", one: str = "", two: str = "") -> dict[str, dict[str, Any]]:
    """Objects that the first server applies by itself."""
    return named(objects_in(render(planned(FLEET % (how, one, two))), "bootstrap"))


def pod(made: dict[str, dict[str, Any]]) -> dict[str, Any]:
    spec: dict[str, Any] = made["DaemonSet/kube-vip"]["spec"]["template"]["spec"]
    return spec


def environment(made: dict[str, dict[str, Any]]) -> dict[str, str]:
    (container,) = pod(made)["containers"]
    return {each["name"]: each.get("value") for each in container["env"]}


def test_it_may_do_nothing_but_elect() -> None:
    made = started()

    assert sorted(made) == ["DaemonSet/kube-vip", "Role/kube-vip", "RoleBinding/kube-vip", "ServiceAccount/kube-vip"]
    assert made["Role/kube-vip"]["metadata"]["namespace"] == "kube-system"
    assert made["Role/kube-vip"]["rules"] == [
        {"apiGroups": ["coordination.k8s.io"], "resources": ["leases"], "verbs": ["create"]},
        {
            "apiGroups": ["coordination.k8s.io"],
            "resources": ["leases"],
            "resourceNames": ["plndr-cp-lock"],
            "verbs": ["get", "update"],
        },
    ]


def test_its_pods_come_after_the_account_that_they_run_as() -> None:
    """k3s applies the files by name; without its account a pod is refused."""
    files = render(planned(FLEET % ("by: kube-vip", "", "")))
    kinds = [yaml.safe_load(files[path])["kind"] for path in sorted(files) if path.startswith("bootstrap/")]

    assert kinds == ["Role", "ServiceAccount", "RoleBinding", "DaemonSet"]


def test_it_moves_the_servers_address_and_no_service() -> None:
    env = environment(started())

    assert (env["address"], env["port"], env["cp_enable"], env["vip_arp"]) == ("10.0.0.9", "6443", "true", "true")
    assert [name for name in env if name.startswith("svc_")] == []


def test_each_asks_its_own_hosts_api_server_and_so_loses_the_address_with_it() -> None:
    env = environment(started())

    assert (env["KUBERNETES_SERVICE_HOST"], env["KUBERNETES_SERVICE_PORT"]) == ("127.0.0.1", "6443")


@pytest.mark.parametrize(
    ("how", "one", "two", "interface"),
    [
        (", interface: eth0", ", interface: eno1", ", interface: eno1", "eth0"),
        ("", ", interface: eno1", "", "eno1"),
        ("", "", "", None),
    ],
    ids=["stated", "of the servers", "of the default route"],
)
def test_it_takes_the_interface_that_is_stated_or_that_of_the_servers(
    how: str, one: str, two: str, interface: str | None
) -> None:
    assert environment(started(f"by: kube-vip{how}", one, two)).get("vip_interface") == interface


def test_it_has_the_image_that_the_fleet_wants() -> None:
    (container,) = pod(started("by: kube-vip, image: a/kube-vip:v1"))["containers"]

    assert container["image"] == "a/kube-vip:v1"


def test_it_runs_on_every_server_whatever_its_taints() -> None:
    spec = pod(started())
    (term,) = spec["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]["nodeSelectorTerms"]

    assert term == {"matchExpressions": [{"key": "node-role.kubernetes.io/control-plane", "operator": "Exists"}]}
    assert (spec["tolerations"], spec["hostNetwork"]) == ([{"operator": "Exists"}], True)


def test_it_has_the_two_capabilities_that_it_needs_and_no_open_port() -> None:
    (container,) = pod(started())["containers"]

    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "capabilities": {"add": ["NET_ADMIN", "NET_RAW"], "drop": ["ALL"]},
    }
    assert container["args"] == ["manager", "--prometheusHTTPServer="]


def test_keepalived_needs_none_of_it() -> None:
    assert started("interface: eth0") == {}
