"""Objects for Traefik beside its chart, and routes for the names of Services."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from pyfleet.parts.traefik.charts import namespace_of, packaged_values
from pyfleet.parts.traefik.model import INGRESS
from pyfleet.parts.traefik.routes import API, DASHBOARD, host_rule, ingress_route, route_objects
from pyfleet.rendering.kubernetes.app import NAME_LABEL, App, Object, metadata
from pyfleet.rendering.yaml import dump

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pyfleet.planning.routes import Route
    from pyfleet.planning.types.whole import Plan

FOLDER = "platform/ingress"
TO_HTTPS = "to-https"


def entry_objects(plan: Plan) -> Mapping[str, list[Object]]:
    """Render the names of workloads and services, by their folder."""
    found: dict[str, list[Object]] = defaultdict(list)
    for route in plan.routes:
        if route.folder is not None:
            found[route.folder] += route_objects(plan, route)
    return found


def apps(plan: Plan) -> Iterator[App]:
    """Render Traefik's own objects, and the names of charts and of the platform's dashboards."""
    ingress = INGRESS.of(plan.resolved.fleet)
    if ingress is None:
        return
    objects = [*_traefik(plan, ingress.domain), *_tunnelled_dashboard(plan)]
    for route in plan.routes:
        if route.folder is None:
            objects += route_objects(plan, route)
    yield App(FOLDER, tuple(objects))


def _traefik(plan: Plan, domain: str) -> Iterator[Object]:
    values = packaged_values(plan.resolved)
    if values:
        yield {
            "apiVersion": "helm.cattle.io/v1",
            "kind": "HelmChartConfig",
            "metadata": metadata("traefik", "kube-system"),
            "spec": {"valuesContent": dump(values)},
        }
    # Objects of our own: the chart's value for it moved between the versions that k3s packages.
    namespace = namespace_of(plan.resolved)
    yield {
        "apiVersion": API,
        "kind": "Middleware",
        "metadata": metadata(TO_HTTPS, namespace),
        "spec": {"redirectScheme": {"scheme": "https", "permanent": True}},
    }
    yield ingress_route(
        metadata(TO_HTTPS, namespace),
        "web",
        {
            "match": f"HostRegexp(`^[^.]+\\.{re.escape(domain)}$`)",
            # The lowest priority: a chart that serves a name by plain HTTP still can.
            "priority": 1,
            "middlewares": [{"name": TO_HTTPS}],
            "services": [{"kind": "TraefikService", "name": "noop@internal"}],
        },
    )


def _tunnelled_dashboard(plan: Plan) -> Iterator[Object]:
    """Render how the tunnel reaches Traefik's dashboard: by a Service of its own, which the LAN can't reach.

    On the LAN's entry points anybody in the LAN could use the name that needs a login on the Internet.
    """
    for route in plan.routes:
        if route.endpoint.of_ingress and route.external:
            yield _dashboard_service(route)
            meta = metadata(route.endpoint.service, route.endpoint.namespace)
            yield ingress_route(meta, "traefik", {"match": host_rule(route.external), "services": [DASHBOARD]})


def _dashboard_service(route: Route) -> Object:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": metadata(route.endpoint.service, route.endpoint.namespace),
        "spec": {
            "selector": {NAME_LABEL: "traefik"},
            "ports": [{"name": "http", "port": route.port, "targetPort": "traefik"}],
        },
    }
