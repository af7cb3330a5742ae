"""Keys of the fleet file for certificates."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from pyfleet.model.base import Model
from pyfleet.model.charts import PlatformChart
from pyfleet.model.secrets import SecretKey
from pyfleet.offers.settings import Settings


class Acme(Model):
    """Certificates of a public CA, by a DNS record that proves ownership of the domain: no port has to be open."""

    email: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$")] = Field(description="Address for the CA's e-mails.")
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


CERTIFICATES = Settings[Certificates | None](
    "certificates", Certificates | None, None, "What signs the certificates of those names."
)
