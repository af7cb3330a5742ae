"""Read fleet.yaml into a `Fleet`, or report every problem in it, each with its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ValidationError

from pyfleet.errors import ProblemsFound
from pyfleet.loading.beside import read_manifests, read_sent_files
from pyfleet.loading.document import read_document
from pyfleet.loading.wording import problem_of

if TYPE_CHECKING:
    from pathlib import Path

    from pyfleet.model.fleet import Fleet

__all__ = ["load"]


def load(path: Path, model: type[Fleet], *, shown_as: str | None = None) -> Fleet:
    """Read a fleet file.

    Args:
        path: the file.
        model: what it may hold.
        shown_as: how messages name it; by default as given.

    Raises:
        ProblemsFound: it can't be read, is not YAML, or is not of the model's shape.
    """
    document = read_document(path, shown_as)
    try:
        fleet = model.model_validate(document.data)
    except ValidationError as error:
        raise ProblemsFound(problem_of(entry, document, model) for entry in error.errors(include_url=False)) from None
    fleet._locate = document.locate  # noqa: SLF001 - load is what fills it in
    fleet._manifest_files = read_manifests(fleet, path.parent)  # noqa: SLF001
    fleet._sent_files = read_sent_files(fleet, path.parent)  # noqa: SLF001
    return fleet
