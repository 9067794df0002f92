"""Certified copies of the patent register (专利登记簿副本): particulars, events, and the legal status."""

from __future__ import annotations

from datetime import date
from random import Random

from corpora.synth import dates, forms, ornaments
from corpora.synth import markup as m
from corpora.synth import patent_parts as parts
from corpora.synth.engine import text
from corpora.synth.patent_parts import Drawn, Patent

# Wordings by value of the field ``legal_status``.
STATUSES = {
    "in_force": ("专利权维持", "专利权有效", "专利权维持有效"),
    "terminated": ("专利权终止", "未缴年费专利权终止", "专利权终止（未缴年费）"),
    "suspended": ("专利权中止", "专利权处于中止状态"),
    "invalidated": ("专利权全部无效", "宣告专利权全部无效"),
    "abandoned": ("专利权放弃", "专利权人声明放弃专利权"),
}


def register_copy(rng: Random, p: Patent, fonts: m.Fonts) -> Drawn:
    """A table of particulars on plain paper, the status, the day of the copy; no certificate number."""
    how = parts.notation(rng)
    values = parts.values(p, how)
    copied = dates.plus_years(p.granted, rng.choice((0, 0, 1, 2)), -rng.randint(40, 330))
    status = forms.marked("legal_status", rng.choice(STATUSES[str(p.fields["legal_status"])]))
    rows = [
        (f"{p.zh}名称", values["title"][1]),
        ("专利号", values["patent_no"][1]),
        ("专利类型", forms.marked("kind", p.zh)),
        (rng.choice(("申请日", "专利申请日")), values["application_date"][1]),
        ("授权公告日", values["grant_date"][1]),
        ("授权公告号", values["grant_no"][1]),
        ("专利权人", values["patentees"][1]),
        ("地址", values["address"][1]),
        (p.person_label, values["inventors"][1]),
        (rng.choice(("法律状态", "专利权法律状态", "当前法律状态")), status),
        ("年费缴纳", text(f"已缴纳至第{max(1, copied.year - p.application.year + 1)}年度年费")),
        ("专利权质押、保全、许可备案", text("无")),
    ]
    ruled = rng.random() < 0.7
    body = [
        m.gap(0.3),
        m.centred(m.styled("专利登记簿副本", 24, bold=True, font=fonts.title, tracking="5pt")),
        m.centred(m.styled("（专利登记簿记载的著录事项及法律状态）", 10)) if rng.random() < 0.5 else "",
        m.gap(0.6),
        _listing(rows, ruled, how.colon),
        m.gap(0.5),
        parts.paragraphs(
            ["本副本所载内容与专利登记簿一致。本副本出具日之后发生的变更，以专利登记簿的记载为准。"], fonts.body, 10.5
        ),
        "#v(1fr)",
        _certified(rng, copied),
        m.styled(f"副本编号：{copied:%Y%m%d}{rng.randint(100, 9999):05d}", 9),
    ]
    made = parts.assets(rng, p, "国家知识产权局专利局登记簿专用章", b"")
    del made["bg.png"]
    background = ""
    if rng.random() < 0.4:
        background = "bg.png"
        made["bg.png"] = ornaments.certificate_paper(rng, (1000, 1414), (90, 90, 96), (255, 255, 255), waves=False, mark="CNIPA")
    page = m.page("\n\n".join(body), background=background, margin="(x: 2.7cm, y: 2.5cm)", footer=m.styled("1 / 1", 9))
    return Drawn([page], made, without=("certificate_no",), title="专利登记簿副本")


def _listing(rows: list[tuple[str, str]], ruled: bool, colon: str) -> str:
    if not ruled:
        return "\n\n".join(forms.line(label, body, colon=colon) + m.gap(0.3) for label, body in rows)
    cells = "".join(f"[{text(label)}][{body}]" for label, body in rows)
    return f"#table(columns: (4.2cm, 1fr), align: left + horizon, inset: (x: 6pt, y: 7pt), stroke: 0.5pt){cells}"


def _certified(rng: Random, copied: date) -> str:
    day = m.sealed(text(dates.arabic(copied, pad=True)), "seal.png", 4.0, dy=-0.3, over=rng.random() < 0.3)
    return m.right(m.seal_box(7, 4.2, text("国家知识产权局"), day))
