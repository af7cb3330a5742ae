"""Runs `nix-instantiate`, which evaluates without flakes, lock files, a daemon or NIX_PATH."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MISSING = "nix-instantiate not on PATH"
_NIX = pytest.StashKey["Nix"]()
_STATE = Path("/nix/var/nix")
_NOISE = re.compile(r"^(warning: .*|\(use '?--show-trace'? .*\)|\(stack trace truncated.*\))\n?", re.MULTILINE)
_ERROR = re.compile(r"^ *error: ", re.MULTILINE)
_POSITION = re.compile(r"\n\s*at [^\n]+:\d+:\d+:.*", re.DOTALL)


class NixError(Exception):
    """Nix found an error. The text is all that Nix says; `message` only what the error is, not where."""

    @property
    def message(self) -> str:
        """The innermost error without its trace and position."""
        text = str(self)
        starts = [match.end() for match in _ERROR.finditer(text)]
        return _POSITION.sub("", text[starts[-1] :] if starts else text).strip()


class Nix:
    """Evaluates Nix in one working directory."""

    def __init__(self, program: str, directory: Path, environment: Mapping[str, str]) -> None:
        self._program = program
        self._directory = directory
        self._environment = environment

    def evaluate(self, expression: str | Path, arguments: Mapping[str, object]) -> Any:
        """Evaluate an expression or a file deeply, and return it as JSON data."""
        return json.loads(self.run(["--eval", "--strict", "--json", "-"], _applied(expression, arguments)))

    def show(self, expression: str | Path, arguments: Mapping[str, object]) -> str:
        """Evaluate an expression deeply, and return it as Nix shows it; it may hold what JSON can't."""
        return self.run(["--eval", "--strict", "-"], _applied(expression, arguments)).strip()

    def parse(self, source: str | Path) -> None:
        """Check the syntax of text or of a file."""
        if isinstance(source, Path):
            self.run(["--parse", str(source.absolute())])
        else:
            self.run(["--parse", "-"], source)

    def run(self, arguments: Sequence[str], text: str = "") -> str:
        """Run nix-instantiate and return its output; what it prints beside errors is not one."""
        done = subprocess.run(  # noqa: S603 (no shell; the program was found on PATH)
            [self._program, *arguments],
            input=text.encode(),
            capture_output=True,
            cwd=self._directory,
            env=self._environment,
            check=False,
        )
        if done.returncode != 0:
            raise NixError(_NOISE.sub("", done.stderr.decode(errors="replace")).strip())
        return done.stdout.decode()


def nix_of(config: pytest.Config) -> Nix | None:
    """Return the evaluator of a pytest run, or nothing where Nix is missing."""
    program = shutil.which("nix-instantiate")
    if program is None:
        return None
    if _NIX not in config.stash:
        environment = {**os.environ, "NO_COLOR": "1"}
        if not _has_store():
            state = tempfile.mkdtemp(prefix="pyfleet-nix-")
            config.add_cleanup(lambda: shutil.rmtree(state, ignore_errors=True))
            environment["NIX_STATE_DIR"] = state
        config.stash[_NIX] = Nix(program, config.rootpath, environment)
    return config.stash[_NIX]


def _has_store() -> bool:
    """Whether this user may use the store, or chose one. Evaluation needs no more than a place for state."""
    if {"NIX_REMOTE", "NIX_STATE_DIR"}.intersection(os.environ):
        return True
    return os.access(_STATE / "db", os.W_OK) or os.access(_STATE / "daemon-socket" / "socket", os.W_OK)


def _applied(expression: str | Path, arguments: Mapping[str, object]) -> str:
    """Write the call of a function, or the expression itself if there are no arguments."""
    text = f"import {_argument(expression)}" if isinstance(expression, Path) else expression
    if not arguments:
        return text
    given = " ".join(f"{name} = {_argument(value)};" for name, value in arguments.items())
    return f"({text}\n) {{ {given} }}"


def _argument(value: object) -> str:
    from pyfleet.rendering.nix.literal import nix_literal  # noqa: PLC0415 (most runs of pytest need none of it)

    if isinstance(value, Path):
        return f"(/. + {nix_literal(str(value.absolute()))})"
    return f"({nix_literal(value)})"
