"""Hosts that are not NixOS: /etc/rancher/k3s/config.yaml, from the same plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyfleet.rendering.yaml import dump

if TYPE_CHECKING:
    from pyfleet.planning.types import NodePlan, Plan

KUBELET_CONFIG = "/etc/rancher/k3s/kubelet.yaml"


def render_k3s(plan: Plan) -> dict[str, str]:
    """Render config.yaml for each such host, and the kubelet's configuration that they share."""
    hosts = [node for node in plan.nodes if node.os == "linux"]
    files = {f"k3s/{node.name}.yaml": _header(node) + dump(_config(node, plan)) for node in hosts}
    if hosts:
        kubelet = {
            "apiVersion": "kubelet.config.k8s.io/v1beta1",
            "kind": "KubeletConfiguration",
            **plan.k3s.kubelet,
        }
        files["k3s/shared/kubelet.yaml"] = (
            f"# Rendered by pyfleet from the fleet file: put it on each host as {KUBELET_CONFIG}.\n" + dump(kubelet)
        )
    return files


def _header(node: NodePlan) -> str:
    return (
        "# Rendered by pyfleet from the fleet file: put it on the host as /etc/rancher/k3s/config.yaml.\n"
        f"# Then: curl -sfL https://get.k3s.io | sh -s - {node.role}\n"
    )


def _config(node: NodePlan, plan: Plan) -> dict[str, Any]:
    k3s = plan.k3s
    config: dict[str, Any] = {}
    if node.server_url:
        config["server"] = node.server_url
    config |= {"token-file": k3s.token_file, "node-name": node.name, "node-ip": node.address}
    if node.interface:
        config["flannel-iface"] = node.interface
    if node.labels:
        config["node-label"] = [f"{key}={value}" for key, value in node.labels.items()]
    if node.taints:
        config["node-taint"] = list(node.taints)
    config["kubelet-arg"] = [f"config={KUBELET_CONFIG}"]
    flags = [*k3s.extra_flags, *node.extra_flags]
    if node.role == "server":
        config |= _server(node, plan)
        flags = [*k3s.extra_flags, *k3s.extra_server_flags, *node.extra_flags]
    for flag in flags:
        _add_flag(config, flag)
    return config


def _server(node: NodePlan, plan: Plan) -> dict[str, Any]:
    k3s = plan.k3s
    config: dict[str, Any] = {"cluster-init": True} if node.first_server else {}
    config |= {
        "cluster-cidr": k3s.cluster_cidr,
        "service-cidr": k3s.service_cidr,
        "flannel-backend": k3s.flannel,
        "secrets-encryption": k3s.secrets_encryption,
        "etcd-snapshot-schedule-cron": k3s.snapshot_schedule,
        "etcd-snapshot-retention": k3s.snapshot_retention,
        "write-kubeconfig-mode": k3s.kubeconfig_mode,
    }
    if k3s.disable:
        config["disable"] = list(k3s.disable)
    if k3s.kubeconfig_group:
        config["write-kubeconfig-group"] = k3s.kubeconfig_group
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
