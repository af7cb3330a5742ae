"""External Secrets Operator: fetches Secrets from Vault or Azure Key Vault."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pyfleet.checks.registry import checks_of
from pyfleet.offers.charts import NeededChart
from pyfleet.offers.part import Part
from pyfleet.offers.secrets import WantedSecret, wanted_key
from pyfleet.parts.external_secrets import checks
from pyfleet.parts.external_secrets.fetched import CHART, NAME, store_namespace
from pyfleet.parts.external_secrets.model import EXTERNAL_SECRETS
from pyfleet.parts.external_secrets.objects import apps, secret_source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.resolved import Resolved


def _charts(resolved: Resolved) -> Iterator[NeededChart]:
    operator = EXTERNAL_SECRETS.of(resolved.fleet)
    if operator:
        yield NeededChart(CHART, settings=operator)


def _secrets(resolved: Resolved) -> Iterator[WantedSecret]:
    """Return the Secret with the operator's credentials for the store."""
    operator = EXTERNAL_SECRETS.of(resolved.fleet)
    place = ("platform", "secrets", "externalSecrets")
    namespace = store_namespace(resolved)
    if operator and operator.vault:
        yield wanted_key(namespace, operator.vault.secret_id, (*place, "vault", "secretId"))
    if operator and operator.azure_key_vault:
        where = (*place, "azureKeyVault", "credentials")
        yield WantedSecret(namespace, operator.azure_key_vault.credentials, ("client-id", "client-secret"), where)


def _provides(resolved: Resolved, _: WantedSecret) -> bool:
    return EXTERNAL_SECRETS.of(resolved.fleet) is not None


part = Part(
    name=NAME,
    catalog=Path(__file__).with_name("charts.yaml"),
    settings=(EXTERNAL_SECRETS,),
    checks=checks_of(checks),
    charts=_charts,
    secrets=_secrets,
    provides=_provides,
    secret_source=secret_source,
    apps=apps,
)
