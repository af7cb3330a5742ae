"""Schemas, strict: a field that the API server does not know is an error."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from tests.manifests.crd_files import crd_schema, groups_with_schemas
from tests.manifests.structural import json_schema

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.manifests.tree import Object

KUBERNETES = "1.35"
SCHEMAS = f"kubernetes-json-schema/v{KUBERNETES}.0-local-strict"

# Groups that are no part of Kubernetes: k3s' Helm controller, Kueue, Argo CD and the others define them in the cluster.
# Any other group has to be found among Kubernetes' own, so that a misspelt one is an error too.
CRD_GROUPS = frozenset(
    {
        "argoproj.io",
        "cert-manager.io",
        "external-secrets.io",
        "helm.cattle.io",
        "keda.sh",
        "kueue.x-k8s.io",
        "leaderworkerset.x-k8s.io",
        "metallb.io",
        "monitoring.coreos.com",
        "operator.victoriametrics.com",
        "traefik.io",
    }
)


def schema_errors(objects: Iterable[Object]) -> list[str]:
    """What the API server would refuse, but for objects of groups that there are no schemas of."""
    unseen = CRD_GROUPS - groups_with_schemas()
    return [error for each in objects if each.group not in unseen for error in _errors(each)]


def _errors(subject: Object) -> list[str]:
    own = subject.group not in CRD_GROUPS
    validator = (_validator if own else _custom_validator)(subject.api_version, subject.kind)
    if validator is None:
        source = f"Kubernetes {KUBERNETES}" if own else subject.group
        return [f"{subject}: {source} has no {subject.kind} of {subject.api_version}"]
    errors = sorted(validator.iter_errors(subject.body), key=lambda error: error.json_path)
    return [f"{subject}: {error.json_path}: {error.message}" for error in errors]


# kubernetes_validate.validate reads 1.5 MB of definitions at each call, which takes twenty times as long.
@cache
def _validator(api_version: str, kind: str) -> Draft202012Validator | None:
    group, _, version = api_version.rpartition("/")
    stem = "-".join(part for part in (kind.lower(), group.partition(".")[0], version) if part)
    try:
        schema = _contents(stem)
    except FileNotFoundError:
        return None
    return Draft202012Validator(schema, registry=Resource.from_contents(schema) @ _definitions())


@cache
def _custom_validator(api_version: str, kind: str) -> Draft202012Validator | None:
    crd = crd_schema(api_version, kind)
    return None if crd is None else Draft202012Validator(json_schema(crd), registry=_definitions())


@cache
def _definitions() -> Registry:
    return Resource.from_contents(_contents("_definitions")) @ Registry()


def _contents(name: str) -> Any:
    """Read one of Kubernetes' schemas; who has none of them, as nixpkgs, can't compare with them."""
    utils = pytest.importorskip("kubernetes_validate.utils", reason="kubernetes-validate is not installed")
    return utils.schema_contents(f"{SCHEMAS}/{name}.json", KUBERNETES)
