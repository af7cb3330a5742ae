"""What has to hold between the objects of a whole fleet for a request, a metric or a password to arrive."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

import yaml

from tests.manifests.consistency import namespaces_of_charts, pod_templates, sources
from tests.manifests.tree import KUSTOMIZATION

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.manifests.tree import Object

Body = dict[str, Any]


class Services(NamedTuple):
    """The Services that there are."""

    objects: Sequence[Object]
    foreign: frozenset[str]
    """Namespaces in which charts and k3s have Services that no file shows."""

    def has(self, namespace: str, name: str, port: int | str | None) -> bool:
        """Whether one of that name has the port."""
        ours = [each for each in self.objects if (each.namespace, each.name) == (namespace, name)]
        return any(port is None or port in _ports(each) for each in ours) or (not ours and namespace in self.foreign)


def broken_wires(objects: Sequence[Object]) -> list[str]:
    """What leads nowhere."""
    services = Services([each for each in objects if each.kind == "Service"], namespaces_of_charts(objects))
    certificates = {(each.namespace, each.body["spec"]["secretName"]) for each in _of(objects, "Certificate")}
    return [
        f"{each}: {error}"
        for each in objects
        for error in (
            *(f"there is no {what}" for what in _missing_services(each, services)),
            *(f"there is no {what}" for what in _missing_certificates(each, certificates)),
            *_idle_scrapes(each, services),
        )
    ]


def unprovided_secrets(objects: Sequence[Object], elsewhere: frozenset[str]) -> list[str]:
    """Secrets that a pod reads and nothing makes; those made by hand or by a host are in `elsewhere`."""
    known = {
        *((each.namespace, each.name) for each in _of(objects, "Secret")),
        *((each.namespace, each.body["spec"]["secretName"]) for each in _of(objects, "Certificate")),
        *(
            (each.namespace, each.body["spec"].get("target", {}).get("name", each.name))
            for each in _of(objects, "ExternalSecret")
        ),
    }
    return [
        f"{each}: nothing makes Secret {name} in namespace {each.namespace}"
        for each, template in pod_templates(objects)
        for name in sorted(set(_secrets_of_pod(template["spec"])))
        if (each.namespace, name) not in known and name not in elsewhere
    ]


def secrets_made_elsewhere(fleet_file: Path) -> frozenset[str] | None:
    """Secrets that somebody makes by hand or a host from files; None: the fleet has no `platform.secrets`."""
    spec = yaml.safe_load(fleet_file.read_text("utf-8")).get("platform", {}).get("secrets")
    if spec is None:
        return None
    return frozenset(spec.get("manual", [])) | {source.partition("/")[0] for source in spec.get("files", {})}


def missing_paths(objects: Sequence[Object], rendered: Path) -> list[str]:
    """Folders that Argo CD is sent to, and that are not among the rendered ones."""
    return [
        f"{each}: there is nothing to apply in {path}"
        for each in _of(objects, "Application")
        for source in sources(each)
        if (path := source.get("path")) and not _is_rendered(path, rendered)
    ]


def _of(objects: Sequence[Object], kind: str) -> list[Object]:
    return [each for each in objects if each.kind == kind]


def _ports(service: Object) -> set[int | str]:
    return {port[key] for port in service.body["spec"].get("ports", []) for key in ("port", "name") if key in port}


def _missing_services(subject: Object, services: Services) -> Iterator[str]:
    targets: list[tuple[str, str, int | str | None]] = []
    match subject.kind:
        case "IngressRoute":
            targets = [
                (service.get("namespace", subject.namespace), service["name"], service.get("port"))
                for route in subject.body["spec"]["routes"]
                for service in route.get("services", [])
                # Traefik's own, such as api@internal, are of no Service.
                if service.get("kind", "Service") == "Service"
            ]
        case "ConfigMap":
            targets = [target for text in subject.body.get("data", {}).values() for target in _tunnelled(text)]
    for namespace, name, port in targets:
        if not services.has(namespace, name, port):
            yield f"port {port} of Service {name} in namespace {namespace}"


def _tunnelled(text: str) -> Iterator[tuple[str, str, int | None]]:
    """Services in the cluster that a configuration of cloudflared sends to."""
    if "ingress:" not in text or "tunnel:" not in text:
        return
    for rule in yaml.safe_load(text)["ingress"]:
        address = urlsplit(rule["service"])
        name, _, rest = (address.hostname or "").partition(".")
        namespace, _, rest = rest.partition(".")
        if rest in ("svc", "svc.cluster.local"):
            yield namespace, name, address.port or {"http": 80, "https": 443}.get(address.scheme)


def _missing_certificates(subject: Object, certificates: set[tuple[str, str]]) -> Iterator[str]:
    if subject.kind != "IngressRoute":
        return
    secret = subject.body["spec"].get("tls", {}).get("secretName")
    if secret and (subject.namespace, secret) not in certificates:
        yield f"Certificate for Secret {secret} in namespace {subject.namespace}"


def _idle_scrapes(subject: Object, services: Services) -> Iterator[str]:
    if subject.kind not in ("ServiceMonitor", "VMServiceScrape"):
        return
    spec = subject.body["spec"]
    where = spec.get("namespaceSelector", {})
    namespaces = set(where.get("matchNames", [subject.namespace]))
    wanted = spec["selector"].get("matchLabels", {}).items()
    selected = [
        each
        for each in services.objects
        if where.get("any") or each.namespace in namespaces
        if wanted <= each.body["metadata"].get("labels", {}).items()
    ]
    if not selected:
        if not (where.get("any") or namespaces & services.foreign):
            yield "selects no Service"
        return
    for port in (endpoint["port"] for endpoint in spec["endpoints"] if "port" in endpoint):
        if not any(port in _ports(each) for each in selected):
            yield f"no Service that it selects has a port {port}"


def _secrets_of_pod(spec: Body) -> Iterator[str]:
    yield from (secret["name"] for secret in spec.get("imagePullSecrets", []))
    sources: list[Body] = []
    for container in (*spec.get("initContainers", []), *spec["containers"]):
        sources += [each["valueFrom"]["secretKeyRef"] for each in container.get("env", []) if _is_secret(each)]
        sources += [each["secretRef"] for each in container.get("envFrom", []) if "secretRef" in each]
    for volume in spec.get("volumes", []):
        projected = volume.get("projected", {}).get("sources", [])
        sources += [each["secret"] for each in (volume, *projected) if "secret" in each]
    yield from (each.get("name") or each["secretName"] for each in sources if not each.get("optional"))


def _is_secret(variable: Body) -> bool:
    return "secretKeyRef" in variable.get("valueFrom", {})


def _is_rendered(path: str, rendered: Path) -> bool:
    """Whether the end of a path in the repository is a folder of the rendered files that kustomize can build."""
    parts = Path(path).parts
    return any((rendered.joinpath(*parts[start:]) / KUSTOMIZATION).is_file() for start in range(len(parts)))
