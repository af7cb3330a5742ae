"""Turn one YAML file into NixOS k3s hosts with GPUs, and the manifests of everything that runs on them.

fleet = pyfleet.load(Path("hosts/fleet.yaml"))   # Fleet, or ProblemsFound
examined = pyfleet.examine(fleet)                # all problems, each with its place; the plan, if there is no error
tree = pyfleet.render(examined.plan)             # {relative path: text}
pyfleet.write(tree, Path("hosts/rendered"))      # what changed

`check` gives the problems alone, `plan` the plan of a fleet that is known to have no errors.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyfleet.errors import FleetError, OutputError, Problem, ProblemsFound
    from pyfleet.model.fleet import Fleet
    from pyfleet.pipeline import Examined, check, examine, load, plan
    from pyfleet.rendering import render
    from pyfleet.writing import diff, write

# Loaded when first used: `pyfleet --version` and shell completion need none of it.
_HOMES = {
    "Examined": "pyfleet.pipeline",
    "Fleet": "pyfleet.model.fleet",
    "FleetError": "pyfleet.errors",
    "OutputError": "pyfleet.errors",
    "Problem": "pyfleet.errors",
    "ProblemsFound": "pyfleet.errors",
    "check": "pyfleet.pipeline",
    "diff": "pyfleet.writing",
    "examine": "pyfleet.pipeline",
    "load": "pyfleet.pipeline",
    "plan": "pyfleet.pipeline",
    "render": "pyfleet.rendering",
    "write": "pyfleet.writing",
}
__all__ = [
    "Examined",
    "Fleet",
    "FleetError",
    "OutputError",
    "Problem",
    "ProblemsFound",
    "check",
    "diff",
    "examine",
    "load",
    "plan",
    "render",
    "write",
]

if not TYPE_CHECKING:  # a type checker sees the imports above, and reports any other name

    def __getattr__(name: str) -> object:
        if name in _HOMES:
            return getattr(import_module(_HOMES[name]), name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
