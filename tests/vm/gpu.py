# ruff: noqa: F821 (the driver and prelude.py bring names)
K3S = Unit("k3s.service")
LISTER = Unit("nvidia-container-toolkit-cdi-generator.service")
BOX = Name("box")
GPU = Resource("nvidia.com/gpu")
PLUGIN = Object("daemonset/kube-system/nvidia-device-plugin")
RUNTIME = Object("runtimeclass/nvidia-cdi")
CONFIGURATIONS = Object("configmap/kube-system/nvidia-device-plugin")
CONFIGURATION = Label("nvidia.com/device-plugin.config")
CARDS = int(FACTS["more"]["cards"])
TREE = FACTS["more"]["tree"]
HANDLER = FACTS["more"]["handler"]


def has_runtime(configuration: str, name: str) -> bool:
    """Whether containerd's configuration has a table for a runtime, in whatever quotes."""
    return re.search(rf"runtimes\.['\"]?{re.escape(name)}['\"]?\]", configuration) is not None


box.start()
give_token(box)
wait_for(box, K3S)
wait_for_nodes(box, [BOX])

with subtest("the list of cards was written before k3s started"):
    holds(is_active(box, LISTER), "the lister of cards has run")
    specification = json.loads(box.succeed("cat /var/run/cdi/nvidia-container-toolkit.json"))
    equal(len(specification["devices"]), CARDS + 1, "devices: each card, and `all`")

with subtest("k3s gave its containerd NVIDIA's runtime"):
    configuration = box.succeed("cat /var/lib/rancher/k3s/agent/etc/containerd/config.toml")
    holds(has_runtime(configuration, HANDLER), f"containerd has a runtime {HANDLER}")
    holds(not has_runtime(configuration, "no-such-runtime"), "containerd has no runtime that nobody made")

with subtest("without the plugin there are no cards to ask for"):
    holds(GPU not in node(box, BOX)["status"]["capacity"], "the node has no cards to give")

with subtest("the rendered plugin offers each card as often as the fleet shares it"):
    for app in ("runtime-classes", "nvidia-device-plugin"):
        kubectl(box, f"apply --server-side -k {TREE}/{app}")
    equal(get(box, RUNTIME)["handler"], HANDLER, "what the rendered RuntimeClass asks containerd for")
    wait_for_rollout(box, PLUGIN)
    # The label names the configuration, and the configuration says how many share a card.
    chosen = node(box, BOX)["metadata"]["labels"][CONFIGURATION]
    replicas = int(chosen.rpartition("-")[2])
    holds(f"replicas: {replicas}" in get(box, CONFIGURATIONS)["data"][chosen], f"{chosen} has {replicas} replicas")
    eventually(str(CARDS * replicas), lambda: node(box, BOX)["status"]["allocatable"].get(GPU), "shares of cards")


def asking(count: int) -> dict[str, Any]:
    """Resources of a container that asks for shares of cards."""
    return {"resources": {"limits": {GPU: str(count)}}}


def cards_in(name: str) -> list[str]:
    """The cards that a pod's container sees."""
    return box.succeed(in_pod(name, "cards")).split()


with subtest("a pod that asks gets one card, and what the list says of that card"):
    apply(box, pod("asking", runtimeClassName="nvidia-cdi", container=asking(1)))
    wait_for_pod(box, "asking")
    (card,) = cards_in("asking")
    index = card.removeprefix("nvidia")
    running = json.loads(box.succeed("k3s crictl ps --name stand-in --output=json"))["containers"]
    (container,) = [each["id"] for each in running if each["labels"]["io.kubernetes.pod.name"] == "asking"]
    pid = json.loads(box.succeed(f"k3s crictl inspect {container}"))["info"]["pid"]
    variables = box.succeed(f"tr '\\0' '\\n' </proc/{pid}/environ").split()
    holds(f"NVIDIA_VISIBLE_DEVICES={index}" in variables, "the container has the plugin's variable")
    holds(f"STAND_IN_CARD_{index}=present" in variables, "the container has the list's variable")

with subtest("a pod that does not ask gets none"):
    apply(box, pod("modest", runtimeClassName="nvidia-cdi"))
    apply(box, pod("plain"))
    for name in ("modest", "plain"):
        wait_for_pod(box, name)
        equal(cards_in(name), [], f"cards in {name}")

with subtest("a pod that asks, but not for the runtime, gets none"):
    apply(box, pod("without-runtime", container=asking(1)))
    wait_for_pod(box, "without-runtime")
    equal(cards_in("without-runtime"), [], "cards in a container of the default runtime")

with subtest("two shares are not one card twice as large"):
    apply(box, pod("greedy", runtimeClassName="nvidia-cdi", restartPolicy="Never", container=asking(2)))
    eventually(
        "UnexpectedAdmissionError",
        lambda: json.loads(kubectl(box, "get pod/greedy -o json"))["status"].get("reason"),
        "what became of a pod that asks for two shares",
    )

with subtest("no more pods than shares"):
    for number in range(CARDS * replicas):
        apply(box, pod(f"crowd-{number}", runtimeClassName="nvidia-cdi", container=asking(1)))
    # Two shares are taken already.
    eventually(
        2,
        lambda: sum(
            each["metadata"]["name"].startswith("crowd-") and each["status"]["phase"] == "Pending"
            for each in listed(box, "pods")
        ),
        "pods that wait for a share",
    )
