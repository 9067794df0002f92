"""Make a synthetic corpus of single documents, every type in it; whole packages: ``corpora.packages``."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from pathlib import Path
from random import Random

from corpora.files import file_label, write_document
from corpora.format import CorpusInfo, save
from corpora.packages import DIFFICULTIES
from corpora.synth import (
    audit,
    hightech,
    iso,
    licence,
    names,
    others,
    patent,
    rdaudit,
    social,
    software,
    tax,
    trademark,
)
from corpora.synth.engine import SynthDocument

Maker = Callable[[Random, names.Enterprise], SynthDocument]

# (maker, weight): how often a type comes up in a corpus of single documents.
MAKERS: tuple[tuple[str, Maker, int], ...] = (
    ("audit_report", audit.make, 7),
    ("patent_certificate", patent.make, 7),
    ("iso_certificate", iso.make, 8),
    ("social_security_list", social.make, 5),
    ("business_license", licence.make, 4),
    ("software_copyright", software.make, 3),
    ("trademark_certificate", trademark.make, 3),
    ("high_tech_certificate", hightech.make, 3),
    ("rd_audit_report", rdaudit.make, 2),
    ("tax_return", tax.make, 2),
    ("financial_statements", audit.bare_statements, 1),
    ("application_form", others.application_form, 1),
    ("negative", lambda rng, owner: rng.choice(others.NEGATIVES)(rng, owner), 6),
)


def schedule(rng: Random, n: int) -> list[Maker]:
    """``n`` makers: every type before any is repeated beyond its weight, then shuffled."""
    pool: list[Maker] = []
    while len(pool) < n:
        turn = (
            [maker for _, maker, weight in MAKERS for _ in range(weight)]
            if len(pool) >= len(MAKERS)
            else [maker for _, maker, _ in MAKERS]
        )
        rng.shuffle(turn)
        pool += turn
    chosen = pool[:n]
    rng.shuffle(chosen)
    return chosen


def make_corpus(n: int, seed: int, out: Path) -> Path:
    """Write ``n`` labelled single-document files under ``out``; the same seed gives the same corpus."""
    (out / "files").mkdir(parents=True, exist_ok=True)
    labels = []
    for k, maker in enumerate(schedule(Random(seed), n)):
        rng = Random(zlib.crc32(f"{seed}/{k}".encode()))
        owner = names.enterprise(rng)
        document, difficulty = maker(rng, owner), rng.choice(DIFFICULTIES)
        path, content = write_document(document, out / "files" / f"{k:03d}_{document.type}", difficulty, rng)
        labels.append(file_label(out, path, content, difficulty, owner.uscc))
    save(
        out,
        CorpusInfo(name=f"synthetic-documents-{seed}", licence="CC0-1.0", origin="synthetic", seed=seed),
        labels,
    )
    return out
