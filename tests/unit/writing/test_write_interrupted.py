"""A render that is killed at any moment, and two at once."""

from __future__ import annotations

import os
import signal
import sys
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from pyfleet.errors import OutputError
from pyfleet.writing import Changes, diff, write

OLD = {"same": "s", "nix/a": "old a", "gone/deep/b": "old b", "file": "becomes a directory", "dir/x": "the reverse"}
NEW = {"same": "s", "nix/a": "new a", "nix/c": "new c", "k/l/m": "new m", "file/y": "in place of a file", "dir": "z"}
OTHER = {"same": "t", "other/n": "new n", "dir/x": "back again"}
STEPS = {"os.mkdir", "os.remove", "os.rename", "os.rmdir"}


def signalled(number: int, tree: dict[str, str], directory: Path, how: signal.Signals) -> tuple[int, int]:
    """Render in a process that signals itself at one of its steps: before each change, and halfway through a file.

    Returns its id, and its status once it ended or stopped.
    """
    child = os.fork()
    if child == 0:
        steps, write_all = count(), os.write

        def step(event: str, arguments: tuple[object, ...]) -> None:
            opens = event == "open" and isinstance(arguments[2], int) and arguments[2] & os.O_CREAT
            if (event in STEPS or opens) and next(steps) == number:
                os.kill(os.getpid(), how)

        def write_half(descriptor: int, content: Any) -> int:
            written = write_all(descriptor, content[: len(content) // 2 + 1])
            step("os.mkdir", ())
            return written

        os.write = write_half
        sys.addaudithook(step)
        try:
            write(tree, directory)
        finally:
            os._exit(0)
    return child, os.waitpid(child, os.WUNTRACED)[1]


def killed(number: int, tree: dict[str, str], directory: Path) -> bool:
    """Whether the render was killed; if not, it got to its end first."""
    return os.WIFSIGNALED(signalled(number, tree, directory, signal.SIGKILL)[1])


def contents(directory: Path) -> dict[str, str | None]:
    """Everything below a directory; directories have no content."""
    return {
        path.relative_to(directory).as_posix(): None if path.is_dir() else path.read_text()
        for path in directory.rglob("*")
    }


def as_earlier(directory: Path) -> None:
    """Put the list of earlier versions, which held digests, in place of the list."""
    (directory / ".pyfleet-files").unlink()
    digests = ",\n".join(f'    "{path}": "{"0" * 64}"' for path in OLD)
    (directory / ".pyfleet.json").write_text(
        f'{{\n  "comment": "Files written by pyfleet, with their sha256.",\n  "files": {{\n{digests}\n  }}\n}}\n'
    )


@pytest.mark.parametrize("after", [NEW, OTHER, {}], ids=["same-tree", "other-tree", "empty-tree"])
@pytest.mark.parametrize("before", ["nothing", "render", "earlier version"])
def test_killed_anywhere_the_next_render_leaves_its_tree_and_nothing_else(
    tmp_path: Path, before: str, after: dict[str, str]
) -> None:
    write(after, tmp_path / "expected")
    for number in count():
        out = tmp_path / str(number)
        if before != "nothing":
            write(OLD, out)
        if before == "earlier version":
            as_earlier(out)
        died = killed(number, NEW, out)
        if before != "nothing":
            assert (out / "nix/a").read_text() in (OLD["nix/a"], NEW["nix/a"]), "a file that was there is never half"
        write(after, out)
        assert contents(out) == contents(tmp_path / "expected"), number
        if not died:
            break
    assert number > 20


def test_the_list_of_earlier_versions_is_taken_over(tmp_path: Path) -> None:
    write(OLD, tmp_path)
    as_earlier(tmp_path)

    assert write({"same": "t"}, tmp_path) == Changes(
        updated=("same",), removed=(".pyfleet.json", *sorted(OLD.keys() - {"same"}))
    )


def test_killed_twice_in_a_row_nothing_is_orphaned(tmp_path: Path) -> None:
    write({}, tmp_path / "expected")
    for first in range(0, 40, 6):
        for second in range(0, 30, 6):
            out = tmp_path / f"{first}-{second}"
            write(OLD, out)
            killed(first, NEW, out)
            killed(second, OTHER, out)
            write({}, out)
            assert contents(out) == contents(tmp_path / "expected"), (first, second)


def test_while_a_render_is_under_way_another_is_refused_until_that_one_is_dead(tmp_path: Path) -> None:
    write(OLD, tmp_path)
    child, status = signalled(12, NEW, tmp_path, signal.SIGSTOP)
    try:
        assert os.WIFSTOPPED(status)
        before = contents(tmp_path)
        with pytest.raises(OutputError, match="another render is writing here; let it end, then render again"):
            write(OTHER, tmp_path)
        assert contents(tmp_path) == before
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)

    write(OTHER, tmp_path)
    assert diff(OTHER, tmp_path) == ""
