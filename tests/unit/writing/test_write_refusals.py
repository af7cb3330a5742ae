"""What a render refuses before it changes anything, and what it never touches."""

from __future__ import annotations

import os
import resource
from pathlib import Path

import pytest

from pyfleet.errors import OutputError
from pyfleet.writing import diff, write

LIST = ".pyfleet-files"


def snapshot(directory: Path) -> dict[str, tuple[int, bytes | None]]:
    """Every entry below a directory with its time and content."""
    return {
        str(path): (path.lstat().st_mtime_ns, path.read_bytes() if path.is_file() else None)
        for path in [directory, *directory.rglob("*")]
    }


def refused(tree: dict[str, str], directory: Path) -> str:
    """The message of a refusal, of a render and of its diff, that changed nothing in or beside the directory."""
    before = snapshot(directory.parent)
    messages = []
    for step in (write, diff):
        with pytest.raises(OutputError) as caught:
            step(tree, directory)
        messages.append(str(caught.value))
    assert snapshot(directory.parent) == before
    assert len(set(messages)) == 1
    return messages[0]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """An output directory, with someone's file and directory beside it."""
    (tmp_path / "beside").mkdir()
    (tmp_path / "beside/file").write_text("mine")
    (tmp_path / "out").mkdir()
    return tmp_path / "out"


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        *((path, "is not a relative path") for path in ("/etc/passwd", "../beside/file", "a/../../beside/new")),
        *((path, "is not a relative path") for path in ("", "a//b", "a/", "./a", "a\\b", "a\0b", "a\nb", "a\udcff")),
        *((path, "is not a relative path") for path in ("# a", "=======")),
        *((path, "has a name that pyfleet or Git keeps") for path in (LIST, "a/.pyfleet-tmp", ".git/config", ".GIT/x")),
        ("fine/A", "and 'fine/a' are one name where case does not count"),
        ("Fine", "and 'fine' are one name where case does not count"),
        ("fine", "is a file and also a directory"),
    ],
)
def test_a_path_that_leaves_the_directory_or_is_ambiguous_is_refused(out: Path, path: str, reason: str) -> None:
    message = refused({"fine/a": "1", path: "2"}, out)

    assert message.startswith(f"{out}: nothing was written, because\n  {path!r} {reason}")


def test_all_that_is_in_the_way_is_named_at_once(out: Path) -> None:
    write({"own": "1", "shared/own": "1"}, out)
    with (out / LIST).open("a") as file:
        file.write("../beside/file\n")
    (out / "foreign").write_text("mine")
    (out / "shared/mine").write_text("mine")
    (out / "link").symlink_to("../beside/file")
    (out / "own").unlink()
    (out / "own").symlink_to("../beside/file")
    (out / "linked").symlink_to("../beside")
    (out / "file").write_text("mine")
    os.mkfifo(out / "pipe")

    message = refused(
        dict.fromkeys(["foreign", "shared", "link", "own", "linked/file", "file/below", "pipe", "fine"], "x"), out
    )

    way_out = "move it away or delete it"
    not_plain = "is not a relative path of plain names, without `..`, that stays in the output directory"
    assert message == "\n  ".join(
        [
            f"{out}: nothing was written, because",
            f"{LIST}: '../beside/file' {not_plain}; delete that line",
            f"file: is a file, where a directory is to be; {way_out}",
            f"linked: is a symbolic link, where a directory is to be; {way_out}",
            f"link: is a symbolic link, where a file is to be; {way_out}",
            f"own: is a symbolic link, where a file is to be; {way_out}",
            f"pipe: is a special file, where a file is to be; {way_out}",
            f"shared: is a directory, where a file is to be; {way_out}",
            f"foreign: exists and was not rendered by pyfleet; {way_out}",
        ]
    )


@pytest.mark.parametrize("line", ["../beside/file", "/etc/hostname", "a/../../beside/file", ".git/config", "\udcff"])
def test_a_list_that_names_what_can_not_be_pyfleets_is_refused(out: Path, line: str) -> None:
    (out / ".git").mkdir()
    (out / ".git/config").write_text("mine")
    (out / LIST).write_bytes(f"{line}\n".encode(errors="surrogateescape"))

    assert f"  {LIST}: {line!r} " in refused({"a": "1"}, out)


def test_a_stale_path_that_is_no_file_or_leads_outside_is_left_alone(out: Path) -> None:
    write(dict.fromkeys(["linked/file", "linked/empty/b", "link", "folder"], "1"), out)
    for path in ("linked/file", "linked/empty/b", "link", "folder"):
        (out / path).unlink()
    (out / "linked/empty").rmdir()
    (out / "linked").rmdir()
    (out / "linked").symlink_to("../beside")
    (out / "link").symlink_to("../beside/file")
    (out / "folder").mkdir()
    (out.parent / "beside/empty").mkdir()
    before = snapshot(out.parent / "beside")

    assert write({}, out).removed == ()
    assert snapshot(out.parent / "beside") == before
    assert sorted(path.name for path in out.iterdir()) == [LIST, "folder", "link", "linked"]


def test_a_list_or_a_temporary_file_that_is_a_link_is_not_followed(out: Path) -> None:
    (out / ".pyfleet-tmp").symlink_to("../beside/file")
    write({"a": "1"}, out)
    (out / LIST).unlink()
    (out / LIST).symlink_to("../beside/file")

    assert f"{LIST}: is a symbolic link, where a file is to be" in refused({}, out)
    assert (out.parent / "beside/file").read_text() == "mine"


def test_a_directory_that_this_user_may_not_write_is_named_first(out: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    write({"nix/a": "1", "b": "1"}, out)
    (out / "nix").chmod(0o555)
    try:
        with pytest.raises(OutputError, match=r"because\n  nix: may not be written by this user"):
            write({"nix/a": "2", "b": "2"}, out)
    finally:
        (out / "nix").chmod(0o755)
    assert (out / "b").read_text() == "1"


def test_an_output_directory_that_is_a_file_is_refused(out: Path) -> None:
    for path in (out.parent / "beside/file", out.parent / "beside/file/below"):
        with pytest.raises(OutputError, match=r"beside/file.*: (File exists|Not a directory); mend that"):
            write({"a": "1"}, path)


def test_what_the_system_refuses_is_reported_and_the_next_render_completes(out: Path) -> None:
    tree = {"a": "1" * 5000, "b": "1"}
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
    try:
        with pytest.raises(OutputError, match="out: File too large; mend that, then render again"):
            write(tree, out)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    write(tree, out)
    assert (out / "a").read_text() == tree["a"]
    assert diff(tree, out) == ""
