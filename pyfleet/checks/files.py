"""F3xx: files that are mounted into pods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.checks.registry import Finding, check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.checks.registry import Path
    from pyfleet.resolved import Resolved

MOST = 1024 * 1024
"""Bytes that Kubernetes takes in a ConfigMap (MaxSecretSize)."""


@check("F355")
def files_over_a_megabyte(resolved: Resolved) -> Iterator[Finding]:
    """Files that are more than a ConfigMap holds.

    `files` of a workload are one ConfigMap, and so are those that a canary sends. Kubernetes refuses one of more than a
    megabyte (1048576 bytes), and the pod waits for it for ever. Put what is larger on storage, or into the image.
    """
    fleet = resolved.fleet
    found: list[tuple[Path, int]] = [
        (("workloads", name, "files"), sum(len(text.encode()) for text in workload.files.values()))
        for name, workload in fleet.workloads.items()
    ]
    for kind, entries in (("workloads", fleet.workloads), ("services", fleet.services)):
        for name, entry in entries.items():
            sent = set(entry.canary.files.values()) if entry.canary else set()
            size = sum(len(fleet.sent_files.get(file, b"")) for file in sent)
            found.append(((kind, name, "canary", "files"), size))
    for place, size in found:
        if size > MOST:
            message = f"the files have {size} bytes in all, and a ConfigMap has at most {MOST}"
            yield Finding(place, message, "put them on storage, or into the image", at_key=True)
