"""Storage that workloads mount by name."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from pyfleet.model.base import AbsolutePath, DnsLabel, DnsSubdomain, Ipv4, Model, Quantity, matching
from pyfleet.shared import PATTERNS
from pyfleet.units import bytes_of

# NFS 4 servers export one tree, whose root is `/`.
ExportPath = Annotated[
    str, matching(f"/|{PATTERNS['absolutePath']}", "an absolute path of plain characters, without `.` and `..`")
]


def _positive(size: str) -> str:
    if bytes_of(size) == 0:
        raise ValueError(f"{size} is nothing, and Kubernetes refuses a claim of that: `100Gi`, for instance")
    return size


Size = Annotated[Quantity, AfterValidator(_positive)]
AccessMode = Literal["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany"]


class Nfs(Model):
    """An export of an NFS server; the server may be outside the fleet."""

    server: Ipv4 | DnsSubdomain = Field(description="Address or name of the server.")
    path: ExportPath = Field(description="The exported directory.")
    mount_options: list[Annotated[str, Field(pattern=r"^[a-z]+(=[A-Za-z0-9.]+)?$")]] = Field(
        ["hard", "noatime"], description="Options of mount(8)."
    )


class Local(Model):
    """A directory on one host."""

    host: DnsLabel = Field(description="The host that has it.")
    path: AbsolutePath = Field(description="The directory.")


class Storage(Model):
    """A named store: exactly one of `nfs`, `local` and `class`."""

    nfs: Nfs | None = Field(None, description="An NFS export.")
    local: Local | None = Field(None, description="A directory of a host.")
    storage_class: DnsSubdomain | None = Field(
        None, alias="class", description="Provisioned on demand by this StorageClass, such as `local-path`."
    )
    size: Size = Field(description="Capacity.")
    access: AccessMode = Field("ReadWriteOnce", description="Kubernetes' access mode.")


def _exactly_one(storage: Storage) -> Storage:
    given = [kind for kind in ("nfs", "local", "storage_class") if getattr(storage, kind) is not None]
    if len(given) != 1:
        raise ValueError("set exactly one of `nfs`, `local` and `class`")
    return storage


OneStorage = Annotated[Storage, AfterValidator(_exactly_one)]
