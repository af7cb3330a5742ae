"""Names on the Internet: a tunnel that is opened from inside, so that the router needs no open port."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from pyfleet.model.base import DnsSubdomain, Duration, Image, Model, Uuid
from pyfleet.offers.settings import Settings

CloudflareId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
Email = Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$")]


class Access(Model):
    """Who is let in (Cloudflare Access): whoever matches one of the lists, if all `devicePosture` checks pass."""

    emails: list[Email] = Field([], description="These people.")
    email_domains: list[DnsSubdomain] = Field([], description="Everybody with an address of these domains.")
    identity_providers: list[Uuid] = Field(
        [], description="Identity providers of the login; a single one is used at once."
    )
    device_posture: list[Uuid] = Field([], description="Checks that the device must pass, such as WARP's.")
    session: Duration = Field("24h", description="How long a login lasts.")


class CloudflareTunnel(Model):
    """A Cloudflare Tunnel. Names, routes and logins come from what the fleet exposes."""

    domain: DnsSubdomain = Field(description="Domain of the names that `expose.tunnel` makes: `<app>.<domain>`.")
    tunnel_id: Uuid = Field(description="The tunnel, made once by `cloudflared tunnel create`.")
    credentials: DnsSubdomain = Field(
        "cloudflared", description="Secret with the tunnel's `credentials.json`, from the same command."
    )
    account_id: CloudflareId = Field(description="Cloudflare account.")
    zone_id: CloudflareId = Field(description="Zone of the domain.")
    access: Access | None = Field(None, description="Who is let in.")
    replicas: Annotated[int, Field(ge=1, le=25)] = Field(2, description="Replicas of cloudflared.")
    image: Image = Field("cloudflare/cloudflared:2026.8.3", description="Image of cloudflared.")


class TunnelPlatform(Model):
    """The provider of the tunnel."""

    cloudflare: CloudflareTunnel = Field(description="Cloudflare Tunnel.")


TUNNEL = Settings[TunnelPlatform | None]("tunnel", TunnelPlatform | None, None, "Names on the Internet.")
