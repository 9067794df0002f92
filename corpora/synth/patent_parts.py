"""What all layouts of patent certificates share: the patent, its wordings, its values as marked markup."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

from corpora.synth import dates, forms, ornaments, seals
from corpora.synth import markup as m
from corpora.synth.engine import text

KINDS = {
    "invention": ("发明", "发明名称", "发明人"),
    "utility": ("实用新型", "实用新型名称", "发明人"),
    "design": ("外观设计", "外观设计名称", "设计人"),
}
STATUS = (
    "专利证书记载专利权登记时的法律状况。专利权的转移、质押、无效、终止、恢复和专利权人的姓名或名称、"
    "国籍、地址变更等事项记载在专利登记簿上。"
)


@dataclass(frozen=True)
class Patent:
    """A granted patent. ``filed_by``: the applicants on the day of filing, who may differ from the patentees."""

    kind: str
    application: date
    granted: date
    fields: dict[str, Any]
    address: str
    director: str
    filed_by: tuple[str, ...]

    @property
    def zh(self) -> str:
        """发明, 实用新型 or 外观设计."""
        return KINDS[self.kind][0]

    @property
    def person_label(self) -> str:
        """发明人, or 设计人 of a design."""
        return KINDS[self.kind][2]

    @property
    def years(self) -> str:
        """The term in years, in Chinese numerals (Patent Law art. 42; designs filed since June 2021: fifteen)."""
        if self.kind == "design" and self.application >= date(2021, 6, 1):
            return "十五"
        return "二十" if self.kind == "invention" else "十"


@dataclass(frozen=True)
class Drawn:
    """What a layout makes of a patent: page calls, images, the field keys that it does not print."""

    pages: list[str]
    assets: dict[str, bytes]
    without: tuple[str, ...] = ()
    title: str = ""


@dataclass(frozen=True)
class Notation:
    """How one certificate writes its values."""

    sep: str
    pad: bool
    spaced: bool
    number: str
    colon: str

    def day(self, value: date) -> str:
        """A date."""
        return dates.arabic(value, pad=self.pad, spaced=self.spaced)

    def patent_no(self, number: str) -> str:
        """A patent number: ``ZL 2020 2 3020906.X``, ``ZL2020 2 3020906.X`` or ``ZL202023020906.X``."""
        parts = {"y": number[2:6], "k": number[6], "s": number[7:]}
        return self.number.format(**parts)


def notation(rng: Random) -> Notation:
    """A random way of writing; semicolons between names are by far the most frequent."""
    return Notation(
        sep=rng.choice((";", ";", "；", "、")),
        pad=rng.random() < 0.8,
        spaced=rng.random() < 0.6,
        number=rng.choice(("ZL {y} {k} {s}", "ZL {y} {k} {s}", "ZL{y} {k} {s}", "ZL{y}{k}{s}")),
        colon=rng.choice(("：", "：", ":")),
    )


def values(p: Patent, how: Notation) -> dict[str, tuple[str, str]]:
    """Field key → (label, marked markup); further keys ``address``, ``filed_by``, ``filed_people`` are no fields."""
    names = how.sep.join(p.fields["inventors"])
    shown = {
        "title": (KINDS[p.kind][1], str(p.fields["title"])),
        "inventors": (p.person_label, names),
        "patent_no": ("专利号", how.patent_no(str(p.fields["patent_no"]))),
        "application_date": ("专利申请日", how.day(p.application)),
        "patentees": ("专利权人", how.sep.join(p.fields["patentees"])),
        "grant_date": ("授权公告日", how.day(p.granted)),
    }
    made = {key: (label, forms.marked(key, value)) for key, (label, value) in shown.items()}
    number = str(p.fields["grant_no"])
    made["grant_no"] = ("授权公告号", forms.marked("grant_no", f"CN {number[2:-1]} {number[-1]}"))
    made["address"] = ("地址", text(p.address))
    made["filed_by"] = ("申请日时申请人", text(how.sep.join(p.filed_by)))
    made["filed_people"] = (f"申请日时{p.person_label}", text(names))
    return made


def grant_clause(p: Patent, office: str, thing: str) -> str:
    """The sentence that grants: ``office`` 依照…, ``thing`` is what is issued; empty grants without a paper."""
    review = "进行审查" if p.kind == "invention" else "进行初步审查" if office.startswith("本") else "经过初步审查"
    issued = f"颁发{thing}并在专利登记簿上予以登记" if thing else "并予以公告"
    return f"{office}依照中华人民共和国专利法{review}，决定授予专利权，{issued}。"


def fee_clause(p: Patent) -> str:
    """When annual fees fall due."""
    return (
        "专利权人应当依照专利法及其实施细则规定缴纳年费。本专利的年费应当在每年"
        f"{p.application.month:02d}月{p.application.day:02d}日前缴纳。"
        "未按照规定缴纳年费的，专利权自应当缴纳年费期满之日起终止。"
    )


def paragraphs(wordings: list[str], font: str, size: float = 10.5, leading: float = 0.9) -> str:
    """Indented paragraphs of legal wording."""
    body = "\n\n".join(text(w) for w in wordings)
    rules = (
        f"#set text(font: {font}, size: {size}pt)\n#set par(first-line-indent: (amount: 2em, all: true), leading: {leading}em)"
    )
    return f"#block[{rules}\n{body}]"


def heading(p: Patent, size: float, font: str, *, fill: str = "", tracking: str = "3pt") -> str:
    """``发明专利证书``, centred, the kind marked."""
    head = forms.marked("kind", p.zh, size=size, bold=True, font=font, fill=fill, tracking=tracking)
    return m.centred(head + m.styled("专利证书", size, bold=True, font=font, fill=fill, tracking=tracking))


def serial(rng: Random, p: Patent, *, size: float | None = None) -> str:
    """``证书号第…号`` in one of its spacings, the number marked."""
    head, tail = rng.choice((("证书号第", "号"), ("证 书 号 第 ", " 号"), ("证书号 第 ", " 号")))
    number = m.mark("certificate_no", m.styled(str(p.fields["certificate_no"]), size))
    return m.styled(head, size) + number + m.styled(tail, size)


def stamped_day(rng: Random, p: Patent, how: Notation, *, seal: str = "seal.png", width: float = 4.2, size: float = 11) -> str:
    """The day of grant at the foot, with the office's seal across it."""
    day = forms.marked("grant_date", how.day(p.granted), size=size)
    return m.sealed(day, seal, width, dy=-rng.uniform(0.2, 0.9) * width / 4.2, over=rng.random() < 0.3)


def foot(rng: Random, p: Patent, how: Notation, *, width: float = 4.2, sign: float = 3.6, size: float = 11) -> str:
    """Director, signature, and the sealed day."""
    return m.grid(
        "auto, 1fr, auto",
        f"{text('局长')}#linebreak(){text(p.director)}",
        m.centred(m.picture("sign.png", sign)),
        m.seal_box(width * 1.42, width, stamped_day(rng, p, how, width=width, size=size)),
        options="column-gutter: 0.4cm, align: horizon",
    )


def assets(rng: Random, p: Patent, office: str, paper: bytes) -> dict[str, bytes]:
    """The images that most layouts use."""
    number = str(p.fields["patent_no"])
    return {
        "bg.png": paper,
        "logo.png": ornaments.logo(rng),
        "seal.png": seals.round_seal(rng, office, emblem=True),
        "qr.png": ornaments.qr(f"https://example.invalid/p/{number}"),
        "sign.png": seals.signature(rng),
        "bar.png": ornaments.bars(number[2:]),
    }


BARS = '#image("bar.png", width: 5.5cm, height: 0.55cm, fit: "stretch")'


def continuation(rng: Random, p: Patent, how: Notation, font: str, size: float = 10.5) -> list[str]:
    """The body of the second sheet: fees, and who filed the patent."""
    people = how.sep.join(p.fields["inventors"])
    fees = [fee_clause(p)] if rng.random() < 0.7 else []
    return [
        serial(rng, p),
        m.gap(0.5),
        *([paragraphs(fees, font, size), m.gap(0.5)] if fees else []),
        text(f"申请日时本专利记载的申请人、{p.person_label}信息如下："),
        text("申请人："),
        text(how.sep.join(p.filed_by)),
        text(f"{p.person_label}："),
        text(people),
    ]
