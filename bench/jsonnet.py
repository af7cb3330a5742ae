"""Write what go-jsonnet makes of a fleet: python -m bench.jsonnet FLEET.json OUTPUT OTHERS.

A process of its own, with nothing in it but go-jsonnet and what writes its answer to files.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import _gojsonnet

PROGRAM = Path(__file__).parent / "workloads.jsonnet"


def main(fleet: str, output: str, others: str) -> None:
    """Render a fleet's JSON into a new directory, with `others` files beside those of hosts and workloads."""
    codes = {"fleet": Path(fleet).read_text("utf-8"), "others": others}
    tree = json.loads(_gojsonnet.evaluate_file(str(PROGRAM), ext_codes=codes))
    root = Path(output)
    for folder in {(root / path).parent for path in tree}:
        folder.mkdir(parents=True, exist_ok=True)
    for path, text in tree.items():
        (root / path).write_text(text, "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
