"""Seconds of each stage of one render, as JSON: python -m bench.stages FLEET OUTPUT.

A process of its own, so that one fleet's memory and caches don't show in the next one's times.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pyfleet

if TYPE_CHECKING:
    from collections.abc import Callable

Result = TypeVar("Result")


def measure(path: Path, output: Path) -> dict[str, float]:
    """Take a fleet file through all stages; `check` makes a plan too, to look at it."""
    seconds: dict[str, float] = {}

    def timed(stage: str, step: Callable[[], Result]) -> Result:
        gc.collect()  # a stage pays for its own garbage, not for that of the one before
        start = time.perf_counter()
        result = step()
        seconds[stage] = time.perf_counter() - start
        return result

    # What the stages import is the price of starting, which the times of whole processes include.
    stages = pyfleet.load, pyfleet.check, pyfleet.plan, pyfleet.render, pyfleet.write
    load, check, plan, render, write = stages

    fleet = timed("load", lambda: load(path))
    problems = timed("check", lambda: check(fleet))
    if errors := [str(problem) for problem in problems if problem.severity == "error"]:
        sys.exit("\n".join(errors))
    made = timed("plan", lambda: plan(fleet))
    tree = timed("render", lambda: render(made))
    timed("write", lambda: write(tree, output))
    timed("write again", lambda: write(tree, output))
    return seconds


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure(Path(sys.argv[1]), Path(sys.argv[2]))))
