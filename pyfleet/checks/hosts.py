"""F1xx: hosts, and the cluster they make."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pyfleet.checks.registry import Finding, check
from pyfleet.plan.labels import derived_labels, with_domain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.plan.inventory import Inventory

# kubernetes/kubernetes staging/src/k8s.io/kubelet/pkg/apis/well_known_labels.go
KUBELET_MAY_SET = frozenset(
    {
        "kubernetes.io/hostname",
        "kubernetes.io/os",
        "kubernetes.io/arch",
        "topology.kubernetes.io/zone",
        "topology.kubernetes.io/region",
        "failure-domain.beta.kubernetes.io/zone",
        "failure-domain.beta.kubernetes.io/region",
        "beta.kubernetes.io/instance-type",
        "beta.kubernetes.io/os",
        "beta.kubernetes.io/arch",
        "node.kubernetes.io/instance-type",
    }
)
KUBELET_MAY_SET_BELOW = ("kubelet.kubernetes.io", "node.kubernetes.io")
KUBERNETES_DOMAINS = ("kubernetes.io", "k8s.io")
PACKAGED = frozenset({"coredns", "local-storage", "metrics-server", "runtimes", "servicelb", "traefik"})

# Flags that the fleet file has a key for: given as flags they would contradict what else is rendered from that key.
FLAG_KEYS = {
    "agent-token-file": "cluster.k3s.tokenFile",
    "cluster-cidr": "cluster.k3s.clusterCIDR",
    "cluster-init": "hosts.<host>.role",
    "disable": "cluster.k3s.disable",
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


@check("F101")
def no_server(inventory: Inventory) -> Iterator[Finding]:
    """A fleet without a server.

    Somebody has to run the control plane: agents have nothing to join otherwise.
    Give one host, or an odd number of hosts, `role: server`.
    """
    if inventory.first_server is None:
        yield Finding(("hosts",), "no host has `role: server`", "give one host `role: server`", at_key=True)


@check("F102")
def even_number_of_servers(inventory: Inventory) -> Iterator[Finding]:
    """An even number of servers.

    The embedded etcd works while more than half of its members do. With two servers either one's failure stops the
    cluster, so two are worse than one; four bear no more failures than three.
    """
    servers = [name for name, host in inventory.fleet.hosts.items() if host.role == "server"]
    if servers and len(servers) % 2 == 0:
        bears = (len(servers) - 1) // 2
        yield Finding(
            ("hosts", servers[-1], "role"),
            f"{len(servers)} servers ({', '.join(servers)}): etcd then bears {bears} failure(s), as with {len(servers) - 1}",
            "use 1, 3 or 5 servers",
        )


@check("F103")
def address_of_two_hosts(inventory: Inventory) -> Iterator[Finding]:
    """Two hosts with one address.

    Copying a host's entry and forgetting to change its address makes one of the two unreachable, now one, now the other.
    """
    first: dict[str, str] = {}
    for name, host in inventory.fleet.hosts.items():
        other = first.setdefault(host.address, name)
        if other != name:
            yield Finding(("hosts", name, "address"), f"{host.address} is also the address of {other}")


@check("F104")
def label_that_the_kubelet_refuses(inventory: Inventory) -> Iterator[Finding]:
    """A node label that the kubelet may not set.

    Labels below kubernetes.io and k8s.io are Kubernetes' own, but for a short list. Given
    `node-role.kubernetes.io/control-plane=true`, one fleet's kubelet refused to start, and the node was gone.
    Use a label of the fleet's own domain: a key without a prefix gets it.
    """
    for name, host in inventory.fleet.hosts.items():
        for key in host.labels:
            domain = key.rpartition("/")[0]
            if _below(domain, KUBERNETES_DOMAINS) and not (
                key in KUBELET_MAY_SET or _below(domain, KUBELET_MAY_SET_BELOW)
            ):
                own = f"{key.rpartition('/')[2]}"
                yield Finding(
                    ("hosts", name, "labels", key),
                    f"the kubelet refuses to start with the label {key}",
                    f"use a label of your own domain, such as `{own}` ({inventory.fleet.cluster.domain}/{own})",
                    at_key=True,
                )


def _below(domain: str, parents: tuple[str, ...]) -> bool:
    return any(domain == parent or domain.endswith(f".{parent}") for parent in parents)


@check("F105")
def label_that_is_derived(inventory: Inventory) -> Iterator[Finding]:
    """A label typed by hand that follows from the host's GPUs.

    One fleet's notes said `vram-total=28` for two cards of 16 GiB, and `32` two pages on. What can be counted is counted.
    """
    domain = inventory.fleet.cluster.domain
    for name, host in inventory.fleet.hosts.items():
        derived = derived_labels(host, inventory.products_of(host), domain)
        for key, value in host.labels.items():
            full = key if "/" in key else f"{domain}/{key}"
            if full in derived:
                yield Finding(
                    ("hosts", name, "labels", key),
                    f"{full} is derived from the host (here: {derived[full]}), but {value!r} is typed",
                    "remove it",
                    at_key=True,
                )


@check("F106")
def kubeconfig_that_everybody_can_read(inventory: Inventory) -> Iterator[Finding]:
    """A kubeconfig that every user of the server can read.

    `--write-kubeconfig-mode=0644` is in many guides. The file it opens up makes its reader the cluster's administrator.
    `kubeconfigGroup: wheel` lets a group read it (0640), and nobody else.
    """
    for path, flag in _flags(inventory):
        name, value = _parts(flag)
        if name == "write-kubeconfig-mode":
            open_to_all = value.isdigit() and int(value[-1]) != 0
            says = "makes every user of the host an administrator" if open_to_all else "is set from the fleet file"
            yield Finding(path, f"{flag} {says}", "say `kubeconfigGroup: wheel` under `cluster.k3s` instead")


@check("F107")
def token_that_everybody_can_read(inventory: Inventory) -> Iterator[Finding]:
    """A join token where every user can read it.

    A token in a Nix string or on a command line is in the world-readable Nix store, and in `ps`. Whoever has it can join
    the cluster as a server. The fleet file names a path only; sops-nix or agenix put the file there.
    """
    token_file = inventory.fleet.cluster.k3s.token_file
    if token_file.startswith("/nix/store/"):
        yield Finding(
            ("cluster", "k3s", "tokenFile"),
            f"{token_file} is in the Nix store, which every user can read",
            "name the path of a decrypted secret, such as /run/secrets/k3s-token",
        )
    for path, flag in _flags(inventory):
        if _parts(flag)[0] in {"token", "agent-token"}:
            yield Finding(path, f"{flag.split('=')[0]} puts the token on the command line", "say `tokenFile` instead")


@check("F108")
def flag_that_the_fleet_file_has_a_key_for(inventory: Inventory) -> Iterator[Finding]:
    """A flag for something that the fleet file has a key for.

    The firewall, the labels that are reconciled, the hosts that are not NixOS: all follow the key. A flag beside it is
    one more place to say the same thing, and sooner or later says something else.
    """
    for path, flag in _flags(inventory):
        name = _parts(flag)[0]
        if name in FLAG_KEYS:
            yield Finding(path, f"--{name} contradicts or repeats {FLAG_KEYS[name]}", f"say it as {FLAG_KEYS[name]}")


def _flags(inventory: Inventory) -> Iterator[tuple[tuple[str | int, ...], str]]:
    k3s = inventory.fleet.cluster.k3s
    for key, flags in (("extraFlags", k3s.extra_flags), ("extraServerFlags", k3s.extra_server_flags)):
        yield from ((("cluster", "k3s", key, index), flag) for index, flag in enumerate(flags))
    for name, host in inventory.fleet.hosts.items():
        yield from ((("hosts", name, "extraFlags", index), flag) for index, flag in enumerate(host.extra_flags))


def _parts(flag: str) -> tuple[str, str]:
    name, _, value = flag.removeprefix("--").replace(" ", "=", 1).partition("=")
    return name, value


@check("F109")
def label_given_twice(inventory: Inventory) -> Iterator[Finding]:
    """One label key with two values on one node.

    `hydra.io/workload=generation` and `hydra.io/workload=training` were given to one node: a key has one value, and the
    last one wins without a word. Make the second a key of its own, such as `training: "true"`.
    """
    domain = inventory.fleet.cluster.domain
    for name, host in inventory.fleet.hosts.items():
        seen: dict[str, str] = {}
        for key in host.labels:
            full = next(iter(with_domain({key: ""}, domain)))
            if full in seen:
                yield Finding(
                    ("hosts", name, "labels", key),
                    f"{key} is the same label as {seen[full]}: {full}",
                    "a label has one value on a node; make the other a key of its own",
                    at_key=True,
                )
            seen.setdefault(full, key)


@check("F110")
def taint_given_twice(inventory: Inventory) -> Iterator[Finding]:
    """Two taints with one key and effect on one node.

    Kubernetes refuses the node.
    """
    for name, host in inventory.fleet.hosts.items():
        seen: dict[tuple[str, str], int] = defaultdict(int)
        for index, taint in enumerate(host.taints):
            key, _, effect = taint.rpartition(":")
            identity = (key.partition("=")[0], effect)
            seen[identity] += 1
            if seen[identity] == 2:  # noqa: PLR2004 - said once, not for every further one
                yield Finding(("hosts", name, "taints", index), f"a second taint {identity[0]} with effect {effect}")


@check("F111", "warning")
def first_server_that_is_not_nixos(inventory: Inventory) -> Iterator[Finding]:
    """A first server that is not NixOS.

    k3s applies labels and taints only when a node first registers. On NixOS the first server keeps them as the fleet file
    says; elsewhere nobody does.
    """
    first = inventory.first_server
    if first is not None and inventory.fleet.hosts[first].os != "nixos":
        yield Finding(
            ("hosts", first, "os"),
            f"{first} is the first server and not NixOS: later changes of labels and taints reach no node",
            "make a NixOS host the first server, or apply them by `kubectl label` and `kubectl taint`",
        )


@check("F112")
def data_dir_of_a_host_that_is_not_nixos(inventory: Inventory) -> Iterator[Finding]:
    """`dataDir` on a host that is not NixOS.

    It is done by a bind mount that a NixOS module sets up.
    """
    for name, host in inventory.fleet.hosts.items():
        if host.os != "nixos" and host.data_dir is not None:
            yield Finding(
                ("hosts", name, "dataDir"),
                "`dataDir` works on NixOS hosts only",
                "mount the other disk at /var/lib/rancher/k3s yourself",
                at_key=True,
            )


@check("F113", "warning")
def component_that_k3s_does_not_package(inventory: Inventory) -> Iterator[Finding]:
    """A component to disable that k3s doesn't package.

    k3s ignores an unknown name, so a misspelt one leaves the component running.
    """
    for index, name in enumerate(inventory.fleet.cluster.k3s.disable):
        if name not in PACKAGED:
            yield Finding(
                ("cluster", "k3s", "disable", index),
                f"k3s has no packaged component {name!r}",
                f"it has {', '.join(sorted(PACKAGED))}",
            )
