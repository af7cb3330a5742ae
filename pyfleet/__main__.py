"""`python -m pyfleet`, and the console script."""

from __future__ import annotations

import gc

from pyfleet.cli import cli


def main() -> None:
    """Run the command line."""
    # What is made lives until the end, and little of it refers in circles: collecting costs a third of a large render.
    gc.disable()
    cli(prog_name="pyfleet")


if __name__ == "__main__":
    main()
