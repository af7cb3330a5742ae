"""Services outside the cluster: a Service without a selector, and an EndpointSlice with the address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.rendering.kubernetes.app import App, Object, metadata
from pyfleet.rendering.kubernetes.discovery import discovery_annotations, discovery_labels

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.planning.types.services import ExternalServicePlan
    from pyfleet.planning.types.whole import Plan


def service_apps(plan: Plan) -> Iterator[App]:
    """Render each service outside into its folder."""
    for service in plan.services:
        yield App(f"services/{service.name}", (_service(service), _endpoints(service)), own_name=service.name)


def _service(service: ExternalServicePlan) -> Object:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": metadata(
            service.name,
            service.spec.namespace,
            labels=discovery_labels(service.discovery),
            annotations=discovery_annotations(service.discovery),
        ),
        "spec": {"ports": [{"port": service.spec.port}]},
    }


def _endpoints(service: ExternalServicePlan) -> Object:
    labels = {
        "kubernetes.io/service-name": service.name,
        # Kubernetes' own controller leaves slices of other managers alone.
        "endpointslice.kubernetes.io/managed-by": "pyfleet",
    }
    return {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": metadata(f"{service.name}-1", service.spec.namespace, labels=labels),
        "addressType": "IPv4",
        # As the API server completes them: these lists are compared as a whole.
        "ports": [{"name": "", "port": service.spec.port, "protocol": "TCP"}],
        "endpoints": [{"addresses": [service.spec.address], "conditions": {"ready": True}}],
    }
