"""What hosts that are not NixOS are given."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from pyfleet.rendering import render
from tests.unit.fleets import planned

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


def rendered(more: str = "") -> dict[str, str]:
    return render(planned(LINUX % more))


def config_of(files: dict[str, str], host: str) -> dict[str, Any]:
    config: dict[str, Any] = yaml.safe_load(files[f"k3s/{host}.yaml"])
    return config


def test_all_servers_have_the_address_in_their_certificates_and_agents_know_no_such_key() -> None:
    files = rendered()

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
    files = rendered(", extraServerFlags: [--tls-san=k3s.lab.example]")

    assert config_of(files, "two")["tls-san"] == ["10.0.0.9", "k3s.lab.example"]


def test_with_a_database_no_server_knows_of_etcd_or_of_another_server() -> None:
    files = rendered(", datastore: external")
    known = {key for host in ("one", "two", "three") for key in config_of(files, host)}

    assert {key for key in known if key.startswith(("etcd", "cluster-init", "server"))} == set()
    assert config_of(files, "worker")["server"] == "https://10.0.0.9:6443"


def test_servers_say_which_variables_they_wait_for_and_agents_do_not() -> None:
    files = rendered(", datastore: external")

    assert files["k3s/two.yaml"].splitlines()[:4] == [
        "# Rendered by pyfleet from the fleet file: put it on the host as /etc/rancher/k3s/config.yaml.",
        "# Then: ln -s /run/secrets/k3s-env /etc/default/k3s",
        "#   It has to set K3S_DATASTORE_ENDPOINT, and to be readable by root only.",
        "# Then: curl -sfL https://get.k3s.io | sh -s - server",
    ]
    assert "k3s-env" not in files["k3s/worker.yaml"]


def test_the_first_server_says_where_what_the_cluster_is_started_with_goes() -> None:
    """Here kube-vip moves the servers' address, and has to be there before others join."""
    line = "# Then: put the files of bootstrap/ into /var/lib/rancher/k3s/server/manifests/\n"
    files = rendered()
    nothing = render(planned("hosts: {box: {role: server, address: 10.0.0.1, os: linux}}"))

    assert [host for host in ("one", "two", "worker") if line in files[f"k3s/{host}.yaml"]] == ["one"]
    assert line not in nothing["k3s/box.yaml"]


@pytest.mark.parametrize(
    ("given", "region", "folder"),
    [
        ("region: here", {"etcd-s3-region": "here"}, {}),
        ("folder: lab", {"etcd-s3-region": "us-east-1"}, {"etcd-s3-folder": "lab"}),
    ],
)
def test_snapshots_to_an_object_store_name_it_and_no_key(
    given: str, region: dict[str, str], folder: dict[str, str]
) -> None:
    files = rendered(f", etcdSnapshots: {{s3: {{endpoint: 'minio:9000', bucket: snapshots, {given}}}}}")
    config = config_of(files, "two")

    assert {key: value for key, value in config.items() if key.startswith("etcd-")} == {
        "etcd-snapshot-schedule-cron": "0 */12 * * *",
        "etcd-snapshot-retention": 5,
        "etcd-s3": True,
        "etcd-s3-endpoint": "minio:9000",
        "etcd-s3-bucket": "snapshots",
        **region,
        **folder,
    }
    assert "#   It has to set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, and" in files["k3s/two.yaml"]


def test_hosts_share_the_images_of_every_registry() -> None:
    files = rendered(", embeddedRegistry: true")

    assert yaml.safe_load(files["k3s/shared/registries.yaml"]) == {"mirrors": {"*": {}}}
    assert [config_of(files, host).get("embedded-registry") for host in ("one", "worker")] == [True, None]
    assert "k3s/shared/registries.yaml" not in rendered()
