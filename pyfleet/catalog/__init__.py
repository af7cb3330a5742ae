"""What is known of GPUs, engines, models and images, as data beside this file. Parts have the charts that they know."""

from __future__ import annotations

from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from pyfleet.model.catalog import DcgmField, Engine, GpuProduct, ImageFacts, ModelFacts
    from pyfleet.model.charts import Chart, ChartPods

_FOLDER = Path(__file__).parent
_Entry = TypeVar("_Entry")


class Catalog:
    """All entries, by name. Each file is read when it is first asked for: few fleets need all of them."""

    @cached_property
    def gpus(self) -> dict[str, GpuProduct]:
        """Cards."""
        from pyfleet.model.catalog import GpuProduct  # noqa: PLC0415 - not needed for `pyfleet --version`

        return _entries("gpus", GpuProduct)

    @cached_property
    def dcgm(self) -> dict[str, DcgmField]:
        """Metrics that NVIDIA's exporter reads of cards."""
        from pyfleet.model.catalog import DcgmField  # noqa: PLC0415 - as above

        return _entries("dcgm", DcgmField)

    @cached_property
    def engines(self) -> dict[str, Engine]:
        """Serving engines."""
        from pyfleet.model.catalog import Engine  # noqa: PLC0415 - as above

        return _entries("engines", Engine)

    @cached_property
    def models(self) -> dict[str, ModelFacts]:
        """Open models, by their id on Hugging Face."""
        from pyfleet.model.catalog import ModelFacts  # noqa: PLC0415 - as above

        return _entries("models", ModelFacts)

    @cached_property
    def images(self) -> dict[str, ImageFacts]:
        """Public images, by repository."""
        from pyfleet.model.catalog import ImageFacts  # noqa: PLC0415 - as above

        return _entries("images", ImageFacts)

    @cached_property
    def k3s(self) -> dict[str, dict[str, ChartPods]]:
        """Pods that k3s runs by itself, by the component that they are part of."""
        from pyfleet.model.charts import ChartPods  # noqa: PLC0415 - as above

        entries: dict[str, dict[str, ChartPods]] = _entries("k3s", dict[str, ChartPods])
        return entries


@cache
def builtin() -> Catalog:
    """Give the entries that come with pyfleet."""
    return Catalog()


@cache
def charts_in(path: Path) -> dict[str, Chart]:
    """Read a file of Helm charts, by name, in the form that `charts` of a fleet file has."""
    from pyfleet.model.charts import Chart  # noqa: PLC0415 - as above

    return _read(path, Chart)


def repository_of(image: str) -> str:
    """Name the repository of an image as the catalog does: without tag, digest, and Docker's own registry.

    Args:
        image: an image as a workload names it, such as `docker.io/vllm/vllm-openai:v0.28.0`.
    """
    name = image.partition("@")[0]
    path, colon, tag = name.rpartition(":")
    if colon and "/" not in tag:
        name = path
    return name.removeprefix("docker.io/").removeprefix("library/")


def _entries(name: str, entry: type[_Entry]) -> dict[str, _Entry]:
    return _read(_FOLDER / f"{name}.yaml", entry)


def _read(path: Path, entry: type[_Entry]) -> dict[str, _Entry]:
    import yaml  # noqa: PLC0415 - as above
    from pydantic import TypeAdapter  # noqa: PLC0415 - as above

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    raw: Any = yaml.load(path.read_text("utf-8"), loader)  # noqa: S506 - a safe loader
    return TypeAdapter(dict[str, entry]).validate_python(raw)  # type: ignore[valid-type]
