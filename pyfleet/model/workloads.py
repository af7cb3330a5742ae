"""One workload: what runs, on what cards, how it is reached."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from pyfleet.model.base import (
    AbsolutePath,
    CatalogName,
    Cpu,
    CronSchedule,
    DnsLabel,
    DnsSubdomain,
    Duration,
    EnvName,
    Image,
    LabelKey,
    LabelValue,
    Model,
    Port,
    PortName,
    PortReference,
    Quantity,
    matching,
)
from pyfleet.model.expose import Expose
from pyfleet.model.secrets import SecretKey
from pyfleet.model.tolerations import OneToleration
from pyfleet.model.watching import Alert, Canary

Kind = Literal["Deployment", "StatefulSet", "LeaderWorkerSet", "Job", "CronJob"]
Arch = Literal["amd64", "arm64"]
Capability = Literal[
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "IPC_LOCK",
    "KILL",
    "NET_BIND_SERVICE",
    "SETGID",
    "SETUID",
    "SYS_PTRACE",
]
_STORED = r"[a-z0-9-]+(?:/(?!\.\.(?:/|$))[^/\s]+)*"
StoredDirectory = Annotated[
    str,
    matching(_STORED, "named storage, or a directory in it without `..`: `models`, `models/diffusion`"),
    Field(json_schema_extra={"pattern": f"^(?:{_STORED})$"}),
]
Count = Annotated[int, Field(ge=0, le=1000)]


class Gpu(Model):
    """The cards a workload asks for."""

    count: Annotated[int, Field(ge=1, le=16)] = Field(1, description="Cards of one host.")
    memory: Quantity | None = Field(
        None, description="GPU memory it needs in total, over all its cards; by default it has its cards to itself."
    )
    share: Annotated[float, Field(gt=0, le=1)] | None = Field(
        None, description="Share of each of its cards that it may use; becomes the engine's own flag."
    )
    product: CatalogName | None = Field(None, description="Catalog name of the card it must have.")


class ServedModel(Model):
    """The model that is served. What it needs of a card is computed from this."""

    id: Annotated[str, Field(min_length=1)] = Field(description="Its name, such as `Qwen/Qwen3-32B`; see `models`.")
    quantization: Annotated[str, Field(pattern=r"^[a-z0-9_.]+$")] | None = Field(
        None, description="Format of the weights: `bf16`, `fp8`, `awq`, `nvfp4`, `q4_k_m`, `4.5bpw`, ..."
    )
    context: Annotated[int, Field(ge=1)] | None = Field(None, description="Tokens of context; by default the model's.")
    sequences: Annotated[int, Field(ge=1, le=4096)] = Field(1, description="Full-length sequences at one time.")
    kv_cache: Literal["fp16", "fp8"] = Field("fp16", description="Format of the KV cache.")


class Discovery(Model):
    """What the fleet's own tools read from the Service: see `discovery` of the fleet."""

    type: LabelValue | None = Field(None, description="Kind of service, such as `llm` or `tts`.")
    engine: LabelValue | None = Field(None, description="Engine, where it isn't the workload's.")
    models: list[str] = Field([], description="Names of the models it serves.")
    base_path: Annotated[str, Field(pattern=r"^/\S*$")] | None = Field(None, description="Path of its API.")
    api_key_secret: DnsLabel | None = Field(None, description="Secret with the API key that its callers need.")


class Autoscale(Model):
    """Replicas by the length of a queue, down to none."""

    min_replicas: Annotated[int, Field(ge=0, le=100)] = Field(0, description="Fewest copies.")
    max_replicas: Annotated[int, Field(ge=1, le=100)] = Field(1, description="Most copies.")
    prometheus: Annotated[str, Field(pattern=r"^https?://\S+$")] = Field(description="Address of Prometheus.")
    query: Annotated[str, Field(min_length=1)] = Field(description="PromQL that gives the length of the queue.")
    threshold: Annotated[int, Field(ge=1)] = Field(1, description="Length of the queue for each replica.")
    cooldown: Duration = Field("10m", description="Idle time before it scales down to none.")


class Amounts(Model):
    """Amounts of CPU and main memory."""

    cpu: Cpu | None = Field(None, description="CPUs.")
    memory: Quantity | None = Field(None, description="Main memory.")
    ephemeral_storage: Quantity | None = Field(
        None, description="Space on the host's disk for logs, emptyDirs and what containers write."
    )


class Resources(Model):
    """Requests and limits of CPU and main memory. GPUs are requested under `gpu`."""

    requests: Amounts = Field(Amounts(), description="Requests; defaults come from the engine.")
    limits: Amounts = Field(Amounts(), description="Limits; the one of memory is by default twice the request.")


class Probe(Model):
    """A probe: of an HTTP path, or by default of whether the port accepts connections."""

    path: Annotated[str, Field(pattern=r"^/\S*$")] | None = Field(None, description="HTTP path that answers 200.")
    port: PortReference | None = Field(None, description="Name of the port; by default the first.")


class Probes(Model):
    """Probes in place of the engine's."""

    startup: Probe | None = Field(None, description="Startup probe, until it first succeeds.")
    readiness: Probe | None = Field(None, description="Readiness probe: it gets traffic while this succeeds.")
    liveness: Probe | None = Field(None, description="Liveness probe: it is restarted when this fails.")


class Volume(Model):
    """Something mounted that isn't named storage: exactly one of its keys."""

    empty_dir: Quantity | None = Field(None, description="Scratch space of this size, gone with the pod.")
    host_path: AbsolutePath | None = Field(None, description="A directory of the host, made if missing.")
    storage: StoredDirectory | None = Field(
        None, description="Named storage, with a directory in it: `models/diffusion`."
    )
    read_only: bool = Field(default=False, description="Mount it read-only.")


def _exactly_one_source(volume: Volume) -> Volume:
    if sum(source is not None for source in (volume.empty_dir, volume.host_path, volume.storage)) != 1:
        raise ValueError("set exactly one of `emptyDir`, `hostPath` and `storage`")
    return volume


def _short_volume(value: object) -> object:
    return {"storage": value} if isinstance(value, str) else value


AnyVolume = Annotated[
    Volume,
    BeforeValidator(_short_volume, json_schema_input_type=str | Volume),
    AfterValidator(_exactly_one_source),
]


def _each_once(names: list[str]) -> list[str]:
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"{name} is there twice")
    return names


class Workload(Model):
    """What runs. Its strategy, probe budgets, runtime class and affinity are derived."""

    kind: Kind = Field("Deployment", description="Kubernetes kind.")
    namespace: DnsLabel = Field("default", description="Namespace; it is made where it doesn't exist.")
    engine: CatalogName = Field("generic", description="Serving engine: brings port, probes, cache, resources.")
    image: Image | None = Field(None, description="Container image; by default the engine's.")
    images: dict[Arch, Image] = Field({}, description="Images by architecture, where no single image has both.")
    model: ServedModel | None = Field(None, description="The model it serves; gives its memory and its flags.")
    size: Annotated[int, Field(ge=2, le=64)] | None = Field(None, description="Hosts of a LeaderWorkerSet's group.")
    command: list[str] = Field([], description="Entry point in place of the image's.")
    args: list[str] = Field([], description="Arguments.")
    gpu: Gpu | None = Field(None, description="The cards it asks for.")
    priority: DnsLabel | None = Field(None, description="One of `priorities`.")
    replicas: Count | None = Field(
        None, description="Replicas, by default 1. 0: planned and rendered, scaled up by hand when wanted."
    )
    resources: Resources = Field(Resources(), description="Requests and limits of CPU and main memory.")
    host: DnsLabel | None = Field(None, description="The one host it may run on.")
    node_selector: dict[LabelKey, LabelValue] = Field({}, description="Labels its host must have.")
    tolerations: list[OneToleration] = Field(
        [],
        description="Taints of hosts that it may run on all the same, as Kubernetes spells tolerations; those of the "
        "host that it names are tolerated by themselves.",
    )
    ports: dict[PortName, Port] = Field({}, description="Ports by name, in place of the engine's.")
    expose: Expose = Field(Expose(), description="How it is reached from outside.")
    probes: Probes = Field(Probes(), description="Probes in place of the engine's.")
    startup: Duration | None = Field(None, description="Worst-case time until it answers; gives the probe's budget.")
    volumes: dict[AbsolutePath, AnyVolume] = Field({}, description="Volumes, by the path where they are mounted.")
    cache: AnyVolume | None = Field(None, description="Volume for the directory where its engine keeps models.")
    shared_memory: Quantity | None = Field(None, description="Size of /dev/shm, in place of the engine's.")
    files: dict[AbsolutePath, str] = Field({}, description="Small text files mounted into it, by path.")
    env: dict[EnvName, str] = Field({}, description="Environment, for what isn't secret.")
    secrets: dict[EnvName, SecretKey] = Field({}, description="Environment from Secrets: `NAME: secret/key`.")
    image_pull_secrets: Annotated[list[DnsSubdomain], AfterValidator(_each_once)] = Field(
        [], description="Secrets with which its image is pulled."
    )
    canary: Canary | None = Field(None, description="A real request, sent on a schedule, in place of the engine's.")
    alerts: dict[DnsLabel, Alert] = Field({}, description="Alerts on its engine's metrics, beside those derived.")
    schedule: CronSchedule | None = Field(None, description="When a CronJob runs.")
    queue: DnsLabel | None = Field(None, description="Queue a Job waits in, where the fleet has queueing.")
    backoff_limit: Count = Field(0, description="How often a failed Job is tried again.")
    active_deadline: Duration | None = Field(None, description="Time after which a Job is ended.")
    capabilities: list[Capability] | None = Field(
        None, description="Linux capabilities, in place of the engine's; all others are dropped."
    )
    discovery: Discovery | None = Field(None, description="What its Service announces to the fleet's own tools.")
    autoscale: Autoscale | None = Field(None, description="Replicas by the length of a queue (KEDA).")
    patches: list[dict[str, Any]] = Field([], description="Strategic merge patches on its objects; each names `kind`.")
