"""F1xx: flags of k3s, and settings that must not be flags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.checks.registry import Finding, check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.resolved import Resolved

# Flags that the fleet file has a key for: given as flags they would contradict what else is rendered from that key.
FLAG_KEYS = {
    "agent-token-file": "cluster.k3s.tokenFile",
    "cluster-cidr": "cluster.k3s.clusterCIDR",
    "cluster-init": "hosts.<host>.role",
    "datastore-endpoint": "K3S_DATASTORE_ENDPOINT in cluster.k3s.serverEnvironmentFile",
    "disable": "cluster.k3s.disable",
    "embedded-registry": "cluster.k3s.embeddedRegistry",
    "etcd-s3": "cluster.k3s.etcdSnapshots.s3",
    "etcd-s3-access-key": "AWS_ACCESS_KEY_ID in cluster.k3s.serverEnvironmentFile",
    "etcd-s3-bucket": "cluster.k3s.etcdSnapshots.s3.bucket",
    "etcd-s3-endpoint": "cluster.k3s.etcdSnapshots.s3.endpoint",
    "etcd-s3-folder": "cluster.k3s.etcdSnapshots.s3.folder",
    "etcd-s3-region": "cluster.k3s.etcdSnapshots.s3.region",
    "etcd-s3-secret-key": "AWS_SECRET_ACCESS_KEY in cluster.k3s.serverEnvironmentFile",
    "etcd-snapshot-retention": "cluster.k3s.etcdSnapshots.retention",
    "etcd-snapshot-schedule-cron": "cluster.k3s.etcdSnapshots.schedule",
    "flannel-backend": "cluster.k3s.flannel",
    "flannel-iface": "hosts.<host>.interface",
    "node-ip": "hosts.<host>.address",
    "node-label": "hosts.<host>.labels",
    "node-name": "the host's name",
    "node-taint": "hosts.<host>.taints",
    "secrets-encryption": "cluster.k3s.secretsEncryption",
    "server": "hosts.<host>.role",
    "service-cidr": "cluster.k3s.serviceCIDR",
    "token-file": "cluster.k3s.tokenFile",
    "write-kubeconfig-group": "cluster.k3s.kubeconfigGroup",
}

_SECRETS = {"tokenFile": "k3s-token", "serverEnvironmentFile": "k3s-env"}


@check("F106")
def kubeconfig_that_everybody_can_read(resolved: Resolved) -> Iterator[Finding]:
    """A kubeconfig that every user of the server can read.

    `--write-kubeconfig-mode=0644` is in many guides. Whoever reads that file is the cluster's administrator.
    `kubeconfigGroup: wheel` lets a group read it (0640), and nobody else.
    """
    for path, flag in _flags(resolved):
        name, value = _parts(flag)
        if name == "write-kubeconfig-mode":
            open_to_all = value.isdigit() and int(value[-1]) != 0
            says = "makes every user of the host an administrator" if open_to_all else "is set from the fleet file"
            yield Finding(path, f"{flag} {says}", "set `kubeconfigGroup: wheel` under `cluster.k3s` instead")


@check("F107")
def token_that_everybody_can_read(resolved: Resolved) -> Iterator[Finding]:
    """A join token, or the password of the servers' database, where every user can read it.

    A token in a Nix string or on a command line is in the world-readable Nix store, and in `ps`. Whoever has it can
    join the cluster as a server. The fleet file names a path only; sops-nix or agenix put the file there.
    """
    k3s = resolved.fleet.cluster.k3s
    for key, file in (("tokenFile", k3s.token_file), ("serverEnvironmentFile", k3s.server_environment_file)):
        if file is not None and in_nix_store(file):
            yield Finding(
                ("cluster", "k3s", key),
                f"{file} is in the Nix store, which every user can read",
                f"name the path of a decrypted secret, such as /run/secrets/{_SECRETS[key]}",
            )
    for path, flag in _flags(resolved):
        name = _parts(flag)[0]
        if name in {"token", "agent-token"}:
            yield Finding(path, f"--{name} puts the token on the command line", "say `tokenFile` instead")


@check("F108")
def flag_that_the_fleet_file_has_a_key_for(resolved: Resolved) -> Iterator[Finding]:
    """A flag for something that the fleet file has a key for.

    The firewall, the reconciled labels and the hosts that are not NixOS all follow the key. A flag is a second place
    for the same setting, and sooner or later the two differ.
    """
    for path, flag in _flags(resolved):
        name = _parts(flag)[0]
        if name in FLAG_KEYS:
            yield Finding(path, f"--{name} contradicts or repeats {FLAG_KEYS[name]}", f"use {FLAG_KEYS[name]} instead")


def in_nix_store(path: str) -> bool:
    """Whether a path of a host is in its Nix store."""
    return is_within("/nix/store", path)


def is_within(outer: str, inner: str) -> bool:
    """Whether a path is another, or lies within it."""
    return inner == outer or inner.startswith(f"{outer}/")


def _flags(resolved: Resolved) -> Iterator[tuple[tuple[str | int, ...], str]]:
    k3s = resolved.fleet.cluster.k3s
    for key, flags in (("extraFlags", k3s.extra_flags), ("extraServerFlags", k3s.extra_server_flags)):
        yield from ((("cluster", "k3s", key, index), flag) for index, flag in enumerate(flags))
    for name, host in resolved.fleet.hosts.items():
        yield from ((("hosts", name, "extraFlags", index), flag) for index, flag in enumerate(host.extra_flags))


def _parts(flag: str) -> tuple[str, str]:
    name, _, value = flag.removeprefix("--").replace(" ", "=", 1).partition("=")
    return name, value
