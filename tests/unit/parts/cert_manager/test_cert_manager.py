"""Who signs the certificates of names in the LAN."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.fleets import CLUSTER, named, objects, resolved, values_of

BOX = "hosts: {box: {role: server, address: 10.0.0.1}}\n"
OWN = "certificates: {certManager: {}}"
PUBLIC = "certificates: {certManager: {acme: {email: me@x.example, cloudflare: dns/token}}}"
CHAT = "workloads: {chat: {namespace: ai, image: a/b:1, ports: {http: 8000}, expose: {ingress: true}}}"


def made(platform: str, rest: str = "", folder: str = "platform/certificates") -> dict[str, dict[str, Any]]:
    return named(objects(f"{BOX}platform: {{{platform}}}\n{rest}", folder))


def test_a_ca_of_the_clusters_own_keeps_its_key() -> None:
    objects_ = made(OWN)
    authority = objects_["Certificate/fleet-ca"]

    assert authority["metadata"]["namespace"] == "cert-manager"
    assert authority["spec"]["isCA"] is True
    assert authority["spec"]["privateKey"]["rotationPolicy"] == "Never"
    assert authority["spec"]["issuerRef"]["name"] == "selfsigned"
    assert objects_["ClusterIssuer/selfsigned"]["spec"] == {"selfSigned": {}}
    assert objects_["ClusterIssuer/fleet"]["spec"] == {"ca": {"secretName": authority["spec"]["secretName"]}}


@pytest.mark.parametrize(("cluster", "name"), [("lab", "lab CA"), ("c" * 63, "c" * 61 + " CA")])
def test_a_ca_of_the_clusters_own_has_its_name_as_far_as_x509_allows(cluster: str, name: str) -> None:
    text = f"cluster: { {**CLUSTER, 'name': cluster} }\n{BOX}platform: {{{OWN}}}"
    authority = named(objects(text, "platform/certificates"))["Certificate/fleet-ca"]

    assert authority["spec"]["commonName"] == resolved(text).offers.signed_by == name
    assert len(name) <= 64  # RFC 5280, ub-common-name


def test_a_public_ca_is_shown_whose_the_domain_is_by_dns() -> None:
    objects_ = made(PUBLIC)

    assert objects_["ClusterIssuer/fleet"]["spec"]["acme"] == {
        "email": "me@x.example",
        "server": "https://acme-v02.api.letsencrypt.org/directory",
        "privateKeySecretRef": {"name": "fleet-acme-account"},
        "solvers": [{"dns01": {"cloudflare": {"apiTokenSecretRef": {"name": "dns", "key": "token"}}}}],
    }
    assert list(objects_) == ["ClusterIssuer/fleet"]
    assert resolved(f"{BOX}platform: {{{PUBLIC}}}").offers.signed_by == "a public CA's"


def test_records_of_a_public_ca_are_looked_up_where_they_are_written() -> None:
    assert values_of("cert-manager", f"{BOX}platform: {{{OWN}}}") == {"crds": {"enabled": True}}
    assert values_of("cert-manager", f"{BOX}platform: {{{PUBLIC}}}") == {
        "crds": {"enabled": True},
        "dns01RecursiveNameservers": "1.1.1.1:53,1.0.0.1:53",
        "dns01RecursiveNameserversOnly": True,
    }


def test_a_name_has_its_certificate_beside_it() -> None:
    chat = made(f"ingress: {{domain: int.example}}, {OWN}", CHAT, "workloads/chat")

    assert chat["IngressRoute/chat"]["spec"]["tls"] == {"secretName": "chat-tls"}
    assert chat["Certificate/chat"]["metadata"]["namespace"] == "ai"
    assert chat["Certificate/chat"]["spec"] == {
        "secretName": "chat-tls",
        "dnsNames": ["chat.int.example"],
        "usages": ["digital signature", "key encipherment", "server auth"],
        "issuerRef": {"group": "cert-manager.io", "kind": "ClusterIssuer", "name": "fleet"},
    }


def test_without_it_nothing_is_signed() -> None:
    assert made("ingress: {domain: int.example}") == {}
    assert "Certificate/chat" not in made("ingress: {domain: int.example}", CHAT, "workloads/chat")
