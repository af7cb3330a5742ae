"""What Traefik is told, and the names of charts and of the platform's dashboards."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pyfleet.rendering.kubernetes.app import App, Object, metadata
from pyfleet.rendering.kubernetes.routes import DASHBOARD, TRAEFIK, host_rule, ingress_route, route_objects
from pyfleet.rendering.yaml import dump

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.planning.types.network import RoutePlan, TraefikPlan
    from pyfleet.planning.types.whole import Plan

TO_HTTPS = "to-https"


def ingress(plan: Plan) -> App | None:
    """Render it, where the fleet asks for it."""
    if plan.traefik is None:
        return None
    objects = [*_traefik(plan.traefik), *_tunnelled_dashboard(plan)]
    for kind in ("chart", "platform"):
        for _, named in sorted(route_objects(plan, kind).items()):
            objects += named
    return App("platform/ingress", tuple(objects))


def _traefik(made: TraefikPlan) -> Iterator[Object]:
    if made.packaged_values:
        yield {
            "apiVersion": "helm.cattle.io/v1",
            "kind": "HelmChartConfig",
            "metadata": metadata("traefik", "kube-system"),
            "spec": {"valuesContent": dump(made.packaged_values)},
        }
    # Objects, since the chart's own value for it moved between the versions that k3s packages.
    yield {
        "apiVersion": TRAEFIK,
        "kind": "Middleware",
        "metadata": metadata(TO_HTTPS, made.namespace),
        "spec": {"redirectScheme": {"scheme": "https", "permanent": True}},
    }
    yield ingress_route(
        metadata(TO_HTTPS, made.namespace),
        "web",
        {
            "match": f"HostRegexp(`^[^.]+\\.{re.escape(made.domain)}$`)",
            # The least there is: a chart that serves a name by plain HTTP goes on doing so.
            "priority": 1,
            "middlewares": [{"name": TO_HTTPS}],
            "services": [{"kind": "TraefikService", "name": "noop@internal"}],
        },
    )


def _tunnelled_dashboard(plan: Plan) -> Iterator[Object]:
    """Render how the tunnel reaches Traefik's dashboard: by a Service of its own, which the LAN can't reach.

    On the entry points that the LAN has, anybody there could ask for the name that is behind a login outside.
    """
    for route in plan.routes:
        if route.traefik_api and route.external:
            yield _dashboard_service(route)
            meta = metadata(route.service, route.namespace)
            yield ingress_route(meta, "traefik", {"match": host_rule(route.external), "services": [DASHBOARD]})


def _dashboard_service(route: RoutePlan) -> Object:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": metadata(route.service, route.namespace),
        "spec": {
            "selector": {"app.kubernetes.io/name": "traefik"},
            "ports": [{"name": "http", "port": route.port, "targetPort": "traefik"}],
        },
    }
