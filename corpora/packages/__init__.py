"""Whole synthetic packages: evidence, a declaration with planted errors, and the verdicts they must get.

``plan_package`` decides without drawing anything; ``make_package`` draws and writes it. The verdicts come
from ``corpora.packages.expected``: from what was put in, never from what the product reads.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Literal

from corpora import files
from corpora.format import CorpusInfo, Difficulty, ExpectedFinding, Label, save
from corpora.packages.expected import Facts
from corpora.packages.figures import plan_figures
from corpora.packages.people import plan_distractors, plan_licence, plan_people
from corpora.packages.plan import Paper, Plan, PlanError, Row
from corpora.packages.rights import plan_rights
from corpora.packages.slips import KINDS
from corpora.synth import dates, names, others
from corpora.synth.engine import SONG, SynthDocument, families
from extractor.values.names import NameMatch, match_company

__all__ = ["DIFFICULTIES", "KINDS", "Paper", "Plan", "PlanError", "make_package", "make_packages", "plan_package"]

DIFFICULTIES: tuple[Difficulty, ...] = ("clean", "scan", "photo", "hard")
_FEWEST = 12
"""Declared figures of a package at least."""
_BUNDLED: dict[Difficulty, float] = {"clean": 0.0, "scan": 0.6, "photo": 0.0, "hard": 0.5}
"""How often part of the papers come in one scan."""


def plan_package(seed: int, number: int) -> Plan:
    """Decide what is in package ``number`` of ``seed`` and what the enterprise declares."""
    plans = (_draft(f"package/{seed}/{number}/{attempt}") for attempt in itertools.count())
    return next(plan for plan in plans if len(plan.rows) >= _FEWEST)


def _draft(key: str) -> Plan:
    """A plan that follows ``key`` alone; it may declare little."""
    rng = Random(key)
    owner = names.enterprise(rng)
    year = rng.randint(2019, 2023)
    as_of = dates.between(rng, date(year + 1, 5, 6), date(year + 1, 10, 30))
    plan = Plan(key, owner, _stranger(rng, owner), year, Facts(as_of))
    for part in (plan_figures, plan_rights, plan_people, plan_licence, plan_distractors):
        part(rng, plan)
    rng.shuffle(plan.rows)
    rng.shuffle(plan.papers)
    return plan


def _stranger(rng: Random, owner: names.Enterprise) -> names.Enterprise:
    """Another enterprise, often with nearly the same name.

    Never one that differs in look-alike characters only: whether those are a misreading is open.
    """
    if rng.random() < 0.4:
        for _ in range(8):
            near = names.enterprise(rng, near=owner)
            if match_company(near.name, owner.name) is NameMatch.DIFFERENT:
                return near
    return names.enterprise(rng)


def make_package(seed: int, number: int, out: Path, difficulty: Difficulty, layouts: str = "all") -> list[Label]:
    """Write package ``number`` of ``seed``: evidence in ``out/files/pN``, its declaration in ``out/declared/pN.json``.

    Returns the label of the package and those of its files.
    """
    plan = plan_package(seed, number)
    name = f"p{number}"
    rng = Random(f"{plan.seed}/{difficulty}")
    folder = out / "files" / name
    folder.mkdir(parents=True, exist_ok=True)
    papers = [made for paper in plan.papers for made in [paper.draw(layouts)] * paper.copies]
    labels = [
        files.file_label(out, path, content, difficulty, plan.owner.uscc)
        for path, content in _write(rng, papers, folder, difficulty, plan.owner.name)
    ]
    _declaration(plan, out / "declared" / f"{name}.json")
    whole = Label(
        package=f"files/{name}",
        enterprise=plan.owner.uscc,
        difficulty=difficulty,
        level=max(found.level or 0 for found in labels),
        declared=f"declared/{name}.json",
        findings=[
            ExpectedFinding(metric=row.metric, period=row.period, verdict=row.verdict, planted=row.planted) for row in plan.rows
        ],
    )
    return [whole, *labels]


def _write(
    rng: Random, papers: list[SynthDocument], folder: Path, difficulty: Difficulty, owner: str
) -> list[tuple[Path, files.Content]]:
    """Write the papers, some of them in one scan; second copies of a paper lie apart from the first."""
    bundle: list[SynthDocument] = []
    if rng.random() < _BUNDLED[difficulty]:
        distinct = list({id(paper): paper for paper in papers}.values())
        bundle = rng.sample(distinct, min(len(distinct), rng.randint(3, 6)))
    rest = list(papers)
    for paper in bundle:
        rest.remove(next(other for other in rest if other is paper))
    made = [_bundle(rng, bundle, folder / "证明材料合集.pdf", difficulty, owner)] if bundle else []
    for k, paper in enumerate(rest, 1):
        title = re.sub(r"[（(].*|\s", "", paper.title) or "材料"
        made.append(files.write_document(paper, folder / f"{k:02d}{title}", difficulty, rng, owner))
    return made


def _bundle(
    rng: Random, papers: list[SynthDocument], path: Path, difficulty: Difficulty, owner: str
) -> tuple[Path, files.Content]:
    """One scan that holds several papers, sometimes with the blank backs of their last sheets."""
    given, backs = files.device(difficulty, rng), rng.random() < 0.5
    captured = []
    for paper in papers:
        captured.append(files.capture(paper, given, rng, owner))
        if backs and rng.random() < 0.4:
            captured.append(files.capture(others.blank(rng, names.enterprise(rng)), given, rng, owner))
    return path, files.write_shots(captured, path)


def _declaration(plan: Plan, path: Path) -> None:
    """Write the declared figures; numbers keep the decimals they were declared with (8123.40)."""
    data = {
        "enterprise": {"name": plan.owner.name, "uscc": plan.owner.uscc},
        "as_of": plan.as_of.isoformat(),
        "declared": [{"metric": row.metric, "period": row.period, "value": _value(row), "unit": row.unit} for row in plan.rows],
    }
    text = re.sub(r'"number:([-.0-9]+)"', r"\1", json.dumps(data, ensure_ascii=False, indent=1))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text + "\n", encoding="utf-8")


def _value(row: Row) -> str:
    return f"number:{row.value:f}" if isinstance(row.value, Decimal) else row.value.isoformat()


def make_packages(
    n: int,
    seed: int,
    out: Path,
    *,
    difficulty: Difficulty | Literal["mixed"] = "mixed",
    layouts: str = "all",
    progress: Callable[[int, int], None] | None = None,
) -> Path:
    """Write a corpus of ``n`` packages under ``out``; package k depends on the seed and k alone.

    ``mixed``: each difficulty in turn. ``layouts``: ``all``, ``seen`` or ``held_out`` (those that no rule was
    written against). ``progress`` is told (packages done, packages in all).

    Raises:
        NoChineseFontError: no installed font can draw Chinese.
    """
    families(SONG)
    labels = []
    for k in range(1, n + 1):
        chosen = DIFFICULTIES[(k - 1) % len(DIFFICULTIES)] if difficulty == "mixed" else difficulty
        labels += make_package(seed, k, out, chosen, layouts)
        if progress is not None:
            progress(k, n)
    save(out, CorpusInfo(name=f"synthetic-packages-{seed}", licence="CC0-1.0", origin="synthetic", seed=seed), labels)
    return out
