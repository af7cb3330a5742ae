"""Ask promtool, Prometheus' own test tool, whether rules are valid and when they fire."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from pyfleet.parts.alerts.rules import groups_of_entries, groups_of_fleet
from pyfleet.pipeline import examine
from pyfleet.rendering.kubernetes.rules import group_body

if TYPE_CHECKING:
    from pyfleet.model.fleet import Fleet

MINUTES = 2
"""Samples of a minute: one every 30 seconds."""


@dataclass(frozen=True)
class Case:
    """A story: what is measured, and which alerts fire at its end, as often as they should."""

    name: str
    series: dict[str, str]
    fires: dict[str, int] = field(default_factory=dict)
    silent: tuple[str, ...] = ()
    at: str = "20m"

    def body(self) -> dict[str, Any]:
        """Write it as promtool reads it."""
        wanted = {**self.fires, **dict.fromkeys(self.silent, 0)}
        return {
            "interval": "30s",
            "input_series": [{"series": series, "values": values} for series, values in self.series.items()],
            "promql_expr_test": [
                {
                    # The comment is for who reads a failure: promtool shows no name of a test.
                    "expr": f'count(ALERTS{{alertname="{alert}",alertstate="firing"}}) or vector(0) # {self.name}',
                    "eval_time": self.at,
                    "exp_samples": [{"labels": "{}", "value": count}],
                }
                for alert, count in wanted.items()
            ],
        }


def steady(value: float, minutes: int) -> str:
    """Write a metric that stays as it is."""
    return f"{value:g}+0x{minutes * MINUTES}"


def rising(minutes: int, *, each: float = 1, start: float = 0) -> str:
    """Write a counter that moves with each sample."""
    return f"{start:g}+{each:g}x{minutes * MINUTES}"


def needs_promtool() -> None:
    """Skip the test where promtool is missing, and say so."""
    if shutil.which("promtool") is None:
        pytest.skip("promtool is not installed (Debian: prometheus)")


def groups_of(fleet: Fleet) -> list[dict[str, Any]]:
    """Make the rules of a fleet as they are rendered."""
    examined = examine(fleet)
    assert [problem.message for problem in examined.errors] == []
    assert examined.plan is not None
    groups = (*groups_of_fleet(examined.plan), *groups_of_entries(examined.plan))
    return [group_body(group) for group in groups]


def names_of(groups: list[dict[str, Any]]) -> set[str]:
    """Name all alerts."""
    return {rule["alert"] for group in groups for rule in group["rules"]}


def check_rules(groups: list[dict[str, Any]], folder: Path) -> str:
    """Ask whether the rules are valid; return the complaints."""
    (folder / "rules.yaml").write_text(yaml.safe_dump({"groups": groups}), "utf-8")
    return _promtool("check", "rules", "--lint-fatal", str(folder / "rules.yaml"))


def try_rules(groups: list[dict[str, Any]], cases: list[Case], folder: Path) -> str:
    """Ask whether the rules fire as the cases say; return the complaints."""
    named = {alert for case in cases for alert in (*case.fires, *case.silent)}
    groups = [group for group in groups if named & names_of([group])]
    (folder / "rules.yaml").write_text(yaml.safe_dump({"groups": groups}), "utf-8")
    tests = {"rule_files": ["rules.yaml"], "evaluation_interval": "30s", "tests": [case.body() for case in cases]}
    (folder / "tests.yaml").write_text(yaml.safe_dump(tests), "utf-8")
    return _promtool("test", "rules", str(folder / "tests.yaml"))


def _promtool(*arguments: str) -> str:
    result = subprocess.run(["promtool", *arguments], capture_output=True, text=True, timeout=120, check=False)
    return "" if result.returncode == 0 else result.stdout + result.stderr
