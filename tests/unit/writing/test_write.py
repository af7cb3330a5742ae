"""What a render does to a directory in which nothing is in its way."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from pyfleet.writing import Changes, diff, write

TREE = {"cluster.nix": "{ }\n", "nix/a.nix": "{ a = 1; }\n", "k8s/apps/a/x.yaml": "x: ü\r\n1"}
HEAD = "# Files that pyfleet wrote; the next render replaces or removes them. Never edit.\n"
LIST = ".pyfleet-files"


def files(directory: Path) -> dict[str, str]:
    """All files below a directory, the list of owned paths excepted."""
    return {
        path.relative_to(directory).as_posix(): path.read_bytes().decode()
        for path in directory.rglob("*")
        if path.is_file() and path.name != LIST
    }


def stamp(path: Path) -> tuple[int, int, int]:
    """What a change of a file or directory changes; reading it doesn't."""
    status = path.stat()
    return status.st_mtime_ns, status.st_ino, status.st_mode


def test_a_missing_directory_is_made_and_holds_the_tree_and_its_sorted_list(tmp_path: Path) -> None:
    out = tmp_path / "hosts" / "rendered"

    changes = write(TREE, out)

    assert changes == Changes(created=("cluster.nix", "k8s/apps/a/x.yaml", "nix/a.nix"))
    assert files(out) == TREE
    assert (out / LIST).read_text() == f"{HEAD}cluster.nix\nk8s/apps/a/x.yaml\nnix/a.nix\n"


def test_a_second_render_of_the_same_tree_touches_nothing_and_one_of_none_finds_all_files_again(tmp_path: Path) -> None:
    tree = {**TREE, **{f"many/{number:0200}": "" for number in range(100)}}
    write(tree, tmp_path)
    before = {path: stamp(path) for path in [tmp_path, *tmp_path.rglob("*")]}

    changes = write(tree, tmp_path)

    assert changes == Changes(unchanged=tuple(sorted(tree)))
    assert {path: stamp(path) for path in [tmp_path, *tmp_path.rglob("*")]} == before
    assert write({}, tmp_path) == Changes(removed=tuple(sorted(tree)))


def test_only_a_file_with_other_content_is_replaced_and_a_hard_link_to_it_keeps_the_old(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write(TREE, out)
    kept = stamp(out / "cluster.nix")
    (tmp_path / "backup").hardlink_to(out / "nix/a.nix")

    changes = write({**TREE, "nix/a.nix": "{ }\n", "nix/b.nix": "{ }\n"}, out)

    assert (changes.created, changes.updated) == (("nix/b.nix",), ("nix/a.nix",))
    assert files(out) == {**TREE, "nix/a.nix": "{ }\n", "nix/b.nix": "{ }\n"}
    assert stamp(out / "cluster.nix") == kept
    assert (tmp_path / "backup").read_text() == "{ a = 1; }\n"


def test_stale_files_go_with_the_directories_that_became_empty_and_nothing_of_others(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    write({**TREE, "nix/deep/b": "1"}, tmp_path)
    (tmp_path / "nix/my.pyfleet-tmp").write_text("mine")

    changes = write({"cluster.nix": "{ }\n"}, tmp_path)

    assert changes.removed == ("k8s/apps/a/x.yaml", "nix/a.nix", "nix/deep/b")
    assert {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")} == {
        *(LIST, "cluster.nix", "empty", "nix", "nix/my.pyfleet-tmp")
    }
    assert (tmp_path / LIST).read_text() == f"{HEAD}cluster.nix\n"


def test_an_own_file_that_was_edited_or_deleted_is_made_again(tmp_path: Path) -> None:
    write(TREE, tmp_path)
    (tmp_path / "cluster.nix").write_text("{ }\nand more")
    shutil.rmtree(tmp_path / "k8s")

    changes = write(TREE, tmp_path)

    assert (changes.created, changes.updated) == (("k8s/apps/a/x.yaml",), ("cluster.nix",))
    assert files(tmp_path) == TREE


def test_an_unknown_file_with_the_very_content_becomes_owned(tmp_path: Path) -> None:
    write(TREE, tmp_path)
    (tmp_path / LIST).unlink()

    assert write(TREE, tmp_path) == Changes(created=(LIST,), unchanged=tuple(sorted(TREE)))
    assert write({}, tmp_path).removed == tuple(sorted(TREE))


def test_new_and_replaced_files_have_the_mode_that_the_umask_leaves(tmp_path: Path) -> None:
    write({"old": "1"}, tmp_path)
    before = os.umask(0o027)
    try:
        write({"old": "2", "new": "1"}, tmp_path)
    finally:
        os.umask(before)

    modes = {path.name: oct(path.stat().st_mode & 0o7777) for path in tmp_path.iterdir()}
    assert modes == {"old": "0o640", "new": "0o640", LIST: "0o640"}


def test_the_output_directory_itself_may_be_a_symbolic_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")

    write(TREE, tmp_path / "link")

    assert files(tmp_path / "real") == TREE


def test_a_file_of_others_that_has_the_name_of_the_earlier_list_stays(tmp_path: Path) -> None:
    (tmp_path / ".pyfleet.json").write_text('{"files": {"a": "1"}}')

    assert write({}, tmp_path).removed == ()
    assert files(tmp_path) == {".pyfleet.json": '{"files": {"a": "1"}}'}


@pytest.mark.parametrize(("theirs", "conflicts"), [("n", False), ("c", True)])
def test_git_merges_two_lists_and_a_conflict_is_mended_by_the_next_render(
    tmp_path: Path, theirs: str, *, conflicts: bool
) -> None:
    if shutil.which("git") is None:
        pytest.skip("git not on PATH")
    base = dict.fromkeys("amz", "1")
    trees = {"ours": {**base, "b": "1"}, "base": base, "theirs": {**base, theirs: "1"}}
    for name, tree in trees.items():
        write(tree, tmp_path / name)
    lists = [tmp_path / name / LIST for name in trees]

    merged = subprocess.run(["git", "merge-file", *lists], check=False, capture_output=True)
    (tmp_path / "ours" / theirs).write_text("the merge brought it")

    assert merged.returncode == conflicts
    assert write(trees["theirs"], tmp_path / "ours").removed == ("b",)
    assert (tmp_path / "ours" / LIST).read_text() == "".join([HEAD, *(f"{path}\n" for path in sorted(trees["theirs"]))])


def test_a_list_that_is_out_of_date_is_a_change_that_diff_shows_and_write_mends(tmp_path: Path) -> None:
    write({"a": "1"}, tmp_path)
    (tmp_path / LIST).write_text(f"{HEAD}a\nb\n")

    assert diff({"a": "1"}, tmp_path) == f"--- a/{LIST}\n+++ b/{LIST}\n@@ -1,3 +1,2 @@\n {HEAD} a\n-b\n"
    assert write({"a": "1"}, tmp_path) == Changes(updated=(LIST,), unchanged=("a",))
    assert diff({"a": "1"}, tmp_path) == ""
