"""Kinds of workloads."""

from __future__ import annotations

SERVING = frozenset({"Deployment", "StatefulSet", "LeaderWorkerSet"})
"""Kinds that answer requests; the others do their work and end."""
