# ruff: noqa: F821 (the driver and prelude.py bring names)
from functools import partial
from pathlib import Path

K3S = Unit("k3s.service")
NFS = Unit("nfs-server.service")
GPU = Resource("nvidia.com/gpu")
PLUGIN = Object("daemonset/kube-system/nvidia-device-plugin")
TABBYAPI = Object("deployment/ai-inference/tabbyapi")
COMFYUI = Object("deployment/ai-workloads/comfyui")
OLLAMA = Object("deployment/ai-workloads/ollama")
GPT_SOVITS = Object("deployment/ai-workloads/gpt-sovits")
MOCHI = Object("deployment/ai-workloads/mochi")
TRAINING = Object("job/ai-workloads/lora-training-emilie")
ALWAYS = [TABBYAPI, COMFYUI, OLLAMA]
SERVICES: dict[Object, Port] = {
    Object("service/ai-inference/tabbyapi"): Port(5000),
    Object("service/ai-workloads/comfyui"): Port(8188),
    Object("service/ai-workloads/ollama"): Port(11434),
}

PLAN: dict[str, dict[str, Any]] = {
    each["workload"]: each for each in json.loads(Path(FACTS["more"]["plan"]).read_text())["workloads"]
}


def plan_of(workload: Object) -> dict[str, Any]:
    """What `pyfleet plan` says of a workload."""
    return PLAN[workload.rpartition("/")[2]]


def phases(workload: Object) -> list[str]:
    """The phases of a workload's pods, but for those that are being deleted."""
    return [
        each["status"]["phase"] for each in pods_of(hydra_ai, workload) if "deletionTimestamp" not in each["metadata"]
    ]


def cards_of(name: Name) -> str | None:
    """How many cards a node has to give."""
    count: str | None = node(hydra_ai, name)["status"]["allocatable"].get(GPU)
    return count


def scale(workload: Object, replicas: int) -> None:
    """Start or stop a workload that runs on demand."""
    kubectl(hydra_ai, f"scale --replicas={replicas} {address_of(workload)}")


start_all()
give_token(hydra_ai, hydra_compute)
wait_for(unraid, NFS)
wait_for(hydra_ai, K3S)
wait_for(hydra_compute, K3S)
wait_for_nodes(hydra_ai, [Name("hydra-ai"), Name("hydra-compute")])

with subtest("the rendered tree is applied whole"):
    # The charts of platform services are on the internet, so the kinds that they bring are made first.
    kubectl(hydra_ai, f"apply --server-side -f {FACTS['more']['kinds']}")
    hydra_ai.wait_until_succeeds(f"k3s kubectl apply --server-side -k {FACTS['more']['tree']}", timeout=SOON)
    wait_for_rollout(hydra_ai, PLUGIN, BOOT)

with subtest("each host offers its cards"):
    for name, planned in FACTS["nodes"].items():
        count = planned["labels"][f"{FACTS['domain']}/gpu-count"]
        eventually(
            count,
            partial(cards_of, name),
            f"cards of {name}",
        )

with subtest("what runs always passes its probes, on the host and with the cards of the plan"):
    for workload in ALWAYS:
        wait_for_rollout(hydra_ai, workload, BOOT)
        plan = plan_of(workload)
        equal(plan["runs"], "always", f"{workload} by the plan")
        (each,) = pods_of(hydra_ai, workload)
        equal(each["spec"]["nodeName"], plan["host"], f"host of {workload}")
        namespace = each["metadata"]["namespace"]
        cards = hydra_ai.succeed(in_pod(each["metadata"]["name"], "cards", namespace)).split()
        equal(len(cards), len(plan["cards"]), f"number of cards of {workload}")

with subtest("the plan knows of nothing else that runs always"):
    planned_always = {name for name, each in PLAN.items() if each["runs"] == "always"}
    equal(planned_always, {workload.rpartition("/")[2] for workload in ALWAYS}, "workloads that run always")

with subtest("services answer, and only on their port"):
    apply(hydra_ai, pod("client"))
    wait_for_pod(hydra_ai, "client")
    for service, port in SERVICES.items():
        address = get(hydra_ai, service)["spec"]["clusterIP"]
        answer = json.loads(hydra_ai.succeed(in_pod("client", f"fetch {address} {port} /health")))
        equal(answer["port"], port, f"port that answers for {service}")
        hydra_ai.fail(in_pod("client", f"fetch {address} {NOBODYS_PORT} /"))

with subtest("what runs on demand or from a queue does not run unasked"):
    for workload in (GPT_SOVITS, MOCHI):
        equal(phases(workload), [], f"pods of {workload}")
    equal(phases(TRAINING), [], "pods of the training job, which nothing lets begin")

with subtest("what waits for cards by the plan waits"):
    equal(plan_of(MOCHI)["waitsFor"], ["tabbyapi"], "what mochi waits for by the plan")
    scale(MOCHI, 1)
    eventually(["Pending"], lambda: phases(MOCHI), "pods of mochi while tabbyapi has all cards")
    scale(TABBYAPI, 0)
    eventually(["Running"], lambda: phases(MOCHI), "pods of mochi once tabbyapi is gone", BOOT)
    (each,) = pods_of(hydra_ai, MOCHI)
    equal(each["spec"]["nodeName"], plan_of(MOCHI)["host"], "host of mochi")
    # Of the host's unlike cards it is given the one that the plan names.
    holds(plan_of(MOCHI)["pinned"], "mochi is pinned by the plan")
    equal(
        hydra_ai.succeed(in_pod(each["metadata"]["name"], "cards", each["metadata"]["namespace"])).split(),
        [f"nvidia{card['index']}" for card in plan_of(MOCHI)["cards"]],
        "card of mochi",
    )

with subtest("what outranks another by the plan takes its card"):
    equal(plan_of(GPT_SOVITS)["preempts"], ["ollama"], "what gpt-sovits preempts by the plan")
    scale(GPT_SOVITS, 1)
    eventually(["Running"], lambda: phases(GPT_SOVITS), "pods of gpt-sovits", BOOT)
    eventually(["Pending"], lambda: phases(OLLAMA), "pods of ollama, whose card it took")
    equal(phases(COMFYUI), ["Running"], "pods of comfyui, which ranks higher")
