"""Stories of hosts, cards, pods, canaries and of what reports them, in the fleet of `FLEET`."""

from __future__ import annotations

from tests.rules.promtool import Case, rising, steady

FLEET = """
hosts:
  box: {role: server, address: 10.0.0.1, gpus: [rtx-4090, rtx-4090], memory: 128Gi}
  shared: {role: agent, address: 10.0.0.2, gpus: [rtx-5090], sharing: {timeSlicing: 4}, memory: 128Gi}
  plain: {role: agent, address: 10.0.0.3}
platform: {monitoring: {prometheus: {}}}
workloads:
  glm:
    engine: vllm
    namespace: ai
    gpu: {memory: 20Gi}
    startup: 40m
    alerts:
      slow: {metric: generatedTokens, below: 2, for: 5m}
      fast: {metric: generatedTokens, above: 100}
      full: {metric: kvCacheUsage, above: 0.9, for: 2m}
  group: {engine: vllm, kind: StatefulSet, namespace: ai, gpu: {memory: 20Gi}}
  mesh: {image: "a/b:1", namespace: ai, ports: {http: 8000}, gpu: {memory: 10Gi}, canary: {path: /generate}}
"""
HOSTS = ("box", "shared", "plain")
REPORTED = {f'kube_node_info{{node="{host}"}}': steady(1, 600) for host in HOSTS}
CARDS = 'kube_node_status_allocatable{{resource="nvidia_com_gpu",node="{}"}}'
DISK = '{{instance="10.0.0.1:9100",device="/dev/nvme0n1p2",fstype="{}",mountpoint="{}"}}'
RESTARTS = 'kube_pod_container_status_restarts_total{namespace="ai",pod="glm-1",container="glm"}'
GLM = 'namespace="ai",pod="glm-1",service="glm"'
CONTAINER = '{namespace="ai",pod="glm-1",container="glm"}'
CRONJOB = '{namespace="ai",cronjob="mesh-canary"}'
SUCCESS = f"kube_cronjob_status_last_successful_time{CRONJOB}"
CREATED = f"kube_cronjob_created{CRONJOB}"
SUSPENDED = f"kube_cronjob_spec_suspend{CRONJOB}"


def fleet_cases() -> dict[str, list[Case]]:
    """Make all cases, by topic."""
    return {
        "hosts": _hosts(),
        "disks": _disks(),
        "cards": _cards(),
        "pods": _pods(),
        "starts": _starts(),
        "own alerts": _own_alerts(),
        "canaries": _canaries(),
        "sources": _sources(),
    }


def _hosts() -> list[Case]:
    ready = 'kube_node_status_condition{node="box",condition="Ready",status="true"}'
    without_plain = {series: values for series, values in REPORTED.items() if "plain" not in series}
    return [
        Case("a host is ready", {ready: steady(1, 30), **REPORTED}, {}, ("NodeNotReady", "NodeAbsent")),
        Case("a host is not ready", {ready: steady(0, 30)}, {"NodeNotReady": 1}),
        Case("a host restarts", {ready: f"{steady(1, 10)} {steady(0, 4)} {steady(1, 20)}"}, {}, ("NodeNotReady",)),
        Case("a host never joined", without_plain, {"NodeAbsent": 1}),
        Case("nothing reports any host", {}, {}, ("NodeAbsent",)),
    ]


def _disks() -> list[Case]:
    def disk(free: float, kind: str = "ext4", mountpoint: str = "/") -> dict[str, str]:
        labels = DISK.format(kind, mountpoint)
        return {
            f"node_filesystem_avail_bytes{labels}": steady(free, 30),
            f"node_filesystem_size_bytes{labels}": steady(100, 30),
        }

    return [
        Case("an image fills the root disk", {**disk(9), **disk(9, mountpoint="/nix/store")}, {"DiskNearlyFull": 1}),
        Case("a fifth of a disk is free", disk(20), {}, ("DiskNearlyFull",)),
        Case("a share of somebody else's is full", disk(1, "nfs4"), {}, ("DiskNearlyFull",)),
    ]


def _cards() -> list[Case]:
    all_there = {CARDS.format("box"): steady(2, 30), CARDS.format("shared"): steady(4, 30), **REPORTED}
    xid = 'DCGM_EXP_XID_ERRORS_COUNT{{node="box",gpu="0",xid="{}"}}'
    none = 'DCGM_EXP_XID_ERRORS_COUNT{node="box",gpu="0"}'
    heat = 'DCGM_FI_DEV_GPU_TEMP{node="box",gpu="0"}'
    names = ("GpusFewerThanPlanned", "GpusAbsent")
    return [
        Case("all cards are offered", all_there, {}, names),
        Case("a card fell off the bus", {**all_there, CARDS.format("box"): steady(1, 30)}, {names[0]: 1}, names[1:]),
        Case(
            "a shared card offers too few places", {**all_there, CARDS.format("shared"): steady(2, 30)}, {names[0]: 1}
        ),
        Case("the device plugin reports nothing", REPORTED, {"GpusAbsent": 2}, ("GpusFewerThanPlanned",)),
        Case("no error in the last minutes", {none: steady(0, 30)}, {}, ("GpuXidErrors",)),
        Case("a card fell off the bus just now", {xid.format(79): steady(1, 30)}, {"GpuXidErrors": 1}),
        Case(
            "a program did wrong", {xid.format(31): steady(1, 30), xid.format(0): steady(4, 30)}, {}, ("GpuXidErrors",)
        ),
        Case("a card is hot", {heat: steady(92, 30)}, {"GpuHot": 1}),
        Case("a card works hard", {heat: steady(81, 30)}, {}, ("GpuHot",)),
    ]


def _pods() -> list[Case]:
    often = f"{steady(3, 60)} {rising(20, each=0.5, start=3)}"
    return [
        Case("6,812 restarts in a night", {RESTARTS: rising(600, each=5)}, {"RestartLoop": 1}, at="480m"),
        Case("it crashes as often as Kubernetes lets it", {RESTARTS: often}, {"RestartLoop": 1}, at="80m"),
        Case("killed at each start, every 40 minutes", {RESTARTS: _each(40, 9)}, {"RestartLoop": 1}, at="350m"),
        Case(
            "three restarts after an update", {RESTARTS: f"{steady(0, 5)} {steady(3, 90)}"}, {}, ("RestartLoop",), "60m"
        ),
        Case("restarts of last week", {RESTARTS: steady(400, 600)}, {}, ("RestartLoop",), "480m"),
        Case(
            "it was mended two hours ago", {RESTARTS: f"{rising(30)} {steady(60, 300)}"}, {}, ("RestartLoop",), "170m"
        ),
    ]


def _each(minutes: int, times: int) -> str:
    return " ".join(f"{count}+0x{minutes * 2 - 1}" for count in range(times))


def _starts() -> list[Case]:
    # 40 minutes and a quarter more: the budget is 3,000 seconds, four fifths of it 40 minutes.
    started, ready, running = (
        f"kube_pod_container_{what}{CONTAINER}" for what in ("state_started", "status_ready", "status_running")
    )
    starting = {started: steady(0, 90), ready: steady(0, 90), running: steady(1, 90)}
    name = "StartupBudgetNearlyUsed"
    return [
        Case("it still starts after 42 minutes", starting, {name: 1}, at="42m"),
        Case("it starts", starting, {}, (name,), "30m"),
        Case(
            "it is ready after half an hour",
            {**starting, ready: f"{steady(0, 30)} {steady(1, 60)}"},
            {},
            (name,),
            "45m",
        ),
        Case(
            "it has served, and is unready for now",
            {**starting, ready: f"{steady(1, 30)} {steady(0, 60)}"},
            {},
            (name,),
            "75m",
        ),
        Case(
            "it was killed and starts anew",
            {**starting, started: f"{steady(0, 49)} {steady(3000, 40)}"},
            {},
            (name,),
            "60m",
        ),
        Case("it doesn't run at all", {**starting, running: steady(0, 90)}, {}, (name,), "45m"),
    ]


def _own_alerts() -> list[Case]:
    tokens, running = f"vllm:generation_tokens_total{{{GLM}}}", f"vllm:num_requests_running{{{GLM}}}"
    cache = f"vllm:kv_cache_usage_perc{{{GLM}}}"
    gauges = {running: steady(1, 30), f"vllm:num_requests_waiting{{{GLM}}}": steady(0, 30)}
    ready = 'kube_deployment_status_replicas_ready{namespace="ai",deployment="glm"}'
    statefulset = 'kube_statefulset_status_replicas_ready{namespace="ai",statefulset="group"}'
    return [
        Case("a token a second", {**gauges, tokens: rising(30, each=30)}, {"GlmSlow": 1}, ("GlmFast",)),
        Case("ten tokens a second", {**gauges, tokens: rising(30, each=300)}, {}, ("GlmSlow", "GlmFast")),
        Case("120 tokens a second", {**gauges, tokens: rising(30, each=3600)}, {"GlmFast": 1}, ("GlmSlow",)),
        Case(
            "80 tokens a second from each of two pods",
            {tokens: rising(30, each=2400), tokens.replace("glm-1", "glm-2"): rising(30, each=2400)},
            {},
            ("GlmFast",),
        ),
        Case("a counter that isn't there counts nothing", gauges, {"GlmSlow": 1}, ("GlmFast",)),
        Case("a workload that isn't there is not slow", {}, {}, ("GlmSlow",)),
        Case("the cache is full", {cache: steady(0.95, 30)}, {"GlmFull": 1}),
        Case("the cache is half full", {cache: steady(0.5, 30)}, {}, ("GlmFull",)),
        Case(
            "no metric of the cache, which its user wants", {ready: steady(1, 30), **gauges}, {"VllmMetricsAbsent": 1}
        ),
        Case("all its metrics", {ready: steady(1, 30), cache: steady(0, 30), **gauges}, {}, ("VllmMetricsAbsent",)),
        Case("a StatefulSet that exposes nothing", {statefulset: steady(1, 30)}, {"VllmMetricsAbsent": 1}),
    ]


def _canaries() -> list[Case]:
    names = ("CanaryFailing", "CanaryNeverSucceeded", "CanaryAbsent")
    there = {CREATED: steady(0, 300), SUSPENDED: steady(0, 300), **REPORTED}
    answered = " ".join(f"{minutes * 60}+0x29" for minutes in range(0, 150, 15))
    return [
        Case("each request is answered", {**there, SUCCESS: answered}, {}, names, "140m"),
        Case(
            "no request was answered for an hour",
            {**there, SUCCESS: steady(0, 300)},
            {"CanaryFailing": 1},
            names[1:],
            "60m",
        ),
        Case("two requests failed", {**there, SUCCESS: steady(0, 300)}, {}, names, "35m"),
        Case("none was ever answered", there, {"CanaryNeverSucceeded": 1}, ("CanaryFailing", "CanaryAbsent"), "60m"),
        Case("it was made a while ago, and two requests failed", there, {}, names, "45m"),
        Case("it is suspended", {**there, SUSPENDED: steady(1, 300)}, {}, names, "140m"),
        Case("it is suspended since", {**there, SUSPENDED: steady(1, 300), SUCCESS: steady(0, 300)}, {}, names, "140m"),
        Case("it was never applied", REPORTED, {"CanaryAbsent": 1}, names[:2], "60m"),
    ]


def _sources() -> list[Case]:
    state = {
        **REPORTED,
        **{
            f'{metric}{{namespace="x"}}': steady(1, 60)
            for metric in (
                "kube_cronjob_created",
                "kube_cronjob_spec_suspend",
                "kube_deployment_status_replicas_ready",
                "kube_node_status_allocatable",
                "kube_node_status_condition",
                "kube_pod_container_state_started",
                "kube_pod_container_status_ready",
                "kube_pod_container_status_restarts_total",
                "kube_pod_container_status_running",
                "kube_statefulset_status_replicas_ready",
            )
        },
    }
    disks = {
        f'node_filesystem_{what}_bytes{{instance="{host}"}}': steady(1, 60)
        for what in ("avail", "size")
        for host in HOSTS
    }
    cards = {
        f'{metric}{{instance="{host}"}}': steady(0, 60)
        for metric in ("DCGM_EXP_XID_ERRORS_COUNT", "DCGM_FI_DEV_GPU_TEMP")
        for host in ("box", "shared")
    }
    names = ("KubeStateMetricsAbsent", "NodeExporterAbsent", "GpuMetricsAbsent")
    everything = {**state, **disks, **cards}
    missing = [
        Case(
            f"{series} is missing",
            {other: values for other, values in everything.items() if other != series},
            {name: 1},
            tuple(other for other in names if other != name),
        )
        for name, some in zip(names, (state, disks, cards), strict=True)
        for series in some
        if not series.startswith("kube_node_info")
    ]
    return [
        Case("every source reports", everything, {}, names),
        Case("no source reports", {}, dict.fromkeys(names, 1)),
        *missing,
    ]
