"""What a render does to a directory in which nothing goes wrong."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pyfleet.writing import Changes, compare, write

TREE = {
    "cluster.nix": "{ }\n",
    "nix/hydra-ai.nix": "{ a = 1; }\n",
    "kubernetes/apps/a/kustomization.yaml": "x: ü\n",
}


def files(directory: Path) -> dict[str, str]:
    """All files below a directory, the ownership record excepted."""
    return {
        path.relative_to(directory).as_posix(): path.read_text(encoding="utf-8")
        for path in directory.rglob("*")
        if path.is_file() and path.name != ".pyfleet.json"
    }


def test_a_missing_directory_is_created_with_its_parents_and_holds_the_tree(tmp_path: Path) -> None:
    out = tmp_path / "hosts" / "rendered"

    changes = write(TREE, out)

    assert Changes(created=tuple(sorted(TREE))) == changes
    assert files(out) == TREE
    assert sorted(path.name for path in out.iterdir()) == [
        ".pyfleet.json",
        "cluster.nix",
        "kubernetes",
        "nix",
    ]


def test_a_second_render_of_the_same_tree_touches_nothing(tmp_path: Path) -> None:
    write(TREE, tmp_path)
    before = {path: path.stat() for path in tmp_path.rglob("*")}

    changes = write(TREE, tmp_path)

    assert Changes(unchanged=tuple(sorted(TREE))) == changes
    assert {path: path.stat() for path in tmp_path.rglob("*")} == before


def test_only_files_with_other_content_are_replaced(tmp_path: Path) -> None:
    write(TREE, tmp_path)
    kept = (tmp_path / "cluster.nix").stat()

    changes = write({**TREE, "nix/hydra-ai.nix": "{ a = 2; }\n", "nix/new.nix": "{ }\n"}, tmp_path)

    assert changes.created == ("nix/new.nix",)
    assert changes.updated == ("nix/hydra-ai.nix",)
    assert (tmp_path / "nix/hydra-ai.nix").read_text() == "{ a = 2; }\n"
    assert (tmp_path / "cluster.nix").stat() == kept


def test_stale_files_go_with_the_directories_that_became_empty(tmp_path: Path) -> None:
    write(TREE, tmp_path)
    (tmp_path / "nix" / "notes.txt").write_text("mine")

    changes = write({"cluster.nix": "{ }\n"}, tmp_path)

    assert changes.removed == ("kubernetes/apps/a/kustomization.yaml", "nix/hydra-ai.nix")
    assert files(tmp_path) == {"cluster.nix": "{ }\n", "nix/notes.txt": "mine"}
    assert not (tmp_path / "kubernetes").exists()


def test_an_empty_directory_that_no_stale_file_lay_in_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    write(TREE, tmp_path)

    write({}, tmp_path)

    assert sorted(path.name for path in tmp_path.iterdir()) == [".pyfleet.json", "mine"]


def test_a_file_becomes_a_directory_and_a_directory_a_file(tmp_path: Path) -> None:
    write({"a": "1", "b/c/d": "2"}, tmp_path)
    assert write({"a/x/y": "3", "b": "4"}, tmp_path).removed == ("a", "b/c/d")
    assert files(tmp_path) == {"a/x/y": "3", "b": "4"}


def test_a_directory_with_a_file_of_someone_else_does_not_become_a_file(tmp_path: Path) -> None:
    write({"b/c": "2"}, tmp_path)
    (tmp_path / "b" / "mine").write_text("mine")

    with pytest.raises(Exception, match=r"b: is a directory; move that away or delete it"):
        write({"b": "4"}, tmp_path)

    assert files(tmp_path) == {"b/c": "2", "b/mine": "mine"}


def test_a_rendered_file_that_was_edited_is_overwritten(tmp_path: Path) -> None:
    write(TREE, tmp_path)
    (tmp_path / "cluster.nix").write_text("edited")

    assert write(TREE, tmp_path).updated == ("cluster.nix",)
    assert files(tmp_path) == TREE


def test_a_rendered_file_that_was_deleted_comes_back(tmp_path: Path) -> None:
    write(TREE, tmp_path)
    (tmp_path / "cluster.nix").unlink()

    assert write(TREE, tmp_path).created == ("cluster.nix",)


def test_an_unknown_file_with_the_very_content_is_adopted(tmp_path: Path) -> None:
    write(TREE, tmp_path)
    (tmp_path / ".pyfleet.json").unlink()

    changes = write(TREE, tmp_path)

    assert Changes(created=(".pyfleet.json",), unchanged=tuple(sorted(TREE))) == changes
    assert write({}, tmp_path).removed == tuple(sorted(TREE))


def test_files_are_readable_by_all_less_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write({"a": "1"}, tmp_path)
    finally:
        os.umask(before)

    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o640


def test_text_is_written_as_it_is(tmp_path: Path) -> None:
    write({"a": "1\r\n2\n3"}, tmp_path)

    assert (tmp_path / "a").read_bytes() == b"1\r\n2\n3"


def test_the_output_directory_itself_may_be_a_symbolic_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")

    write({"a": "1"}, tmp_path / "link")

    assert (tmp_path / "real" / "a").read_text() == "1"


@pytest.mark.parametrize("after", [TREE, {}, {"cluster.nix": "other\n", "new/x": "1"}])
def test_compare_tells_what_write_then_does_and_changes_nothing(tmp_path: Path, after: dict[str, str]) -> None:
    write(TREE, tmp_path)

    told = compare(after, tmp_path)

    assert files(tmp_path) == TREE
    assert write(after, tmp_path) == told


def test_compare_of_a_missing_directory_tells_that_all_is_created(tmp_path: Path) -> None:
    assert compare({"a": "1"}, tmp_path / "none") == Changes(created=("a",))
    assert not (tmp_path / "none").exists()


def test_changes_are_true_if_anything_differs() -> None:
    assert not Changes(unchanged=("a",))
    assert Changes(removed=("a",))
