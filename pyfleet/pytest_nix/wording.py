"""How a failed test is told."""

from __future__ import annotations

import re
from difflib import unified_diff
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyfleet.pytest_nix.nix import NixError

SHAPE = "neither a test nor a group: a test has `expr`, and `expected` or `expectedError`"
_CONTEXT = 10

# What each error of Nix is called, in the words of Nix 2.8 and of later versions.
_ERROR_TYPES = {
    "Abort": r"^evaluation aborted with the following error message:",
    "InfiniteRecursionError": r"^infinite recursion encountered",
    "MissingArgumentError": r"called without required argument",
    "ParseError": r"^syntax error",
    "RestrictedPathError": r"forbidden in (restricted|pure)|in pure eval(uation)? mode",
    "UndefinedVarError": r"^undefined variable",
    "TypeError": (
        r"is .* while .* (was|is) expected|^expected .* but found|^cannot (coerce|convert|compare|add)"
        r"|attempt to call something which is not a function|called with unexpected argument"
    ),
}


def difference(expected: object, actual: object) -> str:
    """Show two values as Nix, or nothing if they look the same."""
    from pyfleet.rendering.nix.literal import nix_literal  # noqa: PLC0415 (a test that passes needs none of it)

    expected_text, actual_text = nix_literal(expected), nix_literal(actual)
    return "" if expected_text == actual_text else lines(expected_text, actual_text)


def lines(expected: str, actual: str) -> str:
    """Show two texts: beneath one another if each is one line, else as a diff."""
    if "\n" not in expected + actual:
        return f"expected: {expected}\n  actual: {actual}"
    old, new = expected.splitlines(), actual.splitlines()
    diff = unified_diff(old, new, "expected", "actual", n=_CONTEXT, lineterm="")
    return "\n".join(["the value is not what is expected:", *diff])


def error_type(error: NixError, *, caught: bool) -> str:
    """Name the kind of an error; `caught` says whether `tryEval` catches it."""
    if caught:
        return "AssertionError" if "assertion '" in str(error) else "ThrownError"
    for name, pattern in _ERROR_TYPES.items():
        if re.search(pattern, error.message):
            return name
    return "EvalError"


def wanted_error(wanted: dict[str, Any]) -> str:
    """Say which error a test expects."""
    kind = wanted.get("type", "an error")
    return f"expected {kind}" + (f" that matches {wanted['msg']!r}" if "msg" in wanted else "")


def error_difference(wanted: dict[str, Any], error: NixError, kind: str) -> str:
    """Say how an error differs from the expected one, or nothing if it doesn't."""
    if "type" in wanted and wanted["type"] != kind:
        return f"{wanted_error(wanted)}, but it is {kind}:\n{error}"
    if "msg" in wanted and not re.search(wanted["msg"], error.message):
        return f"{wanted_error(wanted)}, but it is:\n{error}"
    return ""
