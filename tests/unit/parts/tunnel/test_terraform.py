"""DNS records and logins, as Terraform reads them."""

from __future__ import annotations

import json
import re
from typing import Any

from pyfleet.rendering import render
from tests.unit.fleets import planned
from tests.unit.parts.tunnel.fleets import ONE, tunnelled

OPEN = "9-lives: {image: a/b:1, ports: {http: 80}, expose: {tunnel: {access: false}}}"
ACCESS = """
, access: {emails: [owner@lab.example, guest@lab.example, owner@lab.example], emailDomains: [lab.example],
  identityProviders: [5a9e8a3c-2f61-4d0b-9c54-7e1f0b6d2a10],
  devicePosture: [c0a8d4e2-91b7-4f3a-a6e5-2d8f7b1c3e90], session: 8h}
"""
GUARDED = tunnelled(ACCESS, workloads=OPEN)
NOTHING = "ingress: {domain: int.lab.example}"

# What may be set, as `terraform providers schema` shows it of cloudflare/cloudflare 5.22.0; "!" must be.
ATTRIBUTES = {
    "cloudflare_dns_record": """
        name! ttl! type! comment content data priority private_routing proxied settings tags zone_id!
    """,
    "cloudflare_zero_trust_access_policy": """
        decision! name! account_id! approval_groups approval_required connection_rules exclude include
        isolation_required mfa_config purpose_justification_prompt purpose_justification_required require
        session_duration
    """,
    "cloudflare_zero_trust_access_application": """
        account_id allow_authenticate_via_warp allow_iframe allowed_idps app_launcher_logo_url app_launcher_visible
        auto_redirect_to_identity bg_color cors_headers custom_deny_message custom_deny_url
        custom_non_identity_deny_url custom_pages destinations domain enable_binding_cookie footer_links
        header_bg_color http_only_cookie_attribute landing_page_design logo_url mfa_config name oauth_configuration
        options_preflight_bypass path_cookie_attribute policies read_service_tokens_from_header saas_app
        same_site_cookie_attribute scim_config self_hosted_domains service_auth_401_redirect session_duration
        skip_app_launcher_login_page skip_interstitial tags target_criteria type zone_id
    """,
}
META = {"depends_on"}


def files(text: str) -> dict[str, Any]:
    prefix = "terraform/"
    rendered = render(planned(text))
    return {path.removeprefix(prefix): json.loads(text) for path, text in rendered.items() if path.startswith(prefix)}


def resources(text: str) -> dict[str, dict[str, dict[str, Any]]]:
    return {kind: those for body in files(text).values() for kind, those in body.get("resource", {}).items()}


def test_a_fleet_without_a_tunnel_has_no_terraform() -> None:
    assert files(f"hosts: {{{ONE}}}") == {}


def test_there_is_a_file_for_what_there_is() -> None:
    assert sorted(files(GUARDED)) == ["access.tf.json", "dns.tf.json", "versions.tf.json"]
    assert sorted(files(tunnelled(workloads=OPEN))) == ["dns.tf.json", "versions.tf.json"]
    assert sorted(files(tunnelled(ACCESS, platform=NOTHING, workloads=OPEN))) == ["dns.tf.json", "versions.tf.json"]
    assert sorted(files(tunnelled(ACCESS, platform=NOTHING))) == ["versions.tf.json"]


def test_every_attribute_is_one_that_cloudflares_provider_has_and_none_that_it_needs_is_missing() -> None:
    for kind, those in resources(GUARDED).items():
        known = {name.rstrip("!") for name in ATTRIBUTES[kind].split()}
        needed = {name.rstrip("!") for name in ATTRIBUTES[kind].split() if name.endswith("!")}
        for label, body in those.items():
            assert re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]*", label)
            assert set(body) - known - META == set()
            assert needed - set(body) == set()


def test_each_name_is_a_proxied_record_that_leads_to_the_tunnel() -> None:
    assert resources(GUARDED)["cloudflare_dns_record"]["_9-lives_lab_example"] == {
        "zone_id": "fedcba9876543210fedcba9876543210",
        "name": "9-lives.lab.example",
        "type": "CNAME",
        "content": "3f6b2c9d-8a41-4e57-b0d3-6c1e9f7a2b84.cfargotunnel.com",
        "proxied": True,
        "ttl": 1,
        "comment": "pyfleet: lab",
    }


def test_a_name_is_not_there_before_its_login() -> None:
    assert resources(GUARDED)["cloudflare_dns_record"]["argo_lab_example"]["depends_on"] == [
        "cloudflare_zero_trust_access_application.argo_lab_example"
    ]


def test_only_what_asks_for_a_login_has_an_application() -> None:
    assert resources(GUARDED)["cloudflare_zero_trust_access_application"] == {
        "argo_lab_example": {
            "account_id": "0123456789abcdef0123456789abcdef",
            "name": "lab: argocd",
            "domain": "argo.lab.example",
            "type": "self_hosted",
            "session_duration": "8h",
            "policies": [{"id": "${cloudflare_zero_trust_access_policy.let_in.id}", "precedence": 1}],
            "allowed_idps": ["5a9e8a3c-2f61-4d0b-9c54-7e1f0b6d2a10"],
            "auto_redirect_to_identity": True,
        }
    }


def test_whoever_is_on_a_list_is_let_in_if_the_device_passes_each_named_once_in_order() -> None:
    assert resources(GUARDED)["cloudflare_zero_trust_access_policy"] == {
        "let_in": {
            "account_id": "0123456789abcdef0123456789abcdef",
            "name": "lab (pyfleet)",
            "decision": "allow",
            "include": [
                {"email": {"email": "guest@lab.example"}},
                {"email": {"email": "owner@lab.example"}},
                {"email_domain": {"domain": "lab.example"}},
            ],
            "session_duration": "8h",
            "require": [{"device_posture": {"integration_uid": "c0a8d4e2-91b7-4f3a-a6e5-2d8f7b1c3e90"}}],
        }
    }


def test_nobody_is_sent_on_at_once_unless_there_is_one_place_to_send_to() -> None:
    first, second = "5a9e8a3c-2f61-4d0b-9c54-7e1f0b6d2a10", "6b0f9b4d-3a72-4e1c-8d65-8f2a1c7e3b21"

    def application(*providers: str) -> dict[str, Any]:
        access = f", access: {{emails: [me@lab.example], identityProviders: [{', '.join(providers)}]}}"
        return resources(tunnelled(access))["cloudflare_zero_trust_access_application"]["argo_lab_example"]

    assert application(first, first)["auto_redirect_to_identity"] is True
    assert application(first, second)["auto_redirect_to_identity"] is False
    assert {"allowed_idps", "auto_redirect_to_identity"} & set(application()) == set()


def test_terraform_evaluates_nothing_that_a_person_typed() -> None:
    made = resources(tunnelled(""", access: {emails: ['${file("/etc/passwd")}@x', '%{if}$5@x']}"""))

    assert made["cloudflare_zero_trust_access_policy"]["let_in"]["include"] == [
        {"email": {"email": '$${file("/etc/passwd")}@x'}},
        {"email": {"email": "%%{if}$5@x"}},
    ]


def test_the_folder_is_a_module_that_names_its_provider_and_holds_no_token() -> None:
    versions = files(GUARDED)["versions.tf.json"]

    assert sorted(versions) == ["//", "terraform"]
    assert versions["terraform"] == {
        "required_providers": {"cloudflare": {"source": "cloudflare/cloudflare", "version": "~> 5.22"}}
    }
