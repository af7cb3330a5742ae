"""One YAML file in; NixOS k3s hosts with GPUs, and the manifests of everything that runs on them, out.

fleet = pyfleet.load(Path("hosts/fleet.yaml"))   # Fleet, or ProblemsFound
problems = pyfleet.check(fleet)                  # all of them, each with its place
tree = pyfleet.render(pyfleet.plan(fleet))       # {relative path: text}
pyfleet.write(tree, Path("hosts/rendered"))      # what changed
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyfleet.errors import FleetError
    from pyfleet.loading import load
    from pyfleet.model.fleet import Fleet
    from pyfleet.pipeline import check
    from pyfleet.planning import plan
    from pyfleet.rendering import render
    from pyfleet.writing import write

__all__ = ["Fleet", "FleetError", "check", "load", "plan", "render", "write"]

# Loaded when first used: `pyfleet --version` and shell completion need none of it.
_HOMES = {
    "Fleet": "pyfleet.model.fleet",
    "FleetError": "pyfleet.errors",
    "check": "pyfleet.pipeline",
    "load": "pyfleet.loading",
    "plan": "pyfleet.planning",
    "render": "pyfleet.rendering",
    "write": "pyfleet.writing",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
