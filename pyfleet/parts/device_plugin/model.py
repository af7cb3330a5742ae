"""Keys of the fleet file for NVIDIA's device plugin."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from pyfleet.nvidia import DEVICE_PLUGIN_VERSION
from pyfleet.offers.settings import Settings

VERSION = Settings[str](
    "gpu.device_plugin_version",
    Annotated[str, Field(pattern=r"^v[0-9]+\.[0-9]+\.[0-9]+$")],
    DEVICE_PLUGIN_VERSION,
    "Release of NVIDIA's device plugin.",
)
