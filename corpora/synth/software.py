"""Software copyright registration certificates."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

from corpora.synth import dates, ids, names, ornaments, seals
from corpora.synth import markup as m
from corpora.synth.engine import SynthDocument, text

LEGAL = "根据《计算机软件保护条例》和《计算机软件著作权登记办法》的规定，经中国版权保护中心审核，对以上事项予以登记。"


def _lines(rng: Random, owner: names.Enterprise, fields: dict[str, Any], day: date) -> list[str]:
    done = dates.between(rng, dates.plus_years(day, -1), dates.plus_years(day, 0, 40))
    published = rng.choice(("未发表", dates.arabic(done, pad=True)))
    # The stored title keeps the version; the print often breaks the line before it.
    shown = str(fields["title"])
    if rng.random() < 0.4:
        shown = shown.replace(" V", "\nV")
    brief = f"\n[简称：{owner.name[2:4]}系统]" if rng.random() < 0.25 else ""
    rows = (
        ("软件名称", shown + brief),
        ("著作权人", owner.name),
        ("开发完成日期", dates.arabic(done, pad=True)),
        ("首次发表日期", published),
        ("权利取得方式", "原始取得"),
        ("权利范围", "全部权利"),
        ("登记号", str(fields["registration_no"])),
    )
    colon = rng.choice(("：", "：", ":"))
    return [
        m.grid(
            "auto, 1fr",
            m.spread(k, 3.2) + text(colon),
            "#linebreak()".join(text(p) for p in v.split("\n")),
            options="column-gutter: 3pt",
        )
        + m.gap(0.42)
        for k, v in rows
    ]


def make(rng: Random, owner: names.Enterprise, *, registered: date | None = None, title: str | None = None) -> SynthDocument:
    """A 计算机软件著作权登记证书 of ``owner``; ``registered`` fixes the day of registration."""
    day = registered or dates.between(rng, date(2014, 1, 1), date(2024, 12, 31))
    fields: dict[str, Any] = {
        "certificate_no": f"软著登字第{rng.randint(800000, 14000000):07d}号",
        "registration_no": ids.software_registration_no(rng, day.year),
        "title": title or names.software_title(rng, owner.name[2:4]),
        "owners": [owner.name],
        "registration_date": day.isoformat(),
    }
    fonts = m.choose_fonts(rng, 12)
    ink = rng.choice(((150, 160, 170), (90, 150, 190), (170, 150, 100)))
    assets = {
        "bg.png": ornaments.certificate_paper(rng, (1000, 1414), ink, (254, 254, 252), mark=rng.choice(("", "", "软著登记"))),
        "seal.png": seals.round_seal(rng, rng.choice(("中华人民共和国国家版权局", "中国版权保护中心")), middle="软件登记专用章"),
        "bar.png": ornaments.bars(str(fields["registration_no"])),
        "qr.png": ornaments.qr(str(fields["registration_no"])),
    }
    lines = _lines(rng, owner, fields, day)
    printed = dates.arabic(day, pad=True)
    body = [
        m.gap(0.8),
        m.centred(m.styled("中华人民共和国国家版权局", 20, bold=True, font=fonts.title, tracking="2pt")),
        m.centred(m.styled("计算机软件著作权登记证书", 21, bold=True, font=fonts.title, tracking="2pt")),
        f"#align(right)[{text('证书号：')}{text('  ' + str(fields['certificate_no']))}]",
        m.gap(0.6),
        *lines,
        m.gap(0.2),
        "#set par(first-line-indent: 2em, leading: 1.1em)\n" + text(LEGAL),
        "#v(1fr)",
        m.grid(
            "1fr, auto",
            f'#image("{rng.choice(("bar.png", "qr.png"))}", height: 1.5cm)',
            m.seal_box(6, 4.6, m.sealed(text(printed), "seal.png", 4.3, dy=-0.9, over=rng.random() < 0.3)),
            options="align: horizon",
        ),
        m.styled(f"No. {rng.randint(100000, 9999999):08d}", 11, fill="#666666"),
    ]
    source = m.doc(fonts, m.page("\n\n".join(body), background="bg.png", margin="(x: 3.1cm, y: 2.7cm)"))
    return SynthDocument("software_copyright", source, fields, assets, "paper", "计算机软件著作权登记证书")
