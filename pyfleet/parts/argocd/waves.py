"""In what order things are pulled."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyfleet.resolved.charts import InstalledChart

PROJECT_WAVE = -1
_NAMESPACES, _OPERATORS, _PLATFORM, _REST = range(4)


def folder_wave(folder: str) -> int:
    """Say when a folder's turn is: namespaces, then operators, then objects of the kinds that those bring.

    Workloads and charts that bring no kinds come last: nothing waits for them, so one that fails holds up no other.
    """
    if folder == "platform/namespaces":
        return _NAMESPACES
    return _PLATFORM if folder.startswith("platform/") else _REST


def chart_wave(chart: InstalledChart) -> int:
    """Say when a chart's turn is."""
    return _OPERATORS if chart.spec.operator else _REST
