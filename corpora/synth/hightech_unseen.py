"""Layouts of high-tech enterprise certificates that stay unseen while rules are written."""

from __future__ import annotations

from random import Random

from corpora.synth import markup as m
from corpora.synth import ornaments
from corpora.synth.engine import text
from corpora.synth.hightech_parts import GOLD, Body, Certificate


def folder(rng: Random, item: Certificate, fonts: m.Fonts) -> Body:
    """An open folder: emblem and title on the left leaf; particulars, and bodies with their seals, on the right one."""
    ink = rng.choice(((150, 30, 40), (180, 140, 60), (40, 70, 130)))
    paper = ornaments.certificate_paper(rng, (1414, 1000), ink, (254, 253, 249), waves=rng.random() < 0.4)
    head = ornaments.css(ink) if rng.random() < 0.5 else GOLD
    left = [
        m.gap(2.2),
        m.picture("logo.png", 2.8),
        m.gap(0.8),
        m.styled("高新技术企业", 30, bold=True, font=fonts.title, fill=head, tracking="4pt"),
        m.styled("证书", 30, bold=True, font=fonts.title, fill=head, tracking="18pt"),
        m.styled("NEW AND HIGH-TECH ENTERPRISE", 10, fill="#666666"),
    ]
    ruled = rng.random() < 0.5
    gap = rng.uniform(0.5, 0.75)

    def entry(label: str, value: str) -> str:
        line = ", stroke: (bottom: 0.5pt)" if ruled else ""
        return (
            f"#grid(columns: (2.5cm, 1fr), align: bottom)[{m.spread(label, 2.2)}][#block(width: 100%, inset: 3pt{line})[{value}]]"
        )

    entries = [
        entry("证书编号", item.number),
        entry(rng.choice(("企业名称", "单位名称")), item.holder),
        entry(rng.choice(("发证日期", "批准日期", "发证时间")), item.issued),
        entry("有效期", item.term),
    ]
    if rng.random() < 0.5:
        entries[:2] = entries[1::-1]
    issuers = "".join(f"[{m.centred(m.styled(name, 8.5))}]" for name in item.bodies)
    stamps = "".join(f"[{m.centred(m.picture(f's{k}.png', 2.7))}]" for k in range(3))
    right = [
        m.gap(1.4),
        *(one + m.gap(gap) for one in entries),
        text(rng.choice(("批准机关：", "认定机构：", "批准机关（盖章）："))),
        f"#grid(columns: (1fr, 1fr, 1fr), row-gutter: 0.15cm){issuers}{stamps}",
    ]
    rule = '#line(angle: 90deg, length: 100%, stroke: 0.6pt + rgb("#b0a890"))'
    leaves = m.grid(
        "1fr, 0.3cm, 1.15fr",
        "\n\n".join(m.centred(part) if not part.startswith("#v") else part for part in left),
        rule,
        f"#set text(size: {rng.uniform(12, 13.5):.1f}pt)\n" + "\n\n".join(right),
        options="column-gutter: 0.5cm, rows: 100%",
    )
    return [f"#block(height: 100%)[{leaves}]"], paper, True, "(x: 2.3cm, y: 1.9cm)"
