"""The program that makes Secrets of files."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

MODULES = Path(__file__).parents[3] / "modules"
VALUE = "hf_very-secret\n"
KUBECTL = """#!/bin/sh
echo "$@" >"$0.arguments"
cat >"$0.input"
"""

pytestmark = pytest.mark.skipif(shutil.which("jq") is None, reason="jq is not installed")


def secret(name: str, **given: Any) -> dict[str, Any]:
    return {"namespace": "ai", "name": name, "type": "Opaque", "labels": {}, "literals": {}, "files": {}, **given}


class Run:
    """One run with a kubectl that keeps what it is given."""

    def __init__(self, folder: Path, wanted: list[dict[str, Any]], files: dict[str, bytes]) -> None:
        self.kubectl = folder / "bin" / "kubectl"
        self.kubectl.parent.mkdir()
        self.kubectl.write_text(KUBECTL, encoding="utf-8")
        self.kubectl.chmod(0o755)
        copies = folder / "credentials"
        copies.mkdir()
        for name, content in files.items():
            (copies / name).write_bytes(content)
        desired = folder / "desired.json"
        desired.write_text(json.dumps(wanted), encoding="utf-8")
        script = MODULES / "secrets.sh"
        # As writeShellApplication runs it.
        self.done = subprocess.run(
            ["bash", "-o", "errexit", "-o", "nounset", "-o", "pipefail", script, desired, MODULES / "secrets.jq"],
            env={"PATH": f"{self.kubectl.parent}:/usr/bin:/bin", "CREDENTIALS_DIRECTORY": str(copies)},
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def items(self) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = json.loads(Path(f"{self.kubectl}.input").read_text("utf-8"))["items"]
        return items

    @property
    def seen(self) -> str:
        """What others on the machine could see: arguments and the journal."""
        return Path(f"{self.kubectl}.arguments").read_text("utf-8") + self.done.stdout + self.done.stderr


def test_a_secret_is_made_in_its_namespace_of_its_files_and_what_stands_beside(tmp_path: Path) -> None:
    wanted = secret("git", labels={"kind": "repository"}, literals={"url": "https://x/ü"}, files={"password": "file-0"})

    assert Run(tmp_path, [wanted], {"file-0": VALUE.encode()}).items == [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "ai"}},
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {
                "name": "git",
                "namespace": "ai",
                "labels": {"app.kubernetes.io/managed-by": "pyfleet", "kind": "repository"},
            },
            "type": "Opaque",
            "data": {
                "url": base64.b64encode("https://x/ü".encode()).decode(),
                "password": base64.b64encode(VALUE.encode()).decode(),
            },
        },
    ]


@pytest.mark.parametrize("content", [b"", b"\n", b"\x00\xff\n\n", b"a b\nc", bytes(range(256)) * 100])
def test_a_value_is_its_file_byte_for_byte(tmp_path: Path, content: bytes) -> None:
    made = Run(tmp_path, [secret("s", files={"k": "file-0"})], {"file-0": content}).items[1]

    assert base64.b64decode(made["data"]["k"]) == content


def test_a_value_is_seen_nowhere(tmp_path: Path) -> None:
    run = Run(tmp_path, [secret("s", files={"k": "file-0"})], {"file-0": VALUE.encode()})

    assert [text for text in (VALUE.strip(), base64.b64encode(VALUE.encode()).decode()) if text in run.seen] == []


def test_a_file_may_be_for_several_secrets(tmp_path: Path) -> None:
    wanted = [secret("s", files={"k": "file-0"}), secret("s", namespace="media", files={"k": "file-0"})]
    made = Run(tmp_path, wanted, {"file-0": b"x"}).items

    assert [(each["kind"], each["metadata"].get("namespace"), each["metadata"]["name"]) for each in made] == [
        ("Namespace", None, "ai"),
        ("Namespace", None, "media"),
        ("Secret", "ai", "s"),
        ("Secret", "media", "s"),
    ]


def test_without_its_file_nothing_is_made_and_the_unit_fails(tmp_path: Path) -> None:
    run = Run(tmp_path, [secret("s", files={"k": "file-1"})], {"file-0": b"x"})

    assert (run.done.returncode != 0, Path(f"{run.kubectl}.input").read_text("utf-8")) == (True, "")
    assert "no file file-1" in run.done.stderr
