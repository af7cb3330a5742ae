"""What must hold between things. Every module of this folder registers its checks; all problems are found at once."""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING

from pyfleet.checks.registry import CHECKS, Check, Subject

if TYPE_CHECKING:
    from pyfleet.checks.registry import Needs
    from pyfleet.errors import Problem

__all__ = ["all_checks", "run_checks"]


def all_checks() -> dict[str, Check]:
    """Load every check, by code."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    return dict(sorted(CHECKS.items()))


def run_checks(subject: Subject, needs: Needs) -> list[Problem]:
    """Run the checks that need this much, and gather what they find."""
    return [problem for each in all_checks().values() if each.needs == needs for problem in each.run(subject)]
