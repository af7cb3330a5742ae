"""How `pyfleet plan` shows the names and addresses that things are reached by."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from pyfleet.cli import cli

if TYPE_CHECKING:
    from pathlib import Path

FLEET = """\
cluster: {name: lab, domain: lab.example, k3s: {tokenFile: /run/secrets/k3s-token}}
hosts: {box: {role: server, address: 10.0.0.1}}
platform:
  loadBalancer: {metallb: {pools: {lan: 10.0.0.200-10.0.0.220}}}
  ingress: {domain: int.example, traefik: {address: 10.0.0.202, dashboard: {ingress: true}}}
  certificates: {certManager: {}}
  tunnel:
    cloudflare:
      domain: out.example
      tunnelId: bf97c29e-17b0-4733-842c-93931fffa39a
      accountId: 0123456789abcdef0123456789abcdef
      zoneId: fedcba9876543210fedcba9876543210
      access: {emails: [me@lab.example]}
  secrets: {manual: [cloudflared]}
workloads:
  open: {image: "a/b:1", ports: {http: 80}, expose: {tunnel: {access: false}}}
  web: {image: "a/b:1", ports: {http: 80}, expose: {ingress: true, tunnel: true}}
"""


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    path = tmp_path / "fleet.yaml"
    path.write_text(FLEET, "utf-8")
    return path


def test_names_come_last_in_the_plan(fleet: Path) -> None:
    result = CliRunner().invoke(cli, ["plan", str(fleet)])

    assert result.stdout.partition("NAME ")[2].splitlines()[1:] == [
        "traefik.int.example  Traefik's dashboard         lab CA        LAN",
        "web.int.example      web.default:80              lab CA        LAN",
        "open.out.example     open.default:80             Cloudflare's  Internet",
        "web.out.example      web.default:80              Cloudflare's  Internet, after a login",
        "10.0.0.202           traefik.kube-system:80,443  -             LAN",
    ]


def test_names_are_in_the_json_as_well(fleet: Path) -> None:
    result = CliRunner().invoke(cli, ["plan", str(fleet), "--json"])

    assert json.loads(result.stdout)["routes"][1] == {
        "name": "web.int.example",
        "leadsTo": "web.default:80",
        "certificate": "lab CA",
        "access": "LAN",
    }


def test_a_fleet_without_names_has_no_table_of_them(fleet: Path) -> None:
    fleet.write_text("".join(FLEET.splitlines(keepends=True)[:2]), "utf-8")

    assert "LEADS TO" not in CliRunner().invoke(cli, ["plan", str(fleet)]).stdout
    assert "routes" not in json.loads(CliRunner().invoke(cli, ["plan", str(fleet), "--json"]).stdout)
