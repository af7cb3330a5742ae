"""Fleets made by chance, the same for the same seed: full ones that are known to fit, and small ones of every kind."""

from __future__ import annotations

import random
from collections.abc import Iterator, KeysView
from itertools import pairwise
from typing import Any

from pyfleet.model.fleet import Fleet
from pyfleet.placement.books import Books
from pyfleet.placement.demands import Demand, demands_of
from pyfleet.placement.fitting import hosts_by_demand
from pyfleet.placement.rooms import Room, empty_rooms
from pyfleet.resolved import Resolved
from tests.unit.fleets import CLUSTER
from tests.unit.placement.rules import MIB_OF, Rules

PRODUCTS = sorted(MIB_OF)
PRIORITIES = {"high": 2, "low": 1}


def fleet_of(hosts: list[dict[str, Any]], workloads: list[dict[str, Any]]) -> Fleet:
    """Make a fleet of hosts and workloads by what makes each of them different from the others."""
    return Fleet.model_validate(
        {
            "cluster": CLUSTER,
            "priorities": PRIORITIES,
            "hosts": {
                f"h{number}": {"role": "server", "address": f"10.0.0.{number + 1}", **host}
                for number, host in enumerate(hosts)
            },
            "workloads": {f"w{number}": {"image": "a/b:1", **workload} for number, workload in enumerate(workloads)},
        }
    )


def search_input(fleet: Fleet) -> tuple[list[Demand], dict[Demand, KeysView[str]], dict[str, Room]]:
    """What the parts of the search are given for the residents of a fleet."""
    resolved = Resolved(fleet)
    rooms = empty_rooms(resolved, Books(resolved).left)
    demands = [demand for demand in demands_of(resolved) if demand.turn == "always"]
    return demands, hosts_by_demand(demands, resolved, rooms), rooms


def full_fleet(seed: int, *, cards: int, fullness: float, shares: float = 0) -> Fleet:
    """Make a fleet whose cards are full to this part, of hosts with whole and shared cards.

    The workloads are cut out of the cards, so that a place for all of them is known to exist; they come in an order
    and with priorities that tell nothing of it. Some need two cards or are tied to their host, and this part of them
    asks for a share, the others for memory.
    """
    chance = random.Random(seed)  # noqa: S311 - the same fleet at each run
    hosts: list[dict[str, Any]] = []
    workloads: list[dict[str, Any]] = []
    while cards:
        number = min(cards, chance.choice([1, 2, 4]))
        cards -= number
        products = [chance.choice(PRODUCTS)] * number if chance.random() < 0.5 else chance.choices(PRODUCTS, k=number)
        slots = chance.choice([1, 2, 3, 4])
        for gpu in _cut(chance, products, slots, fullness):
            by_share = shares > 0 and gpu["share"] > 0 and chance.random() < shares
            tied = {"host": f"h{len(hosts)}"} if chance.random() < 0.1 else {}
            del gpu["memory" if by_share else "share"]
            workloads.append({"gpu": gpu, "priority": chance.choice(["high", "low"]), **tied})
        hosts.append({"gpus": products, **({"sharing": {"timeSlicing": slots}} if slots > 1 else {})})
    chance.shuffle(workloads)
    return fleet_of(hosts, workloads)


def _cut(chance: random.Random, products: list[str], slots: int, fullness: float) -> Iterator[dict[str, Any]]:
    """Cut a host's cards into what workloads ask for, by memory and by share; two whole ones may be joined."""
    left = list(products)
    while left:
        product = left.pop()
        size = int(MIB_OF[product] * fullness)
        if slots == 1 and left and left[-1] == product and chance.random() < 0.3:
            left.pop()
            yield {"count": 2, "memory": f"{2 * size}Mi", "share": int(fullness * 1000) / 1000}
            continue
        cuts = sorted(chance.sample(range(1, size), chance.randrange(slots)))
        for start, end in pairwise([0, *cuts, size]):
            yield {"memory": f"{end - start}Mi", "share": (end - start) * 1000 // MIB_OF[product] / 1000}


K3S_PODS = ["coredns", "local-storage", "metrics-server", "servicelb", "traefik"]
BOOKED = range(1000, 1400)
"""Seeds of small fleets in which main memory is short, GPUs may have none of their own, and hosts have taints."""


def small_fleet(seed: int) -> dict[str, Any]:
    """Make two or three hosts, and up to six pods of every kind: as many as fit, or in one of three fleets one more."""
    chance = random.Random(seed)  # noqa: S311 - the same fleet at each run
    hosts = {f"h{number}": _host(chance, number) for number in range(chance.choice([2, 2, 3]))}
    cluster: dict[str, Any] = CLUSTER
    if seed in BOOKED:
        cluster = {**CLUSTER, "k3s": {**CLUSTER["k3s"], "disable": K3S_PODS}}  # they would take a little
        for host in hosts.values():
            _book_host(chance, host)
    document: dict[str, Any] = {
        "cluster": cluster,
        "priorities": {"high": 2, "low": 1},
        "hosts": hosts,
        "workloads": {},
    }
    for number in range(10):
        rules = Rules(document)
        left = 6 - len(rules.pods())
        if left == 0:
            break
        before = document["workloads"]
        workload = _workload(chance, left, hosts)
        if seed in BOOKED:
            _book_workload(chance, workload)
        document["workloads"] = {**before, f"w{number}": workload}
        if Rules(document).solution() is None:
            if chance.random() < 0.08:
                break
            document["workloads"] = before
    return document


def _book_host(chance: random.Random, host: dict[str, Any]) -> None:
    """Let a host have little main memory, unified memory or a taint, or none of these."""
    if chance.random() < 0.25:
        host |= {"gpus": ["gb10"], "system": "aarch64-linux", "os": "linux"}
        if "mps" in host.get("sharing", {}):
            host["sharing"] = {"timeSlicing": 3}
    if chance.random() < 0.75:
        host["memory"] = f"{chance.choice([32, 48, 64])}Gi"
    if chance.random() < 0.2:
        host["taints"] = ["dedicated=it:NoSchedule"]


def _book_workload(chance: random.Random, workload: dict[str, Any]) -> None:
    workload["resources"] = {"requests": {"memory": f"{chance.choice([8, 12, 16, 20])}Gi"}}
    if chance.random() < 0.3:
        workload["tolerations"] = [{"key": "dedicated", "operator": "Exists"}]


def _host(chance: random.Random, number: int) -> dict[str, Any]:
    """Make a host; half of them are one of two, so that some are alike."""
    host: dict[str, Any] = {"role": "server", "address": f"10.0.0.{number + 1}"}
    few = PRODUCTS[:2] if chance.random() < 0.5 else PRODUCTS
    host["gpus"] = chance.choices(few, k=chance.choice([1, 2, 2, 3]))
    kind = chance.random()
    if kind < 0.35:
        host["sharing"] = {chance.choice(["timeSlicing", "timeSlicing", "mps"]): chance.choice([2, 2, 3])}
    elif kind < 0.5:
        host["allocation"] = "dra"
    if chance.random() < 0.15:
        host["system"] = "aarch64-linux"
    if chance.random() < 0.15:
        host["os"] = "linux"
    if chance.random() < 0.3:
        host["labels"] = {"zone": "attic"}
    return host


def _workload(chance: random.Random, pods: int, hosts: dict[str, Any]) -> dict[str, Any]:
    gpu: dict[str, Any] = {"count": 2} if chance.random() < 0.2 else {}
    kind = chance.random()
    if kind < 0.7:
        gpu["memory"] = f"{chance.choice([3000, 6000, 8000, 12000, 16000, 24000]) * gpu.get('count', 1)}Mi"
    elif kind < 0.85:
        gpu["share"] = chance.choice([0.3, 0.5, 0.7])
        if chance.random() < 0.3:
            gpu["memory"] = "6000Mi"
    if chance.random() < 0.2:
        gpu["product"] = chance.choice(PRODUCTS[:3])
    workload: dict[str, Any] = {"image": "a/b:1", "gpu": gpu}
    if chance.random() < 0.3:
        workload["engine"] = chance.choice(["tabbyapi", "vllm"])
    if len({host.get("system") for host in hosts.values()}) > 1 and chance.random() < 0.3:
        del workload["image"]
        workload["images"] = {chance.choice(["amd64", "arm64"]): "a/b:1"}
    if chance.random() < 0.1:
        workload["host"] = chance.choice(sorted(hosts))
    elif chance.random() < 0.1:
        workload["nodeSelector"] = {"zone": "attic"}
    elif pods >= 2 and chance.random() < 0.15:
        workload |= {"kind": "LeaderWorkerSet", "size": 2}
        if pods >= 4 and chance.random() < 0.3:
            workload["replicas"] = 2
    elif pods >= 2 and chance.random() < 0.3:
        workload["replicas"] = chance.randint(2, min(pods, 3))
    if kind < 0.95 and "size" not in workload and "replicas" not in workload and chance.random() < 0.15:
        workload |= chance.choice([{"kind": "Job"}, {"replicas": 0}])
    if chance.random() < 0.3:
        workload["priority"] = chance.choice(["high", "low"])
    return workload
