"""What the fleet says, with references and catalog entries looked up, once. Nothing here knows what is right."""

from __future__ import annotations

from pyfleet.resolved.cards import Card
from pyfleet.resolved.fleet import Resolved
from pyfleet.resolved.kinds import SERVING

__all__ = ["SERVING", "Card", "Resolved"]
