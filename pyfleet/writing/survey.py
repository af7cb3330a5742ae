"""Compares a tree with a directory: what has to be done, and what forbids it."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pyfleet.errors import OutputError
from pyfleet.writing import owned
from pyfleet.writing.disk import look, read
from pyfleet.writing.owned import LIST, folder_of, folders_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Changes:
    """Relative paths of the files that a render creates, updates, removes or leaves as they are, each sorted.

    The list of owned paths is named only when it is all that differs: it follows from the other files.
    """

    created: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything differs."""
        return bool(self.created or self.updated or self.removed)


@dataclass(frozen=True, slots=True)
class Survey:
    """A tree beside the directory that it is to be written to."""

    contents: Mapping[str, bytes]
    files: Changes  # the list of owned paths aside
    emptied: list[str]  # folders that go, innermost first
    list_before: bytes | None
    list_during: bytes  # names what is there and what will be
    list_after: bytes

    @property
    def changes(self) -> Changes:
        """What a render does, in the form that is shown."""
        if self.files or self.list_before == self.list_after:
            return self.files
        if self.list_before is None:
            return replace(self.files, created=(LIST,))
        return replace(self.files, updated=(LIST,))


def survey(tree: Mapping[str, str], root: Path) -> Survey:
    """Compare a tree with a directory, which need not exist.

    Args:
        tree: Relative POSIX path to text.
        root: The output directory.

    Raises:
        OSError: The directory can't be read.
        OutputError: The tree can't be written there without touching what is not pyfleet's; all reasons at once.
    """
    refuse(root, owned.tree_problems(tree))
    contents = {path: tree[path].encode() for path in sorted(tree)}
    list_before, ours = _owned(root)
    stale = ours.difference(contents)
    needed, once_needed = folders_of(contents), folders_of(stale)
    found = look(root, needed | once_needed)

    # Only what was found in the directory can go, whatever the list names: it comes with anybody's commit.
    # It goes first, so that a file can become a directory, and a directory a file.
    removed = [path for path in found if found[path] == "file" and (path in stale or owned.is_temporary(path))]
    for path in removed:
        del found[path]
    emptied = list(_emptied(found, once_needed - needed))
    for path in emptied:
        del found[path]

    groups = _grouped(root, contents, found, ours)
    problems = [
        *(f"{LIST}: {path!r} {bad}; delete that line" for path in sorted(stale) if (bad := owned.path_problem(path))),
        *_in_the_way(sorted(needed), "directory", found),
        *_in_the_way([LIST, *contents], "file", found),
        *(f"{path}: exists and was not rendered by pyfleet; move it away or delete it" for path in groups["foreign"]),
    ]
    refuse(root, problems)
    return Survey(
        contents=contents,
        files=Changes(*map(tuple, (groups["created"], groups["updated"], sorted(removed), groups["unchanged"]))),
        emptied=emptied,
        list_before=list_before,
        list_during=owned.encode(ours.union(contents)),
        list_after=owned.encode(contents),
    )


def refuse(root: Path, problems: Iterable[str]) -> None:
    """Raise one error with all reasons against a render, if there are any."""
    if listed := list(problems):
        raise OutputError("\n  ".join([f"{root}: nothing was written, because", *listed]))


def _owned(root: Path) -> tuple[bytes | None, set[str]]:
    """Read the list of owned paths: its text, and the paths in it."""
    kinds = look(root, ())
    content = read(f"{root}/{LIST}") if kinds.get(LIST) == "file" else None
    old = read(f"{root}/{owned.OLD_LIST}") if kinds.get(owned.OLD_LIST) == "file" else b""
    return content, owned.decode(content or b"") | owned.decode_old(old)


def _emptied(found: Mapping[str, str], folders: Iterable[str]) -> Iterator[str]:
    """Yield the folders that hold nothing, or only one another."""
    held = Counter(map(folder_of, found))
    for folder in sorted(folders, reverse=True):  # a folder comes before the one that it lies in
        if found.get(folder) == "directory" and not held[folder]:
            held[folder_of(folder)] -= 1
            yield folder


def _grouped(
    root: Path, contents: Mapping[str, bytes], found: Mapping[str, str], ours: set[str]
) -> Mapping[str, list[str]]:
    """Sort the tree's paths by what is to be done with them; paths where no file can be are left out."""
    groups = defaultdict(list)
    for path, content in contents.items():
        if path not in found:
            groups["created"].append(path)
        elif found[path] == "file":
            same = read(f"{root}/{path}", len(content)) == content
            groups["unchanged" if same else "updated" if path in ours else "foreign"].append(path)
    return groups


def _in_the_way(paths: Iterable[str], wanted: str, found: Mapping[str, str]) -> Iterator[str]:
    for path in paths:
        if (kind := found.get(path, wanted)) != wanted:
            yield f"{path}: is a {kind}, where a {wanted} is to be; move it away or delete it"
