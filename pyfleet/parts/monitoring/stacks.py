"""Values of the charts that scrape, keep and evaluate metrics: kube-prometheus-stack, VictoriaMetrics'."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyfleet.parts.monitoring.notify import alertmanager_config, alertmanager_file, notified
from pyfleet.resolved.names import names_of, service_values
from pyfleet.resolved.taints import everywhere
from pyfleet.units import MIB, bytes_of

if TYPE_CHECKING:
    from pyfleet.parts.monitoring.model import MetricsStorage, Monitoring
    from pyfleet.resolved import Resolved

FULLNAME = "monitoring"
"""Services are named after it: `monitoring-prometheus`, `vmsingle-monitoring`."""
GRAFANA = "grafana"
GRAFANA_PORT = 80
FILLED = 0.85
"""Part of its claim that Prometheus fills before it deletes old metrics; its WAL and compaction need the rest."""
# k3s runs them all in one process, which exposes their metrics at the kubelet's port only: scraped at their own ports
# they would always be down, and alerts would fire.
_INSIDE_K3S: dict[str, Any] = {
    part: {"enabled": False} for part in ("kubeControllerManager", "kubeEtcd", "kubeProxy", "kubeScheduler")
}


def prometheus_values(resolved: Resolved, monitoring: Monitoring) -> dict[str, Any]:
    """Make the values of kube-prometheus-stack."""
    stack = monitoring.stack
    # By default it looks for objects that its own release made.
    every = ("podMonitor", "probe", "rule", "scrapeConfig", "serviceMonitor")
    values: dict[str, Any] = {
        "fullnameOverride": FULLNAME,
        "cleanPrometheusOperatorObjectNames": True,
        **_INSIDE_K3S,
        "prometheus": {
            "prometheusSpec": {
                "retention": stack.retention,
                "retentionSize": _most(stack.storage),
                **{f"{kind}SelectorNilUsesHelmValues": False for kind in every},
                "storageSpec": {"volumeClaimTemplate": {"spec": _claim(stack.storage)}},
                "resources": {"requests": {"cpu": "200m", "memory": "1Gi"}},
            }
        },
        "grafana": _grafana(resolved, monitoring),
        "kube-state-metrics": {"fullnameOverride": "kube-state-metrics"},
        "prometheus-node-exporter": _node_exporter(resolved),
    }
    if notified(monitoring.notify):
        values["alertmanager"] = {"alertmanagerSpec": {"alertmanagerConfiguration": {"name": FULLNAME}}}
        values["extraManifests"] = [alertmanager_config(monitoring.notify, FULLNAME)]
    return values


def victoria_metrics_values(resolved: Resolved, monitoring: Monitoring) -> dict[str, Any]:
    """Make the values of VictoriaMetrics' stack, sized for hosts with 16 GiB that have other things to do."""
    stack = monitoring.stack
    secrets = sorted({secret for secret, _ in notified(monitoring.notify).values()})
    mounted: dict[str, Any] = {"secrets": secrets} if secrets else {}
    return {
        "fullnameOverride": FULLNAME,
        **_INSIDE_K3S,
        # Else the chart fetches dashboards and rules from the newest state of a dozen repositories at each install:
        # nobody has read them, and no two installations are alike. The fleet has its own.
        "syncJob": {"enabled": False},
        "defaultDashboards": {"enabled": False},
        "defaultRules": {"enabled": False},
        "vmsingle": {
            "spec": {
                "retentionPeriod": stack.retention,
                "storage": _claim(stack.storage),
                "resources": _resources("100m", "256Mi", "1Gi"),
            }
        },
        "vmagent": {"spec": {"resources": _resources("50m", "64Mi", "256Mi")}},
        "vmalert": {"spec": {"resources": _resources("20m", "32Mi", "128Mi")}},
        "alertmanager": {
            "spec": {"resources": _resources("10m", "32Mi", "128Mi"), **mounted},
            "config": alertmanager_file(monitoring.notify),
        },
        "grafana": {**_grafana(resolved, monitoring), "resources": _resources("50m", "128Mi", "512Mi")},
        "kube-state-metrics": {"fullnameOverride": "kube-state-metrics"},
        "prometheus-node-exporter": _node_exporter(resolved),
        "victoria-metrics-operator": {
            "fullnameOverride": "vm-operator",
            # Each rendering of the chart has another certificate, which is a difference for Argo CD.
            "admissionWebhooks": {"enabled": False},
            "resources": _resources("50m", "64Mi", "256Mi"),
        },
    }


def _grafana(resolved: Resolved, monitoring: Monitoring) -> dict[str, Any]:
    grafana = monitoring.grafana
    balancer = grafana.expose.load_balancer
    values: dict[str, Any] = {
        "fullnameOverride": GRAFANA,
        "service": {
            "port": balancer.port if balancer else GRAFANA_PORT,
            **service_values(resolved, grafana.expose),
        },
        "sidecar": {"dashboards": {"enabled": True, "searchNamespace": "ALL"}},
    }
    if grafana.admin:
        keys = {"userKey": "admin-user", "passwordKey": "admin-password"}
        values["admin"] = {"existingSecret": grafana.admin, **keys}
    host = _grafana_host(resolved)
    if host:
        values["grafana.ini"] = {"server": {"root_url": f"https://{host}"}}
    return values


def _grafana_host(resolved: Resolved) -> str | None:
    """Find the host name for Grafana's links: its name in the LAN, or the one on the Internet."""
    for endpoint in resolved.own_endpoints:
        if endpoint.service == GRAFANA:
            host, external = names_of(resolved, endpoint)
            return host or external
    return None


def _node_exporter(resolved: Resolved) -> dict[str, Any]:
    """Make the values of its chart, which by itself tolerates NoSchedule, whatever the key, and no NoExecute."""
    tolerations = everywhere(resolved, {"operator": "Exists", "effect": "NoSchedule"})
    return {"fullnameOverride": "node-exporter", **({"tolerations": tolerations} if tolerations else {})}


def _claim(storage: MetricsStorage) -> dict[str, Any]:
    return {
        "storageClassName": storage.storage_class,
        "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": storage.size}},
    }


def _most(storage: MetricsStorage) -> str:
    return f"{int(bytes_of(storage.size) * FILLED) // MIB}MB"  # Prometheus' MB are MiB


def _resources(cpu: str, memory: str, most: str) -> dict[str, Any]:
    return {"requests": {"cpu": cpu, "memory": memory}, "limits": {"memory": most}}
