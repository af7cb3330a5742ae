"""Services outside the cluster: a Service that selects no pods, and the address written beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.rendering.kubernetes.app import App, Object, metadata
from pyfleet.rendering.kubernetes.discovery import discovery_annotations, discovery_labels
from pyfleet.rendering.kubernetes.routes import route_objects
from pyfleet.rendering.kubernetes.watching import watching_objects

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.planning.types.services import ExternalServicePlan
    from pyfleet.planning.types.whole import Plan


def service_apps(plan: Plan) -> Iterator[App]:
    """Render each service outside into its folder."""
    routes, watching = route_objects(plan, "service"), watching_objects(plan, "services")
    for service in plan.services:
        objects = [_service(service), _endpoints(service)]
        objects += routes.get(service.name, [])
        objects += watching.get(service.name, [])
        yield App(f"services/{service.name}", tuple(objects), own_name=service.name)


def _service(service: ExternalServicePlan) -> Object:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": metadata(
            service.name,
            service.namespace,
            labels=discovery_labels(service.discovery),
            annotations=discovery_annotations(service.discovery),
        ),
        "spec": {"ports": [{"port": service.port}]},
    }


def _endpoints(service: ExternalServicePlan) -> Object:
    labels = {
        "kubernetes.io/service-name": service.name,
        # Whose it is: Kubernetes leaves alone those that aren't its controller's.
        "endpointslice.kubernetes.io/managed-by": "pyfleet",
    }
    return {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": metadata(f"{service.name}-1", service.namespace, labels=labels),
        "addressType": "IPv4",
        "ports": [{"port": service.port}],
        "endpoints": [{"addresses": [service.address]}],
    }
