"""F3xx: names of entries, as names of the objects that are made of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.checks.registry import Finding, check
from pyfleet.checks.versions import kubernetes_minor
from pyfleet.placement.demands import pods_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.model.workloads import Workload
    from pyfleet.resolved import Resolved

GROUP = "LeaderWorkerSet"
RELAXED = 36
"""Minor release of Kubernetes from which a Service may begin with a digit (RelaxedServiceNameValidation is on)."""
LABEL = 63
"""Characters that a label's value may have, and the name of a pod that has a host name."""
_REVISION = 11
"""Characters of `-` and a hash, which the label `controller-revision-hash` has after the set's name."""
_TIMESTAMP = 11
"""Characters that the CronJob's controller adds to each Job's name."""
_HELM_JOB = len("helm-install-")
_RELEASE = 53
"""Characters that Helm allows a release's name."""


@check("F353")
def service_that_begins_with_a_digit(resolved: Resolved) -> Iterator[Finding]:
    """A Service whose name begins with a digit.

    Before 1.36 Kubernetes refuses it: names of Services are those of RFC 1035, which begin with a letter, although
    names of Deployments needn't. The pods run, and nothing reaches them. A LeaderWorkerSet has to begin with a letter
    whatever the release. Rename the entry, or say a newer k3s by `cluster.k3s.package`.
    """
    relaxed = kubernetes_minor(resolved.fleet) >= RELAXED
    for name, workload in resolved.fleet.workloads.items():
        if name[0].isdigit() and (workload.kind == GROUP or (resolved.ports_of(workload) and not relaxed)):
            what = GROUP if workload.kind == GROUP else "Service"
            yield Finding(("workloads", name), *_digit(name, what), at_key=True)
    for name in resolved.fleet.services:
        if name[0].isdigit() and not relaxed:
            yield Finding(("services", name), *_digit(name, "Service"), at_key=True)


def _digit(name: str, what: str) -> tuple[str, str]:
    since = "" if what == GROUP else f" before Kubernetes 1.{RELAXED}"
    return f"the {what} {name} would begin with a digit, which is refused{since}", f"call it x{name}, for instance"


@check("F354")
def name_that_gets_too_long(resolved: Resolved) -> Iterator[Finding]:
    """A name that gets too long with what controllers add to it.

    Kubernetes refuses a CronJob of more than 52 characters, for its Jobs have 11 more. It takes a StatefulSet of any
    length, and then refuses each of its pods: their label `controller-revision-hash` is the name and 11 characters
    more, of 63 that a label may have. Pods of a LeaderWorkerSet have the number of their group as well, k3s' Helm
    controller runs `helm-install-<chart>`, and Helm itself takes 53 characters.
    """
    for name, workload in resolved.fleet.workloads.items():
        longest = _longest(workload)
        if len(name) > longest:
            message = f"{name} has {len(name)} characters, and the name of a {workload.kind} may have {longest}"
            yield Finding(("workloads", name), message, "give it a shorter name", at_key=True)
    longest = _RELEASE if resolved.offers.gitops else LABEL - _HELM_JOB
    for name in resolved.fleet.charts:
        if len(name) > longest:
            message = f"{name} has {len(name)} characters, and the name of a chart may have {longest}"
            yield Finding(("charts", name), message, "give it a shorter name", at_key=True)


def _longest(workload: Workload) -> int:
    if workload.kind == "CronJob":
        return LABEL - _TIMESTAMP
    if workload.kind == "StatefulSet":
        return LABEL - _REVISION
    if workload.kind == GROUP:
        groups = pods_of(workload) // (workload.size or 1)
        return LABEL - _REVISION - len(f"-{max(groups, 1) - 1}")
    return LABEL
