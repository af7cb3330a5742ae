"""What is left of a host's cards, as a value that hosts share."""

from __future__ import annotations

from pyfleet.placement.demands import demands_of
from pyfleet.placement.rooms import Placed, Room, beside, empty_rooms
from pyfleet.resolved import Resolved
from tests.unit.fleets import fleet

TEXT = """
hosts:
  one: {role: server, address: 10.0.0.1, gpus: [rtx-4090, rtx-4090], sharing: {timeSlicing: 2}}
  two: {address: 10.0.0.2, gpus: [rtx-4090, rtx-4090], sharing: {timeSlicing: 2}}
  other: {address: 10.0.0.3, gpus: [rtx-4090, rtx-4090], sharing: {mps: 2}}
workloads: {it: {image: a/b:1, gpu: {memory: 8Gi}}}
"""
GIB, CARD = 2**30, 24564 * 2**20


def rooms_after(*taken: tuple[str, int, int]) -> dict[str, Room]:
    """Rooms beside pods by their host, card and GiB."""
    resolved = Resolved(fleet(TEXT))
    (demand,) = demands_of(resolved)
    return beside([Placed(demand, host, (card,), (gib * GIB,)) for host, card, gib in taken], empty_rooms(resolved))


def test_alike_hosts_in_one_state_have_one_room() -> None:
    rooms = rooms_after(("one", 0, 8), ("two", 0, 8))

    assert rooms["one"] is rooms["two"]
    assert rooms["one"].kind is not rooms["other"].kind


def test_which_of_two_alike_cards_has_more_left_is_no_other_state() -> None:
    rooms = rooms_after(("one", 0, 8), ("two", 1, 8))

    assert (rooms["one"].free, rooms["two"].free) == ((CARD - 8 * GIB, CARD), (CARD, CARD - 8 * GIB))
    assert rooms["one"].state == rooms["two"].state


def test_of_a_card_without_a_slot_nothing_is_left() -> None:
    room = rooms_after(("one", 0, 8), ("one", 0, 4), ("one", 1, 5))["one"]

    assert (room.free, room.slots) == ((0, CARD - 5 * GIB), (0, 1))
    assert (room.units, room.memory, room.largest) == (1, CARD - 5 * GIB, CARD - 5 * GIB)


def test_what_is_left_of_one_host_is_left_of_others_as_before() -> None:
    rooms = rooms_after(("one", 0, 8))

    assert (rooms["two"].free, rooms["two"].slots) == ((CARD, CARD), (2, 2))
