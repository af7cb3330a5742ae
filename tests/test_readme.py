"""Every command of README.md works, and prints what the README says.

A ```console block holds commands (`$ `) and what they print; `...` there stands for any text. The blocks
run in order in a copy of the repository, each from where the one before left off. A comment right before
a block says where it differs: `<!-- not run here: reason -->` or `<!-- exit code: 1 -->`.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from doctest import ELLIPSIS, Example, OutputChecker
from pathlib import Path

import pytest

from tests.conftest import ROOT

README = ROOT / "README.md"
BLOCK = re.compile(r"(?:<!-- *(?P<comment>[^\n]*?) *-->\n+)?^```console\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
INSIDE = "PYFLEET_TEST_README"
OPTIONAL = {"jq", "kubectl", "kustomize", "make", "nix"}
"""Programs that a machine may lack; their commands are skipped there."""


@dataclass
class Command:
    """A command line, and the output that the README shows for it."""

    text: str
    output: str = ""


@dataclass
class Block:
    """A console block; `not_run` is the reason why it isn't run here."""

    line: int
    commands: list[Command] = field(default_factory=list)
    not_run: str = ""
    exit_code: int = 0

    def __str__(self) -> str:
        return f"line {self.line}: {self.commands[0].text.splitlines()[0]}"


def read_blocks(text: str) -> list[Block]:
    """Console blocks of a Markdown text."""
    return [_block(text, match) for match in BLOCK.finditer(text)]


def _block(text: str, match: re.Match[str]) -> Block:
    block = Block(line=text.count("\n", 0, match.start("body")))
    key, _, value = (match["comment"] or "").partition(":")
    if key == "not run here":
        block.not_run = value.strip() or "no reason given"
    elif key == "exit code":
        block.exit_code = int(value)
    for line in match["body"].splitlines(keepends=True):
        if line.startswith("$ "):
            block.commands.append(Command(line[2:]))
        elif not block.commands:
            pytest.fail(f"README.md, line {block.line}: a console block begins with a command: `$ `")
        elif not block.commands[-1].output and block.commands[-1].text.endswith("\\\n"):
            block.commands[-1].text += line
        else:
            block.commands[-1].output += line
    return block


class Session:
    """A shell in a directory; the next command starts from where the one before left off."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def run(self, command: str) -> subprocess.CompletedProcess[str]:
        """Run a command as its reader would, with what it prints on stdout and stderr in one."""
        with tempfile.NamedTemporaryFile() as left:
            result = subprocess.run(
                ["bash", "-c", f"trap 'pwd >{left.name}' EXIT\n{command}"],
                cwd=self.directory,
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=300,
                check=False,
            )
            self.directory = Path(left.read().decode().strip())
        return result


def copy_repository(target: Path) -> None:
    """Copy what git would take; by a new repository beside it, so that it works without .git too."""
    new = target.parent / "new.git"
    subprocess.run(["git", "init", "--quiet", "--bare", str(new)], check=True)
    git = ["git", f"--git-dir={new}", f"--work-tree={ROOT}"]
    listing = [*git, "ls-files", "-z", "--others", "--exclude-standard"]
    names = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, names.split("\0")):
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target / name, follow_symlinks=False)
    # The packages that run this test serve the copy too; setting up leaves a linked .venv alone.
    (target / ".venv").symlink_to(sys.prefix)


def _environment() -> dict[str, str]:
    # `make test` tells its children that they are part of its run, and a `make` here would print that.
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return kept | {INSIDE: "1", "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}


def check_block(block: Block, session: Session) -> None:
    """Run a block's commands, and compare what they print where the README shows it."""
    if block.not_run:
        pytest.skip(block.not_run)
    for command in block.commands:
        called = set(re.findall(r"(?:^|[|;&])\s*([-\w]+)", command.text))
        if missing := sorted(name for name in OPTIONAL & called if not _found(name)):
            pytest.skip(f"not installed: {', '.join(missing)}")
        result = session.run(command.text)
        assert block.exit_code == result.returncode, f"$ {command.text}{result.stdout}"
        if command.output:
            checker, example = OutputChecker(), Example(command.text, command.output)
            same = checker.check_output(example.want, result.stdout, ELLIPSIS)
            assert same, f"$ {command.text}{checker.output_difference(example, result.stdout, ELLIPSIS)}"


def _found(name: str) -> bool:
    return shutil.which(name, path=_environment()["PATH"]) is not None


BLOCKS = read_blocks(README.read_text()) if README.exists() else []


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Session:
    """One copy for all blocks: a later one may need what an earlier one did."""
    root = tmp_path_factory.mktemp("readme") / "pyfleet"
    copy_repository(root)
    return Session(root)


def test_readme_has_commands() -> None:
    """The test below runs once a block; it would pass for want of any."""
    assert README.is_file(), f"{README} is missing"
    assert [block for block in BLOCKS if not block.not_run], f"{README} has no console block to run"


@pytest.mark.skipif(INSIDE in os.environ, reason="a command of README.md runs this test")
@pytest.mark.parametrize("block", BLOCKS, ids=str)
def test_readme(block: Block, session: Session) -> None:
    check_block(block, session)


SAMPLE = """
Text with `$ code`.

```console
$ echo one two \\
    three
one ... three
$ mkdir -p deep/er && cd deep/er
$ seq 9
1
...
9
```

```yaml
$ not: a command
```

<!-- not run here: it needs root -->

```console
$ reboot
```

<!-- exit code: 3 -->
```console
$ echo "in $(basename "$PWD")" >&2; exit 3
in er
```
"""


def test_blocks_are_found_with_their_comments() -> None:
    found = [(block.line, len(block.commands), block.not_run, block.exit_code) for block in read_blocks(SAMPLE)]

    assert found == [(4, 3, "", 0), (21, 1, "it needs root", 0), (26, 1, "", 3)]


def test_sample_works(tmp_path: Path) -> None:
    session = Session(tmp_path)
    for block in read_blocks(SAMPLE):
        if not block.not_run:
            check_block(block, session)


def test_block_that_is_not_run_is_skipped_with_its_reason(tmp_path: Path) -> None:
    with pytest.raises(pytest.skip.Exception, match="it needs root"):
        check_block(read_blocks(SAMPLE)[1], Session(tmp_path))


@pytest.mark.parametrize("body", ["$ echo one\ntwo\n", "$ exit 1\n", "$ no-such-command\n", "$ seq 3\n1\n...\n4\n"])
def test_block_that_does_not_work_fails(body: str, tmp_path: Path) -> None:
    (block,) = read_blocks(f"```console\n{body}```\n")
    with pytest.raises(AssertionError):
        check_block(block, Session(tmp_path))


def test_copy_has_the_sources_and_nothing_ignored(tmp_path: Path) -> None:
    copy = tmp_path / "pyfleet"
    copy_repository(copy)

    assert (copy / "pyproject.toml").read_bytes() == (ROOT / "pyproject.toml").read_bytes()
    assert (copy / "tests" / "test_readme.py").is_file()
    assert not [path for path in copy.glob("*/**/__pycache__") if ".venv" not in path.parts]
