"""Entry point of the ``hrss12333`` command."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; standard streams carry UTF-8 whatever the machine's code page."""
    for stream in (sys.stdout, sys.stderr):
        if not stream.isatty() and hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    from hrss12333.cli import cli

    cli()


if __name__ == "__main__":
    main()
