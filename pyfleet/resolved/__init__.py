"""The fleet with its references and catalog entries looked up, once. Whether it is right, checks decide."""

from __future__ import annotations

from pyfleet.resolved.cards import Card
from pyfleet.resolved.fleet import Resolved
from pyfleet.resolved.kinds import SERVING

__all__ = ["SERVING", "Card", "Resolved"]
