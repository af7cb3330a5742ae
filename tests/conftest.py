"""What all tests share: where things are, and the fleets that the repository holds."""

from __future__ import annotations

from pathlib import Path

from hypothesis import settings

# The same examples at each run: what fails fails for who looks into it as well.
settings.register_profile("repeatable", derandomize=True)
settings.load_profile("repeatable")

ROOT = Path(__file__).resolve().parent.parent
"""The repository."""


def fleet_folders() -> list[Path]:
    """Folders that hold a fleet file and, beside it, its golden tree: found by place, so that adding one is enough."""
    return [ROOT / "hosts", *sorted(path.parent for path in (ROOT / "tests/fleets").glob("*/fleet.yaml"))]
