"""A render that is interrupted: a full disk, a read-only directory, kill -9 at any moment, two at once."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pyfleet.errors import OutputError
from pyfleet.writing import compare, write
from pyfleet.writing.disk import Disk

OLD = {
    "same": "s",
    "nix/a": "old a",
    "gone/deep/b": "old b",
    "file": "becomes a directory",
    "dir/x": "the other way",
}
NEW = {
    "same": "s",
    "nix/a": "new a",
    "nix/c": "new c",
    "k/l/m": "new m",
    "file/y": "in place of a file",
    "dir": "z",
}
OTHER = {"same": "t", "other/n": "new n", "dir/x": "back again"}


class FaultyDisk(Disk):
    """Calls `fault` with the number and name of each operation before it, and halfway through a file."""

    def __init__(self, fault: Callable[[int, str], None]) -> None:
        self._fault = fault
        self.count = 0

    def _step(self, name: str) -> None:
        self.count += 1
        self._fault(self.count - 1, name)

    def create(self, path: Path, content: bytes) -> None:
        self._step("create")
        super().create(path, content[: len(content) // 2])
        self._step("write")
        path.write_bytes(content)

    def sync(self, path: Path) -> None:  # noqa: ARG002 (these tests are of an order, not of a medium)
        self._step("sync")

    def replace(self, source: Path, target: Path) -> None:
        self._step("replace")
        super().replace(source, target)

    def remove(self, path: Path) -> None:
        self._step("remove")
        super().remove(path)

    def make_directory(self, path: Path) -> None:
        self._step("make_directory")
        super().make_directory(path)

    def remove_if_empty(self, path: Path) -> None:
        self._step("remove_if_empty")
        super().remove_if_empty(path)

    def clear(self, path: Path) -> None:
        self._step("clear")
        super().clear(path)


def render(tree: dict[str, str], directory: Path) -> None:
    """Render without waiting for the medium: these tests do it a thousand times."""
    write(tree, directory, disk=FaultyDisk(lambda _, __: None))


def contents(directory: Path) -> dict[str, bytes | None]:
    """Everything below a directory; directories have no content."""
    return {
        path.relative_to(directory).as_posix(): None if path.is_dir() else path.read_bytes()
        for path in directory.rglob("*")
    }


def killed_at(number: int, tree: dict[str, str], directory: Path) -> bool:
    """Render in a process that kills itself before an operation. False if it got to the end first."""

    def die(count: int, _: str) -> None:
        if count == number:
            os.kill(os.getpid(), signal.SIGKILL)

    child = os.fork()
    if child == 0:
        try:
            write(tree, directory, disk=FaultyDisk(die))
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


@pytest.fixture(scope="session")
def expected(tmp_path_factory: pytest.TempPathFactory) -> Callable[[dict[str, str]], dict[str, bytes | None]]:
    """What a directory holds after an undisturbed render."""

    def rendered(tree: dict[str, str]) -> dict[str, bytes | None]:
        directory = tmp_path_factory.mktemp("expected")
        render(tree, directory)
        return contents(directory)

    return rendered


@pytest.mark.parametrize("after", [NEW, OLD, OTHER, {}], ids=["same-tree", "back", "other-tree", "empty-tree"])
def test_killed_anywhere_every_file_is_old_or_new_and_the_next_run_completes(
    tmp_path: Path, after: dict[str, str], expected: Callable[[dict[str, str]], dict[str, bytes | None]]
) -> None:
    complete = expected(after)
    states = {path: {tree[path].encode() for tree in (OLD, NEW) if path in tree} for path in {*OLD, *NEW}}
    number = 0
    while True:
        out = tmp_path / str(number)
        render(OLD, out)
        died = killed_at(number, NEW, out)
        for path, allowed in states.items():
            if (out / path).is_file():
                assert (out / path).read_bytes() in allowed, (number, path)
        render(after, out)
        assert contents(out) == complete, number
        assert not compare(after, out), number
        if not died:
            break
        number += 1
    assert number > 40


def test_killed_twice_in_a_row_nothing_is_orphaned(
    tmp_path: Path, expected: Callable[[dict[str, str]], dict[str, bytes | None]]
) -> None:
    complete = expected({})
    for first in range(18, 60, 5):
        for second in range(14, 40, 5):
            out = tmp_path / f"{first}-{second}"
            render(OLD, out)
            killed_at(first, NEW, out)
            killed_at(second, OTHER, out)
            render({}, out)
            assert contents(out) == complete, (first, second)


def test_killed_on_the_first_render_nothing_is_orphaned(tmp_path: Path) -> None:
    number = 0
    while killed_at(number, NEW, tmp_path / str(number)):
        render({}, tmp_path / str(number))
        assert list(contents(tmp_path / str(number))) == [".pyfleet.json"], number
        number += 1


def test_a_file_made_by_hand_where_a_killed_render_would_have_created_one_is_kept(tmp_path: Path) -> None:
    write({}, tmp_path)
    number = 0
    while '"pending"' not in (tmp_path / ".pyfleet.json").read_text():
        killed_at(number, {"a": "1"}, tmp_path)
        number += 1
    assert not (tmp_path / "a").exists()
    (tmp_path / "a").write_text("mine")

    with pytest.raises(OutputError, match=r"a: exists and was not rendered by pyfleet"):
        write({"a": "1"}, tmp_path)
    assert write({}, tmp_path).removed == ()
    assert (tmp_path / "a").read_text() == "mine"


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EIO])
def test_a_failure_before_the_first_file_is_replaced_changes_nothing(tmp_path: Path, code: int) -> None:
    operations: list[str] = []
    write(OLD, tmp_path / "count")
    write(NEW, tmp_path / "count", disk=FaultyDisk(lambda _, name: operations.append(name)))
    first_change = operations.index("remove")
    assert first_change > 20
    for number in range(first_change):
        out = tmp_path / str(number)
        render(OLD, out)
        before = contents(out)

        def fail(count: int, _: str, number: int = number) -> None:
            if count == number:
                raise OSError(code, os.strerror(code))

        with pytest.raises(OutputError, match=rf"{os.strerror(code)}; nothing was changed"):
            write(NEW, out, disk=FaultyDisk(fail))
        assert contents(out) == before, number


def test_a_failure_later_says_that_another_run_completes_and_it_does(tmp_path: Path) -> None:
    write(OLD, tmp_path)
    replaced = []

    def fail(_: int, name: str) -> None:
        replaced.append(name)
        if replaced.count("replace") == 3:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    with pytest.raises(OutputError, match="Input/output error; the render stopped half-way, render again"):
        write(NEW, tmp_path, disk=FaultyDisk(fail))
    write(NEW, tmp_path)
    assert not compare(NEW, tmp_path)


def test_a_directory_made_for_a_render_that_failed_goes_again(tmp_path: Path) -> None:
    def fail(_: int, name: str) -> None:
        if name == "create":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(OutputError, match="No space left on device"):
        write(NEW, tmp_path / "hosts" / "rendered", disk=FaultyDisk(fail))
    assert contents(tmp_path) == {}


def test_interrupted_from_the_keyboard_while_staging_nothing_has_changed(tmp_path: Path) -> None:
    write(OLD, tmp_path)
    before = contents(tmp_path)

    def interrupt(_: int, name: str) -> None:
        if name == "sync":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(NEW, tmp_path, disk=FaultyDisk(interrupt))
    assert contents(tmp_path) == before


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 64 KiB."""
    target = tmp_path / "small"
    target.mkdir()
    if os.geteuid() != 0:
        pytest.skip("mounting a file system needs root")
    if shutil.which("mount") is None:
        pytest.skip("mount is not installed")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", target], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip(f"can't mount a file system: {mounted.stderr.decode().strip()}")
    yield target
    subprocess.run(["umount", target], check=True)


def test_on_a_full_disk_the_old_tree_stays_whole(small_disk: Path) -> None:
    write(OLD, small_disk)
    before = contents(small_disk)

    with pytest.raises(OutputError, match="No space left on device; nothing was changed"):
        write({f"new/{number}": "x" * 4096 for number in range(20)}, small_disk)
    assert contents(small_disk) == before


def test_on_a_read_only_file_system_the_error_says_so(small_disk: Path) -> None:
    write(OLD, small_disk)
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)

    assert write(OLD, small_disk).unchanged == tuple(sorted(OLD))
    with pytest.raises(OutputError, match="may not be written by this user, or lies on a read-only file system"):
        write(NEW, small_disk)


def test_a_file_system_mounted_below_the_directory_is_refused(small_disk: Path) -> None:
    with pytest.raises(OutputError, match=r"small/a: lies below small, a mount point"):
        write({"small/a": "1"}, small_disk.parent)


def test_a_directory_without_write_permission_is_named(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    write(OLD, tmp_path)
    before = contents(tmp_path)
    (tmp_path / "nix").chmod(0o555)
    try:
        with pytest.raises(OutputError, match=r"nix: may not be written by this user"):
            write(NEW, tmp_path)
    finally:
        (tmp_path / "nix").chmod(0o755)
    assert contents(tmp_path) == before


def test_while_another_render_holds_the_lock_the_error_says_so(tmp_path: Path) -> None:
    descriptor = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        with pytest.raises(OutputError, match=r"another render is writing here \(waited 0 s\); let it end"):
            write({"a": "1"}, tmp_path, wait=0)
    finally:
        os.close(descriptor)
    assert contents(tmp_path) == {}


def test_a_render_waits_for_another_to_end(tmp_path: Path) -> None:
    descriptor = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    waiting = threading.Thread(target=write, args=({"a": "1"}, tmp_path))
    waiting.start()
    assert contents(tmp_path) == {}
    os.close(descriptor)
    waiting.join()
    assert (tmp_path / "a").read_text() == "1"


def test_two_renders_at_once_leave_one_whole_tree(tmp_path: Path) -> None:
    trees = [{f"{number}/{name}": str(number) for name in "abcdef"} for number in range(4)]
    threads = [threading.Thread(target=write, args=(tree, tmp_path)) for tree in trees]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert any(not compare(tree, tmp_path) for tree in trees)
    assert len(contents(tmp_path)) == 1 + 1 + 6


def test_a_lock_of_a_dead_process_does_not_block(tmp_path: Path) -> None:
    write(OLD, tmp_path)
    assert killed_at(5, NEW, tmp_path)

    assert write(NEW, tmp_path, wait=0)
