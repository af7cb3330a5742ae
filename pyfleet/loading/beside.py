"""Read the files beside the fleet file that it names: raw manifests, and what canaries send."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import yaml

from pyfleet.errors import Problem, ProblemsFound
from pyfleet.loading.codes import BESIDE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pyfleet.model.fleet import Fleet

_Content = TypeVar("_Content")
Place = tuple[str | int, ...]

SENT_AT_MOST = 256 * 1024
"""Largest file that a canary may send, in bytes: a ConfigMap holds a megabyte, and canaries should be small."""


def read_manifests(fleet: Fleet, folder: Path) -> dict[str, str]:
    """Read each file that `manifests` names, relative to the fleet file's folder.

    Raises:
        ProblemsFound: a file is outside that folder, can't be read, or is not YAML.
    """
    named = (
        (("manifests", index), manifest) for index, manifest in enumerate(fleet.manifests) if isinstance(manifest, str)
    )
    hint = "name a YAML file beside the fleet file, or write the object itself"
    return _read_all(fleet, named, lambda name: _manifest(folder, name), ("manifest", hint))


def read_sent_files(fleet: Fleet, folder: Path) -> dict[str, bytes]:
    """Read each file that a canary sends, relative to the fleet file's folder.

    Raises:
        ProblemsFound: a file is outside that folder, can't be read, or is too large.
    """
    hint = f"name a file beside the fleet file, of at most {SENT_AT_MOST // 1024} KiB"
    return _read_all(fleet, _sent(fleet), lambda name: _sent_file(folder, name), ("file", hint))


def _sent(fleet: Fleet) -> Iterator[tuple[Place, str]]:
    for kind, entries in (("workloads", fleet.workloads), ("services", fleet.services)):
        for name, entry in entries.items():
            if entry.canary:
                for field, file in entry.canary.files.items():
                    yield (kind, name, "canary", "files", field), file


def _read_all(
    fleet: Fleet, named: Iterator[tuple[Place, str]], read: Callable[[str], _Content], words: tuple[str, str]
) -> dict[str, _Content]:
    contents: dict[str, _Content] = {}
    problems: list[Problem] = []
    what, hint = words
    for place, name in named:
        complaint = ""
        try:
            contents[name] = read(name)
        except _RefusedError as refusal:
            complaint = str(refusal)
        except OSError as error:
            complaint = f"can't be read: {error.strerror}"
        except UnicodeDecodeError as error:
            complaint = f"is not UTF-8 (byte {error.start})"
        except yaml.YAMLError as error:
            complaint = f"is not YAML: {' '.join(str(error).split())}"
        if complaint:
            problems.append(Problem(fleet.locate(place), BESIDE, f"{what} {name!r} {complaint}", hint))
    if problems:
        raise ProblemsFound(problems)
    return contents


class _RefusedError(Exception):
    """The path is refused."""


def _inside(folder: Path, name: str) -> Path:
    root = folder.resolve()
    target = (root / name).resolve()
    if not target.is_relative_to(root):
        raise _RefusedError("is outside the fleet file's folder")
    return target


def _manifest(folder: Path, name: str) -> str:
    target = _inside(folder, name)
    if target.suffix not in {".yaml", ".yml"}:
        raise _RefusedError("does not end in .yaml")
    text = target.read_text("utf-8")
    for _ in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        pass  # events only: kustomize and Kubernetes check the objects themselves
    return text


def _sent_file(folder: Path, name: str) -> bytes:
    with _inside(folder, name).open("rb") as file:
        content = file.read(SENT_AT_MOST + 1)
    if len(content) > SENT_AT_MOST:
        raise _RefusedError(f"is larger than {SENT_AT_MOST // 1024} KiB")
    return content
