"""Writes what tests run with: constraints.txt, the newest there is, and constraints-oldest.txt, the oldest allowed.

The oldest are the lower bounds of pyproject.toml; what they need in turn is the newest that they take.
"""

from __future__ import annotations

import json
import platform
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def requirements() -> list[str]:
    """Read what the distributions of this repository need, for their tests as well."""
    files = [ROOT / "pyproject.toml", *ROOT.glob("*/pyproject.toml")]
    projects = [tomllib.loads(path.read_text("utf-8"))["project"] for path in files]
    needed = [project.get("dependencies", []) for project in projects]
    for_tests = [project.get("optional-dependencies", {}).get("test", []) for project in projects]
    return sorted({requirement for each in (*needed, *for_tests) for requirement in each})


def resolve(wanted: list[str]) -> list[str]:
    """Let pip choose versions, without installing any; its own settings choose the index."""
    pip = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--quiet", "--report", "-"]
    report = subprocess.run([*pip, *wanted], check=True, stdout=subprocess.PIPE)
    chosen = [each["metadata"] for each in json.loads(report.stdout)["install"]]
    return sorted(f"{each['name'].lower()}=={each['version']}" for each in chosen)


def write(name: str, what: str, wanted: list[str]) -> None:
    """Write one file of constraints."""
    head = f"# {what}, by Python {platform.python_version()}; made by `make lock`."
    (ROOT / name).write_text("\n".join([head, *resolve(wanted), ""]), "utf-8")


if __name__ == "__main__":
    newest = requirements()
    write("constraints.txt", "What tests run with", newest)
    oldest = [requirement.replace(">=", "==", 1) for requirement in newest]
    write("constraints-oldest.txt", "The oldest that pyproject.toml allows", oldest)
