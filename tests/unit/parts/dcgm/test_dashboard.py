"""What the dashboard of the GPUs shows."""

from __future__ import annotations

import re

from tests.unit.fleets import named, objects, queries

MONITORED = "platform: {monitoring: {prometheus: {}}}\n"
BOX = "hosts: {box: {role: server, address: 10.0.0.1, gpus: [h100-sxm]}}\n"
SPARK = (
    "hosts: {first: {role: server, address: 10.0.0.1},"
    " spark: {address: 10.0.0.2, system: aarch64-linux, os: linux, gpus: [gb10]}}\n"
)
JETSON = "hosts: {box: {role: server, address: 10.0.0.1, os: linux, system: aarch64-linux, gpus: [jetson-agx-thor]}}\n"


def test_it_shows_nothing_that_stays_empty() -> None:
    shown = queries(MONITORED + SPARK, "gpus")
    free = "node_memory_MemAvailable_bytes * on (instance) group_left (nodename) node_uname_info"

    assert ("DCGM_FI_DEV_FB_USED" in shown, "DCGM_FI_PROF" in shown) == (False, False)
    assert f'{free}{{nodename="spark"}}' in shown


def test_it_reads_only_fields_that_are_asked_for() -> None:
    made = named(objects(MONITORED + BOX, "platform/monitoring"))
    asked = set(re.findall(r"^DCGM_\w+", made["ConfigMap/dcgm-exporter"]["data"]["dcgm-metrics.csv"], re.MULTILINE))
    shown = set(re.findall(r"DCGM_\w+", queries(MONITORED + BOX, "gpus")))

    assert shown - asked == set()
    assert len(shown) > 10


def test_there_is_none_where_no_card_reports_anything() -> None:
    assert "ConfigMap/dashboard-gpus" not in named(objects(MONITORED + JETSON, "platform/monitoring"))
