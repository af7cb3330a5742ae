"""What follows from a workload's entry."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfleet.planning.types.workloads import WorkloadPlan
from tests.unit.fleets import planned

HOSTS = "hosts: {box: {role: server, address: 10.0.0.1, gpus: [rtx-4090]}}\n"


def workload(text: str, rest: str = "") -> WorkloadPlan:
    return planned(f"{HOSTS}workloads: {{it: {{image: a/b:1, {text}}}}}\n{rest}").workloads[0]


@given(seconds=st.integers(1, 7200))
def test_the_startup_budget_is_never_under_the_stated_time(seconds: int) -> None:
    probe = workload(f"ports: {{http: 80}}, startup: {seconds}s").startup

    assert probe is not None
    assert probe.period * probe.failure_threshold >= seconds


def test_a_pod_that_holds_a_card_or_a_host_port_is_recreated_not_rolled() -> None:
    strategies = [
        workload(text).strategy
        for text in ("gpu: {}", "ports: {http: 80}, expose: {hostPort: 8080}", "ports: {http: 80}")
    ]

    assert strategies == ["Recreate", "Recreate", "RollingUpdate"]


def test_storage_for_one_writer_is_not_written_by_two() -> None:
    made = planned("""
hosts: {box: {role: server, address: 10.0.0.1}}
storage:
  data: {class: local-path, size: 1Gi}
  shared: {nfs: {server: 10.0.0.8, path: /x}, size: 1Gi, access: ReadWriteMany}
workloads:
  one: {image: a/b:1, volumes: {/data: data}}
  two: {image: a/b:1, volumes: {/data: shared}}
""")

    assert {each.name: each.strategy for each in made.workloads} == {"one": "Recreate", "two": "RollingUpdate"}


def test_every_pod_has_a_bound_of_memory() -> None:
    bounds = [
        workload(text).limits["memory"]
        for text in (
            "ports: {}",
            "gpu: {}",
            "resources: {requests: {memory: 3Gi}}",
            "resources: {limits: {memory: 100Mi}}",
        )
    ]

    assert bounds == ["1Gi", "8Gi", "6Gi", "100Mi"]


def test_a_bound_below_the_usual_request_lowers_the_request() -> None:
    assert workload("resources: {limits: {memory: 100Mi}}").requests["memory"] == "100Mi"


def test_shared_memory_is_added_to_the_bound_because_it_is_charged_to_the_pod() -> None:
    assert workload("engine: vllm").limits["memory"] == "24Gi"


def test_a_gpu_pod_always_has_a_runtime_class() -> None:
    """One fleet's pod ran without, saw its card in `kubectl describe`, and computed on the CPU."""
    assert workload("gpu: {}").runtime_class == "nvidia-cdi"


def test_a_host_that_is_not_nixos_uses_the_runtime_class_that_k3s_makes() -> None:
    made = planned("""
hosts: {box: {role: server, address: 10.0.0.1}, spark: {address: 10.0.0.2, os: linux, gpus: [gb10]}}
workloads: {it: {image: a/b:1, gpu: {}}}
""")

    assert made.workloads[0].runtime_class == "nvidia"


def test_a_changed_file_changes_the_digest_that_rolls_the_pods() -> None:
    one, two = (workload(f"files: {{/etc/it.conf: {text}}}").files_digest for text in ("x", "y"))

    assert one != two


def test_files_of_one_name_keep_apart() -> None:
    assert workload("files: {/a/it.conf: x, /b/it.conf: y, /c/other: z}").files == {
        "a_it.conf": "x",
        "b_it.conf": "y",
        "other": "z",
    }


def test_local_storage_ties_its_workload_to_the_host_that_has_it() -> None:
    made = planned("""
hosts: {box: {role: server, address: 10.0.0.1}, disk: {address: 10.0.0.2}}
storage: {data: {local: {host: disk, path: /srv}, size: 1Gi}}
workloads: {it: {image: a/b:1, volumes: {/data: data}}}
""")

    assert made.workloads[0].node_selector == {"kubernetes.io/hostname": "disk"}


def test_a_store_used_in_two_namespaces_gets_a_volume_for_each() -> None:
    """A volume is bound by one claim; the second claim would wait for ever."""
    made = planned("""
hosts: {box: {role: server, address: 10.0.0.1}}
storage: {models: {nfs: {server: 10.0.0.8, path: /models}, size: 1Ti, access: ReadOnlyMany}}
workloads:
  one: {image: a/b:1, namespace: a, volumes: {/models: models}}
  two: {image: a/b:1, namespace: b, volumes: {/models: models/sub}}
""")

    assert [(store.namespace, store.volume) for store in made.storage] == [
        ("a", "a-models"),
        ("b", "b-models"),
    ]


TWO_ARCHITECTURES = """
hosts:
  box: {role: server, address: 10.0.0.1, gpus: [rtx-4090]}
  spark: {address: 10.0.0.2, os: linux, system: aarch64-linux, gpus: [gb10]}
"""


def images_and_architectures(text: str) -> tuple[str, str | None]:
    made = planned(f"{TWO_ARCHITECTURES}workloads: {{it: {{{text}}}}}").workloads[0]
    return made.image, made.node_selector.get("kubernetes.io/arch")


def test_a_pod_never_lands_where_its_image_does_not_run() -> None:
    """One pod template has one image: with one for each architecture, the pod is tied to that of its image."""
    both = "images: {arm64: a/b:arm, amd64: a/b:amd}"

    assert images_and_architectures(both) == ("a/b:arm", "arm64")
    assert images_and_architectures("images: {amd64: a/b:amd}") == ("a/b:amd", "amd64")
    assert images_and_architectures(f"{both}, gpu: {{product: rtx-4090}}") == ("a/b:amd", "amd64")
    assert images_and_architectures(f"{both}, host: spark") == ("a/b:arm", None)
    assert images_and_architectures("image: a/b:1") == ("a/b:1", None)
    assert images_and_architectures("images: {arm64: a/b:1, amd64: a/b:1}") == ("a/b:1", None)


def test_a_known_image_for_one_architecture_keeps_to_it() -> None:
    image = "image: ghcr.io/theroyallab/tabbyapi:cu13, engine: tabbyapi, gpu: {memory: 8Gi}"

    assert images_and_architectures(image)[1] == "amd64"


def test_mps_brings_its_own_dev_shm() -> None:
    """Two volumes at one path: the engine's would hide that of MPS, or the other way round."""
    text = """
hosts:
  shared: {role: server, address: 10.0.0.1, gpus: [rtx-4090], sharing: {mps: 3}}
  sliced: {address: 10.0.0.2, gpus: [rtx-3090], sharing: {timeSlicing: 4}}
workloads:
  on-shared: {engine: vllm, image: a/b:1, gpu: {memory: 4Gi}, host: shared}
  on-sliced: {engine: vllm, image: a/b:1, gpu: {memory: 4Gi}, host: sliced}
"""
    mounted = [[mount.path for mount in each.mounts] for each in planned(text).workloads]

    assert mounted == [[], ["/dev/shm"]]  # noqa: S108


@pytest.mark.parametrize(
    ("platform", "given", "args"),
    [
        ("monitoring: {prometheus: {}}", "", ("--metrics",)),
        ("monitoring: {prometheus: {}}", ", args: [--metrics, -v]", ("--metrics", "-v")),
        ("monitoring: {prometheus: {}}", ", command: [sh, -c, exec server]", ()),
        ("", "", ()),
    ],
)
def test_an_engine_is_asked_to_expose_metrics_where_somebody_reads_them(
    platform: str, given: str, args: tuple[str, ...]
) -> None:
    text = f"{HOSTS}platform: {{{platform}}}\nworkloads: {{it: {{engine: llama-cpp, image: a/b:1{given}}}}}"

    assert planned(text).workloads[0].args == args


def test_a_variable_from_a_secret_takes_the_place_of_the_engines_own() -> None:
    (workload,) = planned("""
hosts: {box: {role: server, address: 10.0.0.1}}
engines: {own: {env: {MODE: fast, LEVEL: "3"}}}
workloads: {it: {engine: own, image: a/b:1, secrets: {MODE: it/mode}}}
""").workloads

    assert (workload.env, workload.secret_env) == ({"LEVEL": "3"}, {"MODE": ("it", "mode")})
