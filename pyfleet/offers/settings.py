"""Keys under `platform`: each part brings its own, and the fleet's model is put together of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

if TYPE_CHECKING:
    from pyfleet.model.fleet import Fleet

Value = TypeVar("Value")


@dataclass(frozen=True)
class Settings(Generic[Value]):
    """One key under `platform`, or under one of its groups; read by `of`."""

    name: str
    """As an attribute: `load_balancer`, or `gpu.operator` in the group `gpu`."""
    type: Any
    """What pydantic validates it by."""
    default: Value
    description: str

    def of(self, fleet: Fleet) -> Value:
        """Read it; the default, where the fleet doesn't give it."""
        value: Any = fleet.platform
        for attribute in self.name.split("."):
            value = getattr(value, attribute, None)
            if value is None:
                return self.default
        return cast("Value", value)

    def is_given(self, fleet: Fleet) -> bool:
        """Whether the fleet file has the key."""
        *groups, name = self.name.split(".")
        value: Any = fleet.platform
        for attribute in groups:
            value = getattr(value, attribute, None)
        return value is not None and name in value.model_fields_set
