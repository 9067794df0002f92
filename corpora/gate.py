"""The small corpus that ships and is read in every test run (``corpora/samples/gate``): how it was made.

``python -m corpora.gate`` makes it again. The packages were chosen for their size alone, among seeds that no
rule was written against.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from corpora.format import CorpusInfo, Difficulty, save
from corpora.packages import make_package

HERE = Path(__file__).parent / "samples" / "gate"
# (seed, number, difficulty)
PACKAGES: tuple[tuple[int, int, Difficulty], ...] = ((6010, 1, "clean"), (6001, 2, "scan"), (6010, 3, "photo"), (6010, 4, "hard"))


def build(out: Path = HERE) -> None:
    """Write the corpus to ``out``, replacing what is there."""
    for part in ("files", "declared", "truth"):
        shutil.rmtree(out / part, ignore_errors=True)
    labels = [label for seed, number, difficulty in PACKAGES for label in make_package(seed, number, out, difficulty)]
    save(out, CorpusInfo(name="gate", licence="CC0-1.0", origin="synthetic"), labels)


if __name__ == "__main__":
    build()
