"""What is said of a workload that fits nowhere: why, and what would make room."""

from __future__ import annotations

import pytest

from pyfleet.placement import Unplaced, place
from pyfleet.resolved import Resolved
from tests.unit.fleets import fleet

BOX = "box: {role: server, address: 10.0.0.1, gpus: [rtx-4090, rtx-4090]}"
UNLIKE = "box: {role: server, address: 10.0.0.1, gpus: [rtx-5090, rtx-4090]}"
SHARED = "box: {role: server, address: 10.0.0.1, gpus: [rtx-4090, rtx-4090], sharing: {timeSlicing: 2}}"
MPS = "box: {role: server, address: 10.0.0.1, gpus: [rtx-4090, rtx-4090], sharing: {mps: 2}}"
SMALL = "small: {address: 10.0.0.2, gpus: [rtx-3060]}"

TWO_WHOLE = ", ".join(f"h{n}: {{role: server, address: 10.0.0.{n}, gpus: [rtx-4090]}}" for n in (1, 2))
TWO_SHARED = TWO_WHOLE.replace("[rtx-4090]", "[rtx-4090], sharing: {timeSlicing: 3}")

FEWER_PODS = "ask for fewer pods, or allow more hosts"
SMALLER_MODEL = "use a smaller model, a smaller context or more cards"


def unplaced(hosts: str, workloads: str) -> list[Unplaced]:
    priorities = "priorities: {high: 3, middle: 2, low: 1}"
    return list(place(Resolved(fleet(f"hosts: {{{hosts}}}\n{priorities}\nworkloads:\n{workloads}"))).unplaced)


def only(hosts: str, workload: str) -> tuple[str, str, str]:
    """What is said of the one workload of a fleet."""
    (found,) = unplaced(hosts, f"  it: {{image: a/b:1, {workload}}}")
    return (found.reason, found.message, found.hint)


@pytest.mark.parametrize(
    ("hosts", "workload", "message", "hint"),
    [
        (
            "bare: {role: server, address: 10.0.0.1}",
            "gpu: {}",
            "asks for a GPU; there is none",
            "no host of this fleet has a GPU",
        ),
        (
            f"{BOX}, {SMALL}",
            "gpu: {product: rtx-5090}",
            "asks for a GPU of kind rtx-5090; there is none",
            "box has rtx-4090, rtx-4090; small has rtx-3060",
        ),
        (
            BOX,
            "gpu: {}, nodeSelector: {zone: attic}",
            "asks for a GPU on a host with the label lab.example/zone=attic; there is none",
            "box has rtx-4090, rtx-4090",
        ),
        (
            BOX,
            "gpu: {product: rtx-5090}, host: box, nodeSelector: {zone: attic, a/b: c}",
            (
                "asks for a GPU of kind rtx-5090 on the host box with the labels a/b=c, lab.example/zone=attic; "
                "there is none"
            ),
            "box has rtx-4090, rtx-4090",
        ),
        (
            BOX,
            "gpu: {count: 4}",
            "asks for 4 cards of one host; no host that it may use has more than 2",
            "ask for fewer, or allow more hosts",
        ),
        (
            f"{BOX}, {SMALL}",
            "gpu: {count: 3}",
            "asks for 3 cards of one host; no host that it may use has more than 2",
            "ask for fewer, or allow more hosts",
        ),
        (
            f"{UNLIKE}, {SMALL}",
            "gpu: {count: 2, product: rtx-4090}",
            "asks for 2 rtx-4090 cards of one host; no host that it may use has more than 1",
            "ask for fewer, or allow more hosts",
        ),
        (
            f"{SHARED}, {SMALL}",
            "gpu: {count: 2}",
            (
                "asks for 2 cards of one host; no host that it may use has more than 1; "
                "shared ones don't count, as two shares can be of one card"
            ),
            "ask for fewer, or allow more hosts",
        ),
        (
            SHARED,
            "gpu: {count: 2, product: rtx-4090}",
            "asks for 2 rtx-4090 cards, but all that it may use are shared, and two shares can be of one card",
            "ask for 1, or take `sharing` from a host",
        ),
        (
            f"{UNLIKE}, {SMALL}",
            "kind: LeaderWorkerSet, size: 2, gpu: {memory: 20Gi}",
            (
                "is a group of pods from one template; on box each pod would have to name its own cards, "
                "because they are unlike or shared"
            ),
            "allow hosts whose cards are alike and given whole, or say `allocation: dra`",
        ),
    ],
)
def test_cards_that_no_host_has(hosts: str, workload: str, message: str, hint: str) -> None:
    assert only(hosts, workload) == ("no such cards", message, hint)


@pytest.mark.parametrize(
    ("hosts", "workload", "message", "hint"),
    [
        (
            f"{BOX}, {SMALL}",
            "gpu: {memory: 25Gi}",
            (
                "needs 25.0 GiB, more than any host can give: "
                "rtx-4090 of box with 24.0 GiB, rtx-3060 of small with 12.0 GiB"
            ),
            SMALLER_MODEL,
        ),
        (
            UNLIKE,
            "engine: vllm, gpu: {count: 2, memory: 50Gi}",
            (
                "needs 50.0 GiB over 2 cards (spread evenly, so the smallest bounds it), more than any host can give: "
                "rtx-5090 of box with 31.8 GiB, rtx-4090 of box with 24.0 GiB"
            ),
            SMALLER_MODEL,
        ),
        (
            UNLIKE,
            "engine: tabbyapi, gpu: {count: 2, memory: 60Gi}",
            (
                "needs 60.0 GiB over 2 cards, more than any host can give: "
                "rtx-5090 of box with 31.8 GiB, rtx-4090 of box with 24.0 GiB"
            ),
            SMALLER_MODEL,
        ),
        (
            MPS,
            "gpu: {share: 0.6}",
            "needs a share of 0.6 of a card, more than any host can give: rtx-4090 of box with 12.0 GiB",
            "ask for a smaller share",
        ),
        (
            BOX,
            "gpu: {share: 0.25, memory: 8Gi}",
            (
                "needs a share of 0.25 of a card with 8.0 GiB in it, more than any host can give: "
                "rtx-4090 of box with 24.0 GiB"
            ),
            "ask for another share, or use a smaller model or a smaller context",
        ),
        (
            UNLIKE.replace("rtx-4090", "rtx-3060"),
            "gpu: {share: 0.5, memory: 14Gi, count: 2}",
            (
                "needs a share of 0.5 of each of 2 cards with 14.0 GiB in them, more than any host can give: "
                "rtx-5090 of box with 31.8 GiB, rtx-3060 of box with 12.0 GiB"
            ),
            "ask for another share, or use a smaller model or a smaller context",
        ),
        (
            BOX,
            "gpu: {share: 0.25, memory: 14Gi, count: 2}",
            (
                "needs a share of 0.25 of each of 2 cards with 14.0 GiB in them, more than any host can give: "
                "rtx-4090 of box with 24.0 GiB"
            ),
            "ask for another share, or use a smaller model or a smaller context",
        ),
    ],
)
def test_more_memory_than_any_host_can_give(hosts: str, workload: str, message: str, hint: str) -> None:
    assert only(hosts, workload) == ("too large", message, hint)


@pytest.mark.parametrize(
    ("hosts", "workload", "message"),
    [
        (
            f"{BOX}, {SMALL}",
            "replicas: 3, gpu: {memory: 8Gi}",
            "needs 8.0 GiB for each of its 3 pods; there are too few cards of one kind for all of them",
        ),
        (
            f"{BOX}, {SMALL}",
            "replicas: 4, gpu: {}",
            "needs a card to itself for each of its 4 pods; there are too few cards of one kind for all of them",
        ),
        (
            BOX,
            "replicas: 2, gpu: {count: 2}",
            "needs 2 cards of its own for each of its 2 pods; there are too few cards of one kind for all of them",
        ),
        (
            f"{UNLIKE}, {SMALL}",
            "replicas: 2, gpu: {share: 0.5}",
            (
                "needs a share of 0.5 of a card for each of its 2 pods; there are too few cards of one kind for all of "
                "them (on box, whose cards are unlike or shared, all would be on the same ones)"
            ),
        ),
        (
            f"{BOX}, {SMALL}",
            "kind: LeaderWorkerSet, size: 2, gpu: {memory: 8Gi}",
            "needs 8.0 GiB for each of its 2 pods; there are too few hosts with cards of one kind for all of them",
        ),
        (
            f"{UNLIKE}, {SMALL}",
            "kind: LeaderWorkerSet, size: 2, gpu: {memory: 8Gi}",
            "needs 8.0 GiB for each of its 2 pods; there are too few hosts with cards of one kind for all of them",
        ),
    ],
)
def test_more_pods_than_an_empty_fleet_has_room_for(hosts: str, workload: str, message: str) -> None:
    assert only(hosts, workload) == ("taken", message, FEWER_PODS)


@pytest.mark.parametrize(
    ("hosts", "workloads", "message", "hint"),
    [
        pytest.param(
            SMALL,
            ["first: {gpu: {memory: 8Gi}}", "last: {gpu: {memory: 4Gi}}"],
            "needs 4.0 GiB, and its cards are taken: rtx-3060 #0 of small by first (8.0 of 12.0 GiB)",
            "without first there is room on small; with `replicas: 0` last would take turns",
            id="a card given whole",
        ),
        pytest.param(
            SHARED,
            [
                "a: {gpu: {memory: 14Gi}}",
                "b: {gpu: {memory: 13Gi}}",
                "c: {gpu: {memory: 10Gi}}",
                "d: {gpu: {memory: 9Gi}}",
                "last: {gpu: {memory: 2Gi}}",
            ],
            (
                "needs 2.0 GiB, and its cards are taken: rtx-4090 #0 of box by a, d (14.0 + 9.0 of 24.0 GiB), "
                "rtx-4090 #1 of box by b, c (13.0 + 10.0 of 24.0 GiB)"
            ),
            "without d there is room on box",
            id="shared cards, where nobody takes turns",
        ),
        pytest.param(
            f"{BOX}, {SMALL}",
            [
                "a: {gpu: {memory: 20Gi}}",
                "b: {gpu: {memory: 19Gi}}",
                "c: {gpu: {product: rtx-3060}}",
                "last: {gpu: {memory: 14Gi}}",
            ],
            (
                "needs 14.0 GiB, and its cards are taken: "
                "rtx-4090 #0 of box by a (20.0 of 24.0 GiB), rtx-4090 #1 of box by b (19.0 of 24.0 GiB)"
            ),
            "without b there is room on box; with `replicas: 0` last would take turns",
            id="cards that are too small are not listed",
        ),
        pytest.param(
            f"{UNLIKE}, {SMALL}",
            ["a: {gpu: {memory: 20Gi}}", "b: {gpu: {memory: 20Gi}}", "last: {gpu: {memory: 2Gi, product: rtx-4090}}"],
            "needs 2.0 GiB, and its cards are taken: rtx-4090 #1 of box by a (20.0 of 24.0 GiB)",
            "without a there is room on box",
            id="nor are those of another kind",
        ),
        pytest.param(
            UNLIKE.replace("rtx-4090", "rtx-3060"),
            [
                "a: {gpu: {memory: 20Gi}, priority: high}",
                "b: {gpu: {memory: 10Gi}, priority: high}",
                "last: {engine: tabbyapi, gpu: {count: 2, memory: 40Gi}}",
            ],
            "needs 40.0 GiB over 2 cards, and its cards are taken: "
            "rtx-5090 #0 of box by a (20.0 of 31.8 GiB), rtx-3060 #1 of box by b (10.0 of 12.0 GiB)",
            "without b and a there is room on box",
            id="but small ones are where a model fills one card after the other",
        ),
        pytest.param(
            f"{BOX}, {SMALL}",
            ["a: {gpu: {count: 2}}", "b: {gpu: {memory: 9Gi}}", "last: {gpu: {memory: 8Gi}}"],
            (
                "needs 8.0 GiB, and its cards are taken: rtx-3060 #0 of small by b (9.0 of 12.0 GiB), "
                "rtx-4090 #0 of box by a (24.0 of 24.0 GiB), rtx-4090 #1 of box by a (24.0 of 24.0 GiB)"
            ),
            "without b there is room on small; with `replicas: 0` last would take turns",
            id="the host with the least to lose comes first",
        ),
        pytest.param(
            BOX,
            [
                "a: {gpu: {memory: 20Gi}, priority: low}",
                "b: {gpu: {memory: 20Gi}, priority: low}",
                "last: {gpu: {count: 2, memory: 8Gi}}",
            ],
            (
                "needs 8.0 GiB over 2 cards, and its cards are taken: "
                "rtx-4090 #0 of box by a (20.0 of 24.0 GiB), rtx-4090 #1 of box by b (20.0 of 24.0 GiB)"
            ),
            "without a and b there is room on box; with `replicas: 0` last would take turns",
            id="two are in the way",
        ),
        pytest.param(
            SHARED.replace("2}}", "3}}").replace("rtx-4090, ", ""),
            [
                "a: {gpu: {memory: 2Gi}, priority: low}",
                "b: {gpu: {memory: 3Gi}, priority: middle}",
                "c: {gpu: {memory: 12Gi}, priority: high}",
                "last: {gpu: {memory: 9Gi}}",
            ],
            "needs 9.0 GiB, and its cards are taken: rtx-4090 #0 of box by c, b, a (12.0 + 3.0 + 2.0 of 24.0 GiB)",
            "without b there is room on box",
            id="of those that went first, nobody goes for nothing",
        ),
        pytest.param(
            SHARED.replace("rtx-4090, ", ""),
            [
                "a: {gpu: {memory: 9Gi}, priority: high}",
                "b: {gpu: {memory: 10Gi}, priority: low}",
                "last: {gpu: {memory: 2Gi}}",
            ],
            "needs 2.0 GiB, and its cards are taken: rtx-4090 #0 of box by a, b (9.0 + 10.0 of 24.0 GiB)",
            "without b there is room on box",
            id="the less important one goes, though it is larger",
        ),
        pytest.param(
            SHARED.replace("2}}", "3}}").replace("rtx-4090, ", ""),
            ["a: {gpu: {memory: 9Gi}, replicas: 2}", "last: {gpu: {memory: 8Gi}}"],
            "needs 8.0 GiB, and its cards are taken: rtx-4090 #0 of box by a (18.0 of 24.0 GiB)",
            "without a there is room on box",
            id="pods of one workload are named once",
        ),
        pytest.param(
            f"{BOX}, {SMALL}",
            ["a: {gpu: {memory: 20Gi}, priority: low}", "last: {gpu: {memory: 20Gi}, replicas: 2}"],
            (
                "needs 20.0 GiB for each of its 2 pods, and its cards are taken: "
                "rtx-4090 #0 of box by a (20.0 of 24.0 GiB), rtx-4090 #1 of box by last (20.0 of 24.0 GiB)"
            ),
            "without a there is room on box; with `replicas: 0` last would take turns",
            id="its own pods don't go",
        ),
        pytest.param(
            "box: {role: server, address: 10.0.0.1, gpus: [rtx-4090, rtx-4090, rtx-4090]}",
            [
                "a: {gpu: {memory: 20Gi}, priority: low}",
                "b: {gpu: {memory: 20Gi}, priority: low}",
                "last: {gpu: {memory: 20Gi}, replicas: 3}",
            ],
            (
                "needs 20.0 GiB for each of its 3 pods, and its cards are taken: "
                "rtx-4090 #0 of box by a (20.0 of 24.0 GiB), rtx-4090 #1 of box by b (20.0 of 24.0 GiB), "
                "rtx-4090 #2 of box by last (20.0 of 24.0 GiB)"
            ),
            "without a there is room for one of them on box; with `replicas: 0` last would take turns",
            id="several pods have no place",
        ),
        pytest.param(
            BOX,
            ["a: {gpu: {memory: 24564Mi}, priority: high}", "last: {gpu: {count: 2, memory: 49128Mi}}"],
            "needs 48.0 GiB over 2 cards, and its cards are taken: rtx-4090 #0 of box by a (24.0 of 24.0 GiB)",
            "without a there is room on box; with `replicas: 0` last would take turns",
            id="a card that nobody holds is not listed",
        ),
        pytest.param(
            f"{SMALL}, box: {{role: server, address: 10.0.0.1, gpus: [rtx-4090]}}",
            [
                "a: {gpu: {memory: 8Gi}, host: small, priority: low}",
                "b: {gpu: {memory: 8Gi}, host: box, priority: low}",
                "last: {gpu: {memory: 14Gi}}",
            ],
            "needs 14.0 GiB, and its cards are taken: rtx-4090 #0 of box by b (8.0 of 24.0 GiB)",
            "without b there is room on box; with `replicas: 0` last would take turns",
            id="a host with other cards is another matter",
        ),
        pytest.param(
            TWO_WHOLE,
            ["a: {gpu: {memory: 20Gi}, host: h1}", "b: {gpu: {memory: 10Gi}, host: h2}", "last: {gpu: {memory: 9Gi}}"],
            "needs 9.0 GiB, and its cards are taken: rtx-4090 #0 of h2 by b (10.0 of 24.0 GiB), "
            "rtx-4090 #0 of h1 by a (20.0 of 24.0 GiB)",
            "without b there is room on h2; with `replicas: 0` last would take turns",
            id="of hosts that are alike the one with the least on it",
        ),
        pytest.param(
            TWO_SHARED,
            [
                "a: {gpu: {memory: 11Gi}, host: h1, priority: low}",
                "b: {gpu: {memory: 11Gi}, host: h1, priority: low}",
                "c: {gpu: {memory: 11Gi}, host: h2, replicas: 2, priority: low}",
                "last: {gpu: {memory: 20Gi}}",
            ],
            "needs 20.0 GiB, and its cards are taken: rtx-4090 #0 of h2 by c (22.0 of 24.0 GiB), "
            "rtx-4090 #0 of h1 by a, b (11.0 + 11.0 of 24.0 GiB)",
            "without c there is room on h2",
            id="one workload less rather than two, though as much is on both",
        ),
        pytest.param(
            TWO_SHARED,
            [
                "a: {gpu: {memory: 9Gi}, host: h1, priority: low}",
                "b: {gpu: {memory: 9Gi}, host: h1, priority: low}",
                "c: {gpu: {memory: 19Gi}, host: h2, priority: low}",
                "last: {gpu: {memory: 20Gi}}",
            ],
            "needs 20.0 GiB, and its cards are taken: rtx-4090 #0 of h2 by c (19.0 of 24.0 GiB), "
            "rtx-4090 #0 of h1 by a, b (9.0 + 9.0 of 24.0 GiB)",
            "without c there is room on h2",
            id="one workload less rather than two, though more is on it",
        ),
    ],
)
def test_cards_that_are_taken(hosts: str, workloads: list[str], message: str, hint: str) -> None:
    lines = "".join(f"  {each[:-1]}, image: a/b:1}}\n" for each in workloads)
    found = unplaced(hosts, lines)

    assert [(each.workload, each.reason, each.message, each.hint) for each in found] == [
        ("last", "taken", message, hint)
    ]


def test_pods_that_could_only_go_where_the_first_ones_are_not() -> None:
    """The first pod went to one kind of card; all others have to follow it, and there is no more of that kind."""
    (found,) = unplaced(
        f"{SMALL}, other: {{address: 10.0.0.3, gpus: [rtx-5070-ti, rtx-5070-ti]}}",
        (
            "  a: {image: a/b:1, gpu: {product: rtx-5070-ti}, priority: high}\n"
            "  many: {image: a/b:1, gpu: {memory: 8Gi}, replicas: 2, priority: low}\n"
        ),
    )

    assert (found.workload, found.message, found.hint) == (
        "many",
        "needs 8.0 GiB for each of its 2 pods; beside the others there is room for 1 of them",
        FEWER_PODS,
    )


def test_a_long_list_is_cut_and_says_how_much_more_there_is() -> None:
    hosts = ", ".join(
        f"h{number}: {{role: server, address: 10.0.0.{number}, gpus: [rtx-3060]}}" for number in range(1, 7)
    )

    assert only(hosts, "gpu: {product: gb10}")[2] == (
        "h1 has rtx-3060; h2 has rtx-3060; h3 has rtx-3060; h4 has rtx-3060 and 2 more"
    )


def test_a_list_of_four_is_not_cut() -> None:
    hosts = ", ".join(
        f"h{number}: {{role: server, address: 10.0.0.{number}, gpus: [rtx-3060]}}" for number in range(1, 5)
    )

    assert only(hosts, "gpu: {product: gb10}")[2] == (
        "h1 has rtx-3060; h2 has rtx-3060; h3 has rtx-3060; h4 has rtx-3060"
    )


def test_a_workload_is_reported_once_however_many_of_its_pods_have_no_place() -> None:
    assert [each.workload for each in unplaced(BOX, "  it: {image: a/b:1, replicas: 5, gpu: {}}")] == ["it"]


def test_what_takes_turns_is_held_by_what_can_run_beside_it() -> None:
    """On a host with unlike cards two jobs would start at one time, on the one card that both are pinned to."""
    job = "image: a/b:1, kind: Job, gpu: {product: rtx-4090, memory: 20Gi}"
    (found,) = unplaced(UNLIKE, f"  one: {{{job}}}\n  two: {{{job}}}\n")

    assert (found.workload, found.reason, found.message, found.hint) == (
        "two",
        "taken",
        (
            "needs 20.0 GiB, and its cards are taken: rtx-4090 #1 of box by one (20.0 of 24.0 GiB)"
            " (what was placed before it was not moved, so another assignment may have room)"
        ),
        "without one there is room on box, where what takes turns has to fit beside what else is planned there",
    )
