"""Keys of the fleet file for names in the LAN."""

from __future__ import annotations

from pydantic import Field

from pyfleet.model.base import DnsSubdomain, Ipv4, Model
from pyfleet.model.charts import PlatformChart
from pyfleet.model.expose import ExposedByName
from pyfleet.offers.settings import Settings


class Traefik(PlatformChart):
    """Traefik: the one that k3s packages, or where `cluster.k3s.disable` names it, a chart of its own."""

    address: Ipv4 | None = Field(None, description="One address of a MetalLB pool.")
    dashboard: ExposedByName = Field(ExposedByName(), description="How its dashboard is reached.")


class IngressPlatform(Model):
    """Names in the LAN."""

    domain: DnsSubdomain = Field(description="Domain of the names that `expose.ingress` makes: `<app>.<domain>`.")
    traefik: Traefik = Field(Traefik(), description="Traefik.")


INGRESS = Settings[IngressPlatform | None]("ingress", IngressPlatform | None, None, "Names in the LAN.")
