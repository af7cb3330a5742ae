"""How cards are given out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class CardsPlan:
    """So many cards of one kind."""

    product: str
    """As NVML names it, with `-` in place of blanks."""
    count: int


@dataclass(frozen=True, slots=True)
class ClaimPlan:
    """Cards that a pod claims by Dynamic Resource Allocation, by catalog name of their kind."""

    cards: dict[str, CardsPlan]


@dataclass(frozen=True, slots=True)
class DevicePluginVariant:
    """The device plugin on one kind of host: those with one GPU runtime."""

    name: str
    runtime_class: str
    device_id_strategy: str
    node_selector: dict[str, str]
    mps: bool = False
    """Some of its hosts share by MPS."""


@dataclass(frozen=True, slots=True)
class MpsDaemonPlan:
    """The daemon that pods share a card through, on the hosts with one GPU runtime that share by MPS."""

    name: str
    runtime_class: str
    node_selector: dict[str, str]


@dataclass(frozen=True, slots=True)
class DevicePluginPlan:
    """NVIDIA's device plugin: its variants, and its configurations by the name that node labels carry.

    Where the GPU operator runs the plugin, the configurations alone are ours.
    """

    image: str
    namespace: str
    variants: tuple[DevicePluginVariant, ...]
    configs: dict[str, dict[str, Any]]
    mps_daemons: tuple[MpsDaemonPlan, ...] = ()
