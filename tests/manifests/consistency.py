"""What has to hold between the objects of a tree, and what the API server accepts all the same."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tests.manifests.tree import Object

Body = dict[str, Any]


class Reference(NamedTuple):
    """An object as others name it; without a namespace if its kind is cluster-wide."""

    kind: str
    namespace: str | None
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}" + (f" in namespace {self.namespace}" if self.namespace else "")


CLUSTER_WIDE = frozenset(
    {
        "ClusterIssuer",
        "ClusterQueue",
        "ClusterRole",
        "ClusterSecretStore",
        "Namespace",
        "PersistentVolume",
        "PriorityClass",
        "ResourceFlavor",
        "RuntimeClass",
        "StorageClass",
    }
)
"""The cluster-wide kinds that others refer to."""

BUILT_IN = frozenset(
    {
        # Argo CD
        Reference("AppProject", "argocd", "default"),
        # Kubernetes
        *(Reference("Namespace", None, name) for name in ("default", "kube-system", "kube-public", "kube-node-lease")),
        *(Reference("PriorityClass", None, f"system-{which}-critical") for which in ("node", "cluster")),
        # k3s
        Reference("StorageClass", None, "local-path"),
        Reference("RuntimeClass", None, "nvidia"),
    }
)
QUEUE_LABEL = "kueue.x-k8s.io/queue-name"


def repeated_identities(objects: Iterable[Object]) -> list[str]:
    """Two objects of one group, kind, namespace and name: the second would overwrite the first."""
    counts = Counter(each.identity for each in objects)
    return [f"{count} times {'/'.join(identity)}" for identity, count in sorted(counts.items()) if count > 1]


def dangling_references(objects: Sequence[Object]) -> list[str]:
    """What an object names and neither the files nor the cluster have. `wiring` looks at Secrets and Services."""
    known = {_reference(each.kind, each.namespace, each.name) for each in objects} | BUILT_IN
    known |= {_reference("Namespace", "", name) for each in objects for name in _made_namespaces(each)}
    return [
        f"{each}: there is no {reference}"
        for each in objects
        for reference in sorted(set(_references(each)), key=str)
        if reference not in known and reference[::2] != ("ServiceAccount", "default")
    ]


def idle_services(objects: Sequence[Object]) -> list[str]:
    """Services that select no pod of the files; one without a selector has its endpoints from elsewhere."""
    foreign = namespaces_of_charts(objects)
    pods = [
        (each.namespace, template.get("metadata", {}).get("labels", {})) for each, template in pod_templates(objects)
    ]
    return [
        f"{each}: selects no pod"
        for each in objects
        if each.kind == "Service" and each.namespace not in foreign
        if (selector := each.body["spec"].get("selector"))
        if not any(namespace == each.namespace and selector.items() <= labels.items() for namespace, labels in pods)
    ]


def namespaces_of_charts(objects: Iterable[Object]) -> frozenset[str]:
    """Namespaces in which charts and k3s have pods and Services that no file shows."""
    found = {"kube-system"}
    for each in objects:
        spec = each.body.get("spec", {})
        if each.kind == "HelmChart":
            found.add(spec.get("targetNamespace", "default"))
        elif each.kind == "Application" and any("chart" in source for source in sources(each)):
            found.add(spec["destination"]["namespace"])
    return frozenset(found)


def sources(application: Object) -> list[Body]:
    """What an Application of Argo CD is made from."""
    spec = application.body["spec"]
    return [*spec.get("sources", []), *([spec["source"]] if "source" in spec else [])]


def _reference(kind: str, namespace: str, name: str) -> Reference:
    return Reference(kind, None if kind in CLUSTER_WIDE else namespace, name)


def _made_namespaces(subject: Object) -> list[str]:
    spec = subject.body.get("spec", {})
    match subject.kind:
        case "HelmChart" if spec.get("createNamespace"):
            return [spec["targetNamespace"]]
        case "Application" if "CreateNamespace=true" in spec.get("syncPolicy", {}).get("syncOptions", []):
            return [spec["destination"]["namespace"]]
    return []


def _references(subject: Object) -> Iterator[Reference]:
    for kind, name in _named(subject):
        yield _reference(kind, subject.namespace, name)


def _named(subject: Object) -> Iterator[tuple[str, str]]:
    """Kind and name of everything that an object names."""
    body, spec = subject.body, subject.body.get("spec", {})
    if "namespace" in body["metadata"]:
        yield "Namespace", subject.namespace
    if queue := body["metadata"].get("labels", {}).get(QUEUE_LABEL):
        yield "LocalQueue", queue
    for _, template in pod_templates([subject]):
        yield from _named_by_pod(template["spec"], {claim["metadata"]["name"] for claim in _claim_templates(subject)})
    match subject.kind:
        case "PersistentVolumeClaim":
            yield from _named_by_claim(spec)
        case "StatefulSet":
            if "serviceName" in spec:
                yield "Service", spec["serviceName"]
            for claim in _claim_templates(subject):
                yield from _named_by_claim(claim["spec"])
        case "CronJob":
            if queue := spec["jobTemplate"].get("metadata", {}).get("labels", {}).get(QUEUE_LABEL):
                yield "LocalQueue", queue
        case "ScaledObject":
            yield spec["scaleTargetRef"]["kind"], spec["scaleTargetRef"]["name"]
        case "EndpointSlice":
            yield "Service", body["metadata"]["labels"]["kubernetes.io/service-name"]
        case "HelmChart":
            yield "Namespace", spec.get("targetNamespace", "default")
        case "LocalQueue":
            yield "ClusterQueue", spec["clusterQueue"]
        case "Certificate":
            yield spec["issuerRef"].get("kind", "Issuer"), spec["issuerRef"]["name"]
        case "ExternalSecret":
            yield spec["secretStoreRef"].get("kind", "SecretStore"), spec["secretStoreRef"]["name"]
        case "IngressRoute":
            yield from _middlewares(spec)
        case "Application":
            yield "AppProject", spec["project"]
            yield "Namespace", spec["destination"]["namespace"]
        case "ClusterQueue":
            for group in spec["resourceGroups"]:
                yield from (("ResourceFlavor", flavor["name"]) for flavor in group["flavors"])


def _middlewares(spec: Body) -> Iterator[tuple[str, str]]:
    used = (each for route in spec["routes"] for each in route.get("middlewares", []))
    yield from (("Middleware", each["name"]) for each in used if "namespace" not in each)


def pod_templates(objects: Iterable[Object]) -> Iterator[tuple[Object, Body]]:
    """Pod templates with the object that has them; a Pod is its own."""
    for each in objects:
        match each.kind:
            case "Pod":
                yield each, each.body
            case "CronJob":
                yield each, each.body["spec"]["jobTemplate"]["spec"]["template"]
            case "LeaderWorkerSet":
                group = each.body["spec"]["leaderWorkerTemplate"]
                yield from ((each, group[role]) for role in ("leaderTemplate", "workerTemplate"))
            case "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" | "Job":
                yield each, each.body["spec"]["template"]


def _claim_templates(subject: Object) -> list[Body]:
    claims: list[Body] = subject.body.get("spec", {}).get("volumeClaimTemplates", [])
    return claims


def _named_by_claim(spec: Body) -> Iterator[tuple[str, str]]:
    # The empty class means: none, bind to a volume that is there.
    if storage_class := spec.get("storageClassName"):
        yield "StorageClass", storage_class
    if volume := spec.get("volumeName"):
        yield "PersistentVolume", volume


def _named_by_pod(spec: Body, own_claims: set[str]) -> Iterator[tuple[str, str]]:
    for field, kind in (
        ("priorityClassName", "PriorityClass"),
        ("runtimeClassName", "RuntimeClass"),
        ("serviceAccountName", "ServiceAccount"),
    ):
        if field in spec:
            yield kind, spec[field]
    for volume in spec.get("volumes", []):
        yield from _named_by_volume(volume)
    claims = spec.get("resourceClaims", [])
    yield from (("ResourceClaimTemplate", claim["resourceClaimTemplateName"]) for claim in claims)
    volumes = {volume["name"] for volume in spec.get("volumes", [])} | own_claims
    for container in (*spec.get("initContainers", []), *spec["containers"]):
        sources = [variable.get("valueFrom", {}).get("configMapKeyRef") for variable in container.get("env", [])]
        sources += [source.get("configMapRef") for source in container.get("envFrom", [])]
        yield from _config_maps(sources)
        yield from (
            ("volume of the pod", mount["name"])
            for mount in container.get("volumeMounts", [])
            if mount["name"] not in volumes
        )


def _named_by_volume(volume: Body) -> Iterator[tuple[str, str]]:
    if claim := volume.get("persistentVolumeClaim"):
        yield "PersistentVolumeClaim", claim["claimName"]
    if ephemeral := volume.get("ephemeral"):
        yield from _named_by_claim(ephemeral["volumeClaimTemplate"]["spec"])
    projected = volume.get("projected", {}).get("sources", [])
    yield from _config_maps([volume.get("configMap"), *(source.get("configMap") for source in projected)])


def _config_maps(sources: Iterable[Body | None]) -> Iterator[tuple[str, str]]:
    yield from (("ConfigMap", source["name"]) for source in sources if source and not source.get("optional"))
