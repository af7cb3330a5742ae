"""What is known of GPUs, engines and charts. The entries are data beside this file; a fleet can add its own."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyfleet.model.catalog import Catalog

_FOLDER = Path(__file__).parent


@cache
def builtin() -> Catalog:
    """Read the entries that come with pyfleet."""
    import yaml  # noqa: PLC0415 - not needed for `pyfleet --version`

    from pyfleet.model.catalog import Catalog  # noqa: PLC0415

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    entries = {
        name: yaml.load((_FOLDER / f"{name}.yaml").read_text("utf-8"), loader)  # noqa: S506 - a safe loader
        for name in ("gpus", "engines", "charts")
    }
    return Catalog.model_validate(entries)
