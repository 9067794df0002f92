"""How fast pages are read: against other readers, in a large package, per core, for long, and at the least.

``python -m eval.bench_speed pages|package|digital|workers|growth|soak|floor [--seed N] [--json FILE] …`` prints a table
and one line of JSON; ``--help`` after a name shows its options. Nothing is fetched. PaddleOCR and RapidOCR need the
extra ``paddle`` in an environment of its own (``make bench-speed``), OCRmyPDF and Tesseract the system's commands;
those that are not there are named and left out. Linux only.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import time
from importlib import import_module
from pathlib import Path

# name: (module, prefix of its functions, what it measures)
COMMANDS = {
    "pages": ("bench_speed_pages", "", "scanned pages per second of the product and of other readers, in turns"),
    "package": ("bench_speed_check", "", "seconds until a large package is checked"),
    "digital": ("bench_speed_cores", "digital", "born-digital pages per second and core"),
    "workers": ("bench_speed_cores", "workers", "one reading process against two"),
    "growth": ("bench_speed_long", "growth", "seconds per page by the size of the package"),
    "soak": ("bench_speed_long", "soak", "memory of a reading process for long"),
    "floor": ("bench_speed_floor", "", "multiply-adds of a page and the least time for them"),
}


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = made.add_subparsers(dest="command", required=True)
    for name, (module, prefix, about) in COMMANDS.items():
        command = commands.add_parser(name, help=about, description=about)
        command.add_argument("--seed", type=int, default=int(time.time()), help="an unused one by default: the clock")
        command.add_argument("--json", type=Path, help="write the JSON there, too")
        part = import_module(f"eval.{module}")
        getattr(part, f"add_{prefix}_arguments" if prefix else "add_arguments")(command)
        command.set_defaults(run=getattr(part, f"run_{prefix}" if prefix else "run"))
    return made


def main() -> None:
    """Run one command."""
    from eval.bench_speed_told import about, warn_if_busy

    args = parser().parse_args()
    # Ended from outside, it must still end the processes that it has started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    machine = about()
    warn_if_busy()
    told = {"command": args.command, "seed": args.seed, "about": machine, **args.run(args)}
    text = json.dumps(told, ensure_ascii=False)
    sys.stdout.write(f"{text}\n")
    if args.json:
        args.json.write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
