"""Addresses, names and certificates."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import Annotated

from pydantic import AfterValidator, Field

from pyfleet.model.base import DnsLabel, DnsSubdomain, Interface, Ipv4, Model
from pyfleet.model.charts import PlatformChart
from pyfleet.model.expose import ExposedByName
from pyfleet.model.secrets import SecretKey


def _range(text: str) -> str:
    first, dash, last = text.partition("-")
    try:
        ordered = bool(dash) and IPv4Address(first) <= IPv4Address(last)
    except ValueError:
        ordered = False
    if not ordered:
        raise ValueError(f"{text!r} is not a range of addresses such as `10.0.128.200-10.0.128.220`")
    return text


AddressRange = Annotated[str, AfterValidator(_range)]


class MetalLb(PlatformChart):
    """MetalLB in L2 mode: one host answers ARP for each address. k3s' own ServiceLB is switched off by it."""

    pools: dict[DnsLabel, AddressRange] = Field(
        min_length=1, description="Ranges of free addresses in the hosts' network: `10.0.128.200-10.0.128.220`."
    )
    interfaces: list[Interface] = Field([], description="Interfaces to answer on; by default all.")


class LoadBalancing(Model):
    """What gives addresses to Services of type LoadBalancer. Absent: k3s' own ServiceLB, which has the hosts' only."""

    metallb: MetalLb = Field(description="MetalLB.")


class Traefik(PlatformChart):
    """Traefik: the one that k3s packages, or where `cluster.k3s.disable` names it, a chart of its own."""

    address: Ipv4 | None = Field(None, description="One address of a MetalLB pool.")
    dashboard: ExposedByName = Field(ExposedByName(), description="How its dashboard is reached.")


class IngressPlatform(Model):
    """Names in the LAN."""

    domain: DnsSubdomain = Field(description="What `expose.ingress` makes names under: `<app>.<domain>`.")
    traefik: Traefik = Field(Traefik(), description="Traefik.")


class Acme(Model):
    """Certificates of a public CA, by a DNS record that proves whose the domain is: no port has to be open."""

    email: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$")] = Field(description="Where the CA writes to.")
    server: Annotated[str, Field(pattern=r"^https://\S+$")] = Field(
        "https://acme-v02.api.letsencrypt.org/directory", description="Directory of the CA."
    )
    cloudflare: SecretKey = Field(description="API token that may edit the zone's records: `secret/key`.")


class CertManager(PlatformChart):
    """cert-manager: a CA of the cluster's own, or a public one."""

    acme: Acme | None = Field(None, description="A public CA. Absent: a CA of the cluster's own, to be trusted once.")


class Certificates(Model):
    """What signs the certificates of names in the LAN."""

    cert_manager: CertManager = Field(description="cert-manager.")
