"""Which Secrets External Secrets Operator fetches, and which it can't: its own credentials for the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.model.secrets import secret_and_key
from pyfleet.parts.external_secrets.model import EXTERNAL_SECRETS
from pyfleet.resolved.secrets import providers

if TYPE_CHECKING:
    from pyfleet.offers.secrets import WantedSecret
    from pyfleet.resolved import Resolved

NAME = "external_secrets"
CHART = "external-secrets"


def store_namespace(resolved: Resolved) -> str:
    """Name the operator's namespace, which has the Secret with its credentials for the store."""
    return resolved.chart_of(CHART).namespace


def fetched(resolved: Resolved) -> list[WantedSecret]:
    """Gather the Secrets that come from the store: all that nothing else makes."""
    return [
        each
        for each in resolved.secrets
        if providers(resolved, each) == {NAME} and not has_store_credentials(each, resolved)
    ]


def has_store_credentials(wanted: WantedSecret, resolved: Resolved) -> bool:
    """Whether it holds the operator's credentials for the store, so that it can't come from there."""
    operator = EXTERNAL_SECRETS.of(resolved.fleet)
    if operator is None or wanted.namespace != store_namespace(resolved):
        return False
    return wanted.name in {
        *([secret_and_key(operator.vault.secret_id)[0]] if operator.vault else []),
        *([operator.azure_key_vault.credentials] if operator.azure_key_vault else []),
    }
