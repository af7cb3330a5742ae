"""What a render refuses, before it changes anything."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pyfleet.errors import OutputError
from pyfleet.writing import compare, write


def snapshot(directory: Path) -> dict[str, tuple[int, bytes | None]]:
    """Every entry below a directory with its inode, time and content."""
    return {
        str(path): (path.lstat().st_mtime_ns, path.read_bytes() if path.is_file() else None)
        for path in [directory, *directory.rglob("*")]
    }


def refused(tree: dict[str, str], directory: Path) -> str:
    """The message of a refusal that changed nothing."""
    before = snapshot(directory)
    with pytest.raises(OutputError) as caught:
        write(tree, directory)
    assert snapshot(directory) == before
    return str(caught.value)


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/etc/passwd", "is absolute"),
        ("../x", "leaves the output directory"),
        ("a/../../x", "leaves the output directory"),
        ("a//b", "has an empty part"),
        ("a/", "has an empty part"),
        ("", "has an empty part"),
        ("./a", "has an empty part or `.`"),
        ("a\\b", "has a backslash"),
        ("a\0b", "has a control character"),
        ("a\nb", "has a control character"),
        ("u\u0308", "is not in Unicode normal form C"),
        ("a\udcff", "is not Unicode text"),
        (".pyfleet.json", "is a name that the ownership record"),
        (".pyfleet.tmp/0", "is a name that the ownership record"),
    ],
)
def test_a_path_that_could_leave_the_directory_or_is_ambiguous_is_refused(
    tmp_path: Path, path: str, reason: str
) -> None:
    message = refused({"fine": "1", path: "2"}, tmp_path)

    assert message.startswith(f"{tmp_path}: nothing was written, because\n  {path!r} {reason}")


def test_a_path_that_is_a_file_and_a_directory_is_refused(tmp_path: Path) -> None:
    assert "'a' is a file and also the directory of 'a/b'" in refused({"a/b": "1", "a": "2"}, tmp_path)


@pytest.mark.parametrize("other", ["nix/A.nix", "Nix/b.nix", "NIX"])
def test_paths_that_differ_in_case_only_are_refused(tmp_path: Path, other: str) -> None:
    assert "are one name where case does not count" in refused({"nix/a.nix": "1", other: "2"}, tmp_path)


def test_text_that_is_not_unicode_is_refused(tmp_path: Path) -> None:
    assert "'a' has a character that is not Unicode text (position 1)" in refused({"a": "x\udc00"}, tmp_path)


def test_all_files_of_someone_else_are_named_and_kept(tmp_path: Path) -> None:
    (tmp_path / "nix").mkdir()
    (tmp_path / "nix" / "a.nix").write_text("mine")
    (tmp_path / "b.nix").write_text("mine")

    message = refused({"nix/a.nix": "1", "b.nix": "2", "c.nix": "3"}, tmp_path)

    assert message == (
        f"{tmp_path}: nothing was written, because\n"
        "  b.nix: exists and was not rendered by pyfleet; move it away or delete it\n"
        "  nix/a.nix: exists and was not rendered by pyfleet; move it away or delete it"
    )


def test_a_stale_file_that_was_edited_by_hand_is_kept(tmp_path: Path) -> None:
    write({"a": "1", "b": "2"}, tmp_path)
    (tmp_path / "a").write_text("edited")

    message = refused({"b": "3"}, tmp_path)

    assert "a: is stale, but was edited by hand since it was rendered; move it away or delete it" in message


def test_a_symbolic_link_in_place_of_a_file_is_not_followed(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write({"a": "1"}, out)
    (out / "a").unlink()
    (tmp_path / "elsewhere").write_text("mine")
    (out / "a").symlink_to("../elsewhere")

    assert "a: is a symbolic link; move that away or delete it" in refused({"a": "2"}, out)
    assert "a: is a symbolic link; move that away or delete it" in refused({}, out)
    assert (tmp_path / "elsewhere").read_text() == "mine"


def test_a_symbolic_link_in_place_of_a_directory_is_not_followed(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write({"nix/a": "1"}, out)
    (out / "nix").rename(tmp_path / "elsewhere")
    (out / "nix").symlink_to("../elsewhere")

    assert "nix/a: lies below nix, a symbolic link; move that away or delete it" in refused({"nix/a": "2"}, out)
    assert "nix/a: lies below nix, a symbolic link; move that away or delete it" in refused({}, out)
    assert (tmp_path / "elsewhere" / "a").read_text() == "1"


def test_a_file_of_someone_else_in_place_of_a_directory_is_kept(tmp_path: Path) -> None:
    (tmp_path / "nix").write_text("mine")

    assert "nix/a: lies below nix, a file; move that away or delete it" in refused({"nix/a": "1"}, tmp_path)


def test_a_named_pipe_in_place_of_a_file_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a")

    assert "a: is a special file" in refused({"a": "1"}, tmp_path)


def test_an_output_directory_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")

    with pytest.raises(OutputError, match=r"out: "):
        write({"a": "1"}, tmp_path / "out")
    with pytest.raises(OutputError, match=r"out: is not a directory"):
        compare({"a": "1"}, tmp_path / "out")
    with pytest.raises(OutputError, match=r"Not a directory"):
        write({"a": "1"}, tmp_path / "out" / "below")
    assert (tmp_path / "out").read_text() == "mine"


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ("<<<<<<< HEAD\n", "the ownership record is not JSON"),
        ("\xff\xfe", "the ownership record is not JSON"),
        ("[" * 100_000, "the ownership record is not JSON"),
        ("[]", "the ownership record has no `files`"),
        ('{"files": []}', "`files` of the ownership record is not a mapping"),
        ('{"files": {"a": 1}}', "'a' in the ownership record has no sha256"),
        ('{"files": {"a": "0"}}', "'a' in the ownership record has no sha256"),
        ('{"files": {"../../a": "%s"}}' % ("0" * 64), "'../../a' in the ownership record leaves"),
        (
            '{"files": {"/etc/passwd": "%s"}}' % ("0" * 64),
            "'/etc/passwd' in the ownership record is absolute",
        ),
    ],
)
def test_a_broken_ownership_record_is_refused_with_a_way_out(tmp_path: Path, record: str, reason: str) -> None:
    (tmp_path / ".pyfleet.json").write_text(record, encoding="latin-1")

    message = refused({"b": "1"}, tmp_path)

    assert message.startswith(f"{tmp_path}/.pyfleet.json: ")
    assert reason in message
    assert "restore it from version control, or delete the output directory" in message


def test_an_ownership_record_that_is_no_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".pyfleet.json").mkdir()

    assert "the ownership record is a directory" in refused({"b": "1"}, tmp_path)


def test_compare_tells_of_files_of_someone_else_without_refusing(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("mine")

    assert compare({"a": "1"}, tmp_path).updated == ("a",)


def test_compare_refuses_what_it_cannot_look_at(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()

    with pytest.raises(OutputError, match=r"a: is a directory"):
        compare({"a": "1"}, tmp_path)
