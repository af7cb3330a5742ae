"""Units of hosts that are not NixOS: they publish services of 127.0.0.1 on the host's address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.shared import CONFINEMENT, PROXY_CONFINEMENT

if TYPE_CHECKING:
    from pyfleet.planning.types.hosts import LoopbackPlan, NodePlan
    from pyfleet.planning.types.whole import Plan

PROXY = "/usr/lib/systemd/systemd-socket-proxyd"
Unit = dict[str, dict[str, str]]
"""Settings by section and key."""
_CONFINEMENT = {
    setting: str(value).lower() if isinstance(value, bool) else value
    for setting, value in sorted({**CONFINEMENT, **PROXY_CONFINEMENT}.items())
}


def render_systemd(plan: Plan) -> dict[str, str]:
    """Render the units of each such host."""
    return {
        f"systemd/{node.name}/{unit_name(service)}.{kind}": _header(node, service) + _text(unit)
        for node in plan.nodes
        if node.spec.os == "linux"
        for service in node.loopback
        for kind, unit in (("service", _service(service)), ("socket", _socket(service, node)))
    }


def unit_name(service: LoopbackPlan) -> str:
    """Name its units unlike the system's own: DGX OS has a dgx-dashboard.service."""
    return f"fleet-loopback-{service.name}"


def _header(node: NodePlan, service: LoopbackPlan) -> str:
    name = unit_name(service)
    return (
        f"# Rendered by pyfleet from the fleet file: put {name}.socket and .service into /etc/systemd/system of "
        f"{node.name}.\n"
        f"# Then: systemctl daemon-reload && systemctl enable --now {name}.socket\n"
    )


def _socket(service: LoopbackPlan, node: NodePlan) -> Unit:
    return {
        "Unit": {"Description": f"{service.name}, which listens on 127.0.0.1:{service.port}, for the network"},
        "Socket": {
            "ListenStream": f"{node.spec.address}:{service.publish}",
            "FreeBind": "true",
            # pyfleet doesn't manage this host's firewall; systemd itself lets nobody else connect.
            "IPAddressAllow": " ".join(service.allowed),
            "IPAddressDeny": "any",
        },
        "Install": {"WantedBy": "sockets.target"},
    }


def _service(service: LoopbackPlan) -> Unit:
    socket = f"{unit_name(service)}.socket"
    return {
        "Unit": {
            "Description": f"Proxy to {service.name} on 127.0.0.1:{service.port}",
            "Requires": socket,
            "After": f"{socket} network.target",
        },
        "Service": {
            "Type": "notify",
            "ExecStart": f"{PROXY} 127.0.0.1:{service.port}",
            "DynamicUser": "true",
            **_CONFINEMENT,
        },
    }


def _text(unit: Unit) -> str:
    return "\n".join(
        "".join([f"[{section}]\n", *(f"{key}={value}\n" for key, value in settings.items())])
        for section, settings in unit.items()
    )
