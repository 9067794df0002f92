"""Fuzz what strangers hand in: every format of evidence and every loader, with inputs made from a seed.

Each input is a tiny good file with a few mutations. Evidence goes the way of a user's package: opened in a fenced
process, its pages read and drawn (all but the text network), everything concluded from them; other files go to their
loaders. Good is: a result, a foreseen refusal in Chinese, a process ended by its limits. A failure is any other
exception, an answer that does not come in time, a file written outside the temporary folder or left in it.

  python -m eval.fuzz                               20,000 inputs over all formats
  python -m eval.fuzz --formats pdf,ofd --seconds 60
  python -m eval.fuzz --replay bench-out/fuzz/0001234.pdf.pdf     one kept failure again
  python -m eval.fuzz --replay any.file --formats policy    any file as one of a format

Same seed, same formats: same inputs. Failures are written to --out, each with its traceback beside it.
Exit code 1 where anything failed or memory grew, 2 for a wrong argument.
"""

from __future__ import annotations

import argparse
import faulthandler
import sys
from functools import partial
from pathlib import Path

from eval.fuzz.formats import FORMATS
from eval.fuzz.report import Progress, as_json, keep, table
from eval.fuzz.run import Summary, case_of_file, chosen, fuzz, replay

LONGEST_BATCH = 900
"""Seconds after which this process itself, not one of its children, must have come to hang; it then ends with a traceback."""


def parser() -> argparse.ArgumentParser:
    """The arguments."""
    made = argparse.ArgumentParser(
        "python -m eval.fuzz",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=f"formats: {', '.join(FORMATS)}",
    )
    made.add_argument("--inputs", type=_positive, default=20_000, help="how many (default %(default)s)")
    made.add_argument("--seed", type=int, default=1, help="of the chance (default %(default)s)")
    made.add_argument("--formats", default="", help="some only, by commas")
    made.add_argument("--first", type=int, default=0, help="number of the first input (default %(default)s)")
    made.add_argument("--seconds", type=float, help="stop after so many seconds")
    made.add_argument(
        "--out", type=Path, default=Path("bench-out/fuzz"), help="where failing inputs are written (default %(default)s)"
    )
    made.add_argument("--replay", type=Path, metavar="FILE", help="one input only, from a file")
    return made


def main(argv: list[str] | None = None) -> int:
    """Run, print a table and a line of JSON; the exit code."""
    arguments = parser().parse_args(argv)
    keys = [k.strip() for k in arguments.formats.split(",") if k.strip()]
    if unknown := [k for k in keys if k not in FORMATS]:
        sys.stderr.write(f"no such format: {', '.join(unknown)}; there are {', '.join(FORMATS)}\n")
        return 2
    if arguments.replay is not None:
        return _replay(arguments.replay, keys)
    out, progress = arguments.out.resolve(), Progress()

    def tell(summary: Summary, inputs: int) -> None:
        _watch_oneself()
        progress(summary, inputs)

    _watch_oneself()
    try:
        summary = fuzz(
            inputs=arguments.inputs,
            seed=arguments.seed,
            formats=chosen(keys),
            seconds=arguments.seconds,
            first=arguments.first,
            tell=tell,
            keep=partial(keep, out),
        )
    finally:
        faulthandler.cancel_dump_traceback_later()
    print(table(summary))
    print(as_json(summary))
    if summary.failures:
        sys.stderr.write(f"{len(summary.failures)} failing inputs in {out}; try one: python -m eval.fuzz --replay FILE\n")
    return int(bool(summary.failures) or summary.leaks)


def _watch_oneself() -> None:
    """Count from now again to the end of a process that hangs."""
    faulthandler.dump_traceback_later(LONGEST_BATCH, exit=True, file=sys.__stderr__ or sys.stderr)


def _replay(path: Path, keys: list[str]) -> int:
    try:
        case = case_of_file(path.resolve(), keys[0] if keys else None)
    except (OSError, KeyError) as error:
        sys.stderr.write(f"cannot replay {path} ({type(error).__name__}: {error}); name its format by --formats\n")
        return 2
    outcome = replay(case)
    print(f"{case.format.key}: {outcome.verdict} after {outcome.seconds:.2f} s\n{outcome.told}")
    return int(outcome.verdict == "failed")


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


if __name__ == "__main__":
    sys.exit(main())
