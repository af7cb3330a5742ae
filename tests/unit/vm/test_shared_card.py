"""What the VM test of a shared card relies on is what its fleet renders."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT
from tests.unit.vm.conftest import Evaluated
from tests.unit.vm.vm_tests import FOLDER, objects_of, spelled

FLEET = ROOT / "tests/fleets/vm-shared"
SCRIPT = (FOLDER / "shared.py").read_text(encoding="utf-8")
NIX = (FOLDER / "shared.nix").read_text(encoding="utf-8")
WORKLOADS = {"large": "deployment/models/large", "small": "deployment/models/small"}


@pytest.fixture(scope="module")
def objects() -> dict[str, dict[str, Any]]:
    """The rendered objects, as scripts spell them."""
    return {spelled(thing): thing for thing in objects_of(FLEET)}


@pytest.fixture(scope="module")
def pods(objects: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The workloads' pods, by name."""
    return {name: objects[spelling]["spec"]["template"]["spec"] for name, spelling in WORKLOADS.items()}


def dns_objects() -> dict[str, dict[str, Any]]:
    text = (FOLDER / "fixtures/dns.yaml").read_text(encoding="utf-8")
    return {thing["kind"]: thing for thing in yaml.safe_load_all(text)}


def test_the_less_important_one_waits_and_only_it(pods: dict[str, dict[str, Any]]) -> None:
    waiting = {name: [each["name"] for each in pod.get("initContainers", [])] for name, pod in pods.items()}

    assert waiting == {"large": [], "small": ["wait-for-large"]}


def test_the_script_shortens_a_patience_that_is_there(pods: dict[str, dict[str, Any]]) -> None:
    (init,) = pods["small"]["initContainers"]

    patience = {each["name"]: each["value"] for each in init["env"]}["PATIENCE"]

    # Held for a few minutes at most, so that it can't end while the test holds the other.
    assert int(patience) > 600
    assert '"name": "PATIENCE"' in SCRIPT


def test_what_an_impatient_one_says_is_what_the_script_looks_for(pods: dict[str, dict[str, Any]]) -> None:
    (init,) = pods["small"]["initContainers"]
    looked_for = re.search(r'^ALL_THE_SAME = "(.+)"$', SCRIPT, re.MULTILINE)

    assert looked_for
    assert looked_for[1] in init["command"][-1]


def test_only_the_one_that_is_waited_for_is_held(pods: dict[str, dict[str, Any]]) -> None:
    held = {
        name: [each["name"] for each in pod["containers"][0].get("env", []) if each["name"] == "HELD"]
        for name, pod in pods.items()
    }

    assert held == {"large": ["HELD"], "small": []}


def test_only_one_is_exposed(pods: dict[str, dict[str, Any]]) -> None:
    ports = {name: [port.get("hostPort") for port in pod["containers"][0]["ports"]] for name, pod in pods.items()}

    assert ports == {"large": [9000], "small": [None]}


def test_the_machine_outside_is_where_the_fleet_says(objects: dict[str, dict[str, Any]], evaluated: Evaluated) -> None:
    beside = objects["endpointslice/models/outside-1"]
    outside = evaluated("shared")["nodes"]["outside"]

    assert [each["addresses"] for each in beside["endpoints"]] == [[outside["address"]]]
    assert [each["port"] for each in beside["ports"]] == outside["ports"]
    assert "selector" not in objects["service/models/outside"]["spec"]


def test_every_image_of_the_fleet_is_loaded(evaluated: Evaluated, pods: dict[str, dict[str, Any]]) -> None:
    images = set(evaluated("shared")["images"])
    named = {each["image"] for pod in pods.values() for each in (*pod.get("initContainers", []), *pod["containers"])}
    dns = {each["image"] for each in dns_objects()["Deployment"]["spec"]["template"]["spec"]["containers"]}

    assert (named | dns) - images == set()
    # Beside those that every host of the tests loads.
    assert {f"images.{name}.archive" for name in ("busybox", "dns")} <= set(re.findall(r"images\.\w+\.archive", NIX))


def test_pods_ask_for_names_where_the_tests_dns_answers() -> None:
    """Pods of k3s ask for names at the tenth address of its range for Services, and the fleet has k3s' own range."""
    cluster = (FLEET / "rendered/cluster.nix").read_text(encoding="utf-8")

    assert dns_objects()["Service"]["spec"]["clusterIP"] == "10.43.0.10"
    assert "serviceCIDR" not in cluster


def test_the_dns_has_its_own_configuration_account_and_pods() -> None:
    dns = dns_objects()
    pod = dns["Deployment"]["spec"]["template"]

    assert pod["metadata"]["labels"] == dns["Service"]["spec"]["selector"]
    assert pod["spec"]["serviceAccountName"] == dns["ServiceAccount"]["metadata"]["name"]
    assert pod["spec"]["volumes"][0]["configMap"]["name"] == dns["ConfigMap"]["metadata"]["name"]
    assert dns["ClusterRoleBinding"]["roleRef"]["name"] == dns["ClusterRole"]["metadata"]["name"]
