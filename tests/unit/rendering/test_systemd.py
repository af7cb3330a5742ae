"""Units of hosts that are not NixOS."""

from __future__ import annotations

from pyfleet.rendering import render
from tests.unit.fleets import planned

TREE = render(
    planned("""
hosts:
  box:
    role: server
    address: 10.0.0.1
    loopback: {panel: {port: 12000, publish: 12001, from: [10.0.9.0/24]}, plain: {port: 1, publish: 2}}
  spark: {address: 10.0.0.2, os: linux, loopback: {dgx-dashboard: {port: 11000, publish: 11001, from: [10.0.9.0/24]}}}
""")
)
FILES = {path: text for path, text in TREE.items() if path.startswith("systemd/")}
NAME = "systemd/spark/fleet-loopback-dgx-dashboard"


def test_only_hosts_that_are_not_nixos_get_units_under_names_that_the_system_has_not() -> None:
    assert sorted(FILES) == [f"{NAME}.service", f"{NAME}.socket"]


def test_each_file_says_where_it_goes_and_what_then() -> None:
    for text in FILES.values():
        where, then = text.splitlines()[:2]
        assert where.endswith(".socket and .service into /etc/systemd/system of spark.")
        assert then == "# Then: systemctl daemon-reload && systemctl enable --now fleet-loopback-dgx-dashboard.socket"


def test_the_hosts_address_is_listened_on_and_systemd_lets_in_whom_the_fleet_file_says() -> None:
    assert FILES[f"{NAME}.socket"].split("[Socket]\n")[1] == (
        "ListenStream=10.0.0.2:11001\n"
        "FreeBind=true\n"
        "IPAddressAllow=10.0.0.1 10.0.0.2 10.42.0.0/16 10.0.9.0/24\n"
        "IPAddressDeny=any\n"
        "\n[Install]\n"
        "WantedBy=sockets.target\n"
    )


def test_the_proxy_passes_it_to_the_loopback() -> None:
    service = FILES[f"{NAME}.service"]

    assert "\nExecStart=/usr/lib/systemd/systemd-socket-proxyd 127.0.0.1:11000\n" in service
    assert "\nIPAddressAllow=localhost\nIPAddressDeny=any\n" in service


def test_a_host_with_nixos_has_it_as_options() -> None:
    text = TREE["nix/box.nix"]

    assert (
        "  fleet.loopback = {\n"
        "    panel = {\n"
        "      port = 12000;\n"
        "      publish = 12001;\n"
        '      from = [ "10.0.9.0/24" ];\n'
        "    };\n"
        "    plain = {\n"
        "      port = 1;\n"
        "      publish = 2;\n"
        "    };\n"
        "  };\n"
    ) in text
