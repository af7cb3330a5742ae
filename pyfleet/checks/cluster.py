"""F1xx: the hosts of the cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.checks.flags import in_nix_store, is_within
from pyfleet.checks.registry import Finding, check
from pyfleet.planning.high_availability import servers_of
from pyfleet.shared import K3S_DATA_DIR

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.resolved import Resolved

PACKAGED = frozenset({"coredns", "local-storage", "metrics-server", "runtimes", "servicelb", "traefik"})
_ELSEWHERE = "name a directory of another disk, such as /data/k3s, or leave it out"


@check("F101")
def no_server(resolved: Resolved) -> Iterator[Finding]:
    """A fleet without a server.

    Servers run the control plane; without one, agents have nothing to join.
    Give one host, or an odd number of hosts, `role: server`.
    """
    if resolved.first_server is None:
        yield Finding(("hosts",), "no host has `role: server`", "give one host `role: server`", at_key=True)


@check("F102")
def even_number_of_servers(resolved: Resolved) -> Iterator[Finding]:
    """An even number of servers.

    The embedded etcd works while more than half of its members do. With two servers either one's failure stops the
    cluster, so two are worse than one; four survive no more failures than three. With `datastore: external` the
    servers have no etcd, and any number of them will do.
    """
    if resolved.fleet.cluster.k3s.datastore != "etcd":
        return
    servers = list(servers_of(resolved.fleet))
    if servers and len(servers) % 2 == 0:
        less = len(servers) - 1
        yield Finding(
            ("hosts", servers[-1], "role"),
            f"{len(servers)} servers ({', '.join(servers)}): etcd survives {less // 2} failure(s), as with {less}",
            "use 1, 3 or 5 servers",
        )


@check("F103")
def address_of_two_hosts(resolved: Resolved) -> Iterator[Finding]:
    """Two hosts with one address.

    Copying a host's entry and forgetting its address makes one of the two unreachable, now one, now the other.
    """
    first: dict[str, str] = {}
    for name, host in resolved.fleet.hosts.items():
        other = first.setdefault(host.address, name)
        if other != name:
            yield Finding(("hosts", name, "address"), f"{host.address} is also the address of {other}")


@check("F111", "warning")
def first_server_that_is_not_nixos(resolved: Resolved) -> Iterator[Finding]:
    """A first server that is not NixOS.

    k3s applies labels and taints only when a node first registers. On NixOS the first server keeps them as the fleet
    file says; on other systems nothing does.
    """
    first = resolved.first_server
    if first is not None and resolved.fleet.hosts[first].os != "nixos":
        yield Finding(
            ("hosts", first, "os"),
            f"{first} is the first server and not NixOS: later changes of labels and taints reach no node",
            "make a NixOS host the first server, or apply them by `kubectl label` and `kubectl taint`",
        )


@check("F112")
def data_dir_of_a_host_that_is_not_nixos(resolved: Resolved) -> Iterator[Finding]:
    """`dataDir` on a host that is not NixOS.

    It is done by a bind mount that a NixOS module sets up.
    """
    for name, host in resolved.fleet.hosts.items():
        if host.os != "nixos" and host.data_dir is not None:
            yield Finding(
                ("hosts", name, "dataDir"),
                "`dataDir` works on NixOS hosts only",
                f"mount the other disk at {K3S_DATA_DIR} yourself",
                at_key=True,
            )


@check("F119")
def data_dir_that_cannot_be_mounted(resolved: Resolved) -> Iterator[Finding]:
    """`dataDir` within the directory that it is mounted on, around it, or in the Nix store.

    k3s' NixOS module writes to /var/lib/rancher/k3s whatever `--data-dir` says, so the directory on the other disk is
    mounted there. A directory can't be mounted on one of its own, and the Nix store is read-only.
    """
    for name, host in resolved.fleet.hosts.items():
        path = host.data_dir
        if path is None:
            continue
        where = ("hosts", name, "dataDir")
        if is_within(K3S_DATA_DIR, path) or is_within(path, K3S_DATA_DIR):
            yield Finding(
                where, f"{path} is mounted on {K3S_DATA_DIR}, so neither may lie within the other", _ELSEWHERE
            )
        elif in_nix_store(path):
            yield Finding(where, f"{path} is in the Nix store, which is read-only", _ELSEWHERE)


@check("F113", "warning")
def component_that_k3s_does_not_package(resolved: Resolved) -> Iterator[Finding]:
    """A component to disable that k3s doesn't package.

    k3s ignores an unknown name, so a misspelt one leaves the component running.
    """
    for index, name in enumerate(resolved.fleet.cluster.k3s.disable):
        if name not in PACKAGED:
            yield Finding(
                ("cluster", "k3s", "disable", index),
                f"k3s has no packaged component {name!r}",
                f"it has {', '.join(sorted(PACKAGED))}",
            )
