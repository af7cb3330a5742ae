"""Each alert fires when it should and keeps silent when it should, as Prometheus itself evaluates it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from pyfleet.catalog import builtin
from pyfleet.pipeline import load, resolve
from pyfleet.resolved.metrics import metrics_of_workload
from tests.conftest import ROOT, fleet_folders
from tests.rules.engine_cases import engine_cases
from tests.rules.fleet_cases import FLEET, fleet_cases
from tests.rules.promtool import Case, check_rules, groups_of, names_of, needs_promtool, try_rules
from tests.unit.fleets import fleet

if TYPE_CHECKING:
    from pyfleet.model.fleet import Fleet

ENGINES = sorted(name for name, engine in builtin().engines.items() if engine.metrics and engine.metric_names.running)
ONE = """
hosts: {{box: {{role: server, address: 10.0.0.1, gpus: [h100-pcie], memory: 256Gi}}}}
workloads:
  served: {{engine: {engine}, image: "a/b:1", command: [serve], namespace: ai, gpu: {{memory: 40Gi}}, startup: 5m,
    model: {{id: Qwen/Qwen2.5-7B-Instruct}}}}
"""
RULES = {"PrometheusRule", "VMRule"}


@pytest.mark.parametrize("engine", ENGINES)
def test_work_that_does_not_come_out_fires(engine: str, tmp_path: Path) -> None:
    needs_promtool()
    one = fleet(ONE.format(engine=engine))
    groups = [group for group in groups_of(one) if group["name"] in {f"engine-{engine}", "workload-served"}]
    cases = cases_of(engine, one)

    assert check_rules(groups, tmp_path) == ""
    assert try_rules(groups, cases, tmp_path) == ""
    assert without_a_case(names_of(groups), cases) == set()


@pytest.mark.parametrize("what", fleet_cases())
def test_what_happens_to_the_fleet_fires(what: str, tmp_path: Path) -> None:
    needs_promtool()

    assert try_rules(groups_of(fleet(FLEET)), fleet_cases()[what], tmp_path) == ""


def test_every_alert_has_a_story_in_which_it_fires_and_one_in_which_it_does_not() -> None:
    groups = groups_of(fleet(FLEET))
    engines = {f"Vllm{what}" for what in ("Wedged", "QueueNotDraining", "MetricsAbsent", "CountersAbsent")}
    cases = [case for some in fleet_cases().values() for case in some]

    assert without_a_case(names_of(groups) - engines, cases) == set()


@pytest.mark.parametrize("folder", fleet_folders(), ids=lambda folder: folder.name)
def test_rules_of_every_fleet_are_valid(folder: Path, tmp_path: Path) -> None:
    needs_promtool()

    assert check_rules(groups_of(load(folder / "fleet.yaml")), tmp_path) == ""


@pytest.mark.parametrize("folder", fleet_folders(), ids=lambda folder: folder.name)
def test_rendered_rules_are_those_of_the_plan(folder: Path) -> None:
    loaded = load(folder / "fleet.yaml")
    wanted = groups_of(loaded) if resolve(loaded).offers.metrics else []
    documents = [
        document
        for path in sorted((folder / "rendered").rglob("*.yaml"))
        for document in yaml.safe_load_all(path.read_text("utf-8"))
        if isinstance(document, dict) and document.get("kind") in RULES
    ]
    rendered = [group for document in documents for group in document["spec"]["groups"]]

    assert sorted(wanted, key=lambda group: group["name"]) == sorted(rendered, key=lambda group: group["name"])


def test_a_broken_rule_is_noticed(tmp_path: Path) -> None:
    """What the tests above stand on: promtool finds an alert that doesn't fire, and one that does."""
    needs_promtool()
    one = fleet(ONE.format(engine="vllm"))
    groups = groups_of(one)
    broken = yaml.safe_load(re.sub(r"unless\\n", r"and\\n", yaml.safe_dump(groups, width=10_000, default_style='"')))
    cases = cases_of("vllm", one)

    assert groups != broken
    assert "three days healthy" in try_rules(broken, cases, tmp_path)
    assert "it works" in try_rules(broken, cases, tmp_path)


def without_a_case(alerts: set[str], cases: list[Case]) -> set[str]:
    """Find alerts that no story makes fire, or that no story leaves silent."""
    fire = {alert for case in cases for alert, count in case.fires.items() if count}
    silent = {alert for case in cases for alert in case.silent}
    return alerts - (fire & silent)


def cases_of(engine: str, one: Fleet) -> list[Case]:
    """Stories of the engine in a fleet of `ONE`."""
    return engine_cases(engine, metrics_of_workload(one.workloads["served"], resolve(one)))


def test_makefile_asks_for_promtool() -> None:
    assert "promtool" in (ROOT / "Makefile").read_text("utf-8"), "else all of this skips where it could run"
