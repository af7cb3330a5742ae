"""What runs in the cluster around the workloads. Each part of the platform brings its own keys."""

from __future__ import annotations

from pydantic import Field

from pyfleet.model.base import DnsSubdomain, Model


class Platform(Model):
    """Parts of the platform. Each is absent unless asked for."""


class GpuPlatform(Model):
    """How GPUs are given to pods."""


class Secrets(Model):
    """Who provides the Secrets that workloads, charts and the platform name."""

    manual: list[DnsSubdomain] = Field([], description="Secrets that somebody makes by hand.")
