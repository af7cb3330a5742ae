"""Priorities of workloads, and quotas of namespaces."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from pyfleet.model.base import Model, Quantity


class Priority(Model):
    """A PriorityClass."""

    value: Annotated[int, Field(ge=-2147483648, le=1000000000)] = Field(description="Higher goes first.")
    default: bool = Field(default=False, description="Used for pods that name no class.")
    description: str = Field("", description="What it is for.")


def _short_priority(value: object) -> object:
    return {"value": value} if isinstance(value, int) and not isinstance(value, bool) else value


AnyPriority = Annotated[Priority, BeforeValidator(_short_priority, json_schema_input_type=int | Priority)]


class Quota(Model):
    """Quota on the main memory of a namespace. Its quota of GPUs is derived."""

    requests_memory: Quantity | None = Field(None, description="Sum of its pods' memory requests.")
    limits_memory: Quantity | None = Field(None, description="Sum of its pods' memory limits.")
