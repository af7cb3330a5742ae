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
    Ipv4Network,
    Model,
)

FlannelBackend = Literal["vxlan", "host-gw", "wireguard-native", "none"]


class EtcdSnapshots(Model):
    """Snapshots of the embedded etcd, kept on each server."""

    schedule: CronSchedule = Field("0 */12 * * *", description="When to take one: a cron schedule.")
    retention: Annotated[int, Field(ge=1)] = Field(5, description="How many to keep.")


class K3s(Model):
    """What all hosts' k3s have in common; most of it has to be equal on all servers, so it is said once."""

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
    cluster_cidr: Ipv4Network = Field("10.42.0.0/16", alias="clusterCIDR", description="Addresses of pods.")
    service_cidr: Ipv4Network = Field("10.43.0.0/16", alias="serviceCIDR", description="Addresses of services.")
    secrets_encryption: bool = Field(
        default=True, description="Encrypt Secrets in the datastore; can't be switched on later without work."
    )
    etcd_snapshots: EtcdSnapshots = Field(EtcdSnapshots(), description="Snapshots of the embedded etcd.")
    max_pods: Annotated[int, Field(ge=1, le=500)] = Field(110, description="Pods a host may run.")
    kubelet: dict[str, Any] = Field({}, description="Further fields of KubeletConfiguration, passed as they are.")
    kubeconfig_group: str | None = Field(
        None,
        pattern=r"^[a-z_][-a-z0-9_]{0,31}$",
        description="Group that may read the admin's kubeconfig (mode 0640); by default only root may (0600).",
    )
    extra_flags: list[Flag] = Field([], description="Flags for k3s on every host, appended last.")
    extra_server_flags: list[Flag] = Field([], description="Flags for k3s on servers only, appended last.")


class Cluster(Model):
    """Names of the cluster, and its k3s."""

    name: DnsLabel = Field(description="Name of the cluster.")
    domain: DnsSubdomain = Field(description="Prefix of the fleet's own labels, such as `hydra.io`.")
    admins: list[Ipv4Network] = Field(
        [],
        description="Who besides the hosts may reach the Kubernetes API: networks such as `192.168.1.10/32`.",
    )
    k3s: K3s = Field(alias="k3s", description="How k3s runs.")
