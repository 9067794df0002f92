"""Entry of the ``zuozheng`` script: the service's commands start without loading the rooms that read evidence."""

from __future__ import annotations

import sys
from collections.abc import Callable

import typer

from extractor import cli_service

QUICK: dict[str, Callable[..., None]] = {"serve": cli_service.serve, "worker": cli_service.worker}


def main() -> None:
    """Run the command that was asked for."""
    if len(sys.argv) > 1 and sys.argv[1] in QUICK:
        quick = typer.Typer(name="zuozheng", add_completion=False, pretty_exceptions_enable=False)
        quick.callback()(lambda: None)
        for command in QUICK.values():
            quick.command()(command)
        quick()
    else:
        from extractor.cli import main as whole

        whole()


if __name__ == "__main__":
    main()
