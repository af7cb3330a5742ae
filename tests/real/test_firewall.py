"""The firewall of each rendered host, loaded into the kernel as NixOS would: who reaches which port.

One namespace is the host, another has the addresses of the fleet's other hosts, of admins and of somebody else.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.real.conftest import Fleet
from tests.real.hosts import HOSTS, IDS, UNPLANNED, planned_for, ports_to_try, sources_of
from tests.real.namespaces import POD, POD_GATEWAY, Machines, missing

BACKENDS = ("iptables", "nftables")
_SCRIPT_END = "/bin/firewall-start firewall-start"

Reached = dict[str, set[tuple[str, int]]]
Found = Callable[[Path, str, str], Reached]


@pytest.fixture(scope="module", autouse=True)
def _namespaces() -> None:
    if reason := missing():
        pytest.skip(reason)


def load(machines: Machines, host: dict[str, Any], backend: str) -> None:
    """Load the rules as NixOS' unit does."""
    if backend == "nftables":
        machines.in_host("nft", "-f", "-", text=f"table inet nixos-fw {{\n{host['nftables']}\n}}\n")
        return
    script = host["iptables"]
    assert script.startswith("@#!")
    assert script.endswith(_SCRIPT_END)
    machines.in_host("sh", "-e", "-s", text=script.removeprefix("@").removesuffix(_SCRIPT_END))


def probe(host: dict[str, Any], name: str, backend: str | None) -> Reached:
    """Return what everybody reaches of a host; without a backend it has no firewall."""
    address = host["nodes"][name]["address"]
    sources = {who: source.address for who, source in sources_of(host, name).items()}
    tried = ports_to_try(host)
    attempts = [(source, address, *port) for source in sources.values() for port in tried]
    # A pod on its bridge, and somebody who sends from a pod's address without being there.
    attempts += [(POD, POD_GATEWAY, *port) for port in tried] + [(POD, address, *port) for port in tried]
    with Machines(address, list(sources.values())) as machines:
        if backend:
            load(machines, host, backend)
        through = machines.reaches(attempts)
    reached: Reached = {who: set() for who in [*sources, "pod", "false pod"]}
    for who, begin in zip(reached, range(0, len(attempts), len(tried)), strict=True):
        reached[who] = {port for port, passed in zip(tried, through[begin : begin + len(tried)], strict=True) if passed}
    return reached


@pytest.fixture(scope="module")
def found(hosts_of: Fleet) -> Found:
    """Probe all hosts at once, since most of the time is waiting for answers that don't come."""
    with ThreadPoolExecutor(6) as pool:
        futures: dict[tuple[Path, str, str], Future[Reached]] = {
            (folder, name, backend): pool.submit(probe, hosts_of(folder)[name], name, backend)
            for folder, name in HOSTS
            for backend in BACKENDS
        }
    return lambda *which: futures[which].result()


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(("folder", "name"), HOSTS, ids=IDS)
def test_everybody_reaches_what_is_planned_and_nothing_else(
    found: Found, hosts_of: Fleet, folder: Path, name: str, backend: str
) -> None:
    host = hosts_of(folder)[name]
    planned = {who: planned_for(host, source) for who, source in sources_of(host, name).items()}
    reached = found(folder, name, backend)

    assert {who: reached[who] for who in planned} == planned


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(("folder", "name"), HOSTS, ids=IDS)
def test_pods_reach_their_host_and_pods_elsewhere_do_not(
    found: Found, hosts_of: Fleet, folder: Path, name: str, backend: str
) -> None:
    host = hosts_of(folder)[name]
    reached = found(folder, name, backend)
    trusted = "cni0" in host["trustedInterfaces"]

    assert reached["pod"] == (set(ports_to_try(host)) if trusted else reached["outsider"])
    assert reached["false pod"] == set()


def test_without_its_firewall_a_host_is_open(hosts_of: Fleet) -> None:
    """The tries themselves get through, so that what doesn't was stopped by the rules."""
    folder, name = HOSTS[0]
    host = hosts_of(folder)[name]
    reached = probe(host, name, None)

    assert ("tcp", UNPLANNED) in reached["outsider"]
    assert {who: ports for who, ports in reached.items() if who != "false pod"} == {
        key: set(ports_to_try(host)) for key in (who for who in reached if who != "false pod")
    }
