"""F5xx: Secrets, and who provides them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.checks.nearest import nearest
from pyfleet.checks.registry import Finding, check
from pyfleet.offers.secrets import OPAQUE
from pyfleet.resolved.secrets import MANUAL, by_hand, named_secrets, providers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.offers.secrets import WantedSecret
    from pyfleet.resolved import Resolved


@check("F505")
def secret_that_nobody_provides(resolved: Resolved) -> Iterator[Finding]:
    """A Secret that something names, but nobody makes.

    Pods that read it wait in `CreateContainerConfigError`, a chart or a certificate never becomes ready, and the fleet
    file looks complete. `platform.secrets` defines who makes each Secret: `externalSecrets` fetches all that are named
    from Vault or Azure Key Vault, `files` makes them from files that sops-nix or agenix put on the first server,
    `manual` lists those that somebody makes by hand. No value is ever in the fleet file.
    """
    seen: set[str] = set()
    for wanted in resolved.secrets:
        if wanted.name in seen or providers(resolved, wanted):
            continue
        seen.add(wanted.name)
        yield Finding(
            wanted.place,
            f"nobody provides the Secret {wanted.name}, which is read in namespace {wanted.namespace}",
            _ways_out(resolved, wanted),
        )


def _ways_out(resolved: Resolved, wanted: WantedSecret) -> str:
    if by_hand(resolved) is None:
        return f"name who does: `platform: {{secrets: {{manual: [{wanted.name}]}}}}` if you make it yourself"
    key = wanted.keys[0] if wanted.keys else "key"
    return (
        f"add it to `platform.secrets.manual` if you make it yourself, "
        f"or `{wanted.name}/{key}: /run/secrets/...` to `platform.secrets.files`"
    )


@check("F508", "warning")
def secret_that_nobody_reads(resolved: Resolved) -> Iterator[Finding]:
    """A Secret that `platform.secrets` provides, but nothing in the fleet names.

    Usually it is misspelt in one of the two places. Secrets that a chart's values read are named under the chart's
    `secrets`.
    """
    manual = by_hand(resolved)
    names = {wanted.name for wanted in resolved.secrets}
    places = [((*MANUAL, index), name) for index, name in enumerate(manual.manual if manual else ())]
    for place, name in (*places, *resolved.offers.given_secrets):
        if name not in names:
            yield Finding(place, f"nothing in the fleet reads the Secret {name}", nearest(name, names), at_key=True)


@check("F511")
def secret_that_would_be_two_things(resolved: Resolved) -> Iterator[Finding]:
    """One Secret, wanted in two forms.

    A Secret has one type, and Argo CD's Secret of a private repository is for one address. Use two Secrets for two
    repositories, with the same values if need be.
    """
    first: dict[tuple[str, str], WantedSecret] = {}
    for wanted in named_secrets(resolved):
        if wanted.type == OPAQUE and not wanted.literals:
            continue
        other = first.setdefault((wanted.namespace, wanted.name), wanted)
        if (wanted.type, wanted.literals) != (other.type, other.literals):
            yield Finding(
                wanted.place,
                f"the Secret {wanted.name} is wanted {_form(wanted)} here, and {_form(other)} elsewhere",
                "use another Secret here",
            )


def _form(wanted: WantedSecret) -> str:
    return f"for {wanted.literals['url']}" if "url" in wanted.literals else f"as {wanted.type}"
