"""NixOS hosts: values for the options of modules/, in one file for each host and one that they share.

The hosts' addresses and labels are only in the shared file: output grows with the number of hosts, not with its square,
and a new host changes one existing file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyfleet.rendering.bootstrap import BOOTSTRAP
from pyfleet.rendering.nix.environment import environment
from pyfleet.rendering.nix.literal import NixPath
from pyfleet.shared import K3S_CLUSTER_CIDR, K3S_SERVICE_CIDR

if TYPE_CHECKING:
    from pyfleet.model.cluster import EtcdSnapshots
    from pyfleet.planning.types.hosts import K3sPlan, NodePlan
    from pyfleet.planning.types.whole import Plan


def render_nix(plan: Plan, started: list[str]) -> dict[str, str]:
    """Render the NixOS hosts of a plan; `started` names the files that the first server applies by itself."""
    hosts = [node for node in plan.nodes if node.spec.os == "nixos"]
    if not hosts:
        return {}
    templates = environment()
    host_template = templates.get_template("host.nix.jinja")
    return {
        "cluster.nix": templates.get_template("cluster.nix.jinja").render(fleet=_cluster(plan)),
        **{f"nix/{node.name}.nix": host_template.render(_host(node, plan, started)) for node in hosts},
    }


def _given(**options: Any) -> dict[str, Any]:
    """Leave out what equals the option's default: absent, empty or false."""
    return {name: value for name, value in options.items() if value not in (None, False, (), [], {})}


def _cluster(plan: Plan) -> dict[str, Any]:
    cluster = plan.resolved.fleet.cluster
    nodes = {
        node.name: {
            "address": node.spec.address,
            "role": node.spec.role,
            **_given(labels=node.labels, taints=list(node.spec.taints)),
        }
        for node in plan.nodes
    }
    shared = {
        "cluster": {"name": cluster.name, "domain": cluster.domain},
        "k3s": _k3s(plan.k3s),
        "nodes": nodes,
    }
    if virtual := plan.k3s.virtual_address:
        shared["virtualAddress"] = {"address": virtual}
    return {**shared, "firewall": {"admins": list(cluster.admins)}} if cluster.admins else shared


def _k3s(k3s: K3sPlan) -> dict[str, Any]:
    return {
        "tokenFile": k3s.spec.token_file,
        **_given(package=k3s.spec.package),
        "flannelBackend": k3s.spec.flannel,
        **_given(disable=list(k3s.disable)),
        "secretsEncryption": k3s.spec.secrets_encryption,
        **(_snapshots(k3s.snapshots) if k3s.snapshots else {"datastore": k3s.spec.datastore}),
        **_given(serverEnvironmentFile=k3s.spec.server_environment_file, embeddedRegistry=k3s.spec.embedded_registry),
        "kubelet": k3s.kubelet,
        **_given(
            clusterCIDR=k3s.spec.cluster_cidr if k3s.spec.cluster_cidr != K3S_CLUSTER_CIDR else None,
            serviceCIDR=k3s.spec.service_cidr if k3s.spec.service_cidr != K3S_SERVICE_CIDR else None,
            kubeconfigGroup=k3s.spec.kubeconfig_group,
            extraFlags=list(k3s.spec.extra_flags),
            extraServerFlags=list(k3s.spec.extra_server_flags),
        ),
    }


def _snapshots(snapshots: EtcdSnapshots) -> dict[str, Any]:
    s3 = snapshots.s3
    where = _given(endpoint=s3.endpoint, bucket=s3.bucket, region=s3.region, folder=s3.folder) if s3 else {}
    return {"etcdSnapshots": {"schedule": snapshots.schedule, "retention": snapshots.retention, **_given(s3=where)}}


def _host(node: NodePlan, plan: Plan, started: list[str]) -> dict[str, Any]:
    rules = [
        {"from": rule.source, "protocol": rule.protocol, **_given(ports=list(rule.ports))} for rule in node.firewall
    ]
    fleet: dict[str, Any] = {
        "k3s": {
            "enable": True,
            "role": node.spec.role,
            **_given(
                clusterInit=node.cluster_init,
                serverAddr=node.server_url,
                reconcileNodes=node.reconciles,
                interface=node.spec.interface,
                dataDir=node.spec.data_dir,
                manifests=_manifests(started) if node.first_server else {},
                extraFlags=list(node.spec.extra_flags),
            ),
        },
        "firewall": {**_given(allow=rules), "trustedInterfaces": list(node.trusted_interfaces)},
    }
    if keepalived := node.keepalived:
        fleet["virtualAddress"] = {
            "keepalived": {
                "enable": True,
                "interface": keepalived.interface,
                "routerId": keepalived.router_id,
                "priority": keepalived.priority,
            }
        }
    if node.has_gpus:
        fleet["gpu"] = {"enable": True, "open": node.open_kernel_module, "driver": node.driver}
    if node.loopback:
        fleet["loopback"] = {
            service.name: {
                "port": service.port,
                "publish": service.publish,
                **_given(**{"from": list(service.sources)}),
            }
            for service in node.loopback
        }
    if node.nfs:
        fleet["nfs"] = {"enable": True}
    if node.local_storage:
        fleet["localStorage"] = {"directories": list(node.local_storage)}
    for part in plan.resolved.parts:
        fleet |= part.host_options(plan, node)
    return {
        "name": node.name,
        "system": node.spec.system,
        "open_ports": _given(allowedTCPPorts=list(node.open_tcp), allowedUDPPorts=list(node.open_udp)),
        "fleet": fleet,
    }


def _manifests(started: list[str]) -> dict[str, NixPath]:
    return {name: NixPath(f"../{BOOTSTRAP}/{name}.yaml") for name in sorted(started)}
