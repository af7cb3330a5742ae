"""Stands in for a workload: answers every path on each port it is given, with what it was given.

serve PORT...        answer HTTP on these ports, until stopped; flags are an engine's, and ignored here.
                     With HELD in the environment: answer 503, as an engine that still loads, until released
release PORT         release the one that serves this port
fetch HOST PORT PATH print what another one answers; exit 1 if nobody does
cards                print the cards of this container, one a line
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import socketserver
import sys
import threading
from pathlib import Path
from typing import cast

SECONDS = 5
RELEASE = "/release"


def cards(devices: Path = Path("/dev")) -> list[str]:
    """Name the cards that are in this container."""
    return sorted(path.name for path in devices.glob("nvidia[0-9]*"))


class Answer(socketserver.StreamRequestHandler):
    """Answers one request with its path and the name of this container."""

    timeout = SECONDS

    def handle(self) -> None:
        """Read a request and answer it. A probe that only connects gets nothing."""
        with contextlib.suppress(OSError):
            words = self.rfile.readline().decode(errors="replace").split()
            while self.rfile.readline().strip():
                pass
            if len(words) > 1:
                self._answer(words[1])

    def _answer(self, path: str) -> None:
        server = cast("Server", self.server)
        if path == RELEASE:
            server.held = False
        answer = {
            "path": path,
            "port": self.request.getsockname()[1],
            "name": socket.gethostname(),
            "stage": os.environ.get("STAGE", ""),
        }
        body = json.dumps(answer).encode() + b"\n"
        head = [
            "HTTP/1.1 503 Service Unavailable" if server.held else "HTTP/1.1 200 OK",
            "Content-Type: application/json",
            f"Content-Length: {len(body)}",
            "Connection: close",
        ]
        self.wfile.write("\r\n".join([*head, "", ""]).encode() + body)


class Server(socketserver.ThreadingTCPServer):
    """Listens on one port."""

    allow_reuse_address = True
    daemon_threads = True
    held = False
    """Whether it says of itself that it isn't ready."""


def serve(ports: list[int], *, held: bool = False) -> None:
    """Answer on all ports until SIGTERM; held, each with 503 until it is released."""
    for port in ports:
        try:
            server = Server(("", port), Answer)
        except PermissionError:  # a port below 1024, in a container that may not
            continue
        server.held = held
        threading.Thread(target=server.serve_forever, daemon=True).start()
    signal.sigwait({signal.SIGTERM, signal.SIGINT})


def fetch(host: str, port: int, path: str) -> str:
    """Return the body of an answer."""
    with socket.create_connection((host, port), timeout=SECONDS) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        with connection.makefile("rb") as answer:
            return answer.read().decode().split("\r\n\r\n", 1)[1]


def main(arguments: list[str]) -> int:
    """Do what the arguments say."""
    match arguments:
        case ["serve", *ports]:
            serve([int(port) for port in ports if not port.startswith("-")], held="HELD" in os.environ)
        case ["release", port]:
            fetch("127.0.0.1", int(port), RELEASE)
        case ["fetch", host, port, path]:
            try:
                sys.stdout.write(fetch(host, int(port), path))
            except (OSError, IndexError) as error:
                sys.stderr.write(f"{host}:{port} does not answer: {error}\n")
                return 1
        case ["cards"]:
            sys.stdout.writelines(f"{card}\n" for card in cards())
        case _:
            sys.stderr.write(f"usage: {__doc__}")
            return 2
    return 0


if __name__ == "__main__":
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    sys.exit(main(sys.argv[1:]))
