"""The page on the fleets says where each point of a post is in the output: it is there."""

from __future__ import annotations

import re

import pytest

from tests.conftest import ROOT

FLEETS = ROOT / "tests/fleets"
PAGE = (FLEETS / "README.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^## ([-a-z]+):.*?\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))
PATH = re.compile(r"(?:platform|workloads|services|argocd|bootstrap|terraform|systemd|k3s|nix)(?:/[-.\w*]*)+")


def paths_named(section: str) -> list[str]:
    """Everything in backticks that is a path of the output."""
    return sorted({word for word in re.findall(r"`([^`]+)`", section) if PATH.fullmatch(word)})


def is_there(fleet: str, path: str) -> bool:
    rendered = FLEETS / fleet / "rendered"
    return any(any(root.glob(path.rstrip("/"))) for root in (rendered, rendered / "kubernetes"))


def test_it_has_the_fleets_of_four_posts() -> None:
    assert sorted(SECTIONS) == ["convocanvas", "homelab", "inference-club", "spanky"]


@pytest.mark.parametrize("fleet", SECTIONS)
def test_every_place_that_it_names_is_in_the_output(fleet: str) -> None:
    named = paths_named(SECTIONS[fleet])

    assert named != []
    assert [path for path in named if not is_there(fleet, path)] == []


def test_every_code_that_it_names_is_one() -> None:
    codes = sorted({word.partition("-")[0] for word in (each.name for each in (ROOT / "tests/bad").glob("F*.txt"))})

    assert sorted(set(re.findall(r"\bF[0-9]{3}\b", PAGE)) - set(codes)) == []


def test_every_alert_that_it_names_is_rendered() -> None:
    alerts = set(re.findall(r"`([A-Z][a-z]+(?:[A-Z][a-z]+)+)`", PAGE))
    rules = "".join(path.read_text("utf-8") for path in FLEETS.glob("*/rendered/kubernetes/**/*rule*.yaml"))

    assert sorted(name for name in alerts if f"alert: {name}\n" not in rules) == []
