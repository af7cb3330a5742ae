"""The ownership record: which files of the output directory the program wrote, and with which content."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyfleet.errors import OutputError
from pyfleet.writing.paths import RECORD, path_problem

if TYPE_CHECKING:
    from collections.abc import Mapping

_COMMENT = "Files written by pyfleet, with their sha256; rendering again replaces or removes them. Never edit."
_WAY_OUT = "restore it from version control, or delete the output directory and render again"
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Record:
    """The files the program owns.

    `pending` exists only while a render is under way. It holds what the render is about to write, so that a
    file of a render that was killed is known whether it still has the old content or already the new.
    """

    files: Mapping[str, str] = field(default_factory=dict)
    pending: Mapping[str, str] = field(default_factory=dict)

    def paths(self) -> list[str]:
        """All paths the record names, sorted."""
        return sorted({*self.files, *self.pending})

    def wrote(self, path: str, digest: str) -> bool:
        """Whether the program itself gave the file this content."""
        return digest in (self.files.get(path), self.pending.get(path))

    def owns(self, path: str, digest: str) -> bool:
        """Whether the file is the program's. What was only about to be created is, if it has that content."""
        return path in self.files or self.pending.get(path) == digest


def sha256(content: bytes) -> str:
    """Digest of a file's content, as the record holds it."""
    return hashlib.sha256(content).hexdigest()


def encode(record: Record) -> bytes:
    """Spell the record; equal records have equal bytes."""
    data: dict[str, object] = {"comment": _COMMENT, "files": dict(sorted(record.files.items()))}
    if record.pending:
        data["pending"] = dict(sorted(record.pending.items()))
    return (json.dumps(data, indent=2, ensure_ascii=False) + "\n").encode()


def decode(content: bytes, where: str) -> Record:
    """Read a record.

    Args:
        content: The bytes of the record.
        where: Path of the record, for messages.

    Raises:
        OutputError: It isn't a record, or names a file outside the output directory.
    """
    try:
        data = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise OutputError(f"{where}: the ownership record is not JSON ({error}); {_WAY_OUT}") from error
    if not isinstance(data, dict) or "files" not in data:
        raise OutputError(f"{where}: the ownership record has no `files`; {_WAY_OUT}")
    return Record(files=_digests(data, "files", where), pending=_digests(data, "pending", where))


def _digests(data: dict[str, object], key: str, where: str) -> dict[str, str]:
    """Check one mapping of path to digest: a path in it may later be removed, so nothing is believed."""
    entries = data.get(key, {})
    if not isinstance(entries, dict):
        raise OutputError(f"{where}: `{key}` of the ownership record is not a mapping; {_WAY_OUT}")
    for path, digest in entries.items():
        if problem := path_problem(path):
            raise OutputError(f"{where}: {path!r} in the ownership record {problem}; {_WAY_OUT}")
        if not isinstance(digest, str) or not _SHA256.fullmatch(digest):
            raise OutputError(f"{where}: {path!r} in the ownership record has no sha256; {_WAY_OUT}")
    return entries


__all__ = ["RECORD", "Record", "decode", "encode", "sha256"]
