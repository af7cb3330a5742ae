"""Secrets that the first server makes from its files, which sops-nix or agenix put there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyfleet.checks.registry import checks_of
from pyfleet.offers.offers import Offers
from pyfleet.offers.part import Part
from pyfleet.offers.secrets import OPAQUE
from pyfleet.parts.secret_files import checks
from pyfleet.parts.secret_files.model import FILES, PLACE, files_by_secret
from pyfleet.resolved.secrets import providers

if TYPE_CHECKING:
    from pyfleet.offers.secrets import WantedSecret
    from pyfleet.planning.types.hosts import NodePlan
    from pyfleet.planning.types.whole import Plan
    from pyfleet.resolved import Resolved

NAME = "secret_files"


def _offers(resolved: Resolved) -> Offers:
    files = files_by_secret(resolved.fleet)
    return Offers(given_secrets=tuple(((*PLACE, f"{name}/{next(iter(keys))}"), name) for name, keys in files.items()))


def _provides(resolved: Resolved, wanted: WantedSecret) -> bool:
    return wanted.name in files_by_secret(resolved.fleet)


def _host_options(plan: Plan, node: NodePlan) -> dict[str, Any]:
    """Make the values of `fleet.secrets`, by namespace and name; none for a host that isn't the first server."""
    options: dict[str, Any] = {}
    files = files_by_secret(plan.resolved.fleet)
    if node.first_server and files:
        for wanted in plan.resolved.secrets:
            if wanted.name in files and "manual" not in providers(plan.resolved, wanted):
                options.setdefault(wanted.namespace, {})[wanted.name] = _options(wanted, files[wanted.name])
    return {"secrets": options} if options else {}


def _options(wanted: WantedSecret, files: dict[str, str]) -> dict[str, Any]:
    beside = {
        "type": wanted.type if wanted.type != OPAQUE else None,
        "labels": wanted.labels,
        "literals": wanted.literals,
    }
    return {"files": files, **{name: value for name, value in beside.items() if value}}


part = Part(
    name=NAME,
    settings=(FILES,),
    checks=checks_of(checks),
    offers=_offers,
    provides=_provides,
    host_options=_host_options,
)
