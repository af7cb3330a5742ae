# ruff: noqa: F821 (the driver and prelude.py bring names)
from functools import partial

K3S = Unit("k3s.service")
RECONCILE = Unit("fleet-reconcile-nodes.service")
TIMER = Unit("fleet-reconcile-nodes.timer")
SERVER, AGENT = Name("hydra-ai"), Name("hydra-compute")

hydra_ai.start(allow_reboot=True)
hydra_compute.start(allow_reboot=True)

with subtest("k3s waits for its token"):
    hydra_ai.wait_until_succeeds(f"systemctl show --property=ActiveState --value {K3S} | grep --quiet activating")
    hydra_ai.succeed("sleep 10")
    holds(not is_active(hydra_ai, K3S), "k3s waits without its token")
    give_token(hydra_ai, hydra_compute)
    wait_for(hydra_ai, K3S)
    wait_for(hydra_compute, K3S)

with subtest("both nodes are ready, and no other"):
    wait_for_nodes(hydra_ai, [SERVER, AGENT])

with subtest("addresses, labels and taints are exactly those planned"):
    for name, planned in FACTS["nodes"].items():
        addresses = [
            each["address"] for each in node(hydra_ai, name)["status"]["addresses"] if each["type"] == "InternalIP"
        ]
        equal(addresses, [planned["address"]], f"address of {name}")
        eventually(planned["labels"], partial(planned_labels, hydra_ai, name), f"labels of {name}")
        eventually(set(planned["taints"]), partial(planned_taints, hydra_ai, name), f"taints of {name}")

with subtest("a label that is lost comes back, one of somebody else stays"):
    hydra_ai.succeed(f"systemctl stop {TIMER}")
    kubectl(hydra_ai, f"label node {AGENT} {Label('hydra.io/workload')}- example.com/own=kept")
    holds(planned_labels(hydra_ai, AGENT) != FACTS["nodes"][AGENT]["labels"], "a label is gone")
    hydra_ai.succeed(f"systemctl start {RECONCILE}")
    equal(planned_labels(hydra_ai, AGENT), FACTS["nodes"][AGENT]["labels"], "labels after reconciling")
    equal(node(hydra_ai, AGENT)["metadata"]["labels"].get("example.com/own"), "kept", "label of somebody else")
    hydra_ai.succeed(f"systemctl start {TIMER}")

with subtest("the group may read the kubeconfig, others may not"):
    equal(FACTS["more"]["hasAdminTools"], {SERVER: True, AGENT: False}, "hosts with tools for admins")
    hydra_ai.succeed("su --login member --command 'kubectl get nodes'")
    hydra_ai.fail("su --login guest --command 'kubectl get nodes'")

for name in (SERVER, AGENT):
    apply(hydra_ai, pod(f"on-{name}", nodeName=name))


def pod_address(name: Name) -> str:
    """The address of the pod on a host; after a boot it has another one."""
    return str(wait_for_pod(hydra_ai, f"on-{name}")["status"]["podIP"])


def who_answers(source: Name, target: Name) -> str:
    """The name that the pod on one host hears when it asks the pod on another, by way of `kubectl exec`."""
    fetch = in_pod(f"on-{source}", f"fetch {pod_address(target)} {STAND_IN_PORT} /any/path")
    return str(json.loads(hydra_ai.succeed(fetch))["name"])


def traffic() -> None:
    """Each pod reaches the other by flannel; what nobody serves is not reached."""
    for source, target in ((SERVER, AGENT), (AGENT, SERVER)):
        eventually(f"on-{target}", partial(who_answers, source, target), f"who answers {source}", BOOT)
        hydra_ai.fail(in_pod(f"on-{source}", f"fetch {pod_address(target)} {NOBODYS_PORT} /"))
    # Hosts reach pods of other hosts as well.
    hydra_compute.succeed(f"curl --fail --silent --max-time 5 http://{pod_address(SERVER)}:{STAND_IN_PORT}/")


with subtest("pods of both nodes reach each other"):
    traffic()


def boot_id(name: Name) -> str:
    """The boot that a node's kubelet reported last."""
    return str(node(hydra_ai, name)["status"]["nodeInfo"]["bootID"])


for name, machine in ((AGENT, hydra_compute), (SERVER, hydra_ai)):
    with subtest(f"{name} comes back from a reboot"):
        before = machine.succeed("cat /proc/sys/kernel/random/boot_id").strip()
        equal(boot_id(name), before, "boot that the node reported")
        machine.reboot()
        give_token(machine)
        wait_for(machine, K3S)
        after = machine.succeed("cat /proc/sys/kernel/random/boot_id").strip()
        holds(after != before, "the machine has booted")
        wait_for(hydra_ai, K3S)
        eventually(after, partial(boot_id, name), "boot that the node reported", BOOT)
        wait_for_nodes(hydra_ai, [SERVER, AGENT])
        traffic()
