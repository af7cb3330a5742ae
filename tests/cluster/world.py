"""What a fleet's manifests find in a cluster of k3s: its own objects, and the kinds that charts bring."""

from __future__ import annotations

import os
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from pyfleet.nvidia import DEVICE_CLASS
from tests.cluster.api import Api, ApiError, path_of
from tests.cluster.nodes import node, resource_slices
from tests.conftest import fleet_folders
from tests.manifests.crd_files import MADE
from tests.manifests.tree import LOADER, read_fleet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.planning.types.whole import Plan
    from tests.cluster.api import Object

CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
LOCAL_PATH = {
    "apiVersion": "storage.k8s.io/v1",
    "kind": "StorageClass",
    "metadata": {"name": "local-path", "annotations": {"storageclass.kubernetes.io/is-default-class": "true"}},
    "provisioner": "rancher.io/local-path",
    "reclaimPolicy": "Delete",
    "volumeBindingMode": "WaitForFirstConsumer",
}
RUNTIME_CLASS = {
    "apiVersion": "node.k8s.io/v1",
    "kind": "RuntimeClass",
    "metadata": {"name": "nvidia"},
    "handler": "nvidia",
}


def install_kinds(api: Api) -> tuple[str, ...]:
    """Install the CRDs that are here, and a permissive one for each other kind that a fleet uses.

    Returns:
        The kinds that any object is good enough for, as `group Kind`.
    """
    folders = [MADE, *(Path(folder) for folder in [os.environ.get("PYFLEET_CRDS")] if folder)]
    for path in [path for folder in folders for path in sorted(folder.rglob("*.yaml"))]:
        for crd in yaml.load_all(path.read_text("utf-8"), LOADER):
            api.create(CRDS, crd)
    _wait_until_established(api)
    objects = {
        (each.api_version, each.kind): each for folder in fleet_folders() for each in read_fleet(folder / "rendered")
    }
    served = {version: _served(api, version) for version, _ in objects}
    lenient = [each for (version, kind), each in sorted(objects.items()) if kind not in served[version]]
    for each in lenient:
        api.create(CRDS, _permissive(each.body))
    _wait_until_established(api)
    return tuple(f"{each.group} {each.kind}" for each in lenient)


def _served(api: Api, version: str) -> frozenset[str]:
    try:
        found = api.call("GET", path_of(version))
    except ApiError:
        return frozenset()
    return frozenset(each["kind"] for each in found["resources"])


def _permissive(body: Object) -> Object:
    group, _, version = body["apiVersion"].rpartition("/")
    kind = body["kind"]
    names = {"kind": kind, "plural": f"{kind.lower()}s", "singular": kind.lower()}
    schema = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{names['plural']}.{group}"},
        "spec": {
            "group": group,
            "names": names,
            "scope": "Namespaced" if "namespace" in body["metadata"] else "Cluster",
            "versions": [{"name": version, "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}],
        },
    }


def _wait_until_established(api: Api) -> None:
    def waiting() -> list[str]:
        return [
            crd["metadata"]["name"]
            for crd in api.list(CRDS)
            if not any(
                each["type"] == "Established" and each["status"] == "True"
                for each in crd.get("status", {}).get("conditions") or []
            )
        ]

    deadline = time.monotonic() + 60
    while names := waiting():
        assert time.monotonic() < deadline, names
        time.sleep(0.1)


def install_k3s_own(api: Api) -> None:
    """Make what k3s makes by itself."""
    api.create("/apis/storage.k8s.io/v1/storageclasses", LOCAL_PATH)
    api.create("/apis/node.k8s.io/v1/runtimeclasses", RUNTIME_CLASS)


def join_nodes(api: Api, plan: Plan) -> None:
    """Make the nodes of a fleet, and the cards that a DRA driver publishes."""
    for planned in plan.nodes:
        api.create("/api/v1/nodes", node(planned, plan))
    slices = list(resource_slices(plan))
    if slices:
        expression = f"device.driver == '{DEVICE_CLASS}' && device.attributes['{DEVICE_CLASS}'].type == 'gpu'"
        api.create(
            "/apis/resource.k8s.io/v1/deviceclasses",
            {
                "apiVersion": "resource.k8s.io/v1",
                "kind": "DeviceClass",
                "metadata": {"name": DEVICE_CLASS},
                "spec": {"selectors": [{"cel": {"expression": expression}}]},
            },
        )
    for each in slices:
        api.create("/apis/resource.k8s.io/v1/resourceslices", each)


@contextmanager
def local_path_provisioner(api: Api) -> Iterator[None]:
    """Play Rancher's provisioner: a claim gets a volume on the host that the scheduler chose for its first pod."""
    stop = threading.Event()

    def provision() -> None:
        while not stop.wait(0.1):
            try:
                for claim in api.list("/api/v1/persistentvolumeclaims"):
                    _bind(api, claim)
            except (OSError, ApiError):
                continue  # it was just wiped away

    thread = threading.Thread(target=provision, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _bind(api: Api, claim: dict[str, Any]) -> None:
    host = claim["metadata"].get("annotations", {}).get("volume.kubernetes.io/selected-node")
    spec, name = claim["spec"], claim["metadata"]["name"]
    if spec.get("storageClassName") != "local-path" or host is None or "volumeName" in spec:
        return
    if set(spec["accessModes"]) - {"ReadWriteOnce", "ReadWriteOncePod"}:
        return  # as the real one: "Only support ReadWriteOnce access mode"
    term = {"matchExpressions": [{"key": "kubernetes.io/hostname", "operator": "In", "values": [host]}]}
    api.create(
        "/api/v1/persistentvolumes",
        {
            "apiVersion": "v1",
            "kind": "PersistentVolume",
            "metadata": {"name": f"pvc-{claim['metadata']['uid']}"},
            "spec": {
                "accessModes": spec["accessModes"],
                "capacity": {"storage": spec["resources"]["requests"]["storage"]},
                "storageClassName": "local-path",
                "persistentVolumeReclaimPolicy": "Delete",
                "hostPath": {"path": f"/var/lib/rancher/k3s/storage/{name}", "type": "DirectoryOrCreate"},
                "nodeAffinity": {"required": {"nodeSelectorTerms": [term]}},
                "claimRef": {
                    "apiVersion": "v1",
                    "kind": "PersistentVolumeClaim",
                    "namespace": claim["metadata"]["namespace"],
                    "name": name,
                    "uid": claim["metadata"]["uid"],
                },
            },
        },
    )
