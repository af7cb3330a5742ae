"""Storage classes, volumes and claims."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.rendering.kubernetes.app import App, Object, metadata, quantities, without_empty
from pyfleet.resolved.labels import HOSTNAME

if TYPE_CHECKING:
    from pyfleet.planning.types.storage import StoragePlan
    from pyfleet.planning.types.whole import Plan


def storage(plan: Plan) -> App | None:
    """Render what named storage needs; a StatefulSet makes the claims of provisioned storage itself."""
    claimed = {
        (workload.spec.namespace, volume.claim)
        for workload in plan.workloads
        for volume in workload.volumes
        if volume.claim
    }
    claims = [store for store in plan.storage if (store.namespace, store.name) in claimed]
    classes = dict.fromkeys(store.storage_class for store in plan.storage if store.volume)
    objects = [
        *(_storage_class(name) for name in classes),
        *(_volume(store) for store in claims if store.volume),
        *(claim(store) for store in claims),
    ]
    return App("platform/storage", tuple(objects)) if objects else None


def _storage_class(name: str) -> Object:
    return {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": metadata(name),
        # Its volumes are rendered below: it needs no driver, and no claim waits for one.
        "provisioner": "kubernetes.io/no-provisioner",
        "reclaimPolicy": "Retain",
        "volumeBindingMode": "WaitForFirstConsumer" if name.startswith("local-") else "Immediate",
    }


def _volume(store: StoragePlan) -> Object:
    source: Object
    if store.nfs_server is not None:
        source = {"nfs": {"server": store.nfs_server, "path": store.path}}
        affinity: Object = {}
    else:
        source = {"local": {"path": store.path}}
        host = {"key": HOSTNAME, "operator": "In", "values": [store.host]}
        affinity = {"required": {"nodeSelectorTerms": [{"matchExpressions": [host]}]}}
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": metadata(store.volume or ""),
        "spec": {
            "capacity": quantities({"storage": store.size}),
            "accessModes": [store.access],
            "persistentVolumeReclaimPolicy": "Retain",
            "storageClassName": store.storage_class,
            "claimRef": {
                "apiVersion": "v1",
                "kind": "PersistentVolumeClaim",
                "namespace": store.namespace,
                "name": store.name,
            },
            **without_empty(mountOptions=list(store.mount_options), nodeAffinity=affinity),
            **source,
        },
    }


def claim(store: StoragePlan) -> Object:
    """Render a store's claim."""
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": metadata(store.name, store.namespace),
        "spec": claim_spec(store),
    }


def claim_spec(store: StoragePlan) -> Object:
    """Render what a claim asks for."""
    return {
        "accessModes": [store.access],
        "storageClassName": store.storage_class,
        "resources": {"requests": quantities({"storage": store.size})},
        **without_empty(volumeName=store.volume),
    }
