"""Time and memory of whole processes."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

PYFLEET = (sys.executable, "-m", "pyfleet")
# ru_maxrss counts KiB, but bytes on macOS.
MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True)
class Run:
    """One process from start to end: seconds on the clock, seconds of all processors, user's and system's."""

    seconds: float
    cpu_seconds: float
    peak_bytes: int


def run(command: Sequence[str], *, limit: float = 600) -> Run | None:
    """Run a command; None if it takes longer than the limit.

    Raises:
        SystemExit: it failed.
    """
    with tempfile.TemporaryFile() as messages:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=messages, env=_environment())
        timer = threading.Timer(limit, process.kill)
        timer.start()
        # The usage of this child alone; getrusage() has the maximum over all there were.
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        timer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        if seconds >= limit:
            return None
        if process.returncode != 0:
            messages.seek(0)
            sys.exit(f"{' '.join(command)}\n{messages.read().decode()}")
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * MAXRSS_UNIT)


def _environment() -> dict[str, str]:
    """Leave out what keeps Python from keeping compiled modules, which an installed package has."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def median_seconds(command: Sequence[str], *, times: int) -> float:
    """Median of several runs, after one that warms the disk's cache."""
    runs = [run(command) for _ in range(times + 1)][1:]
    return statistics.median(each.seconds for each in runs if each is not None)


def kustomize_commands() -> dict[str, list[str]]:
    """Find the ways to have kustomize on this machine: title, and command up to the directory."""
    ways = {"kustomize build": ["kustomize", "build"], "kubectl kustomize": ["kubectl", "kustomize"]}
    return {title: command for title, command in ways.items() if shutil.which(command[0])}
