"""Where workloads go that have several places to choose from, and what follows from it for their pods."""

from __future__ import annotations

import pytest

from pyfleet.pipeline import plan
from pyfleet.placement import Placement, place
from pyfleet.resolved import Resolved
from tests.unit.fleets import fleet, fleet_of_cards


def places(made: Placement) -> dict[str, tuple[str, tuple[int, ...]]]:
    return {row.workload: (row.host, row.cards) for row in made.assignments}


def placed(text: str) -> dict[str, tuple[str, tuple[int, ...]]]:
    return places(place(Resolved(fleet(text))))


def test_a_workload_goes_to_the_smallest_card_that_has_room() -> None:
    hosts = {"big": ["rtx-4090"], "small": ["rtx-3060"]}
    made = place(Resolved(fleet_of_cards(hosts, {"chat": {"gpu": {"memory": "8Gi"}}})))

    assert places(made) == {"chat": ("small", (0,))}


def test_a_host_whose_cards_are_alike_is_used_before_one_whose_cards_are_not() -> None:
    """There its pod need not be pinned, and stays free to move."""
    hosts = {"unlike": ["rtx-3060", "rtx-4090"], "alike": ["rtx-4090"]}
    made = place(Resolved(fleet_of_cards(hosts, {"chat": {"gpu": {"memory": "8Gi"}}})))

    assert places(made) == {"chat": ("alike", (0,))}


@pytest.mark.parametrize(
    ("cards", "gpu", "chosen"),
    [
        (["rtx-5090", "rtx-3060", "rtx-4090"], {"memory": "8Gi"}, (1,)),
        (["rtx-5090", "rtx-3060", "rtx-4090"], {"memory": "13Gi"}, (2,)),
        (["rtx-5090", "rtx-3060", "rtx-4090"], {"memory": "30Gi"}, (0,)),
        (["rtx-5090", "rtx-3060", "rtx-4090"], {"count": 2, "memory": "4Gi"}, (1, 2)),
        (["rtx-5090", "rtx-3060", "rtx-4090"], {"count": 2, "memory": "40Gi"}, (0, 2)),
        (["rtx-5090", "rtx-3060", "rtx-5090"], {"count": 2, "product": "rtx-5090"}, (0, 2)),
    ],
)
def test_of_unlike_cards_the_smallest_that_have_room_are_taken(
    cards: list[str], gpu: dict[str, object], chosen: tuple[int, ...]
) -> None:
    made = place(Resolved(fleet_of_cards({"box": cards}, {"chat": {"gpu": gpu}})))

    assert places(made) == {"chat": ("box", chosen)}


def test_a_pod_is_pinned_only_where_kubernetes_cannot_tell_cards_apart() -> None:
    workloads = {"chat": {"gpu": {"memory": "8Gi"}}}
    alike = plan(fleet_of_cards({"box": ["rtx-4090", "rtx-4090"]}, workloads)).workloads[0]
    unlike = plan(fleet_of_cards({"box": ["rtx-5090", "rtx-4090"]}, workloads)).workloads[0]

    assert (alike.visible_devices, alike.node_selector.get("lab.example/has-4090")) == (None, "true")
    assert (unlike.visible_devices, unlike.node_selector) == ("1", {"kubernetes.io/hostname": "box"})


def test_replicas_of_a_pinned_workload_share_the_cards_of_the_first() -> None:
    """They have one pod template, and it names the cards."""
    made = place(
        Resolved(
            fleet("""
hosts: {box: {role: server, address: 10.0.0.1, gpus: [rtx-4090, rtx-4090], sharing: {timeSlicing: 2}}}
workloads: {embeddings: {image: a/b:1, replicas: 2, gpu: {memory: 8Gi}}}
""")
        )
    )

    assert [(row.host, row.cards) for row in made.assignments] == [("box", (0,)), ("box", (0,))]


def test_replicas_of_a_claim_go_to_any_hosts_that_have_such_cards() -> None:
    """Whichever card a host names first: the claim says which kind it is for."""
    made = place(
        Resolved(
            fleet("""
hosts:
  one: {role: server, address: 10.0.0.1, gpus: [rtx-4090, rtx-3060], allocation: dra}
  two: {address: 10.0.0.2, gpus: [rtx-3060, rtx-4090], allocation: dra}
workloads: {embeddings: {image: a/b:1, replicas: 2, gpu: {memory: 20Gi}}}
""")
        )
    )

    assert [(row.host, row.cards) for row in made.assignments] == [("one", (0,)), ("two", (1,))]


def test_replicas_of_a_claim_for_unlike_cards_go_to_any_hosts_that_have_the_same_ones() -> None:
    """In whatever order, and though both kinds have equal memory."""
    made = place(
        Resolved(
            fleet("""
hosts:
  one: {role: server, address: 10.0.0.1, gpus: [rtx-5080, rtx-5070-ti], allocation: dra}
  two: {address: 10.0.0.2, gpus: [rtx-5070-ti, rtx-5080], allocation: dra}
workloads: {embeddings: {image: a/b:1, replicas: 2, gpu: {count: 2, memory: 20Gi}}}
""")
        )
    )

    assert [(row.host, row.cards) for row in made.assignments] == [("one", (0, 1)), ("two", (0, 1))]


def test_a_claim_finds_its_kind_of_card_beside_another_with_equal_memory() -> None:
    assert placed("""
hosts:
  one: {role: server, address: 10.0.0.1, gpus: [rtx-5080], allocation: dra}
  two: {address: 10.0.0.2, gpus: [rtx-5070-ti, rtx-5080], allocation: dra}
workloads: {embeddings: {image: a/b:1, replicas: 2, gpu: {}}}
""") == {"embeddings": ("two", (1,))}, "the second of its pods"


def test_what_fills_its_share_to_the_last_byte_fits() -> None:
    assert placed("""
hosts: {box: {role: server, address: 10.0.0.1, gpus: [rtx-3060]}}
workloads: {chat: {image: a/b:1, gpu: {share: 0.5, memory: 6144Mi}}}
""") == {"chat": ("box", (0,))}


def test_shares_of_one_card_fit_together_or_go_to_another() -> None:
    assert placed("""
hosts: {box: {role: server, address: 10.0.0.1, gpus: [rtx-4090, rtx-4090], sharing: {timeSlicing: 4}}}
workloads:
  one: {image: a/b:1, gpu: {memory: 16Gi}}
  two: {image: a/b:1, gpu: {memory: 8Gi}}
  three: {image: a/b:1, gpu: {memory: 7Gi}}
""") == {"one": ("box", (0,)), "two": ("box", (1,)), "three": ("box", (0,))}


def test_hosts_that_share_in_different_ways_are_not_taken_for_alike() -> None:
    """By MPS each of two pods has half of a card; the search used to try only one of two such hosts."""
    assert placed("""
hosts:
  halves: {role: server, address: 10.0.0.1, gpus: [rtx-4090], sharing: {mps: 2}}
  slices: {address: 10.0.0.2, gpus: [rtx-4090], sharing: {timeSlicing: 2}}
  a: {address: 10.0.0.3, gpus: [rtx-3060]}
  b: {address: 10.0.0.4, gpus: [rtx-3060]}
workloads:
  large: {image: a/b:1, gpu: {memory: 20Gi}}
  any: {image: a/b:1, gpu: {memory: 11Gi, product: rtx-3060}}
  tied: {image: a/b:1, gpu: {memory: 10Gi}, host: a}
""") == {"large": ("slices", (0,)), "any": ("b", (0,)), "tied": ("a", (0,))}


def test_replicas_have_one_image_so_they_go_to_hosts_of_one_architecture() -> None:
    made = place(
        Resolved(
            fleet("""
hosts:
  amd: {role: server, address: 10.0.0.1, gpus: [rtx-4090]}
  arm-1: {address: 10.0.0.2, gpus: [rtx-4090], system: aarch64-linux}
  arm-2: {address: 10.0.0.3, gpus: [rtx-4090], system: aarch64-linux}
workloads: {chat: {images: {amd64: a/b:1, arm64: a/c:1}, replicas: 2, gpu: {memory: 8Gi}}}
""")
        )
    )

    assert [row.host for row in made.assignments] == ["arm-1", "arm-2"]


def test_pods_of_different_groups_may_share_a_host() -> None:
    made = place(
        Resolved(
            fleet("""
hosts:
  one: {role: server, address: 10.0.0.1, gpus: [rtx-4090, rtx-4090]}
  two: {address: 10.0.0.2, gpus: [rtx-4090, rtx-4090]}
workloads: {chat: {image: a/b:1, kind: LeaderWorkerSet, size: 2, replicas: 2, gpu: {memory: 8Gi}}}
""")
        )
    )

    assert [(row.replica, row.host, row.cards) for row in made.assignments] == [
        (0, "one", (0,)),
        (1, "two", (0,)),
        (2, "one", (1,)),
        (3, "two", (1,)),
    ]
