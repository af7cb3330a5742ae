"""Checks of how values of the fleet file fit together, in the modules of this folder and in the platform's parts."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from pyfleet.checks.registry import Check, Subject, checks_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyfleet.checks.registry import Needs
    from pyfleet.errors import Problem
    from pyfleet.offers.part import Part

__all__ = ["all_checks", "run_checks"]


@cache
def all_checks(parts: tuple[Part, ...]) -> dict[str, Check]:
    """Gather every check by its code: those of this folder, and the parts'.

    Raises:
        ValueError: two have one code.
    """
    modules = (import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__))
    core = [each for module in modules for each in checks_of(module)]
    return _by_code([*core, *(each for part in parts for each in part.checks)])


def _by_code(checks: Iterable[Check]) -> dict[str, Check]:
    found: dict[str, Check] = {}
    for each in checks:
        if found.setdefault(each.code, each) is not each:
            raise ValueError(f"two checks have the code {each.code}")
    return dict(sorted(found.items()))


def run_checks(subject: Subject, needs: Needs) -> list[Problem]:
    """Run the checks that need this much, and gather all that they find."""
    checks = all_checks(subject.resolved.parts).values()
    return [problem for each in checks if each.needs == needs for problem in each.run(subject)]
