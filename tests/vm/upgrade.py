# ruff: noqa: F821 (the driver and prelude.py bring names)
K3S = Unit("k3s.service")
RECONCILE = Unit("fleet-reconcile-nodes.service")
FIRST, SECOND = Name("first"), Name("second")
STEADY, CHANGING = Object("deployment/default/steady"), Object("deployment/default/changing")
STAGE, LEAVING = Label("vm.example/stage"), Label("vm.example/leaving")
PORT = Port(8080)
OLD_PORT, NEW_PORT = Port(9100), Port(9200)
TREES = FACTS["more"]["trees"]
HOSTS: list[Host] = [first, second]
ADDRESS = FACTS["nodes"][SECOND]["address"]


def containers(workload: Object) -> list[tuple[str, str, int]]:
    """What runs of a workload: pod, container, and how often it was restarted."""
    return sorted(
        (each["metadata"]["uid"], status["containerID"], status["restartCount"])
        for each in pods_of(first, workload)
        for status in each["status"]["containerStatuses"]
    )


def stages() -> set[str]:
    """What the pods of the changing workload answer."""
    return {
        json.loads(first.succeed(f"curl --fail --silent --max-time 5 http://{each['status']['podIP']}:{PORT}/"))[
            "stage"
        ]
        for each in pods_of(first, CHANGING)
        if "deletionTimestamp" not in each["metadata"]
    }


def is_open(port: Port) -> bool:
    """Whether the firewall of the second host lets this port through; nobody listens on it."""
    return f"{port}/closed" in first.succeed(f"nmap -n -Pn -p{port} -oG - {ADDRESS}")


def labels() -> dict[str, str | None]:
    """The labels of the second node that the edit is about."""
    found = node(first, SECOND)["metadata"]["labels"]
    return {STAGE: found.get(STAGE), LEAVING: found.get(LEAVING)}


def switch(host: Host) -> None:
    """What `nixos-rebuild switch` does once the new system is built."""
    host.succeed("/run/booted-system/specialisation/changed/bin/switch-to-configuration test", timeout=BOOT)


start_all()
give_token(first, second)
for host in HOSTS:
    wait_for(host, K3S)
wait_for_nodes(first, [FIRST, SECOND])
kubectl(first, f"apply --server-side -k {TREES['old']}")
for workload in (STEADY, CHANGING):
    wait_for_rollout(first, workload)

with subtest("before, all is as in the first fleet file"):
    eventually({STAGE: "old", LEAVING: "yes"}, labels, "labels of the second node")
    equal((is_open(OLD_PORT), is_open(NEW_PORT)), (True, False), "old and new port")
    eventually({"old"}, stages, "what the changing workload answers")

processes = [main_process(host, K3S) for host in HOSTS]
steady, changing = containers(STEADY), containers(CHANGING)
boots = [host.succeed("cat /proc/sys/kernel/random/boot_id") for host in HOSTS]

for host in HOSTS:
    switch(host)
kubectl(first, f"apply --server-side -k {TREES['new']}")
wait_for_nodes(first, [FIRST, SECOND])
for workload in (STEADY, CHANGING):
    wait_for_rollout(first, workload)

with subtest("what was edited has changed"):
    eventually({STAGE: "new", LEAVING: None}, labels, "labels of the second node")
    equal(planned_labels(first, SECOND), FACTS["more"]["nodes"][SECOND]["labels"], "all labels of the fleet")
    equal((is_open(OLD_PORT), is_open(NEW_PORT)), (False, True), "old and new port")
    eventually({"new"}, stages, "what the changing workload answers")
    equal(set(containers(CHANGING)) & set(changing), set(), "containers of the changing workload that are still there")
    # Its flags name its labels.
    holds(main_process(second, K3S) != processes[1], "k3s on the second host was restarted")

with subtest("nothing else was restarted"):
    equal(main_process(first, K3S), processes[0], "process of k3s on the server")
    equal(containers(STEADY), steady, "containers of the steady workload")
    equal([host.succeed("cat /proc/sys/kernel/random/boot_id") for host in HOSTS], boots, "boots of the hosts")

with subtest("the same switch again restarts nothing"):
    processes = [main_process(host, K3S) for host in HOSTS]
    for host in HOSTS:
        switch(host)
    equal([main_process(host, K3S) for host in HOSTS], processes, "processes of k3s")
    first.succeed(f"systemctl show --property=Result --value {RECONCILE} | grep --line-regexp success")
