"""A real control plane on loopback: etcd, API server, controller manager, scheduler; kwok plays the kubelets."""

from __future__ import annotations

import base64
import json
import os
import secrets
import socket
import subprocess
import time
import urllib.request
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.cluster.api import Api, ApiError

if TYPE_CHECKING:
    from collections.abc import Iterator

PROGRAMS = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubectl", "kwok")
BUILT = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "pyfleet" / "control-plane" / "bin"
"""Where tools/setup-control-plane.sh puts them."""
STAGES = Path(__file__).with_name("stages.yaml")
# What the server writes for itself all the time, and reports of what happened.
NOT_THE_FLEETS = (
    "/registry/leases/",
    "/registry/masterleases/",
    "/registry/apiregistration.k8s.io/",
    "/registry/events/",
)
Snapshot = dict[str, str]
"""Values in the database, by key."""
SERVICE_NETWORK = "10.43.0.0/16"
"""k3s' own default."""


def programs() -> Path | None:
    """Folder with all programs of a control plane, if there is one: PYFLEET_KUBE_BIN, or what was built here."""
    folder = Path(os.environ.get("PYFLEET_KUBE_BIN") or BUILT)
    return folder if all((folder / name).is_file() for name in PROGRAMS) else None


def free_port() -> int:
    """A port of the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class ControlPlane:
    """A control plane. What is in it can be kept, and had again in a moment."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self.programs = programs
        self.folder = folder
        self._etcd_port = free_port()
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._token = secrets.token_hex(16)
        self.api = Api(free_port(), self._token, folder / "certificates" / "apiserver.crt")
        self.kubeconfig = folder / "kubeconfig"

    @contextmanager
    def running(self) -> Iterator[ControlPlane]:
        """Start everything, and stop it at the end."""
        self._write_files()
        with ExitStack() as stack:
            for name, arguments in self._commands():
                stack.enter_context(self.started(name, arguments))
                if name == "kube-apiserver":
                    self._wait_until_ready()
            stack.callback(self.api.close)
            yield self

    def _write_files(self) -> None:
        self.folder.joinpath("tokens").write_text(f'{self._token},admin,admin,"system:masters"\n')
        key = self.folder / "service-accounts.key"
        subprocess.run(["openssl", "genrsa", "-out", key, "2048"], check=True, capture_output=True)
        cluster = {"server": f"https://127.0.0.1:{self.api.port}", "certificate-authority": str(self.api.certificate)}
        config = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "here", "cluster": cluster}],
            "users": [{"name": "admin", "user": {"token": self._token}}],
            "contexts": [{"name": "here", "context": {"cluster": "here", "user": "admin"}}],
            "current-context": "here",
        }
        self.kubeconfig.write_text(json.dumps(config))
        scheduler = {
            "apiVersion": "kubescheduler.config.k8s.io/v1",
            "kind": "KubeSchedulerConfiguration",
            "clientConnection": {"kubeconfig": str(self.kubeconfig), "qps": 1000, "burst": 1000},
            "leaderElection": {"leaderElect": False},
            "podMaxBackoffSeconds": 1,  # how soon a pod is tried again, not where it goes
        }
        self.folder.joinpath("scheduler.json").write_text(json.dumps(scheduler))

    def _commands(self) -> Iterator[tuple[str, list[str]]]:
        etcd, key = f"http://127.0.0.1:{self._etcd_port}", self.folder / "service-accounts.key"
        yield (
            "etcd",
            [
                *("--data-dir", str(self.folder / "etcd"), "--unsafe-no-fsync", "--log-level=error"),
                *("--listen-client-urls", etcd, "--advertise-client-urls", etcd),
                f"--listen-peer-urls=http://127.0.0.1:{free_port()}",
            ],
        )
        yield (
            "kube-apiserver",
            [
                *("--etcd-servers", etcd, "--bind-address=127.0.0.1", f"--secure-port={self.api.port}"),
                *("--cert-dir", str(self.api.certificate.parent), "--token-auth-file", str(self.folder / "tokens")),
                *("--authorization-mode=Node,RBAC", "--enable-admission-plugins=NodeRestriction"),
                *("--service-account-issuer=https://kubernetes.default.svc", f"--service-account-key-file={key}"),
                *(f"--service-account-signing-key-file={key}", "--allow-privileged"),
                *(f"--service-cluster-ip-range={SERVICE_NETWORK}", "--endpoint-reconciler-type=none"),
            ],
        )
        quick = (
            "--kube-api-qps=1000",
            "--kube-api-burst=1000",
            "--leader-elect=false",
            "--kubeconfig",
            str(self.kubeconfig),
        )
        yield (
            "kube-controller-manager",
            [
                *quick,
                "--use-service-account-credentials",
                f"--service-account-private-key-file={key}",
                f"--root-ca-file={self.api.certificate}",
                "--pvclaimbinder-sync-period=1s",
                "--node-monitor-grace-period=24h",
                "--node-monitor-period=1s",
                "--secure-port=0",
            ],
        )
        yield "kube-scheduler", ["--config", str(self.folder / "scheduler.json"), "--secure-port=0"]
        yield (
            "kwok",
            [
                *("--kubeconfig", str(self.kubeconfig), "--config", str(STAGES)),
                *(
                    "--manage-all-nodes=true",
                    "--node-lease-duration-seconds=0",
                    f"--server-address=127.0.0.1:{free_port()}",
                ),
            ],
        )

    @contextmanager
    def started(self, name: str, arguments: list[str]) -> Iterator[None]:
        """Start one of the programs beside the others, and stop it at the end."""
        with (self.folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen([self.programs / name, *arguments], stdout=log, stderr=log, cwd=self.folder)
            self._processes[name] = process
            try:
                yield
            finally:
                del self._processes[name]
                process.terminate()
                try:
                    process.wait(10)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + 120
        while True:
            try:
                if self.api.certificate.exists() and self.api.call("GET", "/readyz") == "ok":
                    return
            except (OSError, ApiError):
                if time.monotonic() > deadline:
                    log = (self.folder / "kube-apiserver.log").read_text(errors="replace")
                    raise TimeoutError(log[-3000:]) from None
            time.sleep(0.1)

    def kubectl(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Run kubectl as the administrator."""
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "KUBECONFIG": str(self.kubeconfig)}
        command = [self.programs / "kubectl", *arguments]
        return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)

    def snapshot(self) -> Snapshot:
        """Take all objects that there are now."""
        return self._keys()

    def restore(self, snapshot: Snapshot) -> None:
        """Make all objects as they were.

        It is done in the database itself: controllers see things go, and no finalizer holds it up. Deleting a namespace
        through the API takes ten seconds. Owners go first, so that nobody makes again what they own; what controllers
        made meanwhile goes in the next round.
        """
        ended = [name for name, process in self._processes.items() if process.poll() is not None]
        assert ended == [], self.folder
        deadline = time.monotonic() + 60
        while different := self._differences(snapshot):
            assert time.monotonic() < deadline, different
            for key in different:
                if key in snapshot:
                    self._etcd("put", {"key": _encoded(key), "value": snapshot[key]})
                else:
                    self._etcd("deleterange", {"key": _encoded(key)})
            time.sleep(0.2)

    def _differences(self, snapshot: Snapshot) -> list[str]:
        now = self._keys()
        found = [key for key in {*now, *snapshot} if now.get(key) != snapshot.get(key)]
        return sorted(found, key=lambda key: (*(kind in key for kind in ("/pods/", "/replicasets/", "/jobs/")), key))

    def _keys(self) -> dict[str, str]:
        everything = {"key": _encoded("/registry/"), "range_end": _encoded("/registry0")}
        found = self._etcd("range", everything).get("kvs", [])
        decoded = {base64.b64decode(each["key"]).decode(): each["value"] for each in found}
        return {key: value for key, value in decoded.items() if not key.startswith(NOT_THE_FLEETS)}

    def _etcd(self, verb: str, body: dict[str, str]) -> dict[str, Any]:
        url = f"http://127.0.0.1:{self._etcd_port}/v3/kv/{verb}"
        with urllib.request.urlopen(url, json.dumps(body).encode(), timeout=60) as response:
            answer: dict[str, Any] = json.load(response)
            return answer


def _encoded(key: str) -> str:
    return base64.b64encode(key.encode()).decode()
