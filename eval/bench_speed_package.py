"""A scanned package as enterprises hand it in: mostly pages that no declared figure needs.

Audit reports of three years with long notes, certificates, lists of the insured, contracts and brochures, and the
figures that the enterprise declares. Two sets of figures take turns over the years, so that every sum adds up and
every report's last year is the year before's own.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from random import Random

from corpora import files
from corpora.format import Difficulty
from corpora.synth import audit, hightech, iso, ledger, licence, names, patent, social, software, trademark
from corpora.synth.engine import SynthDocument
from eval.bench_speed_papers import brochure, contract, with_notes

Progress = Callable[[int, int], None]
YEARS = 3
REPORTS, CERTIFICATES, LISTS = 0.45, 0.13, 0.07
"""Shares of the pages; contracts and brochures share the rest."""
FULL_REPORT = 100
"""Pages of a package from which on its reports have cover, contents and cash flow statement."""
PERSONS_PER_PAGE = 25
CONTRACT_PAGES, BROCHURE_PAGES = 6, 10


@dataclass(frozen=True)
class Made:
    """A package: its folder, the file of declared figures beside it, and the pages that it has."""

    evidence: Path
    declared: Path
    pages: int


def make_package(pages: int, seed: int, out: Path, progress: Progress = lambda done, total: None) -> Made:
    """Draw a package of about ``pages`` pages under ``out``; the same seed gives the same package.

    Raises:
        NoChineseFontError: no installed font can draw Chinese.
    """
    rng = Random(f"speed/package/{seed}/{pages}")
    owner = names.enterprise(rng)
    as_of = date(2024, 6, 30)
    book = ledger.accounts(rng, "2019")
    writer = _Writer(rng, owner, out / "evidence", progress, pages)
    headcount = max(8, round(pages * LISTS * PERSONS_PER_PAGE))
    n = max(3, round(pages * CERTIFICATES))
    for name, document, difficulty in _reports(rng, owner, book, as_of.year - 1, pages):
        writer.write(name, document, difficulty)
    counted = Counter[str]()
    for name, document, difficulty in _certificates(rng, owner, n, as_of, counted):
        writer.write(name, document, difficulty)
    options = {"headcount": headcount, "year": as_of.year, "month": as_of.month - 1, "layout": "list"}
    writer.write("参保人员名单", social.make(rng, owner, **options), "scan")  # type: ignore[arg-type]
    while writer.pages < pages:
        left = pages - writer.pages
        writer.write("销售合同", contract(rng, owner, min(left, CONTRACT_PAGES)), "scan")
        if left > CONTRACT_PAGES:
            writer.write("企业宣传册", brochure(rng, owner, min(left - CONTRACT_PAGES, BROCHURE_PAGES)), "scan")
    declared = out / "declared.json"
    _declare(declared, owner, as_of, book, headcount, counted)
    return Made(out / "evidence", declared, writer.pages)


class _Writer:
    """Scans or photographs papers into numbered files and counts their pages."""

    def __init__(self, rng: Random, owner: names.Enterprise, folder: Path, progress: Progress, total: int) -> None:
        self._rng, self._owner, self._folder = rng, owner, folder
        self._progress, self._total = progress, total
        self._files = 0
        self.pages = 0
        folder.mkdir(parents=True, exist_ok=True)

    def write(self, name: str, document: SynthDocument, difficulty: Difficulty) -> None:
        """One paper: a picture where it has one page, else a PDF of pictures."""
        self._files += 1
        taken = files.capture(document, files.device(difficulty, self._rng), self._rng, self._owner.name)
        suffix = ".jpg" if len(taken.shots) == 1 else ".pdf"
        files.write_shots([taken], self._folder / f"{self._files:03d}{name}{suffix}")
        self.pages += len(taken.shots)
        self._progress(min(self.pages, self._total), self._total)


Named = Iterator[tuple[str, SynthDocument, Difficulty]]


def _reports(rng: Random, owner: names.Enterprise, book: ledger.Accounts, last: int, pages: int) -> Named:
    """One audit report for each year, the last one first."""
    years = YEARS if pages >= FULL_REPORT // 2 else 1
    room = round(pages * REPORTS / years)
    for k in range(years):
        made = audit.make(
            rng, owner, year=last - k, standard="2019", opinion="unqualified", unit="yuan", consolidated=False,
            book=book if k % 2 == 0 else swapped(book), notes=True, brief=pages < FULL_REPORT, layouts="seen",
        )  # fmt: skip
        # About eight pages stand before the long notes.
        yield f"{last - k}年度审计报告", with_notes(rng, made, owner, last - k, max(0, room - 8)), "scan"


def swapped(book: ledger.Accounts) -> ledger.Accounts:
    """The same accounts with this and last year exchanged: every sum still adds up."""

    def turn(rows: tuple[ledger.Row, ...]) -> tuple[ledger.Row, ...]:
        return tuple(replace(row, amounts=row.amounts and (row.amounts[1], row.amounts[0])) for row in rows)

    return replace(
        book,
        income=turn(book.income),
        assets=turn(book.assets),
        claims=turn(book.claims),
        figures={key: (b, a) for key, (a, b) in book.figures.items()},
        rd_detail=tuple((name, (b, a)) for name, (a, b) in book.rd_detail),
    )


def _certificates(rng: Random, owner: names.Enterprise, n: int, as_of: date, counted: Counter[str]) -> Named:
    """``n`` certificates of the enterprise, all in force: licence and title first, then rights in turns; counted by metric."""
    year = as_of.year
    for k in range(n):
        difficulty: Difficulty = "photo" if k % 3 == 2 else "scan"
        if k == 0:
            yield "营业执照", licence.make(rng, owner, layouts="seen"), difficulty
            continue
        if k == 1:
            counted["high_tech_enterprise"] += 1
            yield "高新技术企业证书", hightech.make(rng, owner, issued=date(year - 1, 11, 20), layouts="seen"), difficulty
            continue
        granted = date(year - rng.randint(1, 4), rng.randint(1, 6), rng.randint(1, 28))
        which = ("invention", "utility", "utility", "software", "iso", "utility", "trademark")[k % 7]
        if which in ("invention", "utility"):
            counted[f"{which}_patents"] += 1
            name, made = "专利证书", patent.make(rng, owner, kind=which, granted=granted, layouts="seen")
        elif which == "software":
            counted["software_copyrights"] += 1
            name, made = "软件著作权登记证书", software.make(rng, owner, registered=granted, layouts="seen")
        elif which == "trademark":
            counted["trademarks"] += 1
            name, made = "商标注册证", trademark.make(rng, owner, valid_from=granted, layouts="seen")
        else:
            counted["management_system_certs"] += 1
            issued, until = date(year - 1, granted.month, granted.day), date(year + 2, granted.month, granted.day)
            name, made = "管理体系认证证书", iso.make(rng, owner, issued=issued, until=until, layouts="seen", english=False)
        yield name, made, difficulty


def _declare(
    path: Path, owner: names.Enterprise, as_of: date, book: ledger.Accounts, headcount: int, counted: Counter[str]
) -> None:
    """What the enterprise says: all true but one number of patents and one figure that nothing shows."""
    year = as_of.year - 1
    rows: list[tuple[str, str, str, str]] = []
    for key in ("revenue", "main_revenue", "net_profit", "total_assets", "total_liabilities", "rd_expense"):
        for k, fen in enumerate(book.figures[key]):
            rows.append((key, str(year - k), _decimal(Decimal(fen) / 1_000_000), "万元"))
    now, before = book.figures["revenue"]
    rows.append(("revenue_growth", str(year), _decimal(Decimal(now - before) / before * 100), "%"))
    rows.append(("rd_expense_ratio", str(year), _decimal(Decimal(book.figures["rd_expense"][0]) / now * 100), "%"))
    debts, assets = book.figures["total_liabilities"][0], book.figures["total_assets"][0]
    rows.append(("debt_ratio", str(year), _decimal(Decimal(debts) / assets * 100), "%"))
    rows.append(("employees", "now", str(headcount), "人"))
    rows.append(("rd_staff", "now", str(max(1, headcount // 5)), "人"))
    for metric, number in sorted(counted.items()):
        rows.append((metric, "now", str(number + (metric == "utility_patents")), "项"))
    data = [{"metric": m, "period": p, "value": v, "unit": u} for m, p, v, u in rows]
    enterprise = {"name": owner.name, "uscc": owner.uscc}
    text = json.dumps({"enterprise": enterprise, "as_of": as_of.isoformat(), "declared": data}, ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")


def _decimal(value: Decimal) -> str:
    return str(value.quantize(Decimal("0.01"), ROUND_HALF_UP))
