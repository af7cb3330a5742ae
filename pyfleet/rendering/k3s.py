"""Hosts that are not NixOS: /etc/rancher/k3s/config.yaml, from the same plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyfleet.rendering.yaml import dump
from pyfleet.shared import K3S_DATA_DIR

if TYPE_CHECKING:
    from pyfleet.model.cluster import EtcdSnapshots
    from pyfleet.planning.types.hosts import NodePlan
    from pyfleet.planning.types.whole import Plan

KUBELET_CONFIG = "/etc/rancher/k3s/kubelet.yaml"
REGISTRIES = "/etc/rancher/k3s/registries.yaml"
MANIFESTS = f"{K3S_DATA_DIR}/server/manifests"
SHARED = "# Rendered by pyfleet from the fleet file: put it on each host as {}.\n"


def render_k3s(plan: Plan, *, starts: bool) -> dict[str, str]:
    """Render config.yaml for each such host, and what they share; `starts`: there is a bootstrap/."""
    hosts = [node for node in plan.nodes if node.spec.os == "linux"]
    files = {f"k3s/{node.name}.yaml": _header(node, plan, starts=starts) + dump(_config(node, plan)) for node in hosts}
    if hosts:
        kubelet = {
            "apiVersion": "kubelet.config.k8s.io/v1beta1",
            "kind": "KubeletConfiguration",
            **plan.k3s.kubelet,
        }
        files["k3s/shared/kubelet.yaml"] = SHARED.format(KUBELET_CONFIG) + dump(kubelet)
    if hosts and plan.k3s.spec.embedded_registry:
        # Every registry: a host that lists none neither offers images nor asks others for them.
        files["k3s/shared/registries.yaml"] = (
            SHARED.format(REGISTRIES) + "# k3s reads it when it starts.\n" + dump({"mirrors": {"*": {}}})
        )
    return files


def _header(node: NodePlan, plan: Plan, *, starts: bool) -> str:
    k3s = plan.k3s
    lines = ["# Rendered by pyfleet from the fleet file: put it on the host as /etc/rancher/k3s/config.yaml."]
    if node.spec.role == "server" and k3s.spec.server_environment_file:
        # k3s' unit reads this one too, and the installer, which writes k3s.service.env anew each time, leaves it alone.
        lines.append(f"# Then: ln -s {k3s.spec.server_environment_file} /etc/default/k3s")
        if k3s.server_variables:
            lines.append(f"#   It has to set {', '.join(k3s.server_variables)}, and to be readable by root only.")
    if node.local_storage:
        # Of local volumes the kubelet makes no directory: without it a pod hangs in ContainerCreating.
        lines.append(f"# Then: mkdir -p {' '.join(node.local_storage)}")
    if node.first_server and starts:
        lines.append(f"# Then: put the files of bootstrap/ into {MANIFESTS}/")
    lines.append(f"# Then: curl -sfL https://get.k3s.io | sh -s - {node.spec.role}")
    return "".join(f"{line}\n" for line in lines)


def _config(node: NodePlan, plan: Plan) -> dict[str, Any]:
    k3s = plan.k3s
    config: dict[str, Any] = {}
    if node.server_url:
        config["server"] = node.server_url
    config |= {"token-file": k3s.spec.token_file, "node-name": node.name, "node-ip": node.spec.address}
    if node.spec.interface:
        config["flannel-iface"] = node.spec.interface
    if node.labels:
        config["node-label"] = [f"{key}={value}" for key, value in node.labels.items()]
    if node.spec.taints:
        config["node-taint"] = list(node.spec.taints)
    config["kubelet-arg"] = [f"config={KUBELET_CONFIG}"]
    # In the order of modules/k3s.nix: of a flag given twice k3s takes the last.
    flags = [*k3s.spec.extra_flags, *node.spec.extra_flags]
    if node.spec.role == "server":
        config |= _server(node, plan)
        flags = [*k3s.spec.extra_server_flags, *flags]
    for flag in flags:
        _add_flag(config, flag)
    return config


def _server(node: NodePlan, plan: Plan) -> dict[str, Any]:
    k3s = plan.k3s
    config: dict[str, Any] = {"cluster-init": True} if node.cluster_init else {}
    config |= {
        "cluster-cidr": k3s.spec.cluster_cidr,
        "service-cidr": k3s.spec.service_cidr,
        "flannel-backend": k3s.spec.flannel,
        "secrets-encryption": k3s.spec.secrets_encryption,
        **(_snapshots(k3s.snapshots) if k3s.snapshots else {}),
        "write-kubeconfig-mode": k3s.kubeconfig_mode,
    }
    if k3s.disable:
        config["disable"] = list(k3s.disable)
    if k3s.spec.kubeconfig_group:
        config["write-kubeconfig-group"] = k3s.spec.kubeconfig_group
    if k3s.virtual_address:
        config["tls-san"] = k3s.virtual_address
    if k3s.spec.embedded_registry:
        config["embedded-registry"] = True
    return config


def _snapshots(snapshots: EtcdSnapshots) -> dict[str, Any]:
    config: dict[str, Any] = {
        "etcd-snapshot-schedule-cron": snapshots.schedule,
        "etcd-snapshot-retention": snapshots.retention,
    }
    if s3 := snapshots.s3:
        config |= {"etcd-s3": True, "etcd-s3-endpoint": s3.endpoint, "etcd-s3-bucket": s3.bucket}
        config |= {"etcd-s3-region": s3.region, **({"etcd-s3-folder": s3.folder} if s3.folder else {})}
    return config


def _add_flag(config: dict[str, Any], flag: str) -> None:
    """Write a flag as a key of config.yaml; one that is given again becomes a list, as k3s reads it."""
    name, _, value = flag.removeprefix("--").replace(" ", "=", 1).partition("=")
    given: Any = value or True
    if name in config:
        before = config[name]
        config[name] = [*before, given] if isinstance(before, list) else [before, given]
    else:
        config[name] = given
