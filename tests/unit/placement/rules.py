"""The rules of placement, written down a second time, plainly: what a test compares `place` with.

A fleet is read as its file has it. Nothing of what is under test is used here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

MIB, GIB = 2**20, 2**30
MIB_OF = {"rtx-3060": 12288, "rtx-5070-ti": 16303, "rtx-4090": 24564, "rtx-5090": 32607}
UNIFIED_MIB = {"gb10": 124549}
MIB_OF_ALL = MIB_OF | UNIFIED_MIB
K3S_BYTES = {"server": 1_606_000_000, "agent": 275_000_000}
UNEVEN = {"tabbyapi", "ollama", "llama-cpp"}


@dataclass(frozen=True)
class Seat:
    """A pod of a workload, with its host and cards."""

    workload: str
    pod: int
    host: str
    cards: tuple[int, ...]


class Rules:
    """What may be where in one fleet."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._hosts: dict[str, Any] = document["hosts"]
        self._workloads: dict[str, Any] = document["workloads"]
        self._known: dict[str, list[Seat]] = {}

    def is_resident(self, name: str) -> bool:
        """Whether a workload holds its cards all the time."""
        workload = self._workloads[name]
        return workload.get("kind") not in {"Job", "CronJob"} and workload.get("replicas") != 0

    def pods(self) -> list[tuple[str, int]]:
        """All pods that hold their cards all the time."""
        return [(name, pod) for name in self._workloads if self.is_resident(name) for pod in range(self.pods_of(name))]

    def pods_of(self, name: str) -> int:
        """Count the pods of a workload; scaled to zero it has one when it runs."""
        workload = self._workloads[name]
        return int((workload.get("replicas") or 1) * workload.get("size", 1))

    def allow(self, seats: Sequence[Seat]) -> bool:
        """Whether all of these pods can be where they are, at one time."""
        on_card: dict[tuple[str, int], list[Seat]] = defaultdict(list)
        pods: dict[str, list[Seat]] = defaultdict(list)
        for seat in seats:
            pods[seat.workload].append(seat)
            for card in seat.cards:
                on_card[seat.host, card].append(seat)
        return (
            all(map(self._may_be_there, seats))
            and all(self._fit_one_card(host, card, there) for (host, card), there in on_card.items())
            and all(map(self._have_one_template, pods.values()))
            and all(self._has_memory(host, [seat for seat in seats if seat.host == host]) for host in self._hosts)
        )

    def _has_memory(self, host: str, seats: Sequence[Seat]) -> bool:
        """Whether a host's main memory is enough for all requests, and for GPU memory where that is the same."""
        machine = self._hosts[host]
        if "memory" not in machine:
            return True
        size = int(machine["memory"].removesuffix("Gi")) * GIB
        asked = sum(
            int(self._workloads[seat.workload]["resources"]["requests"]["memory"].removesuffix("Gi")) * GIB
            for seat in seats
        )
        if not set(machine["gpus"]) & set(UNIFIED_MIB):
            return bool(asked <= size)
        gpu = sum(
            self._taken(seat, card)
            for seat in seats
            for card in seat.cards
            if {"memory", "share"} & set(self._workloads[seat.workload]["gpu"])
        )
        return bool(asked + gpu <= size - K3S_BYTES[machine["role"]])

    def beside_turns(self, seats: Sequence[Seat]) -> list[Seat]:
        """Those that what takes turns has to fit beside: on hosts with unlike or shared cards, unless they hold all."""
        return [
            seat
            for seat in seats
            if not self._counts_cards(seat.host)
            and not (
                self.is_resident(seat.workload)
                and len(seat.cards) == len(self._hosts[seat.host]["gpus"])
                and self._slots(seat.host) == 1
            )
        ]

    def allow_by_turns(self, seats: Sequence[Seat]) -> bool:
        """Whether each of these can run at its time, beside all that can run at that time."""
        turns: dict[str, list[Seat]] = defaultdict(list)
        for seat in seats:
            if not self.is_resident(seat.workload):
                turns[seat.workload].append(seat)
        residents = [seat for seat in seats if self.is_resident(seat.workload)]
        return all(map(self.allow, (residents, self.beside_turns(seats), *turns.values())))

    def more(self, name: str, pod: int, seats: Sequence[Seat], host: str | None = None) -> bool:
        """Whether there is a place for one more pod, on this or on any host."""
        return any(
            self.allow([*seats, replace(seat, pod=pod)]) for seat in self._choices(name) if host in {None, seat.host}
        )

    def solution(self, seats: tuple[Seat, ...] = ()) -> tuple[Seat, ...] | None:
        """Try every way to place all pods beside the first ones that have a place."""
        pods = self.pods()
        if len(seats) == len(pods):
            return seats
        name, pod = pods[len(seats)]
        for seat in self._choices(name):
            more = (*seats, replace(seat, pod=pod))
            if self.allow(more):
                found = self.solution(more)
                if found is not None:
                    return found
        return None

    def _choices(self, name: str) -> list[Seat]:
        """All places that a workload's pods may have by themselves, those of the first."""
        if name not in self._known:
            count = self._workloads[name]["gpu"].get("count", 1)
            self._known[name] = [
                seat
                for host, machine in self._hosts.items()
                for cards in combinations(range(len(machine["gpus"])), count)
                if self.allow([seat := Seat(name, 0, host, cards)])
            ]
        return self._known[name]

    def _slots(self, host: str) -> int:
        """Pods that each card of a host may serve."""
        return int(next(iter(self._hosts[host].get("sharing", {"whole": 1}).values())))

    def _shares_by_mps(self, host: str) -> bool:
        return "mps" in self._hosts[host].get("sharing", {})

    def _size(self, host: str, card: int) -> int:
        return int(MIB_OF_ALL[self._hosts[host]["gpus"][card]] * MIB)

    def _most(self, host: str, card: int) -> int:
        """Bytes that one pod may have of a card: with MPS an equal part."""
        return self._size(host, card) // self._slots(host) if self._shares_by_mps(host) else self._size(host, card)

    def _claims(self, host: str) -> bool:
        return bool(self._hosts[host].get("allocation") == "dra")

    def _counts_cards(self, host: str) -> bool:
        """Whether Kubernetes' count of cards is all that is needed: alike ones, given whole."""
        return len(set(self._hosts[host]["gpus"])) == 1 and self._slots(host) == 1

    def _pins(self, host: str) -> bool:
        """Whether its pods name their cards by index: unlike or shared cards, which Kubernetes can't tell apart."""
        return not self._counts_cards(host) and not self._claims(host)

    def _bytes(self, gpu: Mapping[str, Any]) -> int:
        return int(gpu["memory"].removesuffix("Mi")) * MIB

    def _taken(self, seat: Seat, card: int) -> int:
        """Bytes that a pod takes of one of its cards."""
        gpu = self._workloads[seat.workload]["gpu"]
        if "share" in gpu:
            return int(gpu["share"] * self._size(seat.host, card))
        if "memory" not in gpu:
            return self._most(seat.host, card)
        if len(seat.cards) > 1 and self._spreads_unevenly(seat.workload):
            return 0  # several cards are whole ones, so what it takes of each is nobody else's business
        return -(-self._bytes(gpu) // len(seat.cards))

    def is_taken_so(self, seat: Seat, needed: Sequence[int]) -> bool:
        """Whether a pod takes so many bytes of each of its cards."""
        gpu = self._workloads[seat.workload]["gpu"]
        if len(seat.cards) > 1 and self._spreads_unevenly(seat.workload) and "memory" in gpu and "share" not in gpu:
            within = all(size <= self._size(seat.host, card) for size, card in zip(needed, seat.cards, strict=True))
            return within and sum(needed) == self._bytes(gpu)
        return list(needed) == [self._taken(seat, card) for card in seat.cards]

    def _spreads_unevenly(self, name: str) -> bool:
        return self._workloads[name].get("engine") in UNEVEN

    def _may_be_there(self, seat: Seat) -> bool:
        workload, machine = self._workloads[seat.workload], self._hosts[seat.host]
        gpu = workload["gpu"]
        labels = machine.get("labels", {})
        architecture = "arm64" if machine.get("system") == "aarch64-linux" else "amd64"
        return (
            workload.get("host") in {None, seat.host}
            and all(labels.get(key) == value for key, value in workload.get("nodeSelector", {}).items())
            and self._is_let_in(workload, machine)
            and ("images" not in workload or architecture in workload["images"])
            and all(gpu.get("product") in {None, machine["gpus"][card]} for card in seat.cards)
            and (len(seat.cards) == 1 or self._slots(seat.host) == 1)
            and ("size" not in workload or not self._pins(seat.host))
            and all(self._taken(seat, card) <= self._most(seat.host, card) for card in seat.cards)
            and self._has_all_it_needs(seat, gpu)
        )

    def _is_let_in(self, workload: Mapping[str, Any], machine: Mapping[str, Any]) -> bool:
        """Whether a host has no taint, or the workload lists it, names the host, or labels of such hosts only."""
        if "taints" not in machine or "tolerations" in workload or "host" in workload:
            return True
        wanted = workload.get("nodeSelector", {}).items()
        chosen = [each for each in self._hosts.values() if wanted <= each.get("labels", {}).items()]
        return bool(wanted) and all("taints" in each for each in chosen)

    def _has_all_it_needs(self, seat: Seat, gpu: Mapping[str, Any]) -> bool:
        if "memory" not in gpu:
            return True
        if "share" in gpu:
            return all(self._taken(seat, card) * len(seat.cards) >= self._bytes(gpu) for card in seat.cards)
        return not self._spreads_unevenly(seat.workload) or sum(
            self._size(seat.host, card) for card in seat.cards
        ) >= self._bytes(gpu)

    def _fit_one_card(self, host: str, card: int, seats: Sequence[Seat]) -> bool:
        asked = [self._workloads[seat.workload]["gpu"] for seat in seats]
        to_itself = any("memory" not in gpu and "share" not in gpu for gpu in asked)
        return (
            len(seats) <= self._slots(host)
            and sum(self._taken(seat, card) for seat in seats) <= self._size(host, card)
            and (len(seats) == 1 or not to_itself or self._shares_by_mps(host))
        )

    def _have_one_template(self, seats: Sequence[Seat]) -> bool:
        """Pods of a workload are made from one text: it names the cards, or else their kind."""
        first = seats[0]
        size = self._workloads[first.workload].get("size")
        apart = [(seat.pod // size, seat.host) for seat in seats] if size else []
        if len(set(apart)) < len(apart):
            return False
        if any(self._pins(seat.host) for seat in seats):
            return len({(seat.host, seat.cards) for seat in seats}) == 1
        return len({self._template(seat) for seat in seats}) == 1

    def _template(self, seat: Seat) -> tuple[object, ...]:
        machine = self._hosts[seat.host]
        products = tuple(sorted(machine["gpus"][card] for card in seat.cards))
        runtime = "none" if self._claims(seat.host) else machine.get("os", "nixos")
        return (products, runtime, machine.get("system"))
