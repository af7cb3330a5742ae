# ruff: noqa: F821 (the driver and prelude.py bring names)
K3S = Unit("k3s.service")
FIREWALL = Unit("firewall.service")
SECRETS, TIMER = Unit("fleet-secrets.service"), Unit("fleet-secrets.timer")
DASHBOARD, PROXY = Unit("dashboard.service"), Unit("fleet-loopback-dashboard.service")
BOX = Name("box")
WEB = Object("deployment/apps/web")
PORT = Port(8080)
ADDRESS = FACTS["nodes"][BOX]["address"]
SERVICE = FACTS["more"]["loopback"]["dashboard"]
PLANNED: dict[Object, dict[str, Any]] = {
    Object(f"secret/{namespace}/{name}"): secret
    for namespace, secrets in FACTS["more"]["secrets"].items()
    for name, secret in secrets.items()
}
FILES: list[str] = sorted(path for secret in PLANNED.values() for path in secret["files"].values())
# All values that ever were, as text and as a Secret spells them; in memory, since they are searched for on the disk.
VALUES = "/run/values"
SEARCH = f"grep --text --fixed-strings --file={VALUES}"
JOURNAL = "journalctl --boot --all --output=export"


def write(path: str) -> None:
    """Put a new value into a file, as a secrets provider does. The host makes it up, so that no command has it.

    Kubernetes takes nothing but JSON for a registry's login.
    """
    box.succeed(
        f"umask 077; mkdir -p {shlex.quote(path.rpartition('/')[0])}; value=$(cat /proc/sys/kernel/random/uuid);"
        f' printf \'{{"auths": {{"%s": {{}}}}}}\\n\' "$value" >{shlex.quote(path)};'
        f' {{ echo "$value"; base64 --wrap=0 {shlex.quote(path)}; echo; }} >>{VALUES}'
    )


def wanted() -> dict[Object, tuple[str, dict[str, str]]]:
    """Type and data of each Secret, by the fleet and the files."""
    return {
        thing: (
            secret["type"],
            {key: box.succeed(f"base64 --wrap=0 {shlex.quote(path)}") for key, path in secret["files"].items()},
        )
        for thing, secret in PLANNED.items()
    }


def made() -> dict[Object, tuple[str, dict[str, str]]]:
    """Type and data of each Secret, by the API."""
    found = {thing: get(box, thing) for thing in PLANNED}
    return {thing: (each["type"], each["data"]) for thing, each in found.items()}


def make() -> None:
    """What a switch does, and the timer. systemd would count these starts, and refuse the sixth."""
    box.succeed(f"systemctl reset-failed {SECRETS}; systemctl start {SECRETS}", timeout=SOON)


def journal() -> str:
    """The lines of the journal that have a value, of whatever field."""
    return box.succeed(f"journalctl --sync; {JOURNAL} | {SEARCH} || true")


def files(folders: str) -> list[str]:
    """The files in some folders that have a value."""
    found = box.succeed(f"{SEARCH} --recursive --devices=skip --no-messages --files-with-matches {folders} || true")
    return sorted(found.split())


def ask(port: int) -> str:
    """The command by which a machine asks the host for the service's page."""
    return f"curl --fail --silent --show-error --max-time 5 http://{ADDRESS}:{port}/who"


start_all()
for path in FILES:
    write(path)
give_token(box)
wait_for(box, K3S)
wait_for_nodes(box, [BOX])

with subtest("each Secret is as its file is, in its namespace, with its type"):
    # From here on nothing but the test starts the unit.
    holds(is_active(box, TIMER), "the timer that makes them is active")
    box.succeed(f"systemctl stop {TIMER} {SECRETS}")
    make()
    equal(made(), wanted(), "Secrets")
    equal(len(PLANNED), len(FILES), "Secrets that the fleet plans, and their files")
    for thing in PLANNED:
        equal(set(get(box, thing)["metadata"]["labels"].values()), {"pyfleet"}, f"labels of {thing}")

with subtest("it follows a change of its file, once the unit runs"):
    before = made()
    for path in FILES:
        write(path)
    equal(made(), before, "Secrets before the unit has run")
    make()
    equal(made(), wanted(), "Secrets after the change")
    for thing, secret in made().items():
        holds(secret != before[thing], f"{thing} is another than before")

with subtest("one that is deleted in the cluster comes back"):
    for thing in PLANNED:
        kubectl(box, f"delete {address_of(thing)}")
    equal(listed(box, "secrets --namespace=apps"), [], "Secrets of the namespace")
    make()
    equal(made(), wanted(), "Secrets after the loss")

with subtest("a missing file is a failure, and takes nothing away"):
    for path in FILES:
        box.succeed(f"mv {shlex.quote(path)} {shlex.quote(path)}-away")
    before = made()
    box.fail(f"systemctl start {SECRETS}")
    equal(made(), before, "Secrets without their files")
    box.succeed(f"systemctl stop {SECRETS}")
    for path in FILES:
        box.succeed(f"mv {shlex.quote(path)}-away {shlex.quote(path)}")
    make()

with subtest("no value is in the store paths of the unit, in the journal or on the disk"):
    unit = box.succeed(f"systemctl cat {SECRETS}")
    store = " ".join(sorted(set(re.findall(r"/nix/store/[^\s:;\"']+", unit))))
    # What it makes is written there, so the search is in the right place.
    for thing in PLANNED:
        named = shlex.quote(f'"name":"{thing.split("/")[2]}"')
        box.succeed(f"grep --recursive --fixed-strings --quiet {named} {store}")
    equal(files(store), [], "files of the unit with a value")
    equal(journal(), "", "lines of the journal with a value")
    # etcd is among it. No container has a value yet: containerd keeps their environment.
    equal(files("/etc /tmp /var"), [], "files on the disk with a value")

with subtest("the workload that names them finds them"):
    kubectl(box, f"apply --server-side -k {FACTS['more']['tree']}")
    wait_for_rollout(box, WEB)
    (found,) = pods_of(box, WEB)
    answer = json.loads(box.succeed(f"curl --fail --silent --max-time 5 http://{found['status']['podIP']}:{PORT}/"))
    path = FACTS["more"]["secrets"]["apps"]["web"]["files"]["token"]
    equal(answer["stage"], box.succeed(f"cat {shlex.quote(path)}"), "the value that the workload has")

with subtest("the searches would see a value"):
    box.succeed(f"mkdir /var/decoy && tail --lines=1 {VALUES} >/var/decoy/value")
    equal(files("/var/decoy"), ["/var/decoy/value"], "files with a value")
    box.succeed("systemd-cat --identifier=decoy cat /var/decoy/value")
    spelled = box.succeed("cat /var/decoy/value").strip()
    eventually([f"MESSAGE={spelled}"], lambda: journal().split(), "lines of the journal with a value")

with subtest("the service of 127.0.0.1 answers at the published port, only to sources in the fleet file"):
    wait_for(box, DASHBOARD)
    for port in (SERVICE["port"], SERVICE["publish"]):
        stranger.fail(ask(port))
    friend.fail(ask(SERVICE["port"]))
    holds(not is_active(box, PROXY), "the proxy is not started before somebody asks who may")
    equal(friend.succeed(ask(SERVICE["publish"])), "dashboard", "who answers at the published port")
    holds(is_active(box, PROXY), "the proxy is started by who asks")
    stranger.fail(ask(SERVICE["publish"]))

with subtest("it is that service which answers"):
    box.succeed(f"systemctl stop {DASHBOARD}")
    friend.fail(ask(SERVICE["publish"]))
    box.succeed(f"systemctl start {DASHBOARD}")
    friend.wait_until_succeeds(ask(SERVICE["publish"]), timeout=SOON)

with subtest("nothing but the firewall keeps the others out, and from the service's own port not even that"):
    box.succeed(f"systemctl stop {FIREWALL}")
    equal(stranger.succeed(ask(SERVICE["publish"])), "dashboard", "who answers without a firewall")
    for machine in (friend, stranger):
        machine.fail(ask(SERVICE["port"]))
    box.succeed(f"systemctl start {FIREWALL}")
    stranger.fail(ask(SERVICE["publish"]))
    equal(friend.succeed(ask(SERVICE["publish"])), "dashboard", "who answers with the firewall again")
