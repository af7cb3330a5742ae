"""Finds which ports a firewall lets through; run in a network namespace, with attempts as JSON on stdin.

Nobody listens on them: what gets through is refused, by a reset or by ICMP, and what doesn't is not answered.
"""

from __future__ import annotations

import json
import socket
import sys
from concurrent.futures import ThreadPoolExecutor

SECONDS = 0.8


def gets_through(attempt: tuple[str, str, str, int]) -> bool:
    """Try one port."""
    source, target, protocol, port = attempt
    kind = socket.SOCK_STREAM if protocol == "tcp" else socket.SOCK_DGRAM
    with socket.socket(socket.AF_INET, kind) as connection:
        connection.settimeout(SECONDS)
        connection.bind((source, 0))
        try:
            connection.connect((target, port))
            if protocol == "udp":
                connection.send(b"?")
                connection.recv(1)
        except ConnectionRefusedError:
            return True
        except TimeoutError:
            return False
        return True


if __name__ == "__main__":
    attempts = json.load(sys.stdin)
    with ThreadPoolExecutor(max(1, len(attempts))) as pool:
        json.dump(list(pool.map(gets_through, attempts)), sys.stdout)
