"""Compares a tree with a directory: what is to be done, and what forbids it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyfleet.errors import OutputError
from pyfleet.writing.changes import Changes
from pyfleet.writing.ownership import RECORD, Record, decode, encode, sha256
from pyfleet.writing.paths import parents, tree_problems
from pyfleet.writing.reading import Obstacle, Reader

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(slots=True)
class Survey:
    """A tree beside the directory it is to be written to."""

    contents: Mapping[str, bytes]
    record: Record
    before: dict[str, bytes] = field(default_factory=dict)  # what is on disk now at the paths of tree and record
    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)  # stale, and not there any more
    directories: list[str] = field(default_factory=list)  # the existing parents of all these
    obstacles: list[str] = field(default_factory=list)  # reasons why neither writing nor telling is possible
    refusals: list[str] = field(default_factory=list)  # reasons why writing would destroy what is not ours

    @property
    def changes(self) -> Changes:
        """What a render does to the files, in the form that is shown."""
        created, updated = list(self.created), list(self.updated)
        if not (created or updated or self.removed) and not self.record_is_current:
            (updated if RECORD in self.before else created).append(RECORD)
        return Changes(tuple(created), tuple(updated), tuple(self.removed), tuple(self.unchanged))

    @property
    def record_is_current(self) -> bool:
        """Whether the record on disk says exactly what the tree is."""
        return self.before.get(RECORD) == encode(self.record_after())

    def record_during(self) -> Record:
        """Build the record of a render under way: all that is there, and all that will be."""
        files = {path: sha256(self.before[path]) for path in [*self.unchanged, *self.removed]}
        for path in [*self.updated, *self.gone]:
            digest = sha256(self.before[path]) if path in self.before else ""
            if not self.record.wrote(path, digest):  # edited by hand, or gone: keep what we know of it
                digest = self.record.files.get(path) or self.record.pending[path]
            files[path] = digest
        pending = {path: sha256(self.contents[path]) for path in [*self.created, *self.updated]}
        return Record(files=files, pending=pending)

    def record_after(self) -> Record:
        """Build the record of a finished render."""
        return Record(files={path: sha256(content) for path, content in self.contents.items()})


def encode_tree(tree: Mapping[str, str], root: Path) -> dict[str, bytes]:
    """Turn the texts of a tree into bytes.

    Args:
        tree: Relative POSIX path to text.
        root: The output directory, for messages.

    Raises:
        OutputError: A path leaves the directory or clashes with another, or a text is not Unicode.
    """
    problems = tree_problems(tree)
    contents: dict[str, bytes] = {}
    for path in sorted(tree):
        try:
            contents[path] = tree[path].encode()
        except UnicodeEncodeError as error:
            problems.append(f"{path!r} has a character that is not Unicode text (position {error.start})")
    if problems:
        raise refusal(root, problems)
    return contents


def look(contents: Mapping[str, bytes], root: Path) -> Survey:
    """Compare a tree with a directory, which need not exist.

    Args:
        contents: Relative path to content.
        root: The output directory.

    Raises:
        OutputError: The directory or its ownership record can't be read.
    """
    if root.exists() and not root.is_dir():
        raise OutputError(f"{root}: is not a directory; move it away, or choose another output directory")
    reader = Reader(root)
    record_content = _record_content(reader, root)
    survey = Survey(contents, Record())
    if record_content is not None:
        survey.record = decode(record_content, f"{root / RECORD}")
        survey.before[RECORD] = record_content
    for path in survey.record.paths():
        if path not in contents:
            _look_at_stale(survey, reader, path)
    removable = {path for path in survey.removed if survey.record.wrote(path, sha256(survey.before[path]))}
    stale = removable.union(survey.gone)
    for path, content in contents.items():
        found = reader.read(path)
        if isinstance(found, Obstacle):
            if _gives_way(found, reader, stale):
                found = None
            else:
                survey.obstacles.append(_in_the_way(path, found))
                continue
        _look_at_target(survey, path, found, content)
    survey.directories = reader.existing_parents()
    return survey


def refusal(root: Path, problems: list[str]) -> OutputError:
    """Build the error that lists all that forbids a render."""
    return OutputError("\n  ".join([f"{root}: nothing was written, because", *problems]))


def _record_content(reader: Reader, root: Path) -> bytes | None:
    found = reader.read(RECORD)
    if isinstance(found, Obstacle):
        raise OutputError(f"{root / RECORD}: the ownership record is a {found.kind}; remove it, then render again")
    return found


def _look_at_stale(survey: Survey, reader: Reader, path: str) -> None:
    """Sort in a file of an earlier render that the tree has no more."""
    found = reader.read(path)
    if found is None or (isinstance(found, Obstacle) and found.kind in ("directory", "file")):
        survey.gone.append(path)
    elif isinstance(found, Obstacle):
        survey.obstacles.append(_in_the_way(path, found))
    elif survey.record.owns(path, sha256(found)):
        survey.removed.append(path)
        survey.before[path] = found
        if not survey.record.wrote(path, sha256(found)):
            survey.refusals.append(
                f"{path}: is stale, but was edited by hand since it was rendered; move it away or delete it",
            )


def _look_at_target(survey: Survey, path: str, found: bytes | None, content: bytes) -> None:
    """Sort in a file of the tree."""
    if found is None:
        survey.created.append(path)
        return
    survey.before[path] = found
    if found == content:
        survey.unchanged.append(path)
        return
    survey.updated.append(path)
    if not survey.record.owns(path, sha256(found)):
        survey.refusals.append(f"{path}: exists and was not rendered by pyfleet; move it away or delete it")


def _gives_way(obstacle: Obstacle, reader: Reader, stale: set[str]) -> bool:
    """Whether removing stale files clears the place: a file becomes a directory, or the other way round."""
    if obstacle.kind == "directory":
        return reader.holds_only(obstacle.path, stale)
    return obstacle.kind == "file" and obstacle.path in stale


def _in_the_way(path: str, obstacle: Obstacle) -> str:
    what = f"is a {obstacle.kind}" if obstacle.path == path else f"lies below {obstacle.path}, a {obstacle.kind}"
    return f"{path}: {what}; move that away or delete it"


def stale_directories(survey: Survey) -> list[str]:
    """Directories that stale files lay in, innermost first: the candidates for removal."""
    found = {parent for path in [*survey.removed, *survey.gone] for parent in parents(path)}
    return sorted(found, key=lambda path: (-path.count("/"), path))
