"""External Secrets Operator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.checks.registry import Finding, check
from pyfleet.parts.external_secrets.fetched import NAME, has_store_credentials
from pyfleet.resolved.secrets import providers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.resolved import Resolved


@check("F506")
def store_credentials_that_only_the_store_has(resolved: Resolved) -> Iterator[Finding]:
    """External Secrets Operator's credentials for the store, provided only by that store.

    They have to be in the cluster before the operator can fetch anything. Provide that one Secret by
    `platform.secrets.files`, or make it by hand and list it in `platform.secrets.manual`.
    """
    for wanted in resolved.secrets:
        if has_store_credentials(wanted, resolved) and providers(resolved, wanted) == {NAME}:
            yield Finding(
                wanted.place,
                f"the Secret {wanted.name} opens the store, so it can't come from there",
                f"add `{wanted.name}/{wanted.keys[0]}: /run/secrets/...` to `platform.secrets.files`, or the name to "
                f"`platform.secrets.manual` and make it in namespace {wanted.namespace} yourself",
            )
