"""Keys of the fleet file for monitoring."""

from __future__ import annotations

from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from pyfleet.model.base import DnsSubdomain, Model
from pyfleet.model.charts import PlatformChart
from pyfleet.model.expose import Exposed
from pyfleet.model.secrets import SecretKey
from pyfleet.model.storage import Size
from pyfleet.offers.settings import Settings


class MetricsStorage(Model):
    """A claim for stored metrics."""

    storage_class: DnsSubdomain = Field("local-path", alias="class", description="StorageClass.")
    size: Size = Field("20Gi", description="Size.")


class MetricsStack(PlatformChart):
    """What scrapes, keeps and evaluates metrics."""

    CHART: ClassVar[str]
    """Its entry in the catalog."""

    retention: Annotated[str, Field(pattern=r"^[1-9][0-9]*[dwy]$")] = Field(
        "30d", description="How long metrics are kept: `30d`, `12w`, `1y`."
    )
    storage: MetricsStorage = Field(MetricsStorage(), description="Where they are kept.")


class KubePrometheusStack(MetricsStack):
    """kube-prometheus-stack: 2 to 3 GiB of main memory."""

    CHART: ClassVar = "kube-prometheus-stack"


class VictoriaMetrics(MetricsStack):
    """VictoriaMetrics' stack: a few hundred MiB, for small hosts."""

    CHART: ClassVar = "victoria-metrics-k8s-stack"


class Grafana(Model):
    """Grafana, with dashboards of the GPUs and engines that the fleet has."""

    admin: DnsSubdomain | None = Field(
        None, description="Secret with `admin-user` and `admin-password`; by default the chart makes one."
    )
    expose: Exposed = Field(Exposed(), description="How it is reached.")


class Notify(Model):
    """Who is notified of an alert. The address is a secret: whoever has it can write there."""

    discord: SecretKey | None = Field(None, description="Webhook of a Discord channel: `secret/key`.")
    slack: SecretKey | None = Field(None, description="Incoming webhook of Slack: `secret/key`.")
    webhook: SecretKey | None = Field(None, description="Any address that takes Alertmanager's JSON: `secret/key`.")


class Monitoring(Model):
    """Exactly one of two stacks, Grafana, alerts."""

    prometheus: KubePrometheusStack | None = Field(None, description="kube-prometheus-stack.")
    victoria_metrics: VictoriaMetrics | None = Field(None, description="VictoriaMetrics' stack.")
    grafana: Grafana = Field(Grafana(), description="Grafana.")
    notify: Notify = Field(Notify(), description="Who is notified of an alert.")

    @model_validator(mode="after")
    def _one_stack(self) -> Self:
        if (self.prometheus is None) == (self.victoria_metrics is None):
            raise ValueError("set exactly one of `prometheus` and `victoriaMetrics`")
        return self

    @property
    def stack(self) -> MetricsStack:
        """The one that was chosen."""
        stack = self.prometheus or self.victoria_metrics
        if stack is None:
            raise ValueError("no stack")
        return stack


MONITORING = Settings[Monitoring | None]("monitoring", Monitoring | None, None, "Metrics, dashboards, alerts.")
