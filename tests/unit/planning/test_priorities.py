"""PriorityClasses: the fleet's own, and those of what makes way for others of its own priority."""

from __future__ import annotations

from tests.unit.fleets import named, objects

ONE_CARD = "hosts: {box: {role: server, address: 10.0.0.1, gpus: [rtx-4090]}}"


def classes(workloads: str, priorities: str = "{}") -> tuple[dict[str, int], dict[str, str | None]]:
    """Values of the classes, and the class of each workload's pods."""
    text = f"{ONE_CARD}\npriorities: {priorities}\nworkloads:\n{workloads}"
    made = {name.partition("/")[2]: body["value"] for name, body in named(objects(text, "platform/priorities")).items()}
    pods = {
        each["metadata"]["name"]: each["spec"]["template"]["spec"].get("priorityClassName")
        for each in objects(text, "workloads")
    }
    return made, pods


def test_a_job_makes_way_for_what_runs_always_and_has_no_priority_either() -> None:
    made = classes("  chat: {image: a/b:1, gpu: {}}\n  training: {kind: Job, image: a/b:1, gpu: {}}")

    assert made == ({"default.makes-way": -1}, {"chat": None, "training": "default.makes-way"})


def test_of_equal_priority_the_one_that_takes_turns_stands_just_below() -> None:
    made = classes(
        "  chat: {image: a/b:1, gpu: {}, priority: high}\n"
        "  voice: {replicas: 0, image: a/b:1, gpu: {}, priority: high}",
        "{high: 1000}",
    )

    assert made == ({"high": 1000, "high.makes-way": 999}, {"chat": "high", "voice": "high.makes-way"})


def test_a_workload_that_the_default_priority_applies_to_makes_way_below_that() -> None:
    made = classes(
        "  chat: {image: a/b:1, gpu: {}, priority: usual}\n  training: {kind: Job, image: a/b:1, gpu: {}}",
        "{usual: {value: 10, default: true}}",
    )

    assert made == ({"usual": 10, "usual.makes-way": 9}, {"chat": "usual", "training": "usual.makes-way"})


def test_who_outranks_or_is_outranked_keeps_its_class() -> None:
    higher = classes(
        "  chat: {image: a/b:1, gpu: {}}\n  job: {kind: Job, image: a/b:1, gpu: {}, priority: a}", "{a: 5}"
    )
    lower = classes("  chat: {image: a/b:1, gpu: {}, priority: a}\n  job: {kind: Job, image: a/b:1, gpu: {}}", "{a: 5}")

    assert (higher, lower) == (({"a": 5}, {"chat": None, "job": "a"}), ({"a": 5}, {"chat": "a", "job": None}))
