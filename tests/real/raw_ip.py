"""Sends or receives packets of an IP protocol without ports; run in a network namespace.

Usage: raw_ip.py listen PROTOCOL, which prints a line when it is ready and, when its input ends, what came from whom;
or raw_ip.py send PROTOCOL TARGET SOURCE...
"""

from __future__ import annotations

import json
import socket
import sys


def listen(protocol: int) -> None:
    """Print the senders of packets that came until the input ended."""
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, protocol) as receiver:
        receiver.settimeout(0)
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.read()
        sources = set()
        while True:
            try:
                sources.add(receiver.recvfrom(65535)[1][0])
            except BlockingIOError:
                break
    json.dump(sorted(sources), sys.stdout)


def send(protocol: int, target: str, sources: list[str]) -> None:
    """Send one packet from each address."""
    for source in sources:
        with socket.socket(socket.AF_INET, socket.SOCK_RAW, protocol) as sender:
            sender.bind((source, 0))
            sender.sendto(b"?" * 20, (target, 0))


if __name__ == "__main__":
    what, number, *rest = sys.argv[1:]
    if what == "listen":
        listen(int(number))
    else:
        send(int(number), rest[0], rest[1:])
