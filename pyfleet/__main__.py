"""`python -m pyfleet`, and the console script."""

from __future__ import annotations

import gc

from pyfleet.cli import cli


def main() -> None:
    """Run the command line."""
    # Nearly all objects live until the end, in few reference cycles: collecting costs a third of a large render.
    gc.disable()
    cli(prog_name="pyfleet")


if __name__ == "__main__":
    main()
