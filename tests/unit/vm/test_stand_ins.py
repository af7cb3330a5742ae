"""What stands in for images, cards and charts in VM tests fits what is rendered."""

from __future__ import annotations

import http.client
import json
import re
import shutil
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT
from tests.unit.vm.conftest import Evaluated
from tests.unit.vm.vm_tests import FOLDER, fleets_of, objects_of
from tests.vm.stand_in import config_manager, device_plugin, server

HYDRA = ROOT / "hosts"
BUILT_IN = ("v1", "apps/v1", "batch/v1", "rbac.authorization.k8s.io/v1", "node.k8s.io/v1", "storage.k8s.io/v1")
needs_kustomize = pytest.mark.skipif(shutil.which("kustomize") is None, reason="kustomize not on PATH")


def status_of(port: int) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("GET", "/health")
    return connection.getresponse().status


def kinds_of(thing: dict[str, Any]) -> tuple[str, str]:
    return thing["apiVersion"], thing["kind"]


def container_ports() -> set[int]:
    """What rendered workloads of the fleets that VMs boot listen on."""
    return {
        port["containerPort"]
        for fleet in {fleet for path in FOLDER.glob("*.nix") for fleet in fleets_of(path.stem)}
        - {ROOT / "tests/fleets/mixed"}
        for thing in objects_of(fleet)
        for container in thing.get("spec", {}).get("template", {}).get("spec", {}).get("containers", [])
        for port in container.get("ports", [])
    }


def image_ports() -> set[int]:
    text = (FOLDER / "lib/images.nix").read_text(encoding="utf-8")
    listed = re.search(r"ports = \[([\d\s]+)\]", text)
    assert listed
    return {int(port) for port in listed[1].split()}


def test_the_stand_in_answers_every_port_of_the_fleets_that_boot() -> None:
    assert container_ports() - image_ports() == set()


def test_the_stand_in_answers_any_path() -> None:
    with server.Server(("127.0.0.1", 0), server.Answer) as listening:
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        port = listening.server_address[1]
        try:
            answer = json.loads(server.fetch("127.0.0.1", port, "/v1/models?x=1"))
        finally:
            listening.shutdown()

    assert (answer["path"], answer["port"]) == ("/v1/models?x=1", port)


def test_fetch_fails_where_nobody_answers() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        assert server.main(["fetch", "127.0.0.1", str(unused.getsockname()[1]), "/"]) == 1


def test_a_held_stand_in_is_not_ready_until_it_is_released() -> None:
    with server.Server(("127.0.0.1", 0), server.Answer) as listening:
        listening.held = True
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        port = listening.server_address[1]
        try:
            before = status_of(port)
            released = server.main(["release", str(port)])
            after = status_of(port)
        finally:
            listening.shutdown()

    assert (before, released, after) == (503, 0, 200)


def test_the_stand_in_passes_over_an_engines_flags(monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[tuple[list[int], bool]] = []
    monkeypatch.setattr(server, "serve", lambda ports, *, held: served.append((ports, held)))

    for variable in ("ELSE", "HELD"):
        monkeypatch.setenv(variable, "yes")
        server.main(["serve", "8000", "--gpu-memory-utilization=0.6"])

    assert served == [([8000], False), ([8000], True)]


def test_cards_are_device_files_with_a_number(tmp_path: Path) -> None:
    for name in ("nvidia0", "nvidia1", "nvidiactl", "zero"):
        (tmp_path / name).touch()

    assert server.cards(tmp_path) == ["nvidia0", "nvidia1"]


# As protobuf's own encoder spells them.
def test_the_plugin_registers_itself_as_the_kubelet_reads_it() -> None:
    assert device_plugin.register_request() == b"\n\x07v1beta1\x12\x11stand-in-gpu.sock\x1a\x0envidia.com/gpu"


def test_the_plugin_lists_devices_as_the_kubelet_reads_them() -> None:
    assert device_plugin.list_response(["0", "1::1"]) == (
        b"\n\x0c\n\x010\x12\x07Healthy" + b"\n\x0f\n\x041::1\x12\x07Healthy"
    )


def test_the_plugin_names_the_cards_of_each_container() -> None:
    request = b"\n\x08\n\x011\n\x03\x30::" + b"\n\x06\n\x040::1"

    assert device_plugin.allocate_response(request, one_only=False) == (
        b"\n\x1f\n\x1d\n\x16NVIDIA_VISIBLE_DEVICES\x12\x030,1" + b"\n\x1d\n\x1b\n\x16NVIDIA_VISIBLE_DEVICES\x12\x010"
    )


def test_long_fields_have_lengths_of_several_bytes() -> None:
    assert list(device_plugin.fields(device_plugin.field(3, "x" * 300))) == [(3, b"x" * 300)]


def test_with_time_slicing_a_container_may_have_one_share() -> None:
    request = device_plugin.field(1, device_plugin.field(1, "0::0") + device_plugin.field(1, "0::1"))

    with pytest.raises(ValueError, match="2 shares"):
        device_plugin.allocate_response(request, one_only=True)


@pytest.mark.parametrize("fleet", [HYDRA, ROOT / "tests/fleets/mixed"], ids=["hydra", "mixed"])
def test_the_plugin_reads_the_rendered_configurations(fleet: Path) -> None:
    (configurations,) = [
        thing["data"]
        for thing in objects_of(fleet)
        if thing["metadata"]["name"] == "nvidia-device-plugin" and thing["kind"] == "ConfigMap"
    ]
    expected = {"default": (1, False), "time-slicing-2": (2, True)}

    read = {name: device_plugin.sharing(yaml.safe_load(text)) for name, text in configurations.items()}
    assert read == {name: expected[name] for name in configurations}


def test_the_label_chooses_the_configuration(tmp_path: Path) -> None:
    for name in ("default", "time-slicing-2"):
        (tmp_path / name).touch()
    (tmp_path / "..data").mkdir()

    assert config_manager.choose(tmp_path, "time-slicing-2").name == "time-slicing-2"
    with pytest.raises(FileNotFoundError, match="'no-such'"):
        config_manager.choose(tmp_path, "no-such")


def test_the_plugin_has_the_image_that_is_rendered(evaluated: Evaluated) -> None:
    images = set(evaluated("workloads")["images"])
    rendered = {
        container["image"]
        for fleet in (HYDRA, ROOT / "tests/fleets/mixed")
        for thing in objects_of(fleet)
        if thing["kind"] == "DaemonSet"
        for part in ("containers", "initContainers")
        for container in thing["spec"]["template"]["spec"].get(part, [])
    }

    assert rendered - images == set()


def test_fleets_made_for_vms_name_images_that_are_there(evaluated: Evaluated) -> None:
    images = set(evaluated("ha")["images"])
    named = {
        container["image"]
        for fleet in sorted((ROOT / "tests/fleets").glob("vm-*"))
        for thing in objects_of(fleet)
        if thing["kind"] == "Deployment"
        for part in ("containers", "initContainers")
        for container in thing["spec"]["template"]["spec"].get(part, [])
    }

    assert named
    assert named - images == set()


@pytest.fixture(scope="module")
def standing_in(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """Hydra's tree with the stand-ins in it, as the VM test applies it."""
    folder = tmp_path_factory.mktemp("workloads")
    shutil.copytree(HYDRA / "rendered/kubernetes", folder / "rendered")
    shutil.copy(FOLDER / "fixtures/stand-ins.yaml", folder / "kustomization.yaml")
    built = subprocess.run(["kustomize", "build", folder], capture_output=True, text=True, check=True)
    return list(yaml.safe_load_all(built.stdout))


@needs_kustomize
def test_every_workload_of_hydra_runs_an_image_that_is_there(
    standing_in: list[dict[str, Any]], evaluated: Evaluated
) -> None:
    templates = [thing["spec"]["template"]["spec"] for thing in standing_in if "template" in thing.get("spec", {})]
    images = {container["image"] for template in templates for container in template["containers"]}

    assert images - set(evaluated("workloads")["images"]) == set()
    # `latest` is pulled always.
    assert {
        container["name"]
        for template in templates
        for container in template["containers"]
        if container["image"].endswith(":latest") or container.get("imagePullPolicy") == "Always"
    } == set()


@needs_kustomize
def test_stand_ins_change_nothing_of_placement_and_probes(standing_in: list[dict[str, Any]]) -> None:
    def essence(things: list[dict[str, Any]]) -> dict[str, Any]:
        return {
            thing["metadata"]["name"]: {
                **{key: value for key, value in thing["spec"]["template"]["spec"].items() if key != "containers"},
                "gpus": [
                    each["resources"]["limits"]["nvidia.com/gpu"]
                    for each in thing["spec"]["template"]["spec"]["containers"]
                ],
                "probes": [
                    [each.get(f"{kind}Probe") for kind in ("startup", "readiness", "liveness")]
                    for each in thing["spec"]["template"]["spec"]["containers"]
                ],
            }
            for thing in things
            if thing["kind"] in ("Deployment", "Job")
        }

    assert essence(standing_in) == essence(list(objects_of(HYDRA)))


def test_kinds_that_charts_would_bring_are_there() -> None:
    made = {
        (f"{kind['spec']['group']}/{version['name']}", kind["spec"]["names"]["kind"])
        for kind in yaml.safe_load_all((FOLDER / "fixtures/kueue-kinds.yaml").read_text(encoding="utf-8"))
        for version in kind["spec"]["versions"]
    }
    foreign = {
        kinds_of(thing)
        for thing in objects_of(HYDRA)
        if not thing["apiVersion"].startswith(("helm.cattle.io/", "scheduling.k8s.io/"))
        and thing["apiVersion"] not in BUILT_IN
    }

    assert foreign == made


def test_the_nfs_server_exports_what_hydra_mounts() -> None:
    text = (FOLDER / "workloads.nix").read_text(encoding="utf-8")
    sources = [thing["spec"]["nfs"] for thing in objects_of(HYDRA) if thing["kind"] == "PersistentVolume"]

    assert sources
    assert [nfs for nfs in sources if f'"{nfs["server"]}"' not in text or f'"{nfs["path"]}"' not in text] == []


def test_read_only_folders_that_workloads_mount_are_made() -> None:
    """The kubelet makes a `subPath` only where it may write."""
    text = (FOLDER / "workloads.nix").read_text(encoding="utf-8")
    mounted = {
        mount["subPath"]
        for thing in objects_of(HYDRA)
        if thing["kind"] in ("Deployment", "Job")
        for container in thing["spec"]["template"]["spec"]["containers"]
        for mount in container.get("volumeMounts", [])
        if mount["name"] == "models" and "subPath" in mount
    }

    assert {path for path in mounted if f'"${{models}}/{path}"' not in text} == set()


def test_the_plan_is_what_the_script_of_workloads_relies_on() -> None:
    script = (FOLDER / "workloads.py").read_text(encoding="utf-8")
    objects = dict(re.findall(r'^(\w+) = Object\("\w+/[-\w]+/([-\w]+)"\)$', script, re.MULTILINE))
    always = re.search(r"^ALWAYS = \[(.*)\]$", script, re.MULTILINE)
    assert always
    command = [sys.executable, "-m", "pyfleet", "plan", "--json", str(HYDRA / "fleet.yaml")]
    planned = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)["workloads"]
    by_name = {each["workload"]: each for each in planned}

    assert {objects[name] for name in always[1].split(", ")} == {
        name for name, each in by_name.items() if each["runs"] == "always"
    }
    claims = re.findall(r'equal\(plan_of\((\w+)\)\["(\w+)"\], \["([-\w]+)"\]', script)
    assert claims
    assert [claim for claim in claims if by_name[objects[claim[0]]][claim[1]] != [claim[2]]] == []
