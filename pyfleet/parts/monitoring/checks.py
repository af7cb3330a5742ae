"""The stack that scrapes, keeps and shows metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.checks.registry import Finding, check
from pyfleet.parts.monitoring.model import MONITORING
from pyfleet.units import GIB, bytes_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.resolved import Resolved

ROOMY = 32 * GIB
"""Main memory of a host on which the larger stack is no burden."""


@check("F613", "warning")
def monitoring_too_heavy(resolved: Resolved) -> Iterator[Finding]:
    """kube-prometheus-stack on hosts that are small for it.

    It takes 2 to 3 GiB, more than a tenth of a host with 16 GiB: one fleet of NUCs measured that against 400 MB of
    VictoriaMetrics, which keeps the same metrics and evaluates the same alerts. Hosts without `memory` are not counted.
    """
    monitoring = MONITORING.of(resolved.fleet)
    sizes = [(bytes_of(host.memory), host.memory) for host in resolved.fleet.hosts.values() if host.memory]
    if monitoring is None or monitoring.prometheus is None or not sizes:
        return
    size, stated = max(sizes)
    if size < ROOMY:
        yield Finding(
            ("platform", "monitoring", "prometheus"),
            f"kube-prometheus-stack takes 2 to 3 GiB, and the largest host has {stated}",
            "set `victoriaMetrics: {}`, which takes a few hundred MiB",
            at_key=True,
        )


@check("F614", "warning")
def password_that_changes_by_itself(resolved: Resolved) -> Iterator[Finding]:
    """Grafana's password left to its chart, in a fleet that Argo CD installs.

    The chart makes up a password unless the cluster has one, but under Argo CD it can't look there: each rendering has
    another password, each sync writes it, and Grafana restarts with a password that nobody knows.
    """
    monitoring = MONITORING.of(resolved.fleet)
    if monitoring and resolved.offers.gitops and monitoring.grafana.admin is None:
        yield Finding(
            ("platform", "monitoring"),
            "Argo CD would give Grafana another password at each sync",
            "name a Secret with `admin-user` and `admin-password`: `grafana: {admin: grafana-admin}`",
            at_key=True,
        )
