"""The CRDs that `make crds` made, and those in a folder that PYFLEET_CRDS names."""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.conftest import ROOT
from tests.manifests.tree import LOADER

MADE = ROOT / ".venv" / "crds"
# No Go module with the types of these could be had when tests/manifests/crds was written.
WITHOUT_MODULE = frozenset({"external-secrets.io", "leaderworkerset.x-k8s.io", "operator.victoriametrics.com"})


def why_without(group: str) -> str:
    """Why there is no schema of a group, and what to do about it."""
    if group in WITHOUT_MODULE:
        return f"tests/manifests/crds has no module of {group}; PYFLEET_CRDS can name a folder with its CRDs"
    return f"no CRDs of {group} here: `make crds` makes them, with Go"


@cache
def groups_with_schemas() -> frozenset[str]:
    """Groups that there is a CRD of."""
    return frozenset(found[1] for text in _texts() for found in re.finditer(r"^  group: (\S+)$", text, re.MULTILINE))


def crd_schema(api_version: str, kind: str) -> dict[str, Any] | None:
    """The schema in the CRD of a kind, if there is one."""
    group, _, version = api_version.rpartition("/")
    for text in _texts():
        # Reading all of them takes seconds, looking for a word in them none.
        if re.search(rf"^ +kind: {re.escape(kind)}$", text, re.MULTILINE):
            for crd in yaml.load_all(text, LOADER):
                spec = crd["spec"]
                if (spec["group"], spec["names"]["kind"]) == (group, kind):
                    schemas = {each["name"]: each["schema"]["openAPIV3Schema"] for each in spec["versions"]}
                    return schemas.get(version)
    return None


@cache
def _texts() -> tuple[str, ...]:
    folders = [MADE, *(Path(folder) for folder in [os.environ.get("PYFLEET_CRDS")] if folder)]
    return tuple(path.read_text("utf-8") for folder in folders for path in sorted(folder.rglob("*.yaml")))
