"""The cluster as a whole, and how k3s runs it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from pyfleet.model.base import (
    AbsolutePath,
    CronSchedule,
    DnsLabel,
    DnsSubdomain,
    Flag,
    Image,
    Interface,
    Ipv4,
    Ipv4Network,
    Ipv4OrNetwork,
    Model,
)
from pyfleet.shared import K3S_CLUSTER_CIDR, K3S_SERVICE_CIDR, PATTERNS

FlannelBackend = Literal["vxlan", "host-gw", "wireguard-native", "none"]


class S3(Model):
    """An object store. Its credentials are in `serverEnvironmentFile`: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY."""

    endpoint: Annotated[str, Field(pattern=f"^{PATTERNS['hostAndPort']}$")] = Field(
        "s3.amazonaws.com", description="Host name, and port where it isn't 443."
    )
    bucket: Annotated[str, Field(pattern=f"^{PATTERNS['bucket']}$")] = Field(description="Bucket.")
    region: Annotated[str, Field(pattern=f"^{PATTERNS['region']}$")] = Field("us-east-1", description="Region.")
    folder: Annotated[str, Field(pattern=f"^{PATTERNS['bucketFolder']}$")] | None = Field(
        None, description="Folder in the bucket."
    )


class EtcdSnapshots(Model):
    """Snapshots of the embedded etcd, kept on each server."""

    schedule: CronSchedule = Field("0 */12 * * *", description="When to take one: a cron schedule.")
    retention: Annotated[int, Field(ge=1)] = Field(5, description="How many to keep.")
    s3: S3 | None = Field(None, description="Object store that they are copied to.")


class K3s(Model):
    """Settings of k3s for all hosts. Most have to be equal on all servers, so they are set once."""

    token_file: AbsolutePath = Field(
        description="Path on each host of the file with the join token, put there by sops-nix, agenix or by hand."
    )
    package: str | None = Field(
        None,
        pattern=r"^k3s(?:_[0-9]+_[0-9]+)?$",
        description="Attribute of nixpkgs, such as `k3s_1_35`; by default `k3s`.",
    )
    disable: list[DnsLabel] = Field([], description="Packaged components to leave out, such as `traefik`.")
    flannel: FlannelBackend = Field(
        "vxlan",
        description="Flannel backend; `host-gw` is fastest where all hosts share one network segment.",
    )
    cluster_cidr: Ipv4Network = Field(K3S_CLUSTER_CIDR, alias="clusterCIDR", description="Addresses of pods.")
    service_cidr: Ipv4Network = Field(K3S_SERVICE_CIDR, alias="serviceCIDR", description="Addresses of services.")
    secrets_encryption: bool = Field(
        default=True, description="Encrypt Secrets in the datastore; can't be switched on later without work."
    )
    etcd_snapshots: EtcdSnapshots = Field(EtcdSnapshots(), description="Snapshots of the embedded etcd.")
    datastore: Literal["etcd", "external"] = Field(
        "etcd",
        description="Where the cluster's state is kept: etcd on the servers, or a database that "
        "K3S_DATASTORE_ENDPOINT in `serverEnvironmentFile` names.",
    )
    server_environment_file: AbsolutePath | None = Field(
        None,
        description="File on each server with variables that are secret, put there by sops-nix, agenix or by hand.",
    )
    embedded_registry: bool = Field(default=False, description="Hosts pull images from each other first.")
    max_pods: Annotated[int, Field(ge=1, le=500)] = Field(110, description="Pods a host may run.")
    kubelet: dict[str, Any] = Field({}, description="Further fields of KubeletConfiguration, passed as they are.")
    kubeconfig_group: str | None = Field(
        None,
        pattern=f"^{PATTERNS['groupName']}$",
        description="Group that may read the admin's kubeconfig (mode 0640); by default only root may (0600).",
    )
    extra_flags: list[Flag] = Field([], description="Flags for k3s on every host, appended last.")
    extra_server_flags: list[Flag] = Field([], description="Flags for k3s on servers only, appended last.")


class VirtualAddress(Model):
    """An address that some server always has; hosts join and admins connect by it.

    The first server of the file starts the cluster. Installed anew, it would start a second one; a NixOS host refuses
    to while this address answers. To install it anew, `kubectl delete node` it and put another server before it in the
    file: then it joins. Servers that are running are not affected.
    """

    address: Ipv4 = Field(description="A free address in the servers' network.")
    by: Literal["keepalived", "kube-vip"] = Field(
        "keepalived", description="What moves it: keepalived on NixOS servers, or kube-vip as pods on any."
    )
    interface: Interface | None = Field(None, description="Interface of the servers; by default the host's.")
    image: Image = Field("ghcr.io/kube-vip/kube-vip:v1.2.3", description="Image of kube-vip.")


class Cluster(Model):
    """Names of the cluster, and its k3s."""

    name: DnsLabel = Field(description="Name of the cluster.")
    domain: DnsSubdomain = Field(description="Prefix of the fleet's own labels, such as `hydra.io`.")
    admins: list[Ipv4OrNetwork] = Field(
        [],
        description="Who besides the hosts may reach the Kubernetes API: networks such as `192.168.1.10/32`.",
    )
    virtual_address: VirtualAddress | None = Field(
        None, description="An address that outlives any one server, for a fleet with several."
    )
    k3s: K3s = Field(alias="k3s", description="How k3s runs.")
