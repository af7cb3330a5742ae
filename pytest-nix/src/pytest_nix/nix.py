"""Runs `nix-instantiate`, which evaluates without flakes, lock files, a daemon or NIX_PATH."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

_NIX = pytest.StashKey["Nix"]()
_STATE = Path("/nix/var/nix")
_NOISE = re.compile(r"^warning: .*\n?", re.MULTILINE)
_ERROR = re.compile(r"^ *error: ", re.MULTILINE)
_AFTER = re.compile(r"\n\s*(at [^\n]+:\d+:\d+:|\(use |\(stack trace truncated).*", re.DOTALL)


class NixError(Exception):
    """Nix found an error. The text is Nix's whole output; `message` is only the error, without its place."""

    @property
    def message(self) -> str:
        """The innermost error without its trace and position."""
        return _AFTER.sub("", _ERROR.split(str(self))[-1]).strip()


class Nix:
    """Evaluates Nix in one working directory."""

    def __init__(self, program: str, directory: Path, environment: Mapping[str, str]) -> None:
        self._program = program
        self._directory = directory
        self._environment = environment

    def evaluate(self, expression: str | Path, /, **arguments: object) -> Any:
        """Evaluate an expression or a file deeply, and return it as JSON data.

        Args:
            expression: Text of Nix, or the path of a file. With arguments it is a function, and called with them.
            arguments: JSON data, or paths.

        Raises:
            NixError: It can't be evaluated, or JSON can't hold what it is.
        """
        __tracebackhide__ = True
        text = f"import {_literal(expression)}" if isinstance(expression, Path) else expression
        if arguments:
            given = " ".join(f"{name} = {_literal(value)};" for name, value in arguments.items())
            text = f"({text}\n) {{ {given} }}"
        return json.loads(self._run(["--eval", "--strict", "--json", "-"], text))

    def parse(self, source: str | Path) -> None:
        """Check the syntax of text or of a file; raises NixError."""
        __tracebackhide__ = True
        if isinstance(source, Path):
            self._run(["--parse", str(source.absolute())])
        else:
            self._run(["--parse", "-"], source)

    def _run(self, arguments: Sequence[str], text: str = "") -> str:
        """Run nix-instantiate and return its output; what it prints beside errors is not one."""
        __tracebackhide__ = True
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


def nix_of(config: pytest.Config) -> Nix:
    """Return the evaluator of a pytest run; where Nix is missing, skip what asked for it."""
    program = shutil.which("nix-instantiate")
    if program is None:
        pytest.skip("nix-instantiate not on PATH", allow_module_level=True)
    if _NIX not in config.stash:
        environment = {**os.environ, "NO_COLOR": "1"}
        if not _has_store():
            state = tempfile.mkdtemp(prefix="pytest-nix-")
            config.add_cleanup(lambda: shutil.rmtree(state, ignore_errors=True))
            environment["NIX_STATE_DIR"] = state
        config.stash[_NIX] = Nix(program, config.rootpath, environment)
    return config.stash[_NIX]


def _has_store() -> bool:
    """Whether this user may use the store, or chose one. Evaluation needs no more than a place for state."""
    if {"NIX_REMOTE", "NIX_STATE_DIR"}.intersection(os.environ):
        return True
    return os.access(_STATE / "db", os.W_OK) or os.access(_STATE / "daemon-socket" / "socket", os.W_OK)


def _literal(value: object) -> str:
    """Write a value as Nix reads it: data by way of JSON."""
    if isinstance(value, Path):
        return f"(/. + {_literal(str(value.absolute()))})"
    text = json.dumps(value, allow_nan=False).replace("\\", "\\\\").replace('"', '\\"').replace("${", "\\${")
    return f'(builtins.fromJSON "{text}")'
