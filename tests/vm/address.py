# ruff: noqa: F821 (the driver and prelude.py bring names)
K3S = Unit("k3s.service")
KEEPALIVED = Unit("keepalived.service")
WEB = Object("deployment/default/web")
API = Port(6443)
ALPHA, BETA, GAMMA = Name("alpha"), Name("beta"), Name("gamma")
SERVERS: dict[Name, Host] = {ALPHA: alpha, BETA: beta, GAMMA: gamma}
ADDRESS = FACTS["more"]["address"]
# The admin's kubeconfig has the CA; only the address is another.
AT_THE_ADDRESS = f"k3s kubectl --request-timeout=10s --server=https://{ADDRESS}:{API}"
MOVE = 30
"""Seconds in which the address is to move: keepalived asks three times, three seconds apart, before it gives it up."""


def holders() -> set[Name]:
    """The servers that have the address."""
    return {
        name
        for name, server in SERVERS.items()
        for link in json.loads(server.succeed("ip -json -4 address show"))
        for each in link.get("addr_info", [])
        if each["local"] == ADDRESS
    }


def stays(expected: set[Name], why: str) -> None:
    """Fail if the address moves, in the time in which it would."""
    for _ in range(MOVE):
        equal(holders(), expected, f"who has the address {why}")
        alpha.succeed("sleep 1")


def answers() -> dict[Name, str]:
    """What each server hears from the API at the address, which has to prove that it is the cluster's."""
    return {
        name: server.succeed(f"{AT_THE_ADDRESS} get --raw=/readyz || echo nothing").strip()
        for name, server in SERVERS.items()
    }


def everywhere(answer: str) -> dict[Name, str]:
    """The same answer to each server."""
    return dict.fromkeys(SERVERS, answer)


start_all()
for server in SERVERS.values():
    wait_for(server, KEEPALIVED)

with subtest("nobody has the address while no API server answers"):
    stays(set(), "before k3s")

with subtest("the first server has it once its API server answers"):
    give_token(alpha)
    wait_for(alpha, K3S)
    eventually({ALPHA}, holders, "who has the address", MOVE)

with subtest("the others join by the address, and by no other"):
    joins = {name: url for name, url in FACTS["more"]["joins"].items() if url}
    equal(joins, dict.fromkeys([BETA, GAMMA], f"https://{ADDRESS}:{API}"), "whom the others join")
    alpha.succeed(f"systemctl stop {KEEPALIVED}")
    eventually(set(), holders, "who has the address", MOVE)
    give_token(beta, gamma)
    beta.succeed("sleep 20")
    for server in (beta, gamma):
        holds(not is_active(server, K3S), "nobody joins while the address is nobody's")
    alpha.succeed(f"systemctl start {KEEPALIVED}")
    for server in (beta, gamma):
        wait_for(server, K3S)
    wait_for_nodes(alpha, sorted(SERVERS))

with subtest("exactly one server has the address: who had it keeps it"):
    stays({ALPHA}, "once all have joined")

with subtest("the API answers at the address, with a certificate that names it"):
    eventually(everywhere("ok"), answers, "what the API answers")
    for server in SERVERS.values():
        refusal = server.fail(f"{AT_THE_ADDRESS} --tls-server-name=nobody.example get --raw=/readyz 2>&1")
        holds("x509" in refusal, f"a name that is not in the certificate is refused as such: {refusal}")
    gamma.succeed(f"{AT_THE_ADDRESS} apply --server-side -k {FACTS['more']['tree']}")
    wait_for_rollout(gamma, WEB, BOOT)

with subtest("when k3s of the one that has it stops, it moves, and the API answers there again"):
    alpha.succeed(f"systemctl stop {K3S}", timeout=SOON)
    eventually(1, lambda: len(holders() - {ALPHA}), "others that have the address", MOVE)
    eventually(1, lambda: len(holders()), "servers that have the address", MOVE)
    second = holders()
    holds(ALPHA not in second, "another server has the address")
    # The first has no API server of its own now: what it hears is another's.
    holds(not is_active(alpha, K3S), "k3s of the first server has stopped")
    eventually(everywhere("ok"), answers, "what the API answers", MOVE)
    alpha.succeed(f"{AT_THE_ADDRESS} annotate --overwrite {address_of(WEB)} example.com/at=address")
    equal(get(gamma, WEB)["metadata"]["annotations"]["example.com/at"], "address", "what was written at the address")

with subtest("when it comes back, the address stays where it is"):
    alpha.succeed(f"systemctl start {K3S}", timeout=BOOT)
    wait_for_nodes(gamma, sorted(SERVERS))
    stays(second, "once the first is back")
    eventually(everywhere("ok"), answers, "what the API answers")

with subtest("it could have had it: it gets it when nobody else wants it, and keeps it when they do"):
    for server in (beta, gamma):
        server.succeed(f"systemctl stop {KEEPALIVED}")
    eventually({ALPHA}, holders, "who has the address", MOVE)
    for server in (beta, gamma):
        server.succeed(f"systemctl start {KEEPALIVED}")
    stays({ALPHA}, "once all want it again")
    eventually(everywhere("ok"), answers, "what the API answers")
