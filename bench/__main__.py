"""`make bench`: seconds, memory and files of renders from small to absurd, and beside go-jsonnet, as Markdown."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.comparison import compare
from bench.fleets import write_fleet
from bench.processes import PYFLEET, kustomize_commands, median_seconds, run

SIZES = ((10, 50), (100, 500), (1000, 5000))
REPOSITORY_FLEET = Path("hosts/fleet.yaml")
KUSTOMIZE_LIMIT = 60.0


def measure_size(hosts: int, workloads: int) -> dict[str, str]:
    """Measure one synthetic fleet; a row of the table."""
    with tempfile.TemporaryDirectory() as temporary:
        fleet, output = Path(temporary, "fleet.yaml"), Path(temporary, "rendered")
        write_fleet(fleet, hosts=hosts, workloads=workloads)
        render = [*PYFLEET, "render", str(fleet), "-o", str(output)]
        first, second = run(render), run(render)
        stages = [sys.executable, "-m", "bench.stages", str(fleet), str(Path(temporary, "stages"))]
        seconds = json.loads(subprocess.run(stages, check=True, capture_output=True).stdout)
        files = [path for path in output.rglob("*") if path.is_file()]
        objects = [path for path in output.glob("kubernetes/*/**/*.yaml") if path.name != "kustomization.yaml"]
        return {
            "hosts": f"{hosts:,}",
            "workloads": f"{workloads:,}",
            "files": f"{len(files):,}",
            "objects": f"{len(objects):,}",
            **{stage: f"{value:.2f}" for stage, value in seconds.items()},
            "process": f"{first.seconds:.2f}" if first else "-",
            "process again": f"{second.seconds:.2f}" if second else "-",
            "peak MiB": f"{first.peak_bytes / 2**20:.0f}" if first else "-",
            **{title: _kustomize(command, output) for title, command in kustomize_commands().items()},
        }


def _kustomize(command: list[str], output: Path) -> str:
    result = run([*command, str(output / "kubernetes")], limit=KUSTOMIZE_LIMIT)
    return f"{result.seconds:.2f}" if result else f"> {KUSTOMIZE_LIMIT:.0f}"


def measure_repository() -> list[dict[str, str]]:
    """Measure the most common commands, on this repository's own fleet."""
    with tempfile.TemporaryDirectory() as temporary:
        commands = {
            "pyfleet --version": ["--version"],
            f"pyfleet check {REPOSITORY_FLEET}": ["check", str(REPOSITORY_FLEET)],
            f"pyfleet render {REPOSITORY_FLEET}": ["render", str(REPOSITORY_FLEET), "-o", temporary],
        }
        return [
            {"command": f"`{title}`", "median of 9": f"{median_seconds([*PYFLEET, *arguments], times=9):.2f}"}
            for title, arguments in commands.items()
        ]


def markdown(rows: list[dict[str, str]]) -> str:
    """Lay rows out as a Markdown table, all to the right."""
    widths = {title: max(len(title), *(len(row[title]) for row in rows)) for title in rows[0]}
    lines = [
        [title.rjust(width) for title, width in widths.items()],
        ["-" * (width - 1) + ":" for width in widths.values()],
        *([row[title].rjust(width) for title, width in widths.items()] for row in rows),
    ]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def main() -> None:
    """Measure, and print three tables."""
    sys.stdout.write(f"Seconds, Python {sys.version.split()[0]}, {sys.platform}.\n\n")
    sys.stdout.write(markdown(measure_repository()) + "\n")
    sys.stdout.write(markdown([measure_size(*size) for size in SIZES]) + "\n")
    if importlib.util.find_spec("_gojsonnet"):
        sys.stdout.write(markdown(compare()))
    else:
        sys.stderr.write("go-jsonnet, to compare with, is not installed: pip install '.[bench]'\n")


if __name__ == "__main__":
    main()
