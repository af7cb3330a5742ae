"""cloudflared: the end of the tunnel inside the cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.digest import digest
from pyfleet.offers.amounts import pod_requests
from pyfleet.offers.pods import PlatformPods
from pyfleet.parts.tunnel.decisions import NAME, tunnel_of
from pyfleet.parts.tunnel.model import TUNNEL
from pyfleet.rendering.kubernetes.app import FILES_DIGEST, NAME_LABEL, App, Object, metadata, without_empty
from pyfleet.rendering.yaml import dump
from pyfleet.resolved.labels import HOSTNAME

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.parts.tunnel.decisions import Tunnel
    from pyfleet.planning.routes import Route
    from pyfleet.planning.types.whole import Plan
    from pyfleet.resolved import Resolved

FOLDER = "platform/tunnel"
METRICS_PORT = 2000
CONFIG_FOLDER = "/etc/cloudflared/config"
CREDENTIALS_FOLDER = "/etc/cloudflared/credentials"
RESOURCES: Object = {"requests": {"cpu": "50m", "memory": "64Mi"}, "limits": {"memory": "256Mi"}}
USER = 65532
"""User of the image; by number, since Kubernetes can't see that a name isn't root's."""


def apps(plan: Plan) -> Iterator[App]:
    """Render it, where the fleet has a tunnel."""
    tunnel = tunnel_of(plan)
    if tunnel:
        config = dump(_config(tunnel))
        budget = [_budget()] if tunnel.spec.replicas > 1 else []
        yield App(FOLDER, (_config_map(config), _deployment(tunnel, config), *budget), own_name=NAME)


def pods(resolved: Resolved) -> Iterator[PlatformPods]:
    """List what it books."""
    tunnel = TUNNEL.of(resolved.fleet)
    if tunnel:
        requests = pod_requests({"containers": [{"resources": RESOURCES}]})
        yield PlatformPods(NAME, requests, replicas=tunnel.cloudflare.replicas)


def _config(tunnel: Tunnel) -> Object:
    return {
        "tunnel": tunnel.spec.tunnel_id,
        "credentials-file": f"{CREDENTIALS_FOLDER}/credentials.json",
        "metrics": f"0.0.0.0:{METRICS_PORT}",
        "no-autoupdate": True,
        # Other names end at the last rule, which cloudflared demands.
        "ingress": [*(_rule(route) for route in tunnel.routes), {"service": "http_status:404"}],
    }


def _rule(route: Route) -> Object:
    return {
        "hostname": route.external,
        "service": f"http://{route.endpoint.service}.{route.endpoint.namespace}.svc.cluster.local:{route.port}",
    }


def _config_map(config: str) -> Object:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": metadata(NAME, NAME),
        "data": {"config.yaml": config},
    }


def _deployment(tunnel: Tunnel, config: str) -> Object:
    labels = {NAME_LABEL: NAME}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": metadata(NAME, NAME, labels=labels),
        "spec": {
            "replicas": tunnel.spec.replicas,
            "revisionHistoryLimit": 3,
            "selector": {"matchLabels": labels},
            "template": {
                # cloudflared reads its file once.
                "metadata": {"labels": labels, "annotations": {FILES_DIGEST: digest(config)}},
                "spec": _pod(tunnel),
            },
        },
    }


def _pod(tunnel: Tunnel) -> Object:
    return {
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        # It lets running requests end for 30 s, which is Kubernetes' default time to kill it.
        "terminationGracePeriodSeconds": 45,
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": USER,
            "runAsGroup": USER,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        **without_empty(topologySpreadConstraints=_spread(tunnel)),
        "containers": [_container(tunnel)],
        "volumes": [
            {"name": "config", "configMap": {"name": NAME}},
            {
                "name": "credentials",
                "secret": {
                    "secretName": tunnel.spec.credentials,
                    "items": [{"key": "credentials.json", "path": "credentials.json"}],
                },
            },
        ],
    }


def _spread(tunnel: Tunnel) -> list[Object]:
    """Keep replicas on different hosts where possible; those that an update replaces don't count.

    Also while there is one host, so that a second one replaces no pod.
    """
    if tunnel.spec.replicas == 1:
        return []
    return [
        {
            "maxSkew": 1,
            "topologyKey": HOSTNAME,
            "whenUnsatisfiable": "ScheduleAnyway",
            "labelSelector": {"matchLabels": {NAME_LABEL: NAME}},
            "matchLabelKeys": ["pod-template-hash"],
        }
    ]


def _container(tunnel: Tunnel) -> Object:
    # Answers 200 while there is a connection to Cloudflare.
    ready = {"httpGet": {"path": "/ready", "port": "metrics"}}
    return {
        "name": NAME,
        "image": tunnel.spec.image,
        "args": ["tunnel", "--config", f"{CONFIG_FOLDER}/config.yaml", "run"],
        "ports": [{"name": "metrics", "containerPort": METRICS_PORT}],
        "resources": RESOURCES,
        "readinessProbe": {**ready, "periodSeconds": 10, "timeoutSeconds": 5, "failureThreshold": 3},
        # It reconnects by itself. The kubelet doesn't delay restarts that are more than ten minutes apart, so the
        # names are back as soon as the Internet is.
        "livenessProbe": {**ready, "periodSeconds": 30, "timeoutSeconds": 5, "failureThreshold": 22},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        "volumeMounts": [
            {"name": "config", "mountPath": CONFIG_FOLDER, "readOnly": True},
            {"name": "credentials", "mountPath": CREDENTIALS_FOLDER, "readOnly": True},
        ],
    }


def _budget() -> Object:
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": metadata(NAME, NAME),
        "spec": {"maxUnavailable": 1, "selector": {"matchLabels": {NAME_LABEL: NAME}}},
    }
