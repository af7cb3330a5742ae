"""An assignment of all workloads is found where there is one, also where cards are shared."""

from __future__ import annotations

import itertools
import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pyfleet.model.fleet import Fleet
from pyfleet.planning import plan
from tests.unit.fleets import CLUSTER

MIB_OF = {"rtx-3060": 12288, "rtx-5070-ti": 16303, "rtx-4090": 24564, "rtx-5090": 32607}


def fleet(hosts: list[dict[str, Any]], needs: list[int]) -> Fleet:
    """Hosts by their cards and slots, and workloads by the MiB that each needs of one card."""
    return Fleet.model_validate(
        {
            "cluster": CLUSTER,
            "hosts": {
                f"h{number}": {"role": "server", "address": f"10.0.0.{number + 1}", **host}
                for number, host in enumerate(hosts)
            },
            "workloads": {
                f"w{number}": {"image": "a/b:1", "gpu": {"memory": f"{need}Mi"}} for number, need in enumerate(needs)
            },
        }
    )


def possible(hosts: list[dict[str, Any]], needs: list[int]) -> bool:
    """Whether they fit, by trying every assignment."""
    cards = [(MIB_OF[card], host["sharing"]["timeSlicing"]) for host in hosts for card in host["gpus"]]
    return any(
        all(
            len(mine) <= slots and sum(mine) <= size
            for index, (size, slots) in enumerate(cards)
            for mine in [[need for need, chosen in zip(needs, choice, strict=True) if chosen == index]]
        )
        for choice in itertools.product(range(len(cards)), repeat=len(needs))
    )


@settings(max_examples=80, deadline=None)
@given(
    cards=st.lists(st.lists(st.sampled_from(sorted(MIB_OF)), min_size=1, max_size=2), min_size=1, max_size=2),
    slots=st.integers(2, 3),
    needs=st.lists(st.integers(2000, 24000), min_size=1, max_size=6),
)
def test_shares_of_cards_are_found_exactly_when_there_is_room(
    cards: list[list[str]], slots: int, needs: list[int]
) -> None:
    hosts = [{"gpus": products, "sharing": {"timeSlicing": slots}} for products in cards]

    assert (plan(fleet(hosts, needs)).unplaced == ()) == possible(hosts, needs)


def full_fleet(seed: int, *, fullness: float) -> tuple[list[dict[str, Any]], list[int]]:
    """64 cards, some shared by three, and up to 100 workloads cut out of them so that all fit."""
    chance = random.Random(seed)  # noqa: S311 - the same fleet at each run
    hosts: list[dict[str, Any]] = []
    needs: list[int] = []
    while sum(len(host["gpus"]) for host in hosts) < 64:
        room = 64 - sum(len(host["gpus"]) for host in hosts)
        cards = [chance.choice(sorted(MIB_OF)) for _ in range(min(room, chance.choice([1, 2, 4, 8])))]
        shared = chance.random() < 0.5
        hosts.append({"gpus": cards, **({"sharing": {"timeSlicing": 3}} if shared else {})})
        for card in cards:
            size = int(MIB_OF[card] * fullness)
            cuts = sorted(chance.sample(range(1, size), chance.choice([0, 1, 2]))) if shared else []
            needs += [end - start for start, end in itertools.pairwise([0, *cuts, size])]
    chance.shuffle(needs)
    return hosts, needs[:100]


def test_64_cards_and_100_workloads_that_fill_them_by_four_fifths_are_assigned() -> None:
    for seed in range(5):
        hosts, needs = full_fleet(seed, fullness=0.8)

        assert plan(fleet(hosts, needs)).unplaced == ()


def test_64_cards_given_whole_and_filled_to_the_last_mebibyte_are_assigned() -> None:
    for seed in range(5):
        hosts, _ = full_fleet(seed, fullness=1.0)
        whole = [{"gpus": host["gpus"]} for host in hosts]
        needs = [MIB_OF[card] for host in whole for card in host["gpus"]]

        assert plan(fleet(whole, needs)).unplaced == ()


def test_what_was_not_proved_is_not_claimed() -> None:
    """Too many for the search to go through; the message says that it was cut short, not that there is no room."""
    hosts = [{"gpus": ["rtx-3060"]} for _ in range(3)]
    needs = [12000] * 201

    assert {"cut short" in each.message for each in plan(fleet(hosts, needs)).unplaced} == {True}
