"""Repositories that the cluster pulls from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.checks.registry import Finding, check
from pyfleet.parts.argocd.model import GITOPS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.checks.registry import Path
    from pyfleet.resolved import Resolved

REPOSITORY = ("platform", "gitops", "argocd", "repo")


@check("F610")
def repository_without_credentials(resolved: Resolved) -> Iterator[Finding]:
    """A repository that can't be pulled: an ssh address without a key.

    ssh needs a key even for a public repository. The root Application would report `authentication required`, and the
    cluster would stay empty. The address of an https repository doesn't show whether it is private: if it is, it needs
    `credentials` too.
    """
    gitops = GITOPS.of(resolved.fleet)
    if gitops and gitops.argocd.credentials is None and not gitops.argocd.repo.startswith("https://"):
        yield Finding(
            REPOSITORY,
            "the repository is reached by ssh, which needs a key",
            "name a Secret with `sshPrivateKey` under `credentials`, or write the https address if it is public",
        )


@check("F611")
def password_in_an_address(resolved: Resolved) -> Iterator[Finding]:
    """A user name or a password written in the address of a repository.

    It would stand in the fleet file, in every rendered file that names the repository, in the Nix store, and in Argo
    CD's messages. Credentials go into a Secret, which `credentials` names.
    """
    for place, url in _addresses(resolved):
        if _has_credentials(url):
            yield Finding(
                place,
                "the address has credentials in it, which everyone who reads the repository would know",
                "remove them, revoke them, and name a Secret under `credentials`",
            )


def _addresses(resolved: Resolved) -> Iterator[tuple[Path, str]]:
    gitops = GITOPS.of(resolved.fleet)
    if gitops:
        yield REPOSITORY, gitops.argocd.repo
    for name, chart in resolved.fleet.charts.items():
        if chart.repo:
            yield ("charts", name, "repo"), chart.repo
        yield ("charts", name, "chart"), chart.chart


def _has_credentials(url: str) -> bool:
    """Whether anything is before an `@`; with ssh a user name is no secret, it is always `git`."""
    scheme, _, rest = url.partition("://")
    user, at, _ = rest.partition("/")[0].rpartition("@")
    return bool(at) and (scheme != "ssh" or ":" in user)
