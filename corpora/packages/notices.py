"""Papers that end a right, and words printed across a paper that make it prove nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from random import Random

from corpora.synth import dates, names, seals
from corpora.synth import markup as m
from corpora.synth.engine import SynthDocument, text

OFFICE = "国家知识产权局"


def across(document: SynthDocument, word: str) -> SynthDocument:
    """``document`` with ``word`` (样本, 征求意见稿) in large pale letters across every page."""
    letters = f'#text(size: {max(44, 240 // len(word))}pt, fill: rgb(200, 30, 30, 90), weight: "bold")[{text(word)}]'
    mark = f"#set page(foreground: rotate(-30deg)[{letters}])\n"
    layout = f"{document.layout}-marked"
    return replace(document, excluded=True, source=mark + document.source, fields={}, layout=layout)


def _letter(title: str, paragraphs: list[str], rows: str, who: str, shown: str, rng: Random, layout: str) -> SynthDocument:
    fonts = m.choose_fonts(rng, 11)
    stamp = m.sealed(text(who), "seal.png", 4.1, over=rng.random() < 0.3)
    body = [
        m.gap(0.5),
        m.centred(m.styled(title, 19, bold=True, font=fonts.title)),
        m.gap(0.6),
        rows,
        *(f"#h(2em){text(p)}" for p in paragraphs),
        m.gap(1.2),
        m.right(m.seal_box(7.5, 4, stamp, text(shown))),
    ]
    source = m.doc(fonts, m.page("#set par(leading: 1em, spacing: 1.2em)\n" + "\n\n".join(body)))
    return SynthDocument("other", source, {}, {"seal.png": seals.round_seal(rng, who)}, layout, title, excluded=True)


def termination(rng: Random, owner: names.Enterprise, *, number: str, day: date) -> SynthDocument:
    """专利权终止通知书: the patent ``number`` has ended for want of its annual fee."""
    rows = m.table(
        [
            [text(a), text(b)]
            for a, b in (("专利号", number), ("专利权人", owner.name), ("终止日", dates.arabic(dates.plus_years(day, 0, 120))))
        ],
        ["3.2cm", "1fr"],
        ["left", "left"],
        size=10.5,
        header=0,
    )
    told = (
        "根据专利法第四十四条的规定，因专利权人未按照规定缴纳年费，上述专利权终止。",
        "专利权人对上述决定不服的，可以自收到本通知之日起60日内申请行政复议。",
    )
    return _letter("专利权终止通知书", list(told), rows, OFFICE, dates.written(rng, day), rng, "termination")


def withdrawal(rng: Random, owner: names.Enterprise, *, number: str, day: date) -> SynthDocument:
    """认证证书撤销通知书: the management system certificate ``number`` is withdrawn."""
    told = [
        f"{owner.name}：",
        f"贵单位持有的管理体系认证证书（证书编号：{number}）因未在规定期限内接受监督审核，"
        f"经研究决定自{dates.arabic(day)}起予以撤销，请停止使用证书和认证标志。",
    ]
    return _letter("认证证书撤销通知书", told, "", names.certification_body(rng), dates.written(rng, day), rng, "withdrawal")
