"""The ownership record is deterministic and says what was written."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from pyfleet.writing import compare, write
from pyfleet.writing.ownership import Record, decode, encode, sha256


def test_the_record_names_every_file_with_its_digest_sorted(tmp_path: Path) -> None:
    write({"b": "2", "a/c": "1"}, tmp_path)

    record = json.loads((tmp_path / ".pyfleet.json").read_text())

    assert list(record) == ["comment", "files"]
    assert list(record["files"].items()) == [
        ("a/c", hashlib.sha256(b"1").hexdigest()),
        ("b", hashlib.sha256(b"2").hexdigest()),
    ]


def test_equal_trees_have_equal_records_whatever_came_before(tmp_path: Path) -> None:
    write({"a": "1", "b": "2"}, tmp_path / "one")
    write({"z": "9", "b": "7"}, tmp_path / "two")
    write({"b": "2", "a": "1"}, tmp_path / "two")

    one, two = ((tmp_path / name / ".pyfleet.json").read_bytes() for name in ("one", "two"))
    assert one == two


def test_a_record_that_is_out_of_date_is_drift_and_is_mended(tmp_path: Path) -> None:
    write({"a": "1"}, tmp_path)
    (tmp_path / ".pyfleet.json").write_text('{"files": {}}')

    assert compare({"a": "1"}, tmp_path).updated == (".pyfleet.json",)
    assert write({"a": "1"}, tmp_path).updated == (".pyfleet.json",)
    assert not compare({"a": "1"}, tmp_path)


def test_a_record_is_read_back_as_it_was() -> None:
    record = Record(files={"a": sha256(b"1")}, pending={"ü/b": sha256(b"2")})

    assert decode(encode(record), "x") == record
