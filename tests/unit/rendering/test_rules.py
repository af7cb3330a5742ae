"""How alerts are spelled."""

from __future__ import annotations

from pyfleet.offers.rules import AlertRule, RuleGroup
from pyfleet.rendering.kubernetes.rules import group_body


def alert(seconds: int) -> AlertRule:
    return AlertRule("A", "up == 0", seconds, "warning", "s", "d", {"workload": "w"})


def test_a_group_is_spelled_as_prometheus_reads_it() -> None:
    assert group_body(RuleGroup("g", (alert(600),))) == {
        "name": "g",
        "interval": "30s",
        "rules": [
            {
                "alert": "A",
                "expr": "up == 0",
                "for": "10m",
                "labels": {"severity": "warning", "workload": "w"},
                "annotations": {"summary": "s", "description": "d"},
            }
        ],
    }


def test_times_are_spelled_as_a_person_would() -> None:
    rules = group_body(RuleGroup("g", tuple(alert(seconds) for seconds in (0, 90, 120, 7200))))["rules"]

    assert [rule.get("for") for rule in rules] == [None, "90s", "2m", "2h"]
