"""Requests as the scheduler adds them up."""

from __future__ import annotations

from typing import Any

import pytest

from pyfleet.offers.amounts import Amounts, pod_requests, quantity_of

MIB = 2**20


def asks(cpu: str = "0", memory: str = "0", **more: Any) -> dict[str, Any]:
    return {"resources": {"requests": {"cpu": cpu, "memory": memory}}, **more}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("500m", "0.5"),
        ("1e3", "1000"),
        ("2Ki", "2048"),
        ("1.5", "1.5"),
        (4, "4"),
        ("1E", "1E18"),
        ("much", None),
        ([], None),
    ],
)
def test_a_quantity_is_read_as_kubernetes_reads_it(text: object, number: str | None) -> None:
    found = quantity_of(text)

    assert (None if found is None else float(found)) == (None if number is None else float(number))


@pytest.mark.parametrize(
    ("spec", "cpu", "mib"),
    [
        ({"containers": [asks("100m", "10Mi"), asks("200m", "20Mi")]}, 300, 30),
        ({"containers": [asks("100m", "10Mi")], "initContainers": [asks("1", "5Mi"), asks("50m", "30Mi")]}, 1000, 30),
        (  # a sidecar counts beside the containers and the init containers after it
            {
                "containers": [asks("100m", "10Mi")],
                "initContainers": [asks("300m", "10Mi", restartPolicy="Always"), asks("200m", "25Mi")],
            },
            500,
            35,
        ),
        ({"containers": [asks("100m", "10Mi")], "overhead": {"cpu": "250m", "memory": "120Mi"}}, 350, 130),
        ({"containers": [{"resources": {"limits": {"cpu": "2", "memory": "64Mi"}}}]}, 2000, 64),
        ({"containers": [{"name": "asks for nothing"}, "no container", {"resources": "none"}]}, 0, 0),
    ],
)
def test_a_pod_books_what_the_scheduler_says(spec: dict[str, Any], cpu: int, mib: int) -> None:
    assert pod_requests(spec) == Amounts(cpu, mib * MIB, 0, 1)
