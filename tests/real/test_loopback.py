"""What listens on 127.0.0.1 only, published: who reaches it, and whether what is rendered does it."""

from __future__ import annotations

import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from configparser import ConfigParser
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest

import pyfleet
from tests.real.conftest import Fleet
from tests.real.hosts import planned_for, sources_of
from tests.real.namespaces import missing
from tests.real.test_firewall import BACKENDS, probe
from tests.real.test_units import complaints

FLEET = """
cluster: {name: lab, domain: lab.example, k3s: {tokenFile: /run/secrets/k3s-token}}
hosts:
  box:
    role: server
    address: 192.0.2.1
    loopback:
      dashboard: {port: 11000, publish: 11001, from: [198.51.100.0/24, 198.51.100.128/25, 203.0.113.4]}
      panel: {port: 12000, publish: 12001}
  other: {address: 192.0.2.2}
  spark:
    address: 192.0.2.3
    os: linux
    loopback: {dashboard: {port: 11000, publish: 11001, from: [198.51.100.0/24]}}
"""
SERVICE = "fleet-loopback-dashboard.service"
SOCKET = "fleet-loopback-dashboard.socket"
PROXY = "/usr/lib/systemd/systemd-socket-proxyd"


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Render the fleet; return its folder."""
    folder = tmp_path_factory.mktemp("loopback")
    (folder / "fleet.yaml").write_text(FLEET, encoding="utf-8")
    for path, text in pyfleet.render(pyfleet.plan(pyfleet.load(folder / "fleet.yaml"))).items():
        file = folder / "rendered" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def box(rendered: Path, hosts_of: Fleet) -> dict[str, Any]:
    """Return what NixOS makes of the host."""
    return hosts_of(rendered)["box"]


@pytest.fixture(scope="module")
def namespaces() -> None:
    """Need network namespaces."""
    if reason := missing():
        pytest.skip(reason)


def linux_units(rendered: Path) -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in sorted((rendered / "rendered/systemd/spark").iterdir())}


def section(text: str, name: str) -> dict[str, str]:
    parser = ConfigParser(interpolation=None, strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(text)
    return dict(parser[name])


@pytest.mark.usefixtures("namespaces")
@pytest.mark.parametrize("backend", BACKENDS)
def test_everybody_reaches_what_is_planned_and_nothing_else(box: dict[str, Any], backend: str) -> None:
    planned = {who: planned_for(box, source) for who, source in sources_of(box, "box").items()}
    reached = probe(box, "box", backend)

    assert {who: reached[who] for who in planned} == planned
    assert {who for who, ports in planned.items() if ("tcp", 11001) in ports} == {
        "other",
        "spark",
        "198.51.100.0/24",
        "203.0.113.4/32",
    }
    assert {who for who, ports in planned.items() if ("tcp", 12001) in ports} == {"other", "spark"}


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze not on PATH")
def test_systemd_has_no_complaint_about_units_of_nixos(box: dict[str, Any], tmp_path: Path) -> None:
    units = {name: text for name, text in box["units"].items() if name.startswith("fleet-loopback-")}

    assert sorted(units) == [
        SERVICE,
        SOCKET,
        "fleet-loopback-panel.service",
        "fleet-loopback-panel.socket",
    ]
    assert complaints(units, tmp_path) == ""


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze not on PATH")
def test_systemd_has_no_complaint_about_units_of_other_systems(rendered: Path, tmp_path: Path) -> None:
    units = linux_units(rendered)

    assert sorted(units) == [SERVICE, SOCKET]
    assert complaints(units, tmp_path) == ""


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze not on PATH")
def test_a_mistake_in_a_socket_is_seen(rendered: Path, tmp_path: Path) -> None:
    units = linux_units(rendered)
    units[SOCKET] = units[SOCKET].replace("192.0.2.3:11001", "192.0.2.3:eleven")

    assert "Failed to parse address" in complaints(units, tmp_path)


def test_both_ways_confine_the_proxy_alike(box: dict[str, Any], rendered: Path) -> None:
    nixos = section(box["units"][SERVICE], "Service")
    linux = section(linux_units(rendered)[SERVICE], "Service")
    of_nixos = {"Environment", "ExecStart"}

    assert nixos["ExecStart"].rpartition("/")[2] == linux["ExecStart"].rpartition("/")[2]
    assert {key: value for key, value in nixos.items() if key not in of_nixos} == {
        key: value for key, value in linux.items() if key not in of_nixos
    }


def free_port() -> int:
    with socket.socket() as probe_socket:
        probe_socket.bind(("127.0.0.1", 0))
        port: int = probe_socket.getsockname()[1]
        return port


@contextmanager
def answering(text: bytes) -> Iterator[int]:
    """Serve one answer on 127.0.0.1; give the port."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def fetch(port: int, process: subprocess.Popen[bytes]) -> bytes:
    """Ask until somebody listens."""
    for _ in range(100):
        try:
            with urlopen(f"http://127.0.0.1:{port}/", timeout=10) as answer:
                found: bytes = answer.read()
                return found
        except URLError as error:
            if not isinstance(error.reason, ConnectionRefusedError) or process.poll() is not None:
                raise
            threading.Event().wait(0.1)
    raise TimeoutError(f"nobody listens on {port}")


@pytest.mark.skipif(not Path(PROXY).exists(), reason=f"no {PROXY}")
@pytest.mark.skipif(shutil.which("systemd-socket-activate") is None, reason="systemd-socket-activate not on PATH")
def test_the_proxy_passes_a_request_on(rendered: Path) -> None:
    """As systemd starts it: with the command of the unit, when somebody connects."""
    command = section(linux_units(rendered)[SERVICE], "Service")["ExecStart"].split()
    assert command == [PROXY, "127.0.0.1:11000"]
    published = free_port()
    with answering(b"the dashboard") as port:
        process = subprocess.Popen(
            ["systemd-socket-activate", "-l", f"127.0.0.1:{published}", command[0], f"127.0.0.1:{port}"],
            stderr=subprocess.DEVNULL,
        )
        try:
            assert fetch(published, process) == b"the dashboard"
        finally:
            process.terminate()
            process.wait()
