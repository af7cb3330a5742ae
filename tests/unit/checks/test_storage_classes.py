"""Which StorageClasses a fleet has: files that have none, whatever else they are."""

from __future__ import annotations

import pytest

from pyfleet.checks.storage import storage_of_an_unknown_class
from pyfleet.pipeline import resolve
from tests.unit.fleets import fleet

ASKED = "hosts: {box: {role: server, address: 10.0.0.1}}\nstorage: {s: {class: longhorn, size: 1Ti}}\n"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[StorageClass",
        "kind: &StorageClass [*StorageClass]",
        "? {StorageClass: b}\n: c",
        "- StorageClass\n---\ntext\n---\n2026-13-45",
        "!x {kind: StorageClass}",
        "kind: StorageClass\nmetadata: longhorn",
        "kind: StorageClass\nmetadata: {name: [longhorn]}",
        "StorageClass: " + "[" * 200_000 + "]" * 200_000,
    ],
)
def test_a_file_that_is_something_else_is_no_reason_to_stop(text: str) -> None:
    made = fleet(f"{ASKED}manifests: [it.yaml]")
    made._manifest_files = {"it.yaml": text}  # noqa: SLF001 - `load` reads them

    found = [finding.message for finding in storage_of_an_unknown_class.find(resolve(made))]

    assert found == ["there is no StorageClass 'longhorn'"]
