"""How something in the cluster is reached from outside: addresses, names, a tunnel."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from pyfleet.model.base import DnsLabel, Ipv4, Model, NodePort, Port, PortReference


class LoadBalancer(Model):
    """A Service of type LoadBalancer."""

    port: Port = Field(description="Port of the address.")
    address: Ipv4 | None = Field(None, description="One address of a MetalLB pool; by default any free one.")


class Ingress(Model):
    """A name under `platform.ingress.domain`, served by Traefik."""

    name: DnsLabel | None = Field(None, description="First part of the name; by default the entry's own.")
    port: PortReference | None = Field(None, description="Name of the port behind it; by default the first.")


class TunnelRoute(Model):
    """A name under the tunnel's domain, reached from anywhere."""

    name: DnsLabel | None = Field(None, description="First part of the name; by default the entry's own.")
    port: PortReference | None = Field(None, description="Name of the port behind it; by default the first.")
    access: bool = Field(default=True, description="Ask for a login first, as `tunnel.cloudflare.access` defines it.")


def _short_balancer(value: object) -> object:
    return {"port": value} if isinstance(value, int) and not isinstance(value, bool) else value


def _short_name(value: object) -> Any:
    if value is True:
        return {}
    return {"name": value} if isinstance(value, str) else value


AnyLoadBalancer = Annotated[LoadBalancer, BeforeValidator(_short_balancer, json_schema_input_type=int | LoadBalancer)]
AnyIngress = Annotated[Ingress, BeforeValidator(_short_name, json_schema_input_type=Literal[True] | str | Ingress)]
AnyTunnelRoute = Annotated[
    TunnelRoute, BeforeValidator(_short_name, json_schema_input_type=Literal[True] | str | TunnelRoute)
]


class ExposedByName(Model):
    """Names that something is reached by."""

    ingress: AnyIngress | None = Field(None, description="A name in the LAN, with a certificate: `true`, or its name.")
    tunnel: AnyTunnelRoute | None = Field(None, description="A name on the Internet: `true`, or its name.")


class Exposed(ExposedByName):
    """An address of its own, and names."""

    load_balancer: AnyLoadBalancer | None = Field(
        None, description="Port of an address that the load balancer gives it; `{port, address}` for a fixed one."
    )


class Expose(Exposed):
    """How a workload is reached from outside the cluster."""

    host_port: Port | None = Field(None, description="Port of the host it runs on.")
    node_port: NodePort | None = Field(None, description="Port of every host.")


class ChartExpose(ExposedByName):
    """How a Service that a chart makes is reached."""

    service: DnsLabel = Field(description="Name of the Service, as the chart calls it.")
    service_port: Port = Field(80, description="Port of the Service.")
    namespace: DnsLabel | None = Field(None, description="Its namespace; by default the chart's.")
