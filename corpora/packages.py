"""Whole synthetic packages: evidence, a declaration with planted errors, and the verdicts they must get.

The expected verdicts follow "How a verdict is decided" of ``docs/contract.md``, computed here from
what was put into the package, never from what the product reads.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from corpora import make
from corpora.format import CorpusInfo, ExpectedFinding, Label, LabelledDocument, save
from corpora.synth import (
    audit,
    dates,
    hightech,
    iso,
    ledger,
    licence,
    names,
    others,
    patent,
    social,
    software,
    statements,
    trademark,
)
from corpora.synth.engine import Pixels, SynthDocument, render, to_pdf
from extractor.model import Verdict

PATENT_METRICS = {"invention": "invention_patents", "utility": "utility_patents", "design": "design_patents"}
PATENT_YEARS = {"invention": 20, "utility": 10, "design": 10}
MONEY = ("revenue", "net_profit", "total_assets", "total_liabilities", "rd_expense", "main_revenue")


@dataclass
class Plan:
    """A package in the making."""

    owner: names.Enterprise
    stranger: names.Enterprise
    as_of: date
    year: int
    documents: list[SynthDocument] = field(default_factory=list)
    rows: list[tuple[dict[str, Any], Verdict]] = field(default_factory=list)

    def declare(self, metric: str, period: str, value: float | int | str, unit: str, verdict: Verdict) -> None:
        """Add a declared figure and the verdict it must get."""
        self.rows.append(({"metric": metric, "period": period, "value": value, "unit": unit}, verdict))


def counted(declared: int, valid: int, ended: int, foreign: int) -> Verdict:
    """The verdict on a count: ``valid`` own in force, ``ended`` own out of force, ``foreign`` of others."""
    if declared <= valid:
        return Verdict.SUPPORTED
    if valid:
        return Verdict.CONTRADICTED
    return Verdict.EXPIRED if ended else Verdict.WRONG_ENTITY if foreign else Verdict.MISSING


def _wan(fen: int, rng: Random) -> float:
    """Fen as 万元 with two decimals, truncated or rounded: both are right."""
    return int(fen / 10_000) / 100 if rng.random() < 0.5 else round(fen / 1_000_000, 2)


def _spoil(rng: Random, value: float, book: ledger.Accounts, parent: ledger.Accounts | None, key: str) -> float:
    """A wrong value of one of the usual kinds."""
    kinds = ["unit", "swap", "year", "digit"] + (["parent"] if parent is not None else [])
    kind = rng.choice(kinds)
    if kind == "unit":
        return round(value * 10_000, 2)
    if kind == "year" and book.figures[key][1] > 0:
        return round(book.figures[key][1] / 1_000_000, 2)
    if kind == "parent" and parent is not None:
        return round(parent.figures[key][0] / 1_000_000, 2)
    digits = f"{value:.2f}"
    at = next(
        (k for k in range(len(digits) - 1) if digits[k].isdigit() and digits[k + 1].isdigit() and digits[k] != digits[k + 1]),
        None,
    )
    if at is None or (kind == "digit" and len(digits) > 5):
        return float(digits[:1] + digits[2:])
    return float(digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :])


def _statements(rng: Random, plan: Plan) -> None:
    """The audit report of the year, and the figures declared from it."""
    standard: ledger.Standard = rng.choice(("2019", "2019", "2019", "small"))
    style = statements.choose_style(rng, plan.year, small=standard == "small")
    grain = statements.GRAINS[style.unit]
    consolidated = standard != "small" and rng.random() < 0.35
    book = ledger.accounts(rng, standard, grain=grain, consolidated=consolidated)
    parent = (
        ledger.accounts(rng, standard, grain=grain, revenue_yuan=int(book.figures["revenue"][0] / 100 * 0.7))
        if consolidated
        else None
    )
    opinion = rng.choices(("unqualified", "qualified", "disclaimer", "adverse"), (80, 8, 7, 5))[0]
    plan.documents.append(
        audit.make(
            rng,
            plan.owner,
            year=plan.year,
            standard=standard,
            opinion=opinion,
            consolidated=consolidated,
            book=book,
            parent=parent,
            style=style,
            notes=standard != "small",
        )
    )
    trusted = opinion in ("unqualified", "qualified")
    for key in MONEY:
        if standard == "small" and key in ("rd_expense", "main_revenue"):
            continue
        right = _wan(book.figures[key][0], rng)
        value = right if rng.random() < 0.65 else _spoil(rng, right, book, parent, key)
        same = value in (int(book.figures[key][0] / 10_000) / 100, round(book.figures[key][0] / 1_000_000, 2))
        # A value that truncation or rounding makes right by chance is right.
        verdict = Verdict.UNSURE if not trusted else Verdict.SUPPORTED if same else Verdict.CONTRADICTED
        plan.declare(key, str(plan.year), value, "万元", verdict)
    debt = book.figures["total_liabilities"][0] / book.figures["total_assets"][0] * 100
    wrong = rng.random() < 0.3
    plan.declare(
        "debt_ratio",
        str(plan.year),
        round(debt * (0.8 if wrong else 1), 2),
        "%",
        Verdict.UNSURE if not trusted else Verdict.CONTRADICTED if wrong else Verdict.SUPPORTED,
    )
    if rng.random() < 0.4:
        plan.declare("revenue", str(plan.year - 2), _wan(book.figures["revenue"][1], rng), "万元", Verdict.MISSING)


def _patents(rng: Random, plan: Plan) -> None:
    """Patents of each kind: own in force, own expired, others', second copies; notices that do not count."""
    for kind, metric in PATENT_METRICS.items():
        valid, ended, foreign = (
            rng.choice((0, 1, 1, 2)),
            rng.choice((0, 0, 1)) if kind != "invention" else 0,
            rng.choice((0, 0, 1)),
        )
        for _ in range(valid):
            granted = dates.between(rng, date(plan.as_of.year - 5, 1, 1), dates.plus_years(plan.as_of, -1))
            partner = names.enterprise(rng).name if rng.random() < 0.2 else None
            plan.documents.append(patent.make(rng, plan.owner, kind=kind, granted=granted, co_owner=partner))
        if valid and rng.random() < 0.2:
            plan.documents.append(plan.documents[-1])  # the same certificate handed in twice
        for _ in range(ended):
            granted = dates.between(
                rng,
                date(plan.as_of.year - PATENT_YEARS[kind] - 4, 1, 1),
                date(plan.as_of.year - PATENT_YEARS[kind] - 1, 1, 1),
            )
            plan.documents.append(patent.make(rng, plan.owner, kind=kind, granted=granted, layout="old"))
        for _ in range(foreign):
            plan.documents.append(
                patent.make(
                    rng,
                    plan.stranger,
                    kind=kind,
                    granted=dates.between(rng, date(plan.as_of.year - 4, 1, 1), dates.plus_years(plan.as_of, -1)),
                )
            )
        declared = max(1, valid + rng.choice((0, 0, 0, 1)))
        plan.declare(metric, "now", declared, "项", counted(declared, valid, ended, foreign))
    plan.documents += [
        rng.choice((others.acceptance_notice, others.fee_notice, others.grant_notice))(rng, plan.owner)
        for _ in range(rng.choice((0, 1, 2)))
    ]


def _systems(rng: Random, plan: Plan) -> None:
    """Management system certificates: own valid, own expired, others'."""
    valid = ended = foreign = 0
    for system in rng.sample(("quality", "environment", "ohs", "ip"), rng.choice((1, 2, 3))):
        fate = rng.choice(("valid", "valid", "ended", "foreign"))
        issue = (
            dates.between(rng, date(plan.as_of.year - 2, 1, 1), dates.plus_years(plan.as_of, 0, 40))
            if fate != "ended"
            else dates.between(rng, date(plan.as_of.year - 6, 1, 1), dates.plus_years(plan.as_of, -3, 60))
        )
        holder = plan.stranger if fate == "foreign" else plan.owner
        language = rng.choice(("zh", "zh", "bilingual", "columns"))
        plan.documents.append(
            iso.make(
                rng,
                holder,
                system=system,
                issued=issue,
                until=dates.plus_years(issue, 3, 1),
                language=language,
            )
        )
        valid, ended, foreign = (
            valid + (fate == "valid"),
            ended + (fate == "ended"),
            foreign + (fate == "foreign"),
        )
    declared = max(1, valid + rng.choice((0, 0, 1)))
    plan.declare("management_system_certs", "now", declared, "项", counted(declared, valid, ended, foreign))


def _high_tech(rng: Random, plan: Plan) -> None:
    """The high-tech certificate: valid, expired, somebody else's, or none."""
    fate = rng.choice(("valid", "valid", "ended", "foreign", "none"))
    if fate != "none":
        issued = (
            dates.between(rng, dates.plus_years(plan.as_of, -2), dates.plus_years(plan.as_of, 0, 100))
            if fate != "ended"
            else dates.between(rng, dates.plus_years(plan.as_of, -5), dates.plus_years(plan.as_of, -3, 30))
        )
        plan.documents.append(hightech.make(rng, plan.stranger if fate == "foreign" else plan.owner, issued=issued))
    plan.declare(
        "high_tech_enterprise",
        "now",
        1,
        "项",
        counted(1, int(fate == "valid"), int(fate == "ended"), int(fate == "foreign")),
    )


def _rights(rng: Random, plan: Plan) -> None:
    """Software copyrights and a trademark that may have lapsed."""
    n = rng.choice((0, 1, 2))
    plan.documents += [
        software.make(
            rng,
            plan.owner,
            registered=dates.between(rng, date(plan.as_of.year - 4, 1, 1), dates.plus_years(plan.as_of, 0, 20)),
        )
        for _ in range(n)
    ]
    plan.declare("software_copyrights", "now", max(1, n), "项", counted(max(1, n), n, 0, 0))
    if rng.random() < 0.5:
        start = dates.between(rng, date(plan.as_of.year - 16, 1, 1), dates.plus_years(plan.as_of, -1))
        alive = dates.plus_years(start, 10, 1) >= plan.as_of
        plan.documents.append(trademark.make(rng, plan.owner, valid_from=start))
        plan.declare("trademarks", "now", 1, "项", counted(1, int(alive), int(not alive), 0))


def _people(rng: Random, plan: Plan) -> None:
    """Headcount from a list whose total may disagree with its rows; R&D staff, which nothing shows."""
    n = rng.randint(9, 70)
    trap = rng.random() < 0.2
    made = social.make(
        rng,
        plan.owner,
        layout="list" if trap else None,
        headcount=n,
        year=plan.as_of.year,
        month=max(1, plan.as_of.month - 1),
        total=n + rng.randint(1, 3) if trap else None,
    )
    plan.documents.append(made)
    wrong = rng.random() < 0.25
    plan.declare(
        "employees",
        "now",
        n + (7 if wrong else 0),
        "人",
        Verdict.UNSURE if trap else Verdict.CONTRADICTED if wrong else Verdict.SUPPORTED,
    )
    plan.declare("rd_staff", "now", max(1, n // 5), "人", Verdict.MISSING)


def plan_package(rng: Random) -> Plan:
    """Decide what is in a package and what the enterprise declares."""
    owner = names.enterprise(rng)
    stranger = names.enterprise(rng, near=owner) if rng.random() < 0.4 else names.enterprise(rng)
    year = rng.randint(2019, 2023)
    plan = Plan(owner, stranger, dates.between(rng, date(year + 1, 5, 6), date(year + 1, 10, 30)), year)
    for part in (_statements, _patents, _systems, _high_tech, _rights, _people):
        part(rng, plan)
    plan.documents.append(licence.make(rng, owner))
    founded = date.fromisoformat(owner.established)
    years = plan.as_of.year - founded.year - ((plan.as_of.month, plan.as_of.day) < (founded.month, founded.day))
    plan.declare("registered_years", "now", years, "年", Verdict.SUPPORTED)
    if rng.random() < 0.3:  # audit firms bind a copy of their own licence into the report
        firm = next(str(d.fields["firm"]) for d in plan.documents if d.type == "audit_report")
        plan.documents.append(
            licence.make(rng, replace(names.enterprise(rng), name=firm, scope="审查企业会计报表，出具审计报告"))
        )
    if rng.random() < 0.5:
        plan.documents.append(
            rng.choice((others.honour, others.contract, others.test_report, others.surveillance, others.specimen))(rng, owner)
        )
    rng.shuffle(plan.documents)
    return plan


def _label(document: SynthDocument, first: int, count: int) -> LabelledDocument:
    return LabelledDocument(
        type=document.type,
        pages=list(range(first, first + count)),
        fields=document.fields,
        excluded=document.excluded,
    )


def _combined(rng: Random, documents: list[SynthDocument], path: Path, blanks: bool) -> list[LabelledDocument]:
    """One scan that holds several documents, with blank backs between them sometimes."""
    pages: list[Pixels] = []
    labels = []
    for document in documents:
        scan, _ = make.scanned(rng, document, rng.choice(("clean", "clean", "worn")))
        labels.append(_label(document, len(pages) + 1, len(scan)))
        pages += scan
        if blanks and rng.random() < 0.5:
            pages += make.scanned(rng, others.blank(rng, names.enterprise(rng)), "clean")[0]
    path.write_bytes(make.image_pdf(pages, 65, 160))
    return labels


def _single(rng: Random, document: SynthDocument, stem: Path) -> tuple[Path, list[LabelledDocument]]:
    if document.sheet and rng.random() < 0.3:
        path = stem.with_suffix(".xlsx")
        path.write_bytes(make.sheet_bytes(document, "xlsx"))
        fields = {key: value for key, value in document.fields.items() if key not in ("issuer", "verification_code")}
        return path, [LabelledDocument(type=document.type, pages=[1], fields=fields, excluded=document.excluded)]
    if rng.random() < 0.2:
        path = stem.with_suffix(".pdf")
        path.write_bytes(to_pdf(document))
        return path, [_label(document, 1, len(render(document, 30)))]
    pages, recipe = make.scanned(rng, document, rng.choice(("clean", "clean", "worn", "phone")))
    kind = rng.choice(("jpg", "jpg", "png", "webp")) if len(pages) == 1 else "pdf"
    path = stem.with_suffix(f".{kind}")
    path.write_bytes(
        make.image_pdf(pages, recipe.quality, recipe.dpi) if kind == "pdf" else make.image_bytes(pages[0], kind, recipe.quality)
    )
    return path, [_label(document, 1, len(pages))]


def make_package(seed: int, out: Path, name: str = "p1") -> list[Label]:
    """Write one package: evidence in ``out/files/NAME``, its declaration in ``out/declared/NAME.json``.

    Returns the label of the package and those of its files; the same seed gives the same package.
    """
    rng = Random(zlib.crc32(f"package/{seed}".encode()))
    plan = plan_package(rng)
    folder = out / "files" / name
    folder.mkdir(parents=True, exist_ok=True)
    (out / "declared").mkdir(exist_ok=True)
    labels = []
    rest = list(plan.documents)
    if rng.random() < 0.7:
        together = rng.sample(rest, min(len(rest), rng.randint(3, 6)))
        rest = [document for document in rest if not any(document is other for other in together)]
        path = folder / "证明材料合集.pdf"
        labels.append(Label(file=f"files/{name}/{path.name}", documents=_combined(rng, together, path, rng.random() < 0.5)))
    for k, document in enumerate(rest):
        path, found = _single(rng, document, folder / f"{k + 1:02d}{document.title.split('（')[0] or '材料'}")
        labels.append(Label(file=f"files/{name}/{path.name}", documents=found))
    declared = {
        "enterprise": {"name": plan.owner.name, "uscc": plan.owner.uscc},
        "as_of": plan.as_of.isoformat(),
        "declared": [row for row, _ in plan.rows],
    }
    (out / "declared" / f"{name}.json").write_text(json.dumps(declared, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    findings = [ExpectedFinding(metric=row["metric"], period=row["period"], verdict=verdict) for row, verdict in plan.rows]
    return [Label(package=f"files/{name}", declared=f"declared/{name}.json", findings=findings), *labels]


def make_packages(n: int, seed: int, out: Path) -> Path:
    """Write a corpus of ``n`` packages under ``out``."""
    labels = [label for k in range(n) for label in make_package(seed * 1000 + k, out, f"p{k + 1}")]
    save(
        out,
        CorpusInfo(name=f"synthetic-packages-{seed}", licence="CC0-1.0", origin="synthetic", seed=seed),
        labels,
    )
    return out
