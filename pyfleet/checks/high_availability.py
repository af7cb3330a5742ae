"""F1xx: the servers' shared address, and where the cluster's state is."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING

from pyfleet.checks.registry import Finding, check
from pyfleet.planning.high_availability import interfaces_of, server_variables, servers_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.resolved import Resolved

VIRTUAL = ("cluster", "virtualAddress")
K3S = ("cluster", "k3s")
S3 = (*K3S, "etcdSnapshots", "s3")


@check("F114")
def virtual_address_that_is_taken(resolved: Resolved) -> Iterator[Finding]:
    """A virtual address that is a host's, a pod's or a service's.

    It moves from server to server. As a host's own address it would be on two machines at once. In the range of pods
    or services it is routed into the cluster's own network, so hosts can't join by it.
    """
    virtual = resolved.fleet.cluster.virtual_address
    if virtual is None:
        return
    k3s = resolved.fleet.cluster.k3s
    place = (*VIRTUAL, "address")
    hint = "choose a free address of the servers' network"
    for name, host in resolved.fleet.hosts.items():
        if host.address == virtual.address:
            yield Finding(place, f"{virtual.address} is the address of {name}", hint)
    for what, network in (("pods", k3s.cluster_cidr), ("services", k3s.service_cidr)):
        if IPv4Address(virtual.address) in IPv4Network(network):
            yield Finding(place, f"{virtual.address} is in the range of {what} ({network})", hint)


@check("F115")
def virtual_address_that_a_server_cannot_have(resolved: Resolved) -> Iterator[Finding]:
    """A virtual address that one of the servers can't take over.

    keepalived is set up by a NixOS module, and needs the network interface. kube-vip runs on any server, but
    as one DaemonSet with one interface for all: that of the default route, unless the fleet file names another.
    """
    virtual = resolved.fleet.cluster.virtual_address
    if virtual is None:
        return
    if virtual.by == "kube-vip":
        interfaces = sorted(interfaces_of(resolved.fleet, virtual))
        if len(interfaces) > 1:
            yield Finding(
                (*VIRTUAL, "by"),
                f"kube-vip takes one interface for all servers, and they have {' and '.join(interfaces)}",
                "give the servers' interfaces one name, or use keepalived",
            )
        return
    for name, host in servers_of(resolved.fleet).items():
        if host.os != "nixos":
            message = f"keepalived can't be set up on {name}: it is not NixOS"
            yield Finding(("hosts", name, "os"), message, "set `by: kube-vip`")
        elif virtual.interface is None and host.interface is None:
            yield Finding(
                ("hosts", name),
                f"keepalived needs the interface of {name} that has {host.address}",
                f"set `interface` here, or under `{'.'.join(VIRTUAL)}` where it is the same on all servers",
                at_key=True,
            )


@check("F116", "warning")
def virtual_address_of_one_server(resolved: Resolved) -> Iterator[Finding]:
    """A virtual address in a fleet with one server: it has nowhere to move to.

    It does no harm, and servers can be added later without a new address for agents and admins.
    """
    servers = servers_of(resolved.fleet)
    if resolved.fleet.cluster.virtual_address is not None and len(servers) == 1:
        yield Finding(
            VIRTUAL,
            f"{next(iter(servers))} is the only server, so the address has nowhere to move to",
            "have three servers, or remove it",
            at_key=True,
        )


@check("F117")
def secret_of_the_servers_that_nobody_gives(resolved: Resolved) -> Iterator[Finding]:
    """A database or an object store that the servers have no credentials for.

    Credentials are neither in the fleet file nor in the Nix store: k3s reads them from variables in
    `serverEnvironmentFile`, which sops-nix, agenix or an admin puts on each server. A database takes
    K3S_DATASTORE_ENDPOINT, such as `postgres://user:password@host:5432/k3s`; an object store takes AWS_ACCESS_KEY_ID
    and AWS_SECRET_ACCESS_KEY.
    """
    k3s = resolved.fleet.cluster.k3s
    if k3s.server_environment_file is not None:
        return
    hint = "set `serverEnvironmentFile: /run/secrets/k3s-env` under `cluster.k3s`, and put such a file on each server"
    if k3s.datastore == "external":
        yield Finding((*K3S, "datastore"), "no file sets K3S_DATASTORE_ENDPOINT, the address of the database", hint)
    elif k3s.etcd_snapshots.s3 is not None:
        names = " and ".join(server_variables(k3s))
        yield Finding(S3, f"no file sets {names}, the credentials of the bucket", hint, at_key=True)


@check("F118")
def snapshots_of_a_database(resolved: Resolved) -> Iterator[Finding]:
    """Snapshots in a fleet whose datastore is an external database.

    k3s takes snapshots only of the etcd that it runs. Of an external database it takes none, whatever its flags are,
    and one day there would be nothing to restore.
    """
    k3s = resolved.fleet.cluster.k3s
    if k3s.datastore == "external" and k3s.etcd_snapshots.s3 is not None:
        yield Finding(
            S3,
            "k3s takes no snapshots of an external datastore",
            "remove it, and back the database up where it runs",
            at_key=True,
        )
