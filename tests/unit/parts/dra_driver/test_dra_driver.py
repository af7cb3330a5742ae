"""What NVIDIA's DRA driver is given."""

from __future__ import annotations

from tests.unit.fleets import values_of

CHART = "dra-driver-nvidia-gpu"
HOSTS = """
hosts:
  first: {role: server, address: 10.0.0.1}
  claimed: {address: 10.0.0.2, os: %s, gpus: [rtx-5090], allocation: dra}
"""


def test_it_knows_that_no_plugin_gives_out_the_same_cards_and_where_it_runs() -> None:
    assert values_of(CHART, HOSTS % "linux") == {
        "gpuResourcesEnabledOverride": True,
        "nvidiaDriverRoot": "/",
        "resources": {"computeDomains": {"enabled": False}},
        "kubeletPlugin": {"nodeSelector": {"lab.example/gpu-allocation": "dra"}},
    }


def test_it_uses_the_hosts_own_hook_on_nixos() -> None:
    hook = values_of(CHART, HOSTS % "nixos")["nvidiaCDIHookPath"]

    assert hook == "/run/current-system/sw/bin/nvidia-cdi-hook"
