"""A part that is none of the package's: what it brings is there where the fleet file asks for it, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml
from pydantic import Field

from pyfleet.checks.registry import Finding, check
from pyfleet.errors import ProblemsFound
from pyfleet.model.charts import PlatformChart
from pyfleet.model.secrets import SecretKey
from pyfleet.offers.charts import NeededChart
from pyfleet.offers.offers import Offers
from pyfleet.offers.part import Part
from pyfleet.offers.secrets import WantedSecret, wanted_key
from pyfleet.offers.settings import Settings
from pyfleet.parts import PARTS
from pyfleet.pipeline import examine, load
from pyfleet.planning import Plan
from pyfleet.rendering import render
from pyfleet.rendering.kubernetes.app import App, Object, metadata
from pyfleet.resolved import Resolved


class Toy(PlatformChart):
    """A toy, for whoever has nothing to do."""

    colour: str = Field(description="What it looks like.")
    key: SecretKey = Field("toy-key/token", description="What winds it up: `secret/key`.")


TOY = Settings[Toy | None]("toy", Toy | None, None, "Something to play with.")
PLACE = ("platform", "toy")
NAMESPACE = "toys"


@check("F699")
def toy_that_is_lost(resolved: Resolved) -> Iterator[Finding]:
    """A toy that nobody finds in the grass."""
    toy = TOY.of(resolved.fleet)
    if toy and toy.colour == "green":
        yield Finding((*PLACE, "colour"), f"a {toy.colour} toy is lost in the grass", "say another colour")


def offers(resolved: Resolved) -> Offers:
    return Offers(namespaces=(NAMESPACE,)) if TOY.of(resolved.fleet) else Offers()


def charts(resolved: Resolved) -> Iterator[NeededChart]:
    toy = TOY.of(resolved.fleet)
    if toy:
        yield NeededChart("toybox", {"colour": toy.colour, "size": "small"}, toy)


def secrets(resolved: Resolved) -> Iterator[WantedSecret]:
    toy = TOY.of(resolved.fleet)
    if toy:
        yield wanted_key(NAMESPACE, toy.key, (*PLACE, "key"))


def apps(plan: Plan) -> Iterator[App]:
    toy = TOY.of(plan.resolved.fleet)
    if toy:
        body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata("toy", NAMESPACE)}
        yield App("platform/toy", ({**body, "data": {"colour": toy.colour}},))


def marks(plan: Plan) -> Callable[[Object], Object] | None:
    toy = TOY.of(plan.resolved.fleet)
    if toy is None:
        return None
    return lambda body: {"annotations": {"toy/colour": toy.colour}} if body["kind"] == "Deployment" else {}


PART = Part(
    name="toy",
    catalog=Path(__file__).with_name("toy-charts.yaml"),
    settings=(TOY,),
    checks=(toy_that_is_lost,),
    offers=offers,
    charts=charts,
    secrets=secrets,
    apps=apps,
    marks=marks,
)
WITH_TOY = (*PARTS, PART)
FLEET = """\
cluster: {name: lab, domain: lab.example, k3s: {tokenFile: /run/secrets/k3s-token}}
hosts: {box: {role: server, address: 10.0.0.1}}
workloads: {it: {image: "a/b:1.0"}}
platform:
  secrets: {files: {toy-key/token: /run/secrets/toy}}
"""
ASKED = FLEET + "  toy: {colour: %s, values: {size: large}}\n"


def rendered(folder: Path, text: str, parts: tuple[Part, ...]) -> dict[str, str]:
    path = folder / "fleet.yaml"
    path.write_text(text, "utf-8")
    examined = examine(load(path, parts=parts), parts=parts)
    assert examined.errors == ()
    assert examined.plan is not None
    return render(examined.plan)


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A fleet that asks for the toy, rendered."""
    return rendered(tmp_path_factory.mktemp("toy"), ASKED % "red", WITH_TOY)


def test_it_has_its_folder_among_the_others(tree: dict[str, str]) -> None:
    assert yaml.safe_load(tree["kubernetes/platform/toy/configmap-toys-toy.yaml"])["data"] == {"colour": "red"}
    assert "platform/toy" in yaml.safe_load(tree["kubernetes/kustomization.yaml"])["resources"]


def test_its_chart_is_installed_with_its_values_and_the_fleets_over_them(tree: dict[str, str]) -> None:
    chart = yaml.safe_load(tree["kubernetes/platform/charts/helmchart-kube-system-toybox.yaml"])["spec"]

    assert yaml.safe_load(chart["valuesContent"]) == {"colour": "red", "size": "large"}


def test_its_namespace_is_made_and_that_of_its_chart(tree: dict[str, str]) -> None:
    names = {f"kubernetes/platform/namespaces/namespace-{name}.yaml" for name in (NAMESPACE, "toybox-system")}

    assert names - tree.keys() == set()


def test_objects_of_others_carry_its_annotation(tree: dict[str, str]) -> None:
    deployment = yaml.safe_load(tree["kubernetes/workloads/it/deployment.yaml"])

    assert deployment["metadata"]["annotations"] == {"toy/colour": "red"}


def test_the_secret_that_it_reads_is_made_by_another_part(tree: dict[str, str]) -> None:
    assert "toys = {\n      toy-key = {" in tree["nix/box.nix"]
    assert 'token = "/run/secrets/toy";' in tree["nix/box.nix"]


def test_its_check_finds_a_problem_where_the_user_wrote_it(tmp_path: Path) -> None:
    path = tmp_path / "fleet.yaml"
    path.write_text(ASKED % "green", "utf-8")
    examined = examine(load(path, shown_as="fleet.yaml", parts=WITH_TOY), parts=WITH_TOY)

    assert [str(problem) for problem in examined.problems] == [
        "fleet.yaml:6:17: F699 a green toy is lost in the grass\n  hint: say another colour"
    ]
    assert examined.plan is None


def test_its_key_is_as_strict_as_any(tmp_path: Path) -> None:
    assert problems_of(tmp_path, FLEET + "  toy: {color: red}\n", WITH_TOY) == [("F008", 6, 3), ("F003", 6, 9)]


def test_without_it_its_key_is_unknown(tmp_path: Path) -> None:
    assert problems_of(tmp_path, ASKED % "red", PARTS) == [("F003", 6, 3)]


def test_unless_the_fleet_asks_for_it_nothing_of_it_is_there(tmp_path: Path) -> None:
    assert rendered(tmp_path, FLEET, WITH_TOY) == rendered(tmp_path, FLEET, PARTS)


def problems_of(folder: Path, text: str, parts: tuple[Part, ...]) -> list[tuple[str, int, int]]:
    """Code, line and column of what is wrong with a file."""
    path = folder / "fleet.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(ProblemsFound) as found:
        load(path, parts=parts)
    return [(each.code, each.location.line, each.location.column) for each in found.value.problems]
