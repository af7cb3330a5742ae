"""`python -m pyfleet`, and the console script."""

from __future__ import annotations

from pyfleet.cli import cli


def main() -> None:
    """Run the command line."""
    cli(prog_name="pyfleet")


if __name__ == "__main__":
    main()
