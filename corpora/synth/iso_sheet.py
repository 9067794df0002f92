"""What a management system certificate says, and the printed pieces that its layouts share."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

from corpora.synth import dates, ids, names, ornaments
from corpora.synth import markup as m
from corpora.synth.engine import text


@dataclass(frozen=True)
class System:
    """A management system: Chinese and English names, letter in certificate numbers, standards."""

    zh: str
    en: str
    letter: str
    standards: tuple[tuple[str, ...], ...]


SYSTEMS = {
    "quality": System(
        "质量管理体系",
        "Quality Management System",
        "Q",
        (("GB/T 19001-2016", "ISO 9001:2015"), ("GB/T19001-2016", "ISO9001:2015"), ("ISO 9001:2015",)),
    ),
    "environment": System(
        "环境管理体系",
        "Environmental Management System",
        "E",
        (("GB/T 24001-2016", "ISO 14001:2015"), ("GB/T24001-2016", "ISO14001:2015"), ("ISO 14001:2015",)),
    ),
    "ohs": System(
        "职业健康安全管理体系",
        "Occupational Health and Safety Management System",
        "S",
        (("GB/T 45001-2020", "ISO 45001:2018"), ("ISO 45001:2018",)),
    ),
    "information_security": System(
        "信息安全管理体系",
        "Information Security Management System",
        "IS",
        (("GB/T 22080-2016", "ISO/IEC 27001:2013"), ("ISO/IEC 27001:2022",)),
    ),
    "energy": System("能源管理体系", "Energy Management System", "En", (("GB/T 23331-2020", "ISO 50001:2018"),)),
    "food_safety": System("食品安全管理体系", "Food Safety Management System", "FSMS", (("ISO 22000:2018",),)),
    "automotive": System("汽车行业质量管理体系", "Automotive Quality Management System", "A", (("IATF 16949:2016",),)),
    "medical": System(
        "医疗器械质量管理体系",
        "Medical Devices Quality Management System",
        "MD",
        (("YY/T 0287-2017", "ISO 13485:2016"),),
    ),
    "weapon": System("武器装备质量管理体系", "Weapons and Equipment Quality Management System", "J", (("GJB 9001C-2017",),)),
    "ip": System("知识产权管理体系", "Intellectual Property Management System", "IP", (("GB/T 29490-2013",),)),
    "integration_two": System(
        "信息化和工业化融合管理体系",
        "Informatization and Industrialization Integration Management System",
        "AIII",
        (("GB/T 23001-2017",),),
    ),
}
ENGLISH_SCOPES = {
    "精密机械": "Development, manufacture and sale of CNC machine parts and precision transmission components",
    "智能装备": "R&D, production and sales of industrial automation equipment and robot end effectors",
    "新材料科技": "R&D, production and sales of polymer composites and modified plastics",
    "电子科技": "Design and manufacture of electronic components and sensor modules",
    "生物科技": "R&D, production and sales of biological reagents and enzyme preparations",
    "环保设备": "Design, manufacture and sales of waste water and waste gas treatment equipment",
    "汽车零部件": "Design, production and sales of automotive brake system parts",
    "仪器仪表": "Design, production and sales of flow meters and pressure transmitters",
    "光电技术": "R&D, production and sales of optical lenses and laser devices",
    "信息技术": "Software development and system integration services",
}
FOREIGN_BODIES = (
    "Rheinmark Cert GmbH",
    "Norvia Certification AS",
    "Albion Registrars Limited",
    "Pacific Assurance Services Co., Ltd.",
    "Lombardia Cert S.r.l.",
    "Helvetic Systems Assessment AG",
)


@dataclass(frozen=True)
class Sheet:
    """One certificate in the making.

    ``values``: all that could be said, by field key; ``fields``: what has been said so far, as labels;
    ``assets``: images used so far. ``first``, ``issue``, ``last``: first issue, this issue, end of validity.
    """

    owner: names.Enterprise
    info: System
    values: dict[str, Any]
    first: date
    issue: date
    last: date
    fonts: m.Fonts
    fields: dict[str, Any] = field(default_factory=dict)
    assets: dict[str, bytes] = field(default_factory=dict)

    def say(self, key: str, shown: str = "", size: float | None = None, *, bold: bool = False, font: str = "") -> str:
        """The value of ``key`` as marked markup (as ``shown`` where the paper writes it otherwise); labels it."""
        self.fields[key] = self.values[key]
        return m.mark(key, m.styled(shown or str(self.values[key]), size, bold=bold, font=font))

    def standards(self, joined: str, size: float | None = None, *, bold: bool = False, suffix: str = "") -> str:
        """The standards with ``joined`` between them."""
        return self.say("standards", joined.join(self.values["standards"]) + suffix, size, bold=bold)

    def title(self, shown: str, size: float) -> str:
        """The title, which names the system."""
        return m.centred(self.say("system", shown, size, bold=True, font=self.fonts.title))

    @property
    def scope_en(self) -> str:
        """The scope in English."""
        return ENGLISH_SCOPES.get(self.owner.trade, "Design, production and sales of industrial products")

    def address_en(self) -> str:
        """An English address, the same wherever the certificate prints it."""
        number = sum(map(ord, self.owner.address)) % 97 + 1
        return f"No. {number} Industrial Road, High-tech Zone, {self.owner.uscc[2:6]}00, P.R. China"


def number(rng: Random, info: System, year: int, foreign: bool) -> str:
    """A certificate number in the manner of one of many bodies; ``foreign``: bodies from abroad."""
    serial = rng.randint(100, 99999)
    if foreign:
        return rng.choice(
            (
                f"CN{year % 100}/{rng.randint(10000, 99999)}",
                f"CN{year % 100}/{rng.randint(10000, 99999)}.{rng.randint(0, 3):02d}",
                f"{rng.randint(1, 99):02d} {rng.randint(100, 111)} {rng.randint(100000, 9999999)}",
                f"{rng.randint(10, 20)} 100 {rng.randint(10000, 99999)} TMS",
                f"{ {'Q': 'FM', 'E': 'EMS', 'S': 'OHS'}.get(info.letter, 'MS') } {rng.randint(500000, 799999)}",
                f"CN{rng.randint(10000, 99999):06d}",
                f"{rng.randint(100000, 399999)}-{year}-{rng.choice(('AQ', 'AE', 'ASA'))}-RGC-{rng.choice(('RvA', 'UKAS'))}",
            )
        )
    if rng.random() < 0.62:
        plain = ids.iso_number(rng, info.letter, year, False)
        return plain + rng.choice(("", "", "", "", "-1", f"/{rng.randint(1000, 6500)}"))
    return rng.choice(
        (
            f"{rng.randint(10, 99)}/{year % 100}{info.letter}{serial % 10000:04d}R{rng.randint(0, 3)}{rng.randint(0, 1)}",
            f"U{rng.randint(1, 999):04d}{year % 100}{info.letter}{serial:05d}R{rng.randint(0, 3)}{rng.choice('SM')}",
            f"{rng.choice(('ZXB', 'HBLH', 'KBR', 'CTS'))}-{year}-{info.letter}-{serial % 10000:04d}",
            f"{rng.randint(100, 399)}-{year}-{info.letter}-{serial:05d}",
            f"{info.letter}{year}{rng.randint(1, 12):02d}{serial % 10000:04d}",
        )
    )


def written(rng: Random, day: date, languages: str = "zh") -> str:
    """A date in the notations of certificates; ``languages`` as in ``dates.written``."""
    if languages == "en" and rng.random() < 0.25:
        month = dates.MONTHS[day.month - 1]
        # Days first in figures only where no other reading is possible.
        figures = f"{day:%d.%m.%Y}" if day.day > 12 else f"{day:%Y-%m-%d}"
        return rng.choice((f"{month[:3]} {day.day:02d}, {day.year}", f"{day.day:02d} {month} {day.year}", figures))
    return dates.written(rng, day, languages)


def days(rng: Random, sheet: Sheet, languages: str = "zh") -> tuple[str, str, str]:
    """First issue, this issue and end of validity, all in one notation."""
    state = rng.getrandbits(32)
    first, issue, last = (written(Random(state), day, languages) for day in (sheet.first, sheet.issue, sheet.last))
    return first, issue, last


def line(label: str, value: str, *, bold: bool = False, colon: str = "：", width: float = 0.0) -> str:
    """``label：value`` with a marked-up value that wraps under itself."""
    head = m.spread(label, width) if width else m.styled(label, bold=bold)
    return f"#grid(columns: (auto, 1fr), column-gutter: 2pt)[{head}{text(colon) if colon else ''}][{value}]"


def term(rng: Random, sheet: Sheet, languages: str = "zh") -> str:
    """The validity as one range from issue to expiry."""
    _, issue, last = days(rng, sheet, languages)
    until = rng.choice(("至", " 至 ", "～", "—", " - ")) if languages != "en" else rng.choice((" to ", " until ", " - "))
    start = text(rng.choice(("", "自"))) if languages == "zh" else ""
    return start + sheet.say("issue_date", issue) + text(until) + sheet.say("valid_until", last)


def date_lines(rng: Random, sheet: Sheet) -> list[tuple[str, str]]:
    """Chinese validity lines (label, markup) in one of the usual wordings."""
    words = rng.choice(
        (
            ("", "发证日期", "有效期至"),
            ("", "颁证日期", "证书有效期"),
            ("", "发证日期", "有效期截止日期"),
            ("首次发证日期", "本次发证日期", "证书有效期至"),
            ("初次获证日期", "换证日期", "注册有效期限至"),
            ("首次获证日期", "发证日期", "有效期至"),
            ("首次注册日期", "", "注册有效日期"),
            ("初次认证日期", "证书签发日期", "证书到期日期"),
            (),
            (),
        )
    )
    if not words:
        lead = (
            [("首次获证日期", sheet.say("first_issue_date", written(rng, sheet.first)))]
            if sheet.first != sheet.issue and rng.random() < 0.6
            else []
        )
        return [*lead, (rng.choice(("有效期", "证书有效期", "本证书有效期", "有效期限")), term(rng, sheet))]
    keys = ("first_issue_date", "issue_date", "valid_until")
    shown = days(rng, sheet)
    return [(label, sheet.say(key, day)) for label, key, day in zip(words, keys, shown, strict=True) if label]


HOLDER_LABELS = (
    "获证组织",
    "持证单位",
    "认证组织",
    "组织名称",
    "受审核方名称",
    "单位名称",
    "证书持有者",
    "获证组织名称",
    "企业名称",
)
PLACES = (
    ("注册地址", "经营地址"),
    ("地址",),
    ("注册地址", "审核地址"),
    ("注册/审核地址",),
    ("生产地址",),
    ("注册地址", "生产/经营地址"),
    ("注册地址", "经营地址", "审核地址"),
)
NOTES = (
    "本证书信息可在国家认证认可监督管理委员会官方网站（www.cnca.gov.cn）查询",
    "获证组织必须定期接受监督审核并经审核合格此证书方继续有效。本证书信息可在国家认证认可监督管理委员会官方网站查询",
    "注：本证书在国家规定的各行政许可、资质许可有效期内使用有效；证书状态请登录全国认证认可信息公共服务平台查询",
    "在有效期内，本证书的有效性依据发证机构的定期监督获得保持",
)
SIGNERS = ("签发人：", "总经理：", "授权人：", "主任：", "签 发：", "法定代表人：")


def accreditations(sheet: Sheet, width: float = 2.2, size: float = 8, stacked: bool = False) -> str:
    """Logos of accreditation with their names, side by side or ``stacked``; nothing where there are none."""
    logos = sheet.values.get("accreditation", [])
    if not logos:
        return ""
    sheet.fields["accreditation"] = logos
    cells = [
        f"#box(width: {width}cm)[#align(center)["
        + f'#image("acc{k}.png", width: {width * 0.55:.2f}cm)#v(-0.2cm)'
        + m.mark("accreditation", m.styled(name, size))
        + "]]"
        for k, name in enumerate(logos)
    ]
    return ("#linebreak()" if stacked else "").join(cells)


def foot(rng: Random, sheet: Sheet, label: str, width: float = 8.0) -> str:
    """QR code and accreditation at the left; signature and sealed issuer at the right."""
    issuer = m.sealed(sheet.say("issuer", size=11), "seal.png", 4.0, dy=-0.3, over=rng.random() < 0.25)
    signed = m.grid("auto, auto", text(label), m.picture("sign.png", 2.8), options="align: horizon")
    left = m.picture("qr.png", 1.9) + accreditations(sheet)
    return "#v(1fr)\n" + m.grid("1fr, auto", left, m.seal_box(width, 4, signed + issuer), options="align: horizon")


def paper(rng: Random, sheet: Sheet, blocks: list[str], *, flipped: bool = False, margin: str = "", plain: bool = False) -> str:
    """A page of ``blocks`` on certificate paper (``plain``: tinted, without waves and frame)."""
    name = "wide.png" if flipped else "tall.png"
    if not plain and name not in sheet.assets:
        sheet.assets[name] = ornaments.certificate_paper(
            rng,
            (1414, 1000) if flipped else (1000, 1414),
            rng.choice(ornaments.INKS),
            rng.choice(ornaments.TINTS),
            mark=rng.choice(("", "", "", str(sheet.values["body"])[:4])),
            waves=rng.random() < 0.7,
        )
    margin = margin or f"(x: {rng.uniform(2.4, 3.2):.1f}cm, y: {rng.uniform(2.3, 2.9):.1f}cm)"
    return m.page("\n\n".join(blocks), background="" if plain else name, margin=margin, flipped=flipped)
