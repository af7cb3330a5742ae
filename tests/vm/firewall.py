# ruff: noqa: F821 (the driver and prelude.py bring names)
K3S = Unit("k3s.service")
FIREWALL = Unit("firewall.service")
API, KUBELET = Port(6443), Port(10250)
FIRST, SECOND = Name("first"), Name("second")

# Who scans, and as whom each firewall knows it.
SOURCES: dict[str, tuple[Host, set[str]]] = {
    FIRST: (first, {"anyone", "nodes", "servers"}),
    SECOND: (second, {"anyone", "nodes"}),
    "admin": (admin, {"anyone", "admins"}),
    "outsider": (outsider, {"anyone"}),
}
TARGETS: dict[Name, Host] = {FIRST: first, SECOND: second}


def planned(target: Name, known_as: set[str]) -> set[int]:
    """The TCP ports of a host that the fleet opens to somebody."""
    return {
        port
        for opening in FACTS["openings"][target]
        if opening["protocol"] == "tcp" and opening["from"] in known_as
        for port in opening["ports"]
    }


start_all()
give_token(first, second)
wait_for(first, K3S)
wait_for(second, K3S)
wait_for_nodes(first, [FIRST, SECOND])

for name in TARGETS:
    for source, (machine, known_as) in SOURCES.items():
        if source == name:
            continue
        with subtest(f"{source} reaches the planned ports of {name}, and no other"):
            answering, refusing = reachable_ports(machine, FACTS["nodes"][name]["address"])
            equal(answering | refusing, planned(name, known_as), f"ports of {name} that {source} reaches")

with subtest("the plan opens what a cluster needs, and only to those who need it"):
    holds({API, KUBELET} <= planned(FIRST, {"nodes"}), "API and kubelet are planned open to nodes")
    equal(planned(FIRST, {"anyone"}), set(), "ports of the server that are open to anyone")

with subtest("what should answer does"):
    holds(
        reachable_ports(second, FACTS["nodes"][FIRST]["address"])[0] >= {API, KUBELET}, "API and kubelet answer a node"
    )
    equal(reachable_ports(admin, FACTS["nodes"][FIRST]["address"])[0], {API}, "ports that answer an admin")

with subtest("the scan would see a host without a firewall"):
    first.succeed(f"systemctl stop {FIREWALL}")
    answering, _ = reachable_ports(outsider, FACTS["nodes"][FIRST]["address"])
    holds(answering >= {API, KUBELET}, "API and kubelet answer anybody without a firewall")
    first.succeed(f"systemctl start {FIREWALL}")
    answering, refusing = reachable_ports(outsider, FACTS["nodes"][FIRST]["address"])
    equal(answering | refusing, set(), "ports seen from outside with the firewall again")
