"""Which dashboards there are, and what they show."""

from __future__ import annotations

from tests.unit.fleets import named, objects, panels, queries

MONITORED = "platform: {monitoring: {%s: {}}}\n"
BOX = "hosts: {box: {role: server, address: 10.0.0.1, gpus: [rtx-4090], memory: 64Gi}}\n"
TEXT = MONITORED % "prometheus" + BOX
COUNTED = "engines: {counted: {ports: {http: 80}, metrics: {path: /metrics}}}\n"


def dashboards(text: str) -> dict[str, str]:
    """Uid of each by its name."""
    return {
        name.removeprefix("ConfigMap/dashboard-"): next(iter(body["data"])).removesuffix(".json")
        for name, body in named(objects(text, "platform/monitoring")).items()
        if name.startswith("ConfigMap/dashboard-")
    }


def test_every_engine_in_use_whose_metrics_are_known_has_one() -> None:
    workloads = """
workloads:
  vllm: {engine: vllm, image: "a/b:1"}
  own: {engine: counted, image: "a/b:1"}
  ollama: {engine: ollama}
  batch: {engine: sglang, kind: Job, image: "a/b:1"}
"""

    assert sorted(dashboards(TEXT + COUNTED + workloads)) == ["engine-vllm", "fleet", "gpus", "hosts"]


def test_engines_that_share_names_of_metrics_are_told_apart_by_their_services() -> None:
    model = "model: {id: Qwen/Qwen2.5-7B-Instruct}"
    text = f'{TEXT}workloads: {{a: {{engine: vllm, image: "a/b:1"}}, b: {{engine: nim, image: "a/b:1", {model}}}}}'
    read = [queries(text, f"engine-{name}") for name in ("vllm", "nim")]

    assert ['service="a"' in each for each in read] == [True, False]
    assert ['service="b"' in each for each in read] == [False, True]


def test_that_of_the_fleet_shows_work_coming_out_and_canaries() -> None:
    workloads = """
workloads:
  it: {engine: vllm, image: "a/b:1"}
  shape: {image: "a/b:1", ports: {http: 80}, canary: {path: /generate}}
"""

    assert [panel["title"] for panel in panels(TEXT + workloads, "fleet")] == [
        "Requests finished in a minute",
        "Tokens generated in a second",
        "Requests waiting",
        "Since a canary was answered",
        "Pods that are not ready",
        "Restarts in an hour",
    ]
    assert 'cronjob="shape-canary"' in queries(TEXT + workloads, "fleet")


def test_no_uid_is_too_long_for_grafana() -> None:
    name = "an-engine-with-a-name-that-is-longer-than-most"
    engine = f"engines: {{{name}: {{ports: {{http: 80}}, metrics: {{}}, metricNames: {{running: its_running}}}}}}\n"
    made = dashboards(f'{TEXT}{engine}workloads: {{it: {{engine: {name}, image: "a/b:1"}}}}')

    assert f"engine-{name}" in made
    assert [uid for uid in made.values() if len(uid) > 40] == []
    assert len(set(made.values())) == 4


def test_the_container_beside_grafana_finds_them_by_their_label() -> None:
    made = named(objects(TEXT, "platform/monitoring"))
    labels = [body["metadata"]["labels"]["grafana_dashboard"] for name, body in made.items() if "dashboard-" in name]

    assert labels == ["1", "1", "1"]


def test_panels_do_not_overlap_and_are_told_apart() -> None:
    found = panels(TEXT, "gpus")
    places = {(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in found}

    assert len({panel["id"] for panel in found}) == len(places) == len(found) > 1
    assert {panel["gridPos"]["x"] + panel["gridPos"]["w"] for panel in found} == {12, 24}


def test_queries_of_a_panel_are_told_apart() -> None:
    engines = ", ".join(
        f"e{n}: {{ports: {{http: 80}}, metrics: {{}}, metricNames: {{waiting: w{n}}}}}" for n in range(30)
    )
    workloads = ", ".join(f'w{n}: {{engine: e{n}, image: "a/b:1"}}' for n in range(30))
    text = f"{TEXT}engines: {{{engines}}}\nworkloads: {{{workloads}}}"
    (panel,) = (each for each in panels(text, "fleet") if each["title"] == "Requests waiting")
    refs = [target["refId"] for target in panel["targets"]]

    assert (refs[0], refs[25], refs[26]) == ("A", "Z", "AA")
    assert len(set(refs)) == 30


def test_they_ask_whichever_source_the_stack_has() -> None:
    asked = {target["datasource"]["uid"] for panel in panels(TEXT, "fleet") for target in panel["targets"]}

    assert asked == {"${datasource}"}


def test_they_are_the_same_for_both_stacks_and_none_is_there_without() -> None:
    assert panels(MONITORED % "victoriaMetrics" + BOX, "gpus") == panels(TEXT, "gpus")
    assert objects(BOX, "platform/monitoring") == []
