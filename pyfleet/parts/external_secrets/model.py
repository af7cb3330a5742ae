"""Keys of the fleet file for External Secrets Operator."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from pyfleet.model.base import DnsSubdomain, Duration, Model, Uuid
from pyfleet.model.charts import PlatformChart
from pyfleet.model.secrets import SecretKey
from pyfleet.offers.settings import Settings


class Vault(Model):
    """HashiCorp Vault or OpenBao, with a login as an AppRole."""

    server: Annotated[str, Field(pattern=r"^https?://[^\s/]+$")] = Field(description="Address, with port.")
    mount: Annotated[str, Field(pattern=r"^[A-Za-z0-9][-_/A-Za-z0-9]*$")] = Field(
        "secret", description="Mount of the key/value engine (version 2)."
    )
    prefix: Annotated[str, Field(pattern=r"^[A-Za-z0-9][-_/A-Za-z0-9]*$")] | None = Field(
        None, description="Folder in it: key `k` of Secret `x` is read from field `k` of `<mount>/<prefix>/x`."
    )
    ca_bundle: Annotated[str, Field(pattern=r"^[A-Za-z0-9+/\s]+={0,2}\s*$")] | None = Field(
        None, description="Certificate of the CA of the server's certificate, where it is your own CA: PEM, in base64."
    )
    role_id: Annotated[str, Field(min_length=1, pattern=r"^\S+$")] = Field(
        description="The AppRole's role id, which is a name, not a secret."
    )
    secret_id: SecretKey = Field("vault-approle/secret-id", description="The AppRole's secret id: `secret/key`.")


class AzureKeyVault(Model):
    """Azure Key Vault, with a login as a service principal. Key `k` of Secret `x` is its secret `x-k`.

    Names there have letters, digits and `-` only: any other character becomes a `-`.
    """

    url: Annotated[str, Field(pattern=r"^https://[^\s/]+$")] = Field(description="Address of the vault.")
    tenant_id: Uuid = Field(description="Directory of the service principal.")
    credentials: DnsSubdomain = Field(
        "azure-key-vault", description="Secret with the service principal's `client-id` and `client-secret`."
    )


class ExternalSecrets(PlatformChart):
    """External Secrets Operator: fetches the Secrets that anything in the fleet names."""

    vault: Vault | None = Field(None, description="From Vault.")
    azure_key_vault: AzureKeyVault | None = Field(None, description="From Azure Key Vault.")
    refresh: Duration = Field("1h", description="How often it looks again.")

    @model_validator(mode="after")
    def _one_store(self) -> Self:
        if (self.vault is None) == (self.azure_key_vault is None):
            raise ValueError("set exactly one of `vault` and `azureKeyVault`")
        return self


EXTERNAL_SECRETS = Settings[ExternalSecrets | None](
    "secrets.external_secrets",
    ExternalSecrets | None,
    None,
    "External Secrets Operator provides all Secrets that the other keys don't.",
)
