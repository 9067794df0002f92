"""Make the sample package that ships in ``corpora/samples/minjiang``: every verdict occurs in it.

The files are committed, so that nobody needs fonts to run the demo; this module is how they were made
(``python -m corpora.sample``).
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from corpora import degrade
from corpora.files import image_bytes, image_pdf, numpy_rng
from corpora.synth import (
    audit,
    hightech,
    iso,
    ledger,
    licence,
    markup,
    names,
    others,
    patent,
    seals,
    social,
    statements,
    trademark,
)
from corpora.synth.engine import Pixels, SynthDocument, render

HERE = Path(__file__).parent / "samples" / "minjiang"
AS_OF = "2021-05-06"
OWNER = names.Enterprise(
    name="福建闽江精密机械股份有限公司",
    uscc="91350100M000100Y43",
    province="福建省",
    city="福州市",
    district="仓山区",
    province_code="35",
    address="福建省福州市仓山区金山工业区金洲北路18号3幢",
    legal_representative="林思远",
    capital_yuan=36_800_000,
    scope="精密传动部件、数控机床零部件的研发、制造和销售",
    product="精密传动部件",
    trade="精密机械",
    established="2006-03-16",
    english="Fujian Minjiang Precision Machinery Co., Ltd.",
)
STRANGER = names.Enterprise(
    name="厦门海沧旭泽机电有限公司",
    uscc="",
    province="福建省",
    city="厦门市",
    district="海沧区",
    province_code="35",
    address="福建省厦门市海沧区翁角路288号",
    legal_representative="郑文海",
    capital_yuan=5_000_000,
    scope="机电设备销售",
    product="机电设备",
    trade="机电",
    established="2011-08-01",
    english="",
)
STYLE = statements.Style(
    heads=("期末余额", "上年年末余额"),
    flows=("本期金额", "上期金额"),
    prior_first=False,
    two_sided=True,
    line_numbers=False,
    note_column=False,
    ruled="grid",
    unit="yuan",
    decimals=2,
    negative="minus",
    nil="",
    size=7.6,
    paper="a4-landscape",
)


def swap_digits(value: float) -> float:
    """The number with its first two different neighbouring digits exchanged (a typist's slip)."""
    digits = f"{value:.2f}"
    for k in range(1, len(digits) - 1):
        a, b = digits[k], digits[k + 1]
        if a.isdigit() and b.isdigit() and a != b:
            return float(digits[:k] + b + a + digits[k + 2 :])
    return value + 1


def wan(fen: int) -> float:
    """Fen as 万元, truncated to two decimals."""
    return fen // 10_000 / 100


def declaration(
    book: ledger.Accounts, parent: ledger.Accounts, old: ledger.Accounts, quality_no: str
) -> list[tuple[dict[str, Any], str]]:
    """Declared figures, each with the verdict that the evidence must give it."""
    fig = {key: pair[0] for key, pair in book.figures.items()}
    grown = (book.figures["revenue"][0] / book.figures["revenue"][1] - 1) * 100
    rows: list[tuple[str, str, Any, str, str]] = [
        ("revenue", "2020", wan(fig["revenue"]), "万元", "supported"),
        ("revenue", "2019", wan(book.figures["revenue"][1]), "万元", "supported"),
        (
            "revenue",
            "2018",
            wan(old.figures["revenue"][0]),
            "万元",
            "unsure",
        ),  # only unaudited statements show it
        (
            "main_revenue_ratio",
            "2020",
            round(fig["main_revenue"] / fig["revenue"] * 100, 2),
            "%",
            "supported",
        ),
        ("revenue_growth", "2020", round(grown, 2), "%", "supported"),
        (
            "net_profit",
            "2020",
            swap_digits(wan(fig["net_profit"])),
            "万元",
            "contradicted",
        ),  # digits exchanged
        (
            "total_assets",
            "2020",
            round(fig["total_assets"] / 100, 2),
            "万元",
            "contradicted",
        ),  # yuan written as 万元
        (
            "total_liabilities",
            "2020",
            wan(parent.figures["total_liabilities"][0]),
            "万元",
            "contradicted",
        ),  # the parent's
        ("rd_expense", "2020", wan(fig["rd_expense"]), "万元", "supported"),
        ("rd_expense_ratio", "2020", round(fig["rd_expense"] / fig["revenue"] * 100, 2), "%", "supported"),
        (
            "invention_patents",
            "now",
            2,
            "项",
            "contradicted",
        ),  # one certificate; the other is an acceptance notice
        ("utility_patents", "now", 1, "项", "supported"),
        ("design_patents", "now", 1, "项", "wrong_entity"),
        ("software_copyrights", "now", 3, "项", "missing"),
        ("management_system_certs", "now", 2, "项", "contradicted"),  # the environmental one has expired
        (f"certificate_valid_until:{quality_no}", "now", "2022-06-17", "date", "supported"),
        ("trademarks", "now", 1, "项", "expired"),
        ("employees", "now", 86, "人", "supported"),
        ("rd_staff", "now", 21, "人", "missing"),
        ("high_tech_enterprise", "now", 1, "项", "supported"),
        ("registered_years", "now", 15, "年", "supported"),
    ]
    return [({"metric": m, "period": p, "value": v, "unit": u}, verdict) for m, p, v, u, verdict in rows]


def _scan(document: SynthDocument, seed: int, **changes: Any) -> list[Pixels]:
    """Pages of a document through a fixed, mild office scan; ``changes`` override the recipe."""
    rng = Random(seed)
    state = numpy_rng(rng)
    recipe = degrade.Recipe(
        **{
            "dpi": 140,
            "blur": 0.35,
            "noise": 2.0,
            "tint": (252, 251, 247),
            "shadow": 0.05,
            "specks": 8,
            **changes,
        }
    )
    turns = [rng.uniform(-0.9, 0.9) for _ in range(40)]
    return [
        degrade.apply(page, degrade.Recipe(**{**recipe.__dict__, "skew": turns[k]}), state)
        for k, page in enumerate(render(document, recipe.dpi))
    ]


def make_sample(out: Path = HERE) -> Path:
    """Write ``evidence/`` (the package), ``declared.json`` and ``expected.json`` under ``out``."""
    evidence = out / "evidence"
    evidence.mkdir(parents=True, exist_ok=True)
    rng = Random(2020)
    book = ledger.accounts(rng, "2019", revenue_yuan=81_230_000, consolidated=True)
    parent = ledger.accounts(rng, "2019", revenue_yuan=61_870_000)
    old = ledger.accounts(rng, "2019", revenue_yuan=58_410_000)
    report = audit.make(
        Random(20),
        OWNER,
        year=2020,
        standard="2019",
        opinion="unqualified",
        consolidated=True,
        book=book,
        parent=parent,
        style=STYLE,
        notes=True,
    )
    (evidence / "01_2020年度审计报告.pdf").write_bytes(image_pdf(_scan(report, 1), 46, 140))
    bare = SynthDocument("financial_statements", *_bare(old))
    (evidence / "02_2018年财务报表.pdf").write_bytes(image_pdf(_scan(bare, 2), 46, 140))
    (evidence / "03_知识产权材料.pdf").write_bytes(image_pdf(_rights(), 45, 140))
    quality_no = _certificates(evidence)
    staff = social.make(Random(18), OWNER, layout="list", headcount=86, year=2021, month=3, inset=2.4, masked=True)
    (evidence / "06_社保参保名单.pdf").write_bytes(image_pdf(_scan(staff, 3), 46, 140))
    rows = declaration(book, parent, old, quality_no)
    package = {
        "enterprise": {"name": OWNER.name, "uscc": OWNER.uscc},
        "as_of": AS_OF,
        "declared": [row for row, _ in rows],
    }
    (out / "declared.json").write_text(json.dumps(package, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    expected = [{"metric": row["metric"], "period": row["period"], "verdict": verdict} for row, verdict in rows]
    (out / "expected.json").write_text(json.dumps(expected, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return out


def _bare(book: ledger.Accounts) -> tuple[str, dict[str, Any], dict[str, bytes]]:
    """Unaudited statements of 2018: source, fields, assets."""
    rng = Random(21)
    style = statements.Style(
        **{
            **STYLE.__dict__,
            "heads": ("期末余额", "年初余额"),
            "two_sided": False,
            "size": 8.8,
            "paper": "a4",
        }
    )
    pages = audit.statement_pages(rng, OWNER, book, style, 2018, "")
    return markup.doc(markup.choose_fonts(rng), *pages), {}, {"own.png": seals.round_seal(rng, OWNER.name)}


def _rights() -> list[Pixels]:
    """One scan that holds three patents (one is somebody else's), a blank back, and an acceptance notice."""
    invention = patent.make(Random(31), OWNER, kind="invention", layout="register", granted=date(2019, 6, 14))
    utility = patent.make(Random(32), OWNER, kind="utility", granted=date(2018, 3, 2))
    design = patent.make(Random(33), STRANGER, kind="design", layout="register", granted=date(2020, 8, 11))
    notice = others.acceptance_notice(Random(34), OWNER, date(2020, 11, 17), "invention")
    back = others.blank(Random(35), OWNER)
    return [page for k, doc in enumerate((invention, back, utility, design, notice)) for page in _scan(doc, 50 + k)]


def _certificates(folder: Path) -> str:
    """Single certificates as pictures; returns the number of the quality certificate."""
    quality = iso.make(Random(41), OWNER, system="quality", issued=date(2019, 6, 18), until=date(2022, 6, 17), language="zh")
    environment = iso.make(
        Random(42),
        OWNER,
        system="environment",
        issued=date(2018, 3, 11),
        until=date(2021, 3, 10),
        language="bilingual",
    )
    mark = trademark.make(Random(43), OWNER, valid_from=date(2010, 12, 21), layout="old")
    tech = hightech.make(Random(44), OWNER, issued=date(2019, 12, 2))
    paper = licence.make(Random(45), OWNER, layout="copy_landscape")
    for name, document, seed, quality_level, changes in (
        ("04_质量管理体系认证证书.jpg", quality, 61, 58, {}),
        ("05_环境管理体系认证证书.jpg", environment, 62, 58, {}),
        ("07_商标注册证.jpg", mark, 63, 58, {}),
        ("08_高新技术企业证书.jpg", tech, 64, 60, {}),
        (
            "09_营业执照.jpg",
            paper,
            65,
            60,
            {"dpi": 150, "photo": 0.05, "shadow": 0.25, "rotation": 90, "noise": 3.0},
        ),
    ):
        (folder / name).write_bytes(image_bytes(_scan(document, seed, **changes)[0], "jpg", quality_level))
    return str(quality.fields["certificate_no"])


if __name__ == "__main__":
    make_sample()
