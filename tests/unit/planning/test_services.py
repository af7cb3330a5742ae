"""What Services announce to the fleet's own tools, and services outside."""

from __future__ import annotations

from pyfleet.planning.types.services import DiscoveryPlan
from tests.unit.fleets import planned

HOSTS = "hosts: {box: {role: server, address: 10.0.0.1}}\n"
PREFIX = "discovery: {prefix: club.example}\n"


def announced(text: str, rest: str = PREFIX) -> DiscoveryPlan | None:
    return planned(f"{HOSTS}{rest}workloads: {{it: {{image: a/b:1, {text}}}}}").workloads[0].discovery


def test_engine_and_model_are_the_workloads() -> None:
    made = announced("engine: vllm, model: {id: Qwen/Qwen3-8B}, discovery: {type: llm, basePath: /v1}")

    assert made == DiscoveryPlan("club.example", "llm", "vllm", ("Qwen/Qwen3-8B",), "/v1", None)


def test_what_is_stated_wins_over_the_workloads() -> None:
    made = announced("engine: vllm, model: {id: Qwen/Qwen3-8B}, discovery: {engine: other, models: [chat]}")

    assert made is not None
    assert (made.engine, made.models) == ("other", ("chat",))


def test_an_engine_that_is_not_known_has_no_name() -> None:
    made = announced("ports: {http: 80}, discovery: {type: tts}")

    assert made is not None
    assert made.engine is None


def test_a_workload_that_says_nothing_is_not_announced() -> None:
    assert announced("engine: vllm") is None


def test_a_service_outside_is_announced_like_one_inside() -> None:
    text = "services: {lmstudio: {address: 10.0.0.9, port: 1234, type: llm, apiKeySecret: key}}"
    (service,) = planned(f"{HOSTS}{PREFIX}{text}").services

    assert (service.name, service.spec.address, service.spec.port) == ("lmstudio", "10.0.0.9", 1234)
    assert service.discovery == DiscoveryPlan("club.example", "llm", None, (), None, "key")


def test_the_namespace_of_a_service_outside_is_made() -> None:
    text = "services: {lmstudio: {address: 10.0.0.9, port: 1234, namespace: outside}}"

    assert planned(f"{HOSTS}{text}").namespaces == ("outside",)
