"""Which workloads are scraped, and how."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.fleets import named, objects

BOX = "hosts: {box: {role: server, address: 10.0.0.1, gpus: [rtx-4090], memory: 64Gi}}\n"
MONITORED = "platform: {monitoring: {%s: {}}}\n"
PROMETHEUS = MONITORED % "prometheus"
LLAMA = "workloads: {it: {engine: llama-cpp, namespace: ai, image: 'a/b:1'%s}}"
KEY = ", secrets: {LLAMA_API_KEY: llama/key}"


def scrape(text: str, workload: str = "it") -> dict[str, Any] | None:
    made = named(objects(BOX + text, f"workloads/{workload}"))
    return next((body for name, body in made.items() if name.startswith(("ServiceMonitor", "VMServiceScrape"))), None)


def test_workloads_whose_engine_exposes_metrics_are_scraped_and_jobs_are_not() -> None:
    text = f"""
{PROMETHEUS}
engines: {{counted: {{ports: {{http: 80, admin: 81}}, metrics: {{path: /counts, port: admin}}}}}}
workloads:
  vllm: {{engine: vllm, image: "a/b:1"}}
  own: {{engine: counted, image: "a/b:1"}}
  ollama: {{engine: ollama}}
  batch: {{engine: vllm, kind: Job, image: "a/b:1"}}
"""
    found = {name: scrape(text, name) for name in ("vllm", "own", "ollama", "batch")}
    endpoints = {name: body["spec"]["endpoints"][0] for name, body in found.items() if body}

    assert {name: (each["port"], each["path"]) for name, each in endpoints.items()} == {
        "own": ("admin", "/counts"),
        "vllm": ("http", "/metrics"),
    }


@pytest.mark.parametrize(
    ("stack", "api", "kind"),
    [
        ("prometheus", "monitoring.coreos.com/v1", "ServiceMonitor"),
        ("victoriaMetrics", "operator.victoriametrics.com/v1beta1", "VMServiceScrape"),
    ],
)
def test_a_scrape_stands_beside_its_workload_and_finds_its_service(stack: str, api: str, kind: str) -> None:
    text = MONITORED % stack + LLAMA % KEY
    made = scrape(text)
    service = named(objects(BOX + text, "workloads/it"))["Service/it"]

    assert made is not None
    assert (made["apiVersion"], made["kind"]) == (api, kind)
    assert made["metadata"]["namespace"] == service["metadata"]["namespace"] == "ai"
    assert made["spec"]["selector"]["matchLabels"].items() <= service["metadata"]["labels"].items()
    assert made["spec"]["endpoints"] == [
        {
            "interval": "30s",
            "port": service["spec"]["ports"][0]["name"],
            "path": "/metrics",
            "authorization": {"type": "Bearer", "credentials": {"name": "llama", "key": "key"}},
        }
    ]


def test_an_engine_that_has_no_key_is_asked_without_one() -> None:
    made = scrape(PROMETHEUS + LLAMA % "")

    assert made is not None
    assert "authorization" not in made["spec"]["endpoints"][0]


def test_nothing_is_scraped_where_nobody_asks() -> None:
    assert scrape(LLAMA % "") is None
