"""What hosts need for the storage that is used on them."""

from __future__ import annotations

from tests.unit.fleets import planned


def test_directories_of_local_volumes_are_made_on_their_host_if_a_workload_has_them() -> None:
    made = planned("""
hosts:
  one: {role: server, address: 10.0.0.1}
  two: {address: 10.0.0.2}
storage:
  models: {local: {host: two, path: /srv/models}, size: 1Ti}
  unused: {local: {host: one, path: /srv/unused}, size: 1Ti}
workloads:
  a: {image: a/b:1, volumes: {/models: models}}
  b: {image: a/b:1, namespace: other, volumes: {/models: models}}
""")

    assert {node.name: node.local_storage for node in made.nodes} == {"one": (), "two": ("/srv/models",)}
