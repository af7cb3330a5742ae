"""Pods: what Deployments, StatefulSets, Jobs and CronJobs have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.digest import shortened
from pyfleet.nvidia import GPU_RESOURCE, VISIBLE_DEVICES
from pyfleet.rendering.kubernetes.app import (
    FILES_DIGEST,
    GPU_TOLERATION,
    NAME_LABEL,
    Object,
    env,
    quantities,
    without_empty,
)
from pyfleet.rendering.kubernetes.claims import container_claims, pod_claims
from pyfleet.resolved.labels import HOSTNAME
from pyfleet.units import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyfleet.planning.types.storage import MountPlan, VolumePlan
    from pyfleet.planning.types.workloads import PortPlan, ProbePlan, WaitPlan, WorkloadPlan

LONGEST = 63
"""Characters that a container's name may have."""
WAIT_IMAGE = "busybox:1.37.0"
"""For amd64 and arm64."""
WAIT_SCRIPT = """\
end=$(($(date +%s) + PATIENCE))
until {question}; do
  if [ "$(date +%s)" -ge "$end" ]; then
    echo "$WORKLOAD is not ready; starting all the same"
    exit 0
  fi
  sleep 5
done
"""


def replicas(workload: WorkloadPlan) -> Object:
    """Render `replicas` where the fleet file gives them, and else leave them to Kubernetes, which makes one.

    What is rendered can't be scaled: the next apply would undo it, or end with a conflict. So they are absent where
    KEDA scales, and where somebody may scale to zero because another workload needs the cards.
    """
    return without_empty(replicas=None if workload.spec.autoscale else workload.spec.replicas)


def pod_template(workload: WorkloadPlan, *, restart_policy: str = "Always") -> Object:
    """Render a workload's pod template."""
    annotations = {FILES_DIGEST: workload.files_digest} if workload.files_digest else {}
    return {
        "metadata": without_empty(labels={NAME_LABEL: workload.name}, annotations=annotations),
        "spec": {
            **without_empty(
                runtimeClassName=workload.runtime_class,
                priorityClassName=workload.priority_class,
                restartPolicy=restart_policy if restart_policy != "Always" else None,
                nodeSelector=workload.node_selector,
                affinity=_affinity(workload),
                topologySpreadConstraints=[_spread(workload)] if workload.spreads else None,
                tolerations=[*([GPU_TOLERATION] if workload.spec.gpu else []), *workload.tolerations],
                imagePullSecrets=[{"name": name} for name in workload.spec.image_pull_secrets],
            ),
            "automountServiceAccountToken": False,
            # A Service called `vllm` would set VLLM_PORT, which vLLM takes for its own setting.
            "enableServiceLinks": False,
            "securityContext": {"seccompProfile": {"type": "RuntimeDefault"}},
            **without_empty(initContainers=[_wait(wait) for wait in workload.waits]),
            "containers": [_container(workload)],
            **without_empty(
                volumes=[_volume(volume) for volume in workload.volumes if not volume.claim_template],
                resourceClaims=pod_claims(workload),
            ),
        },
    }


def _affinity(workload: WorkloadPlan) -> Object:
    """Render the planned hosts: those it is tied to, and those that the scheduler tries first."""
    required = {"nodeSelectorTerms": [_one_of(workload.tied_to)]} if workload.tied_to else None
    preferred = [{"weight": 100, "preference": _one_of(workload.prefers)}] if workload.prefers else None
    node = without_empty(
        requiredDuringSchedulingIgnoredDuringExecution=required,
        preferredDuringSchedulingIgnoredDuringExecution=preferred,
    )
    return without_empty(nodeAffinity=node)


def _spread(workload: WorkloadPlan) -> Object:
    return {
        "maxSkew": 1,
        "topologyKey": HOSTNAME,
        "whenUnsatisfiable": "DoNotSchedule",
        "labelSelector": {"matchLabels": {NAME_LABEL: workload.name}},
    }


def _one_of(hosts: tuple[str, ...]) -> Object:
    return {"matchExpressions": [{"key": HOSTNAME, "operator": "In", "values": list(hosts)}]}


def _wait(wait: WaitPlan) -> Object:
    """Wait until another workload answers, or the time is over. The target is in the environment, not in the script."""
    asks = (
        {"URL": f"http://{wait.host}:{wait.port}{wait.path}"}
        if wait.path
        else {"HOST": wait.host, "PORT": str(wait.port)}
    )
    question = 'wget -q -T 5 -O /dev/null "$URL"' if wait.path else 'nc -z -w 5 "$HOST" "$PORT"'
    environment = {"WORKLOAD": wait.workload, **asks, "PATIENCE": str(wait.seconds)}
    return {
        "name": shortened(f"wait-for-{wait.workload}", LONGEST),
        "image": WAIT_IMAGE,
        "command": ["sh", "-c", WAIT_SCRIPT.format(question=question)],
        "env": env(**environment),
        "resources": {"requests": {"cpu": "10m", "memory": "16Mi"}, "limits": {"memory": "64Mi"}},
        "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
    }


def _container(workload: WorkloadPlan) -> Object:
    gpus = {GPU_RESOURCE: str(workload.gpus)} if workload.gpus else {}
    return {
        "name": workload.name,
        "image": workload.image,
        **without_empty(
            command=list(workload.spec.command),
            args=list(workload.args),
            env=list(_environment(workload)),
            ports=[_port(port) for port in workload.ports],
        ),
        "resources": {
            "requests": quantities({**workload.requests, **gpus}),
            "limits": quantities({**workload.limits, **gpus}),
            **container_claims(workload),
        },
        **without_empty(
            startupProbe=_probe(workload.startup),
            readinessProbe=_probe(workload.readiness),
            livenessProbe=_probe(workload.liveness),
        ),
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"], **without_empty(add=list(workload.capabilities))},
        },
        **without_empty(volumeMounts=[_mount(mount) for mount in workload.mounts]),
    }


def _environment(workload: WorkloadPlan) -> Iterable[Object]:
    yield from env(**workload.env)
    for name, (secret, key) in workload.secret_env.items():
        yield {"name": name, "valueFrom": {"secretKeyRef": {"name": secret, "key": key}}}
    if workload.visible_devices is not None:
        yield {"name": VISIBLE_DEVICES, "value": workload.visible_devices}


def _port(port: PortPlan) -> Object:
    return {"name": port.name, "containerPort": port.port, **without_empty(hostPort=port.host_port)}


def _probe(probe: ProbePlan | None) -> Object | None:
    if probe is None:
        return None
    asks: Object = (
        {"httpGet": {"path": probe.path, "port": probe.port}} if probe.path else {"tcpSocket": {"port": probe.port}}
    )
    return {
        **asks,
        "periodSeconds": probe.period,
        "timeoutSeconds": probe.timeout,
        "failureThreshold": probe.failure_threshold,
    }


def _mount(mount: MountPlan) -> Object:
    return {
        "name": mount.volume,
        "mountPath": mount.path,
        **without_empty(subPath=mount.sub_path, readOnly=mount.read_only or None),
    }


def _volume(volume: VolumePlan) -> Object:
    if volume.claim is not None:
        return {"name": volume.name, "persistentVolumeClaim": {"claimName": volume.claim}}
    if volume.config_map is not None:
        return {"name": volume.name, "configMap": {"name": volume.config_map}}
    if volume.host_path is not None:
        return {"name": volume.name, "hostPath": {"path": volume.host_path, "type": "DirectoryOrCreate"}}
    medium = "Memory" if volume.in_memory else None
    limit = canonical(volume.empty_dir) if volume.empty_dir else None
    return {"name": volume.name, "emptyDir": without_empty(medium=medium, sizeLimit=limit)}
