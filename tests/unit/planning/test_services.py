"""What Services tell the fleet's own tools, and services outside."""

from __future__ import annotations

from pyfleet.planning import plan
from pyfleet.planning.types.services import DiscoveryPlan, ExternalServicePlan
from tests.unit.fleets import fleet

HOSTS = "hosts: {box: {role: server, address: 10.0.0.1}}\n"
PREFIX = "discovery: {prefix: club.example}\n"


def told(text: str, rest: str = PREFIX) -> DiscoveryPlan | None:
    return plan(fleet(f"{HOSTS}{rest}workloads: {{it: {{image: a/b:1, {text}}}}}")).workloads[0].discovery


def test_engine_and_model_are_the_workloads() -> None:
    made = told("engine: vllm, model: {id: Qwen/Qwen3-8B}, discovery: {type: llm, basePath: /v1}")

    assert made == DiscoveryPlan("club.example", "llm", "vllm", ("Qwen/Qwen3-8B",), "/v1", None)


def test_what_is_said_wins_over_the_workloads() -> None:
    made = told("engine: vllm, model: {id: Qwen/Qwen3-8B}, discovery: {engine: other, models: [chat]}")

    assert made is not None
    assert (made.engine, made.models) == ("other", ("chat",))


def test_an_engine_that_is_not_known_has_no_name() -> None:
    made = told("ports: {http: 80}, discovery: {type: tts}")

    assert made is not None
    assert made.engine is None


def test_a_workload_that_says_nothing_is_not_announced() -> None:
    assert told("engine: vllm") is None


def test_a_service_outside_is_announced_like_one_inside() -> None:
    text = "services: {lmstudio: {address: 10.0.0.9, port: 1234, type: llm, apiKeySecret: key}}"

    assert plan(fleet(f"{HOSTS}{PREFIX}{text}")).services == (
        ExternalServicePlan(
            name="lmstudio",
            namespace="default",
            address="10.0.0.9",
            port=1234,
            discovery=DiscoveryPlan("club.example", "llm", None, (), None, "key"),
        ),
    )


def test_the_namespace_of_a_service_outside_is_made() -> None:
    text = "services: {lmstudio: {address: 10.0.0.9, port: 1234, namespace: outside}}"

    assert plan(fleet(f"{HOSTS}{text}")).namespaces == ("outside",)
