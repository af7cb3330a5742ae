"""The diff of a render, as people read it and as tools apply it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from pyfleet.writing import diff, write


def test_no_change_has_an_empty_diff(tmp_path: Path) -> None:
    write({"a": "1\n"}, tmp_path)

    assert diff({"a": "1\n"}, tmp_path) == ""


def test_an_update_shows_its_lines_in_context(tmp_path: Path) -> None:
    write({"nix/a": "1\n2\n3\n"}, tmp_path)

    assert diff({"nix/a": "1\nzwei\n3\n"}, tmp_path) == (
        "--- a/nix/a\n+++ b/nix/a\n@@ -1,3 +1,3 @@\n 1\n-2\n+zwei\n 3\n"
    )


def test_created_and_removed_files_stand_against_dev_null(tmp_path: Path) -> None:
    write({"a": "1\n"}, tmp_path)

    assert diff({"b": "2\n"}, tmp_path) == (
        "--- a/a\n+++ /dev/null\n@@ -1 +0,0 @@\n-1\n--- /dev/null\n+++ b/b\n@@ -0,0 +1 @@\n+2\n"
    )


def test_a_missing_newline_at_the_end_is_marked_where_it_is_missing(tmp_path: Path) -> None:
    write({"a": "1\n2"}, tmp_path)

    assert diff({"a": "1\n2\n"}, tmp_path) == (
        "--- a/a\n+++ b/a\n@@ -1,2 +1,2 @@\n 1\n-2\n\\ No newline at end of file\n+2\n"
    )


def test_an_empty_file_is_named_and_a_directory_that_is_missing_is_not_made(tmp_path: Path) -> None:
    assert diff({"a": ""}, tmp_path / "missing") == "--- /dev/null\n+++ b/a\n"
    assert not (tmp_path / "missing").exists()


def test_a_file_that_is_not_text_is_named(tmp_path: Path) -> None:
    write({"a": "0\n"}, tmp_path)
    (tmp_path / "a").write_bytes(b"\xff\x00")

    assert diff({"a": "1\n"}, tmp_path) == "Binary files a/a and b/a differ\n"


def test_only_line_feeds_end_a_line(tmp_path: Path) -> None:
    assert diff({"a": "1\u2028\x0c\r2\n"}, tmp_path) == "--- /dev/null\n+++ b/a\n@@ -0,0 +1 @@\n+1\u2028\x0c\r2\n"


@pytest.mark.parametrize(
    "after",
    [
        {"a": "1\n2\n3\nx", "c/d": "new", "e": "z\n"},
        {},
        {"a": "1\n2\n3\n4\n5\n6\n7\n8\nneun\n", "b/b": "b\r\n"},
    ],
)
def test_git_applies_the_diff_to_the_very_tree(tmp_path: Path, after: dict[str, str]) -> None:
    if shutil.which("git") is None:
        pytest.skip("git not on PATH")
    before = {"a": "".join(f"{n}\n" for n in range(1, 10)), "b/b": "b\r\n", "e": "z"}
    write(before, tmp_path)
    patch = diff(after, tmp_path)

    subprocess.run(["git", "apply", "-"], input=patch.encode(), cwd=tmp_path, check=True)

    texts = {
        path.relative_to(tmp_path).as_posix(): path.read_bytes().decode()
        for path in tmp_path.rglob("*")
        if path.is_file() and path.name != ".pyfleet-files"
    }
    assert texts == after
