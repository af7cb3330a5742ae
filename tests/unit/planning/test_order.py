"""The plan holds whichever pod comes first: who is tied to a host, who only prefers it."""

from __future__ import annotations

from typing import Any

from tests.unit.fleets import objects, planned

HOSTNAME = "kubernetes.io/hostname"


def pods(hosts: str, workloads: str) -> dict[str, dict[str, Any]]:
    """Pod specs of these workloads, on hosts with these cards."""
    boxes = {f"box-{number}": cards for number, cards in enumerate(hosts.split(" + "), start=1)}
    lines = "\n".join(
        f"  {name}: {{role: server, address: 10.0.0.{name[-1]}, {cards}}}" for name, cards in boxes.items()
    )
    made = objects(f"hosts:\n{lines}\nworkloads:\n{workloads}", "workloads")
    return {each["metadata"]["name"]: each["spec"]["template"]["spec"] for each in made}


def places(spec: dict[str, Any]) -> tuple[str | None, list[str], list[str]]:
    """The host that a pod is tied to by a label, hosts that it is tied to by affinity, and those that it prefers."""
    affinity = spec.get("affinity", {}).get("nodeAffinity", {})
    required = affinity.get("requiredDuringSchedulingIgnoredDuringExecution", {}).get("nodeSelectorTerms", [])
    preferred = affinity.get("preferredDuringSchedulingIgnoredDuringExecution", [])
    terms = [*required, *(each["preference"] for each in preferred)]
    hosts = [term["matchExpressions"][0]["values"] for term in terms]
    return (
        spec["nodeSelector"].get(HOSTNAME),
        hosts[0] if required else [],
        hosts[-1] if preferred else [],
    )


TWO = "gpus: [rtx-4090] + gpus: [rtx-4090]"


def test_among_workloads_alike_each_prefers_its_host_and_may_move_when_that_is_lost() -> None:
    made = pods(TWO, "  a: {image: a/b:1, gpu: {}}\n  b: {image: a/b:1, gpu: {}}")

    assert {name: places(spec) for name, spec in made.items()} == {
        "a": (None, [], ["box-1"]),
        "b": (None, [], ["box-2"]),
    }


def test_beside_a_workload_that_names_its_host_the_other_is_tied_to_its_own() -> None:
    made = pods(TWO, "  a: {image: a/b:1, gpu: {}}\n  b: {image: a/b:1, gpu: {}, host: box-1}")

    assert places(made["a"]) == ("box-2", [], [])


def test_beside_a_workload_that_takes_two_cards_the_others_are_tied_to_their_host() -> None:
    four = "gpus: [rtx-4090, rtx-4090] + gpus: [rtx-4090, rtx-4090]"
    made = pods(four, "  a: {image: a/b:1, gpu: {}}\n  b: {image: a/b:1, gpu: {count: 2}}")

    assert {name: places(spec)[0] for name, spec in made.items()} == {"a": "box-2", "b": "box-1"}


def test_replicas_beside_others_are_tied_to_their_hosts_and_spread_over_them() -> None:
    four = "gpus: [rtx-4090, rtx-4090] + gpus: [rtx-4090, rtx-4090]"
    others = "\n".join(f"  {name}: {{image: a/b:1, gpu: {{}}, host: box-{name[-1]}}}" for name in ("at-1", "at-2"))
    made = pods(four, f"  a: {{image: a/b:1, gpu: {{}}, replicas: 2}}\n{others}")

    assert places(made["a"]) == (None, ["box-1", "box-2"], [])
    assert made["a"]["topologySpreadConstraints"] == [
        {
            "maxSkew": 1,
            "topologyKey": HOSTNAME,
            "whenUnsatisfiable": "DoNotSchedule",
            "labelSelector": {"matchLabels": {"app.kubernetes.io/name": "a"}},
        }
    ]


def test_the_matrix_says_who_is_tied() -> None:
    made = planned("""
hosts:
  box-1: {role: server, address: 10.0.0.1, gpus: [rtx-4090]}
  box-2: {address: 10.0.0.2, gpus: [rtx-4090]}
workloads:
  a: {image: a/b:1, gpu: {}}
  b: {image: a/b:1, gpu: {}, host: box-1}
""")

    assert {row.workload: row.why for row in made.assignments} == {
        "a": "any card of this kind will do; only on box-2, so that all find room in any order",
        "b": "the fleet names the host",
    }
