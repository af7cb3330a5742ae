# ruff: noqa: F821 (the driver and prelude.py bring names)
K3S = Unit("k3s.service")
WEB = Object("deployment/default/web")
PORT = Port(8080)
ALPHA, BETA, GAMMA = Name("alpha"), Name("beta"), Name("gamma")
SERVERS: dict[Name, Host] = {ALPHA: alpha, BETA: beta, GAMMA: gamma}


def voters() -> set[str]:
    """The servers that are full members of etcd, by what gamma hears."""
    return {
        each["metadata"]["name"]
        for each in listed(gamma, "nodes")
        for condition in each["status"]["conditions"]
        if condition["type"] == "EtcdIsVoter" and condition["status"] == "True"
    }


def ready(name: Name) -> str:
    """Whether a node is ready, by what gamma hears."""
    (status,) = (each["status"] for each in node(gamma, name)["status"]["conditions"] if each["type"] == "Ready")
    return str(status)


start_all()
give_token(alpha, beta, gamma)
for server in SERVERS.values():
    wait_for(server, K3S)
wait_for_nodes(gamma, sorted(SERVERS))
eventually(set(SERVERS), voters, "members of etcd", BOOT)

kubectl(gamma, f"apply --server-side -k {FACTS['more']['tree']}")
wait_for_rollout(gamma, WEB, BOOT)

with subtest("without the first server the API and the deployment go on"):
    alpha.crash()
    eventually("Unknown", lambda: ready(ALPHA), "readiness of the lost server", BOOT)
    for survivor in (beta, gamma):
        kubectl(survivor, f"annotate --overwrite {address_of(WEB)} example.com/by=survivor")
    # Pods on the lost server count as gone; the others answer.
    living = [each for each in pods_of(gamma, WEB) if each["spec"]["nodeName"] != ALPHA]
    holds(len(living) > 0, "there are pods on the servers that are left")
    for each in living:
        gamma.succeed(f"curl --fail --silent --max-time 5 http://{each['status']['podIP']}:{PORT}/")
    apply(gamma, pod("newcomer", nodeName=BETA))
    wait_for_pod(gamma, "newcomer")

with subtest("two lost servers are one too many"):
    beta.crash()
    gamma.wait_until_fails(
        "k3s kubectl --request-timeout=20s create configmap unwritten --from-literal=a=b", timeout=SOON
    )
    gamma.fail("k3s kubectl --request-timeout=20s create configmap unwritten-too --from-literal=a=b")

with subtest("they come back"):
    alpha.start()
    beta.start()
    give_token(alpha, beta)
    for server in SERVERS.values():
        wait_for(server, K3S)
    wait_for_nodes(gamma, sorted(SERVERS))
    eventually(set(SERVERS), voters, "members of etcd", BOOT)
    wait_for_rollout(gamma, WEB, BOOT)
    equal(get(alpha, WEB)["metadata"]["annotations"]["example.com/by"], "survivor", "what was written meanwhile")
