"""Keys of the fleet file for MetalLB."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import Annotated

from pydantic import AfterValidator, Field

from pyfleet.model.base import DnsLabel, Interface, Model
from pyfleet.model.charts import PlatformChart
from pyfleet.offers.settings import Settings


def bounds(text: str) -> tuple[IPv4Address, IPv4Address]:
    """Take a range of addresses apart.

    Raises:
        ValueError: one of the two is no address.
    """
    first, _, last = text.partition("-")
    return IPv4Address(first), IPv4Address(last)


def _range(text: str) -> str:
    try:
        first, last = bounds(text)
        ordered = first <= last
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
    """What gives addresses to Services of type LoadBalancer. Absent: k3s' own ServiceLB, which only has the hosts'."""

    metallb: MetalLb = Field(description="MetalLB.")


LOAD_BALANCING = Settings[LoadBalancing | None](
    "load_balancer", LoadBalancing | None, None, "What gives addresses to Services."
)
