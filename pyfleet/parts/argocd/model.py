"""GitOps: the cluster pulls what it runs from the repository that holds the fleet."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from pyfleet.model.base import DnsLabel, DnsSubdomain, Model
from pyfleet.model.charts import PlatformChart
from pyfleet.model.expose import Exposed
from pyfleet.offers.settings import Settings

GitUrl = Annotated[str, Field(pattern=r"^(https://[^\s/]+/\S+|ssh://\S+|[a-z_][-a-z0-9_]*@[^\s:/]+:\S+)$")]
RepositoryPath = Annotated[str, Field(pattern=r"^[A-Za-z0-9_][-_.A-Za-z0-9]*(/[A-Za-z0-9_][-_.A-Za-z0-9]*)*$")]


class ArgoCd(PlatformChart):
    """Argo CD: a root Application, and one for each app and chart."""

    repo: GitUrl = Field(
        description="Git repository of the rendered files: `https://...`, `git@host:path`. By ssh, the host key of a "
        "server of your own goes to `values: {configs: {ssh: {extraHosts: ...}}}`."
    )
    path: RepositoryPath = Field("hosts/rendered", description="Folder of the rendered files in it.")
    revision: Annotated[str, Field(pattern=r"^[A-Za-z0-9][-_./A-Za-z0-9]*$")] = Field(
        "main", description="Branch or tag."
    )
    credentials: DnsSubdomain | None = Field(
        None,
        description="Secret for a private repository: `username` and `password` for https, `sshPrivateKey` for ssh.",
    )
    prune: bool = Field(default=True, description="Delete what is no longer in the repository.")
    self_heal: bool = Field(
        default=True,
        description="Undo what was changed by hand; of replicas, those that the fleet file gives.",
    )
    chart_namespaces: list[DnsLabel] = Field(
        [], description="Further namespaces that charts put things into, beside their own and kube-system."
    )
    expose: Exposed = Field(Exposed(), description="How its dashboard is reached.")


class GitOps(Model):
    """What pulls."""

    argocd: ArgoCd = Field(description="Argo CD.")


GITOPS = Settings[GitOps | None]("gitops", GitOps | None, None, "The cluster pulls what it runs from Git.")
