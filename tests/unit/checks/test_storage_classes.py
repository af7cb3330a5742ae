"""Which StorageClasses a fleet has."""

from __future__ import annotations

import pytest

from pyfleet.checks.storage import storage_of_an_unknown_class
from tests.unit.fleets import findings

HOSTS = "hosts: {box: {role: server, address: 10.0.0.1}}\n"
ASKED = HOSTS + "storage: {s: {class: longhorn, size: 1Ti}}\n"
CLASS = "{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: longhorn}, provisioner: x/y}"


def missing(text: str, files: dict[str, str] | None = None) -> list[str]:
    return [finding.message for finding in findings(storage_of_an_unknown_class, text, files)]


MISSING = ["there is no StorageClass 'longhorn'"]


def test_a_chart_brings_one() -> None:
    chart = "{chart: longhorn, repo: 'https://x.example', version: '1', namespace: x, storageClasses: [longhorn]}"

    assert missing(f"{ASKED}charts: {{longhorn: {chart}}}") == []


def test_an_object_among_the_manifests_is_one() -> None:
    assert missing(f"{ASKED}manifests: [{CLASS}]") == []


def test_a_file_among_the_manifests_holds_one() -> None:
    text = f"{{kind: ConfigMap, metadata: {{name: x}}}}\n---\n{CLASS}\n"

    assert missing(f"{ASKED}manifests: [it.yaml]", {"it.yaml": text}) == []


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
    assert missing(f"{ASKED}manifests: [it.yaml]", {"it.yaml": text}) == MISSING


def test_k3s_brings_local_path_unless_that_is_disabled() -> None:
    asked = HOSTS + "storage: {s: {class: local-path, size: 1Ti}}\n"
    k3s = "k3s: {tokenFile: /run/secrets/k3s-token, disable: [local-storage]}"
    without = f"{asked}cluster: {{name: lab, domain: lab.example, {k3s}}}\n"

    assert (missing(asked), missing(without)) == ([], ["there is no StorageClass 'local-path'"])


def test_metrics_are_kept_by_a_class_too() -> None:
    stack = "platform: {monitoring: {prometheus: {storage: {class: longhorn}}}}"

    found = findings(storage_of_an_unknown_class, HOSTS + stack)

    assert [(finding.message, finding.path) for finding in found] == [
        (MISSING[0], ("platform", "monitoring", "prometheus", "storage", "class"))
    ]
