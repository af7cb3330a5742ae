"""Labels and annotations that parts add to objects of others."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyfleet.planning.types.whole import Plan
    from pyfleet.rendering.kubernetes.app import Object


def marker(plan: Plan) -> Callable[[Object], Object]:
    """Make a function that adds to an object the labels and annotations of all parts."""
    marks = [mark for part in plan.resolved.parts if (mark := part.marks(plan)) is not None]

    def marked(body: Object) -> Object:
        for mark in marks:
            for key, entries in mark(body).items():
                meta = body["metadata"]
                body = {**body, "metadata": {**meta, key: {**meta.get(key, {}), **entries}}}
        return body

    return marked
