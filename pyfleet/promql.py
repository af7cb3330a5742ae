"""Pieces of PromQL that alerts share. Names come from fleets: all are quoted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

PER_POD = "by (namespace, pod)"
CLUSTER_KNOWN = "and on () count(kube_node_info)"
"""Ends an alert on something absent from kube-state-metrics: if that is down itself, only its own alert fires."""
# kube-state-metrics, NVIDIA's exporter, node-exporter: what is scraped beside the engines.
_SOURCES = re.compile(r"\b(?:kube|node|DCGM)_[A-Za-z]+_[A-Za-z_]+\b")


def selected(metric: str, **labels: str) -> str:
    """Select series of a metric by labels."""
    matchers = ",".join(f"{name}={quoted(value)}" for name, value in labels.items())
    return f"{metric}{{{matchers}}}"


def one_of(metric: str, label: str, values: Iterable[str]) -> str:
    """Select series of a metric whose label has one of these values."""
    choice = [re.escape(value).replace(r"\-", "-") for value in values]
    match = "=" if len(choice) == 1 else "=~"
    return f"{metric}{{{label}{match}{quoted('|'.join(choice))}}}"


def quoted(text: str) -> str:
    """Write a text as a PromQL string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def any_of(*expressions: str) -> str:
    """Join expressions by `or`, one a line."""
    return "\nor\n".join(expressions)


def indented(expression: str) -> str:
    """Put an expression into parentheses of its own."""
    lines = "\n".join(f"  {line}" for line in expression.split("\n"))
    return f"(\n{lines}\n)"


def pascal(name: str) -> str:
    """Write a name as those of alerts are: `llama-cpp` as `LlamaCpp`."""
    return "".join(word[:1].upper() + word[1:] for word in re.split(r"[^A-Za-z0-9]+", name))


def metrics_of_sources(expression: str) -> set[str]:
    """Find the metrics in an expression that come from exporters, not from engines."""
    return set(_SOURCES.findall(expression))


_DISKS = 'fstype=~"btrfs|bcachefs|ext4|f2fs|xfs|zfs"'
FREE_OF_DISKS = f"node_filesystem_avail_bytes{{{_DISKS}}} / node_filesystem_size_bytes{{{_DISKS}}}"
"""Free part of each disk."""
