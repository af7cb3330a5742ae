# ruff: noqa: F821 (the driver and prelude.py bring names)
K3S = Unit("k3s.service")
SERVICE_OUTSIDE = Unit("outside.service")
BOX = Name("box")
PLUGIN = Object("daemonset/kube-system/nvidia-device-plugin")
LARGE = Object("deployment/models/large")
SMALL = Object("deployment/models/small")
LARGE_SERVICE = Object("service/models/large")
OUTSIDE = Object("service/models/outside")
OUTSIDE_ADDRESS = Object("endpointslice/models/outside-1")
ENGINE, HOST_PORT, OUTSIDE_PORT = Port(8000), Port(9000), Port(1234)
ADDRESS = FACTS["nodes"][BOX]["address"]
TREE = FACTS["more"]["tree"]
ALL_THE_SAME = "starting all the same"


def pod_of(workload: Object) -> dict[str, Any]:
    """The only pod of a workload, but for those that are being deleted."""
    (found,) = [each for each in pods_of(box, workload) if "deletionTimestamp" not in each["metadata"]]
    return found


def ready(workload: Object) -> str:
    """Whether the only pod of a workload is ready: True or False, as the API spells it."""
    conditions = pod_of(workload)["status"]["conditions"]
    return next(each["status"] for each in conditions if each["type"] == "Ready")


def since(workload: Object) -> str:
    """Since when a workload's pod is ready, or not. All times are spelled alike, so that they compare as text."""
    conditions = pod_of(workload)["status"]["conditions"]
    return next(each["lastTransitionTime"] for each in conditions if each["type"] == "Ready")


def states(workload: Object) -> tuple[list[str], list[str]]:
    """States of the init containers of a workload's pod, and of its containers."""
    status = pod_of(workload)["status"]
    waiting, running = (
        [next(iter(each["state"])) for each in status.get(kind, [])]
        for kind in ("initContainerStatuses", "containerStatuses")
    )
    return waiting, running


def log_of_waiting() -> str:
    """Return the log of the init container of `small`."""
    found = pod_of(SMALL)
    (name,) = [each["name"] for each in found["spec"]["initContainers"]]
    return kubectl(box, f"logs --namespace=models {found['metadata']['name']} --container={name}")


def name_of(service: Object) -> str:
    """The name of a Service in the cluster."""
    _, namespace, name = service.split("/")
    return f"{name}.{namespace}.svc"


def answers(service: Object, port: Port) -> str:
    """Whether a Service answers a pod that asks it by its name: yes or no."""
    ask = in_pod("client", f"fetch {name_of(service)} {port} /health")
    return box.succeed(f"{ask} >/dev/null && echo yes || echo no").split()[-1]


def fetch(port: Port) -> str:
    """The command by which a machine asks the host."""
    return f"stand-in fetch {ADDRESS} {port} /health"


start_all()
give_token(box)
wait_for(outside, SERVICE_OUTSIDE)
wait_for(box, K3S)
wait_for_nodes(box, [BOX])

with subtest("without the tree no port of the host answers for a workload"):
    outside.fail(fetch(HOST_PORT))

with subtest("the rendered tree is applied as it is"):
    kubectl(box, f"apply --server-side -f {FACTS['more']['dns']}")
    kubectl(box, f"rollout status --namespace=kube-system --timeout={SOON}s deployment/dns")
    box.wait_until_succeeds(f"k3s kubectl apply --server-side -k {TREE}", timeout=SOON)
    wait_for_rollout(box, PLUGIN)
    apply(box, pod("client"))
    wait_for_pod(box, "client")

with subtest("while the more important one loads, the other waits"):
    eventually((["running"], ["waiting"]), lambda: states(SMALL), "containers of small")
    eventually(([], ["running"]), lambda: states(LARGE), "containers of large")
    # Each question in vain is a line.
    eventually(2, lambda: min(2, len(log_of_waiting().splitlines())), "questions of small (two will do)")
    equal(ready(LARGE), "False", "whether large is ready")
    equal(answers(LARGE_SERVICE, ENGINE), "no", "whether the Service of what is not ready answers")
    # The name is known: nothing but readiness is waited for.
    holds("bad address" not in log_of_waiting(), "the name that small asks for is known")
    equal(states(SMALL), (["running"], ["waiting"]), "containers of small")

with subtest("once it is ready the other starts, not before"):
    box.succeed(in_pod(pod_of(LARGE)["metadata"]["name"], f"release {ENGINE}", "models"))
    wait_for_rollout(box, LARGE)
    wait_for_rollout(box, SMALL)
    status = pod_of(SMALL)["status"]
    waited = status["initContainerStatuses"][0]["state"]["terminated"]
    started = status["containerStatuses"][0]["state"]["running"]["startedAt"]
    holds(
        since(LARGE) <= waited["finishedAt"] <= started,
        f"large was ready ({since(LARGE)}), small stopped waiting ({waited['finishedAt']}) and started ({started})",
    )
    holds(waited["startedAt"] < since(LARGE), "small waited before large was ready")
    holds(ALL_THE_SAME not in log_of_waiting(), "small's patience did not end")
    equal(answers(LARGE_SERVICE, ENGINE), "yes", "whether the Service of what is ready answers")

with subtest("both have the same card"):
    for workload in (LARGE, SMALL):
        equal(
            box.succeed(in_pod(pod_of(workload)["metadata"]["name"], "cards", "models")).split(),
            ["nvidia0"],
            f"cards of {workload}",
        )

with subtest("the exposed workload answers at its host's port, and nothing else does"):
    answer = json.loads(outside.succeed(fetch(HOST_PORT)))
    equal(answer["name"], pod_of(LARGE)["metadata"]["name"], "who answers at the host's port")
    equal(answer["port"], ENGINE, "the port of the container that answers")
    outside.fail(fetch(ENGINE))

with subtest("the service outside answers a pod by its name in the cluster"):
    answer = json.loads(box.succeed(in_pod("client", f"fetch {name_of(OUTSIDE)} {OUTSIDE_PORT} /v1/models")))
    equal((answer["name"], answer["path"]), ("outside", "/v1/models"), "who answers for the Service")
    box.fail(in_pod("client", f"fetch no-such-{name_of(OUTSIDE)} {OUTSIDE_PORT} /v1/models"))

with subtest("without the address beside it, the Service has nobody"):
    kubectl(box, f"delete {address_of(OUTSIDE_ADDRESS)}")
    eventually("no", lambda: answers(OUTSIDE, OUTSIDE_PORT), "whether the Service without its EndpointSlice answers")
    kubectl(box, f"apply --server-side -k {TREE}/services/outside")
    eventually("yes", lambda: answers(OUTSIDE, OUTSIDE_PORT), "whether the Service with its EndpointSlice answers")

with subtest("patience ends: what never becomes ready does not hold back the other for ever"):
    kubectl(box, f"rollout restart {address_of(LARGE)}")
    eventually(
        ([], ["running"], "False"), lambda: (*states(LARGE), ready(LARGE)), "large, that loads anew, and its readiness"
    )
    # The rendered patience is a quarter of an hour.
    (init,) = get(box, SMALL)["spec"]["template"]["spec"]["initContainers"]
    short = {"name": init["name"], "env": [{"name": "PATIENCE", "value": "10"}]}
    patch = {"spec": {"template": {"spec": {"initContainers": [short]}}}}
    kubectl(box, f"patch {address_of(SMALL)} --patch={shlex.quote(json.dumps(patch))}")
    wait_for_rollout(box, SMALL)
    holds(ALL_THE_SAME in log_of_waiting(), "small says that it starts all the same")
    equal(ready(LARGE), "False", "whether large is ready")
