"""Groups of alerts as Prometheus spells them; PrometheusRule and VMRule have the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.rendering.kubernetes.app import Object, metadata, without_empty

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyfleet.offers.offers import Stack
    from pyfleet.offers.rules import AlertRule, RuleGroup

RULES = {
    "prometheus": ("monitoring.coreos.com/v1", "PrometheusRule"),
    "victoria-metrics": ("operator.victoriametrics.com/v1beta1", "VMRule"),
}


def rules_object(stack: Stack, name: str, namespace: str, groups: Sequence[RuleGroup]) -> Object:
    """Render groups of alerts as one object."""
    api, kind = RULES[stack]
    return {
        "apiVersion": api,
        "kind": kind,
        "metadata": metadata(name, namespace),
        "spec": {"groups": [group_body(group) for group in groups]},
    }


def group_body(group: RuleGroup) -> Object:
    """Render a group of alerts."""
    return {
        "name": group.name,
        "interval": _duration(group.interval),
        "rules": [_rule(alert) for alert in group.alerts],
    }


def _rule(alert: AlertRule) -> Object:
    return {
        "alert": alert.name,
        "expr": alert.expr,
        **without_empty(**{"for": _duration(alert.seconds) if alert.seconds else None}),
        "labels": {"severity": alert.severity, **alert.labels},
        "annotations": {"summary": alert.summary, "description": alert.description},
    }


def _duration(seconds: int) -> str:
    """Write a time as a person would: `90s`, `10m`, `2h`."""
    if seconds % 3600 == 0:
        return f"{seconds // 3600}h"
    return f"{seconds // 60}m" if seconds % 60 == 0 else f"{seconds}s"
