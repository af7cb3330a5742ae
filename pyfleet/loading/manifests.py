"""Read the raw manifests that a fleet names by path."""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml

from pyfleet.errors import Problem, ProblemsFound
from pyfleet.loading.codes import MANIFEST

if TYPE_CHECKING:
    from pathlib import Path

    from pyfleet.model.fleet import Fleet


def read_manifests(fleet: Fleet, folder: Path) -> dict[str, str]:
    """Read each file that `manifests` names, relative to the fleet file's folder.

    Raises:
        ProblemsFound: a file is outside that folder, can't be read, or is not YAML.
    """
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    for index, manifest in enumerate(fleet.manifests):
        if not isinstance(manifest, str):
            continue
        complaint = ""
        try:
            texts[manifest] = _read(folder, manifest)
        except _RefusedError as refusal:
            complaint = str(refusal)
        except OSError as error:
            complaint = f"can't be read: {error.strerror}"
        except UnicodeDecodeError as error:
            complaint = f"is not UTF-8 (byte {error.start})"
        except yaml.YAMLError as error:
            complaint = f"is not YAML: {' '.join(str(error).split())}"
        if complaint:
            problems.append(
                Problem(
                    fleet.locate(("manifests", index)),
                    MANIFEST,
                    f"manifest {manifest!r} {complaint}",
                    "name a YAML file beside the fleet file, or write the object itself",
                )
            )
    if problems:
        raise ProblemsFound(problems)
    return texts


class _RefusedError(Exception):
    """The path is not one we follow."""


def _read(folder: Path, name: str) -> str:
    root = folder.resolve()
    target = (root / name).resolve()
    if not target.is_relative_to(root):
        raise _RefusedError("is outside the fleet file's folder")
    if target.suffix not in {".yaml", ".yml"}:
        raise _RefusedError("does not end in .yaml")
    text = target.read_text("utf-8")
    for _ in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        pass  # events only: what the objects are is kustomize's business, and Kubernetes'
    return text
