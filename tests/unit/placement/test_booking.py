"""CPUs, main memory and pods of hosts: who has room, and who is told that there is none."""

from __future__ import annotations

import pytest

from pyfleet.placement import Placement, place
from tests.unit.fleets import planned, resolved

GIB = 2**30
TWO = """
hosts:
  large: {role: server, address: 10.0.0.1, cpus: 32, memory: 128Gi, gpus: [rtx-4090]}
  small: {address: 10.0.0.2, cpus: 8, memory: 16Gi, gpus: [rtx-4090]}
"""
SPARK = """
hosts:
  spark:
    role: server
    os: linux
    system: aarch64-linux
    address: 10.0.0.1
    memory: MEMORY
    gpus: [gb10]
    sharing: {timeSlicing: 4}
"""


def placed(text: str) -> Placement:
    return place(resolved(text))


def hosts_of(text: str) -> dict[str, str]:
    return {row.workload: row.host for row in placed(text).assignments}


def reasons(text: str) -> dict[str, tuple[str, str]]:
    return {each.workload: (each.reason, each.resource) for each in placed(text).unplaced}


def requesting(memory: str, more: str = "gpu: {}") -> str:
    return f"{{image: a/b:1, {more}, resources: {{requests: {{memory: {memory}}}}}}}"


def test_a_pod_goes_where_its_memory_is() -> None:
    """The plain order would give the small host to the first, and then the second had nowhere to go."""
    text = f"{TWO}workloads: {{a: {requesting('8Gi')}, b: {requesting('100Gi')}}}"

    assert hosts_of(text) == {"a": "small", "b": "large"}


def test_where_memory_decides_a_pod_is_tied_to_the_planned_host() -> None:
    """The scheduler would put `a` on the large host, which is emptier, and `b` would stay Pending."""
    plan = planned(f"{TWO}workloads: {{a: {requesting('8Gi')}, b: {requesting('100Gi')}}}")

    tied = {each.name: each.node_selector.get("kubernetes.io/hostname") for each in plan.workloads}
    assert tied == {"a": "small", "b": "large"}


def test_where_memory_is_plenty_the_scheduler_may_choose() -> None:
    plan = planned(f"{TWO}workloads: {{a: {requesting('8Gi')}, b: {requesting('9Gi')}}}")

    assert all("kubernetes.io/hostname" not in each.node_selector for each in plan.workloads)


def test_pods_without_cards_that_are_tied_to_a_host_are_booked_first() -> None:
    index = requesting("100Gi", "host: large")
    text = f"{TWO}workloads: {{index: {index}, a: {requesting('8Gi')}, b: {requesting('40Gi')}}}"

    assert reasons(text) == {"b": ("full", "memory")}


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ("resources: {requests: {cpu: '33'}}", ("too much", "cpu")),
        ("host: small, resources: {requests: {memory: 17Gi}}", ("too much", "memory")),
        ("kind: Job, resources: {requests: {memory: 200Gi}}", ("too much", "memory")),
        ("replicas: 0, host: small, resources: {requests: {cpu: '9'}}", ("too much", "cpu")),
        ("replicas: 9, resources: {requests: {cpu: '5'}}", ("full", "cpu")),
        ("replicas: 250, resources: {requests: {cpu: 1m, memory: 1Mi}}", ("full", "pods")),
    ],
)
def test_a_pod_without_cards_needs_room_too(more: str, reason: tuple[str, str]) -> None:
    assert reasons(f"{TWO}workloads: {{it: {{image: a/b:1, {more}}}}}") == {"it": reason}


def test_free_pods_find_an_arrangement_where_there_is_one() -> None:
    """First fit in the order of the file would put both small ones on the small host, and leave 12 GiB nowhere."""
    names = {"a": "4Gi", "b": "60Gi", "c": "12Gi", "d": "11Gi", "e": "56Gi"}
    text = ", ".join(f"{name}: {requesting(memory, 'replicas: 1')}" for name, memory in names.items())

    assert reasons(f"{TWO.replace('16Gi', '17Gi')}workloads: {{{text}}}") == {}


def test_hosts_that_do_not_say_have_enough() -> None:
    hosts = "hosts: {it: {role: server, address: 10.0.0.1, gpus: [rtx-4090]}}\n"
    cpu = "{image: a/b:1, resources: {requests: {cpu: '500'}}}"

    assert reasons(f"{hosts}workloads: {{a: {requesting('900Gi')}, b: {cpu}}}") == {}


ONE = "hosts: {it: {role: server, address: 10.0.0.1, memory: 64Gi, gpus: [rtx-4090, rtx-4090]}}\n"


def test_what_takes_turns_makes_others_stop_for_their_memory() -> None:
    train = requesting("40Gi", "gpu: {memory: 8Gi}, kind: Job, priority: high")
    text = f"{ONE}priorities: {{high: 10}}\nworkloads: {{llm: {requesting('30Gi')}, train: {train}}}"
    (_, row) = placed(text).assignments

    assert (row.workload, row.preempts) == ("train", ("llm",))


@pytest.mark.parametrize(("priority", "lacking"), [("high", {}), ("low", {"j": ("full", "memory")})])
def test_a_job_without_cards_makes_less_important_pods_stop(priority: str, lacking: dict[str, tuple[str, str]]) -> None:
    hosts = "hosts: {it: {role: server, address: 10.0.0.1, memory: 64Gi}}\npriorities: {high: 10, low: 1}\n"
    job = requesting("40Gi", f"kind: Job, priority: {priority}")
    web = requesting("40Gi", "host: it, priority: low")

    assert reasons(f"{hosts}workloads: {{web: {web}, j: {job}}}") == lacking


def test_free_pods_leave_room_for_what_takes_turns() -> None:
    hosts = ONE.rstrip()[:-1] + ", nuc: {address: 10.0.0.2, memory: 32Gi}}\n"
    text = f"{hosts}workloads: {{llm: {requesting('20Gi')}, t: {requesting('40Gi', 'gpu: {}, kind: Job')}, w: WEB}}"

    assert reasons(text.replace("WEB", requesting("30Gi", "replicas: 1"))) == {}
    assert reasons(text.replace("WEB", requesting("40Gi", "replicas: 1"))) == {"t": ("full", "memory")}


@pytest.mark.parametrize(
    ("memory", "left_over"),
    [("119Gi", ["c"]), ("110Gi", ["c"]), ("128Gi", ["c"]), ("128G", ["c"])],
)
def test_with_unified_memory_gpu_memory_and_requests_share_one_pool(memory: str, left_over: list[str]) -> None:
    """Whatever is printed on the box, CUDA sees 121.6 GiB of a GB10."""
    sizes = {"a": "44Gi", "b": "40Gi", "c": "24Gi"}
    text = ", ".join(f"{name}: {requesting('5Gi', f'gpu: {{memory: {size}}}')}" for name, size in sizes.items())

    assert list(reasons(SPARK.replace("MEMORY", memory) + f"workloads: {{{text}}}")) == left_over


def test_what_has_a_card_to_itself_counts_with_its_request() -> None:
    spark = SPARK.replace("MEMORY", "119Gi").replace("    sharing: {timeSlicing: 4}\n", "")

    assert reasons(f"{spark}workloads: {{a: {requesting('8Gi')}}}") == {}


def test_a_host_has_what_is_booked_of_it() -> None:
    spark = SPARK.replace("MEMORY", "119Gi")
    made = placed(
        f"{spark}workloads: {{a: {requesting('5Gi', 'gpu: {memory: 40Gi}')}, web: {requesting('2Gi', 'replicas: 2')}}}"
    )
    (use,) = made.hosts

    platform = 2 * 70 * 2**20 + 2 * 64 * 2**20  # CoreDNS and metrics-server, the device plugin's two containers
    assert (use.gpu_memory, use.booked.memory) == (40 * GIB, 9 * GIB + platform)
    assert use.workloads == ("web", "a")


def test_the_platform_may_find_no_room() -> None:
    hosts = "hosts: {it: {role: server, address: 10.0.0.1, memory: 8Gi}, b: {address: 10.0.0.2, memory: 8Gi}}\n"
    both = ", ".join(f"{host}: {requesting('7.9Gi', f'host: {host}')}" for host in ("it", "b"))
    made = placed(f"{hosts}platform: {{monitoring: {{prometheus: {{}}}}}}\nworkloads: {{{both}}}")

    assert "prometheus" in {each.name for each in made.crowded}
    assert made.unplaced == ()


def test_a_taint_sends_a_free_workload_elsewhere() -> None:
    text = TWO.replace("memory: 16Gi,", 'memory: 16Gi, taints: ["dedicated=x:NoSchedule"],')

    assert hosts_of(f"{text}workloads: {{a: {requesting('8Gi')}}}") == {"a": "large"}
    assert hosts_of(f"{text}workloads: {{a: {requesting('8Gi', 'gpu: {}, host: small')}}}") == {"a": "small"}
    assert reasons(f"{text}workloads: {{a: {requesting('8Gi')}, b: {requesting('8Gi')}}}") == {"b": ("taken", "")}


def test_a_preference_only_orders_the_hosts() -> None:
    text = TWO.replace("memory: 16Gi,", 'memory: 16Gi, taints: ["slow:PreferNoSchedule"],')

    assert hosts_of(f"{text}workloads: {{a: {requesting('8Gi')}, b: {requesting('8Gi')}}}") == {
        "a": "large",
        "b": "small",
    }


def test_who_could_use_a_host_with_a_taint_is_told_so() -> None:
    text = TWO.replace("memory: 16Gi,", 'memory: 16Gi, taints: ["dedicated=x:NoSchedule"],')
    (unplaced,) = placed(f"{text}workloads: {{a: {requesting('8Gi')}, b: {requesting('8Gi')}}}").unplaced

    assert unplaced.hint.endswith("; with `tolerations` it could be on small too")


def test_of_images_for_two_architectures_the_one_without_taint_is_chosen() -> None:
    hosts = (
        "hosts: {arm: {role: server, system: aarch64-linux, address: 10.0.0.1, taints: ['own:NoSchedule']}, "
        "amd: {address: 10.0.0.2}}\n"
    )
    (plan,) = planned(f"{hosts}workloads: {{it: {{images: {{arm64: 'a/b:1', amd64: 'a/c:1'}}}}}}").workloads

    assert plan.image == "a/c:1"
