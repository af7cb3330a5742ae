"""In what order things are pulled."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyfleet.resolved.charts import InstalledChart

PROJECT_WAVE = -1
_NAMESPACES, _OPERATORS, _PLATFORM, _REST = range(4)


def folder_wave(folder: str) -> int:
    """Return the wave of a folder: namespaces, then operators, then objects of the CRDs that operators bring.

    Workloads and charts without CRDs come last: nothing waits for them, so one that fails holds up no other.
    """
    if folder == "platform/namespaces":
        return _NAMESPACES
    return _PLATFORM if folder.startswith("platform/") else _REST


def chart_wave(chart: InstalledChart) -> int:
    """Return the wave of a chart."""
    return _OPERATORS if chart.spec.operator else _REST
