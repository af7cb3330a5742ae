"""Stands in for the config-manager of NVIDIA's device plugin: chooses a configuration by a label of the node.

It reads the same variables, and asks the API with the rights of its service account.
"""

from __future__ import annotations

import json
import os
import shutil
import ssl
import sys
import time
import urllib.request
from pathlib import Path

ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")


def node_label(node: str, label: str) -> str:
    """Ask the API for a label of a node; an empty string if it has none."""
    host, port = os.environ["KUBERNETES_SERVICE_HOST"], os.environ["KUBERNETES_SERVICE_PORT"]
    token = (ACCOUNT / "token").read_text(encoding="utf-8")
    request = urllib.request.Request(
        f"https://{host}:{port}/api/v1/nodes/{node}", headers={"Authorization": f"Bearer {token}"}
    )
    context = ssl.create_default_context(cafile=str(ACCOUNT / "ca.crt"))
    with urllib.request.urlopen(request, context=context, timeout=30) as answer:  # noqa: S310
        labels: dict[str, str] = json.load(answer)["metadata"].get("labels", {})
    return labels.get(label, "")


def choose(available: Path, wanted: str) -> Path:
    """Return the configuration of that name; without a name, the only one there is.

    Raises:
        FileNotFoundError: There is no such configuration.
    """
    # A mounted ConfigMap has directories of its own among the files.
    files = [path for path in available.iterdir() if path.is_file()]
    for path in files:
        if path.name == wanted or (not wanted and len(files) == 1):
            return path
    raise FileNotFoundError(f"no configuration {wanted!r} among {sorted(path.name for path in files)}")


def main() -> int:
    """Put the chosen configuration where the plugin reads it; stay, unless it was to be done once."""
    wanted = node_label(os.environ["NODE_NAME"], os.environ["NODE_LABEL"])
    shutil.copyfile(choose(Path(os.environ["CONFIG_FILE_SRCDIR"]), wanted), os.environ["CONFIG_FILE_DST"])
    while os.environ["ONESHOT"] != "true":
        time.sleep(60)
    return 0


if __name__ == "__main__":
    sys.exit(main())
