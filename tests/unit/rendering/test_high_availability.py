"""kube-vip's objects, and what hosts that are not NixOS are given."""

from __future__ import annotations

from typing import Any

import yaml

from pyfleet.planning import Plan, plan
from pyfleet.rendering.k3s import render_k3s
from pyfleet.rendering.kubernetes.kube_vip import kube_vip_objects
from tests.unit.fleets import fleet

LINUX = """
cluster:
  name: lab
  domain: lab.example
  virtualAddress: {address: 10.0.0.9, by: kube-vip}
  k3s: {tokenFile: /run/secrets/k3s-token, serverEnvironmentFile: /run/secrets/k3s-env%s}
hosts:
  one: {role: server, address: 10.0.0.1, os: linux}
  two: {role: server, address: 10.0.0.2, os: linux}
  three: {role: server, address: 10.0.0.3, os: linux}
  worker: {address: 10.0.0.4, os: linux}
"""


def made(more: str = "") -> Plan:
    return plan(fleet(LINUX % more))


def config_of(files: dict[str, str], host: str) -> dict[str, Any]:
    config: dict[str, Any] = yaml.safe_load(files[f"k3s/{host}.yaml"])
    return config


def container(body: dict[str, Any]) -> dict[str, Any]:
    (found,) = body["spec"]["template"]["spec"]["containers"]
    return dict(found)


def test_kube_vip_may_do_nothing_but_elect() -> None:
    account, role, binding, _ = kube_vip_objects(made())

    assert [each["kind"] for each in (account, role, binding)] == ["ServiceAccount", "Role", "RoleBinding"]
    assert role["metadata"]["namespace"] == "kube-system"
    assert role["rules"] == [
        {"apiGroups": ["coordination.k8s.io"], "resources": ["leases"], "verbs": ["create"]},
        {
            "apiGroups": ["coordination.k8s.io"],
            "resources": ["leases"],
            "resourceNames": ["plndr-cp-lock"],
            "verbs": ["get", "update"],
        },
    ]


def test_kube_vip_moves_the_servers_address_and_no_service() -> None:
    env = {each["name"]: each.get("value") for each in container(kube_vip_objects(made())[-1])["env"]}

    assert (env["address"], env["port"], env["cp_enable"], env["vip_arp"]) == ("10.0.0.9", "6443", "true", "true")
    assert [name for name in env if name.startswith("svc_")] == []
    assert "vip_interface" not in env, "it is that of the default route"


def test_a_kube_vip_asks_its_own_hosts_api_server_and_so_loses_the_address_with_it() -> None:
    env = {each["name"]: each.get("value") for each in container(kube_vip_objects(made())[-1])["env"]}

    assert (env["KUBERNETES_SERVICE_HOST"], env["KUBERNETES_SERVICE_PORT"]) == ("127.0.0.1", "6443")


def test_kube_vip_runs_on_every_server_whatever_its_taints() -> None:
    spec = kube_vip_objects(made())[-1]["spec"]["template"]["spec"]
    (term,) = spec["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]["nodeSelectorTerms"]

    assert term == {"matchExpressions": [{"key": "node-role.kubernetes.io/control-plane", "operator": "Exists"}]}
    assert (spec["tolerations"], spec["hostNetwork"]) == ([{"operator": "Exists"}], True)


def test_kube_vip_has_the_two_capabilities_that_it_needs_and_no_open_port() -> None:
    body = container(kube_vip_objects(made())[-1])

    assert body["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "capabilities": {"add": ["NET_ADMIN", "NET_RAW"], "drop": ["ALL"]},
    }
    assert body["args"] == ["manager", "--prometheusHTTPServer="]


def test_keepalived_needs_no_kube_vip() -> None:
    text = LINUX.replace("by: kube-vip", "interface: eth0").replace(", os: linux", "") % ""

    assert kube_vip_objects(plan(fleet(text))) == []


def test_all_servers_have_the_address_in_their_certificates_and_agents_know_no_such_key() -> None:
    files = render_k3s(made())

    assert [config_of(files, host).get("tls-san") for host in ("one", "two", "worker")] == [
        "10.0.0.9",
        "10.0.0.9",
        None,
    ]
    assert [config_of(files, host).get("server") for host in ("one", "two", "worker")] == [
        None,
        "https://10.0.0.9:6443",
        "https://10.0.0.9:6443",
    ]


def test_a_further_name_of_the_certificates_stands_beside_it() -> None:
    files = render_k3s(made(", extraServerFlags: [--tls-san=k3s.lab.example]"))

    assert config_of(files, "two")["tls-san"] == ["10.0.0.9", "k3s.lab.example"]


def test_with_a_database_no_server_is_told_of_etcd_or_of_another_server() -> None:
    files = render_k3s(made(", datastore: external"))
    told = {key for host in ("one", "two", "three") for key in config_of(files, host)}

    assert {key for key in told if key.startswith(("etcd", "cluster-init", "server"))} == set()
    assert config_of(files, "worker")["server"] == "https://10.0.0.9:6443"


def test_servers_say_which_variables_they_wait_for_and_agents_do_not() -> None:
    files = render_k3s(made(", datastore: external"))

    assert files["k3s/one.yaml"].splitlines()[:5] == [
        "# Rendered by pyfleet from the fleet file: put it on the host as /etc/rancher/k3s/config.yaml.",
        "# Then: ln -s /run/secrets/k3s-env /etc/default/k3s",
        "#   It has to set K3S_DATASTORE_ENDPOINT, and to be readable by root only.",
        # Here kube-vip moves the servers' address, and has to be there before others join.
        "# Then: put the files of bootstrap/ into /var/lib/rancher/k3s/server/manifests/",
        "# Then: curl -sfL https://get.k3s.io | sh -s - server",
    ]
    assert "k3s-env" not in files["k3s/worker.yaml"]


def test_snapshots_to_an_object_store_name_it_and_no_key() -> None:
    files = render_k3s(made(", etcdSnapshots: {s3: {endpoint: 'minio:9000', bucket: snapshots, region: here}}"))
    config = config_of(files, "two")

    assert {key: value for key, value in config.items() if key.startswith("etcd-s3")} == {
        "etcd-s3": True,
        "etcd-s3-endpoint": "minio:9000",
        "etcd-s3-bucket": "snapshots",
        "etcd-s3-region": "here",
    }


def test_hosts_share_the_images_of_every_registry() -> None:
    files = render_k3s(made(", embeddedRegistry: true"))

    assert yaml.safe_load(files["k3s/shared/registries.yaml"]) == {"mirrors": {"*": {}}}
    assert [config_of(files, host).get("embedded-registry") for host in ("one", "worker")] == [True, None]
    assert "k3s/shared/registries.yaml" not in render_k3s(made())
