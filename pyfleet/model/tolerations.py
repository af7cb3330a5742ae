"""Tolerations: which taints of nodes don't keep a pod away."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from pyfleet.model.base import LabelValue, Model, matching
from pyfleet.shared import PATTERNS

TaintKey = Annotated[
    str,
    matching(PATTERNS["labelKey"], "the key of a taint: [prefix/]name, name at most 63 of letters, digits, `-_.`"),
    Field(json_schema_extra={"pattern": f"^(?:{PATTERNS['labelKey']})$"}),
]


class Toleration(Model):
    """A toleration, as Kubernetes spells it."""

    key: TaintKey | None = Field(None, description="Key of the taint; without one, with `Exists`, every taint.")
    operator: Literal["Equal", "Exists"] | None = Field(
        None, description="`Exists`: whatever its value; by default the value has to be equal."
    )
    value: LabelValue | None = Field(None, description="Value of the taint.")
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"] | None = Field(
        None, description="Effect of the taint; without one, every effect."
    )
    toleration_seconds: Annotated[int, Field(ge=0)] | None = Field(
        None, description="How long it stays when a NoExecute taint comes; by default for ever."
    )


def _as_kubernetes_takes_it(toleration: Toleration) -> Toleration:
    if toleration.key is None and toleration.operator != "Exists":
        raise ValueError("a toleration without `key` is for every taint, and needs `operator: Exists`")
    if toleration.operator == "Exists" and toleration.value:
        raise ValueError("with `operator: Exists` the value doesn't matter: remove `value`")
    if toleration.toleration_seconds is not None and toleration.effect != "NoExecute":
        raise ValueError("`tolerationSeconds` is for `effect: NoExecute` only")
    return toleration


OneToleration = Annotated[Toleration, AfterValidator(_as_kubernetes_takes_it)]
