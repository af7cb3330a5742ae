"""What workloads request, patches included."""

from __future__ import annotations

import pytest

from pyfleet.offers.amounts import Amounts
from pyfleet.resolved.requests import requests_of, resources_of
from tests.unit.fleets import resolved

GIB = 2**30
HOSTS = "hosts: {it: {role: server, address: 10.0.0.1}}\n"


def requested(text: str, *, unified: bool = False) -> Amounts:
    fleet = resolved(f"{HOSTS}workloads: {{it: {{image: a/b:1, {text}}}}}")
    return requests_of("it", fleet.fleet.workloads["it"], fleet, unified=unified)


@pytest.mark.parametrize(
    ("patch", "expected"),
    [
        ("containers: [{name: it, resources: {requests: {memory: 4Gi}}}]", Amounts(100, 4 * GIB, 0, 1)),
        ("containers: [{name: log, resources: {requests: {cpu: 50m}}}]", Amounts(150, GIB // 2, 0, 1)),
        ("containers: [{name: log, resources: {limits: {cpu: 1}}}]", Amounts(1100, GIB // 2, 0, 1)),
        ("initContainers: [{name: get, resources: {requests: {memory: 2Gi}}}]", Amounts(100, 2 * GIB, 0, 1)),
        ("containers: [{name: it, resources: {requests: {cpu: null}}}]", Amounts(0, GIB // 2, 0, 1)),
        ("containers: [{name: it, $patch: delete}, {name: new}]", Amounts(0, 0, 0, 1)),
        ("containers: [none, {name: 3}], overhead: {memory: 1Gi}", Amounts(100, GIB + GIB // 2, 0, 1)),
    ],
)
def test_a_patch_counts(patch: str, expected: Amounts) -> None:
    text = f"patches: [{{kind: Deployment, spec: {{template: {{spec: {{{patch}}}}}}}}}]"

    assert requested(text) == expected


def test_a_patch_of_another_object_does_not_count() -> None:
    patch = "{kind: Service, spec: {containers: [{name: it, resources: {requests: {cpu: 9}}}]}}"

    assert requested(f"ports: {{http: 80}}, patches: [{patch}]").cpu == 100


def test_ephemeral_storage_is_booked_and_rendered() -> None:
    text = "resources: {requests: {ephemeralStorage: 20Gi}, limits: {ephemeralStorage: 40Gi}}"
    fleet = resolved(f"{HOSTS}workloads: {{it: {{image: a/b:1, {text}}}}}")

    requests, limits = resources_of(fleet.fleet.workloads["it"], fleet.engines["generic"])

    assert (requests["ephemeral-storage"], limits["ephemeral-storage"]) == ("20Gi", "40Gi")
    assert requested(text).storage == 20 * GIB


@pytest.mark.parametrize(
    ("text", "usual", "unified"),
    [
        ("gpu: {}, engine: vllm", 8, 4),  # weights pass through the page cache only
        ("gpu: {}", 4, 4),
        ("gpu: {}, engine: vllm, resources: {requests: {memory: 12Gi}}", 12, 12),
        ("gpu: {}, engine: ollama, resources: {limits: {memory: 2Gi}}", 2, 2),
        ("engine: vllm", 8, 8),
    ],
)
def test_with_unified_memory_an_engines_usual_request_is_smaller(text: str, usual: int, unified: int) -> None:
    assert [requested(text).memory, requested(text, unified=True).memory] == [usual * GIB, unified * GIB]


def test_with_unified_memory_the_limit_is_the_same() -> None:
    fleet = resolved(f"{HOSTS}workloads: {{it: {{image: a/b:1, gpu: {{}}, engine: vllm}}}}")
    workload, engine = fleet.fleet.workloads["it"], fleet.engines["vllm"]

    assert resources_of(workload, engine)[1] == resources_of(workload, engine, unified=True)[1]
