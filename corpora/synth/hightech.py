"""High-tech enterprise certificates (landscape, three seals)."""

from __future__ import annotations

from datetime import date
from random import Random

from corpora.synth import dates, ids, names, ornaments, seals
from corpora.synth import markup as m
from corpora.synth.engine import SynthDocument, text


def make(rng: Random, owner: names.Enterprise, *, issued: date | None = None) -> SynthDocument:
    """A 高新技术企业证书 of ``owner``; valid for three years from the day of issue."""
    day = issued or dates.between(rng, date(2016, 10, 1), date(2024, 12, 20))
    fields = {
        "certificate_no": ids.high_tech_no(rng, day.year, owner.province_code),
        "holder": owner.name,
        "issue_date": day.isoformat(),
        "valid_until": dates.plus_years(day, 3).isoformat(),
    }
    fonts = m.choose_fonts(rng, 13)
    place = owner.province
    bodies = (
        f"{place}科学技术厅" if "省" in place else f"{place}科学技术委员会",
        f"{place}财政厅" if "省" in place else f"{place}财政局",
        f"国家税务总局{place}税务局",
    )
    assets = {f"s{k}.png": seals.round_seal(rng, name) for k, name in enumerate(bodies)}
    assets["bg.png"] = ornaments.certificate_paper(rng, (1414, 1000), (190, 160, 80), (254, 253, 248), waves=rng.random() < 0.5)
    assets["logo.png"] = ornaments.logo(rng)
    shown = rng.choice((dates.chinese(day), dates.chinese(day, "○"), dates.arabic(day), dates.arabic(day, spaced=True)))
    left = [
        m.label_value("企业名称", owner.name),
        m.label_value(rng.choice(("发证时间", "发证日期")), shown),
        text(rng.choice(("批准机关：", "批准机关:"))),
    ]
    right = [
        m.label_value("证书编号", str(fields["certificate_no"])),
        m.label_value(rng.choice(("有 效 期", "有效期")), rng.choice(("三年", "叁年"))),
    ]
    cells = "".join(f"[{line}]" for pair in zip(left, [*right, ""], strict=True) for line in pair)
    body = [
        m.gap(0.4),
        m.centred(m.picture("logo.png", 1.7)),
        m.centred(m.styled("高新技术企业", 36, bold=True, font=fonts.title, fill="#b8860b", tracking="8pt")),
        m.centred(m.styled("证书", 26, bold=True, font=fonts.title, fill="#b8860b", tracking="14pt")),
        m.gap(0.5),
        f'#set text(weight: "bold")\n#grid(columns: (1.5fr, 1fr), row-gutter: 0.55cm){cells}',
        m.gap(0.3),
        m.grid("1fr, 1fr, 1fr", *(m.picture(f"s{k}.png", 3.2) for k in range(3))),
    ]
    source = m.doc(fonts, m.page("\n\n".join(body), flipped=True, background="bg.png", margin="(x: 3.4cm, y: 2.0cm)"))
    return SynthDocument("high_tech_certificate", source, fields, assets, "landscape", "高新技术企业证书")
