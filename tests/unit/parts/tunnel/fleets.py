"""Fleets with a tunnel."""

from __future__ import annotations

ONE = "box: {role: server, address: 10.0.0.1}"
TUNNEL = (
    "domain: lab.example, tunnelId: 3f6b2c9d-8a41-4e57-b0d3-6c1e9f7a2b84,"
    " accountId: 0123456789abcdef0123456789abcdef, zoneId: fedcba9876543210fedcba9876543210"
)
ARGO = "gitops: {argocd: {repo: 'https://x.example/y.git', expose: {tunnel: {name: argo}}}}"
"""Asks for a login."""
CHAT = "chat: {namespace: ai, image: a/b:1, ports: {http: 8000}, expose: {tunnel: {access: false}}}"


def tunnelled(more: str = "", *, platform: str = ARGO, workloads: str = "", hosts: str = ONE, rest: str = "") -> str:
    """Write a fleet with a tunnel; `more` stands beside what every tunnel has."""
    return (
        f"hosts: {{{hosts}}}\nplatform: {{{platform}, tunnel: {{cloudflare: {{{TUNNEL}{more}}}}}}}\n"
        f"workloads: {{{workloads}}}\n{rest}"
    )
