"""A host and everybody who connects to it, as two network namespaces of this machine."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from typing import Self

POD, POD_GATEWAY = "10.42.7.7", "10.42.7.1"
_NUMBERS = count()


def missing() -> str:
    """Say why namespaces can't be had on this machine; empty if they can."""
    if os.geteuid() != 0:
        return "network namespaces need root"
    if lacking := [command for command in ("ip", "iptables", "nft") if shutil.which(command) is None]:
        return f"{', '.join(lacking)} not on PATH"
    try:
        with Machines("192.0.2.1", []) as machines:
            machines.in_host("iptables", "-w", "-A", "INPUT", "-m", "conntrack", "--ctstate", "NEW", "-j", "ACCEPT")
            machines.in_host("iptables", "-w", "-t", "mangle", "-A", "PREROUTING", "-m", "rpfilter", "-j", "RETURN")
    except subprocess.CalledProcessError as error:
        return f"this machine's kernel or sandbox refuses: {error.stderr.strip()}"
    return ""


class Machines:
    """A host with an address, and one other machine that has the addresses of all others, one of them a pod's."""

    def __init__(self, address: str, others: list[str]) -> None:
        suffix = f"{os.getpid()}-{next(_NUMBERS)}"
        self._host, self._others = f"fleet-host-{suffix}", f"fleet-others-{suffix}"
        self._address = address
        self._addresses = others
        self._undo = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as undo:
            for namespace in (self._host, self._others):
                _run("ip", "netns", "add", namespace)
                undo.callback(_run, "ip", "netns", "del", namespace)
            self._wire()
            self._undo = undo.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._undo.close()

    def _wire(self) -> None:
        for here, there in (("eth1", "lan"), ("cni0", "pod")):
            ends = f"{here} netns {self._host} type veth peer name {there} netns {self._others}"
            _run("ip", "link", "add", *ends.split())
        host = [
            "link set lo up",
            "link set eth1 up",
            "link set cni0 up",
            f"addr add {self._address}/32 dev eth1",
            f"addr add {POD_GATEWAY}/24 dev cni0",
            "route add default dev eth1",
        ]
        others = [
            "link set lo up",
            "link set lan up",
            "link set pod up",
            f"addr add {POD}/24 dev pod",
            *(f"addr add {address}/32 dev lan" for address in self._addresses),
            f"route add {self._address}/32 dev lan",
        ]
        for namespace, lines in ((self._host, host), (self._others, others)):
            _run("ip", "-n", namespace, "-batch", "-", text="\n".join(lines))
        # Otherwise only the first of several refusals is reported.
        self.in_host("sh", "-c", "echo 0 >/proc/sys/net/ipv4/icmp_ratelimit")

    def in_host(self, *command: str, text: str = "") -> str:
        """Run a command in the host."""
        return _run("ip", "netns", "exec", self._host, *command, text=text)

    def reaches(self, attempts: list[tuple[str, str, str, int]]) -> list[bool]:
        """Return for each source, target, protocol and port whether the firewall lets it through."""
        prober = str(Path(__file__).parent / "prober.py")
        answer = _run("ip", "netns", "exec", self._others, sys.executable, prober, text=json.dumps(attempts))
        found: list[bool] = json.loads(answer)
        return found

    def packets(self, protocol: int, target: str, sources: list[str]) -> set[str]:
        """Return the addresses from which the firewall lets packets of an IP protocol through."""
        program = [sys.executable, str(Path(__file__).parent / "raw_ip.py")]
        listen = ["ip", "netns", "exec", self._host, *program, "listen", str(protocol)]
        with subprocess.Popen(listen, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as listener:
            assert listener.stdout is not None
            listener.stdout.readline()
            _run("ip", "netns", "exec", self._others, *program, "send", str(protocol), target, *sources)
            time.sleep(0.3)
            came, _ = listener.communicate("")
        return set(json.loads(came))


@contextmanager
def wired(address: str, others: list[str]) -> Iterator[Machines]:
    """Have machines, and remove them in the end."""
    with Machines(address, others) as machines:
        yield machines


def _run(*command: str, text: str = "") -> str:
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout
