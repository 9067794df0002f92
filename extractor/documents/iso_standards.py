"""Management-system standards as printed on certificates: finding, normalising, naming the system.

Sources of the numbers: GB/T and GJB catalogues, ISO/IEC, IATF, OHSAS, T/AIITRE (两化融合).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from extractor.values.chinese import squeeze

_SYSTEM_NUMBERS: dict[str, tuple[str, ...]] = {
    "quality": ("9001", "19001", "50430"),
    "environment": ("14001", "24001"),
    "ohs": ("45001", "28001", "18001"),
    "information_security": ("27001", "22080"),
    "energy": ("50001", "23331", "RB/T119"),
    "food_safety": ("22000", "27341"),
    "automotive": ("16949", "18305"),
    "medical": ("13485", "0287", "42061"),
    "weapon": ("GJB9001",),
    "ip": ("29490",),
    "integration_two": ("23001", "23006", "AIITRE10001", "AIITRE10002", "AIITRE10003", "AIITRE10004"),
    "other": (
        "ISO20000", "24405", "22301", "30146", "27701", "27017", "27018", "10012", "19022", "31950", "27922",
        "SA8000", "AS9100", "EN9100", "22163", "28000", "37301", "35770", "37001", "39001", "55001", "33173", "80079",
        "22716", "56005", "33250", "14064", "21001", "41001",
    ),
}  # fmt: skip
_BY_NUMBER = {number: system for system, numbers in _SYSTEM_NUMBERS.items() for number in numbers}
_SPECIFIC = ("weapon", "automotive", "medical", "integration_two", "ip", "information_security", "food_safety")
_GENERIC = ("quality", "environment", "ohs", "energy", "other")
_ACCREDITATION_NUMBERS = {"17021", "17065", "17025", "17024", "17011", "27006", "17020", "22003"}
"""Requirements on certification bodies, cited in footers: never what is certified."""

_TITLES: tuple[tuple[str, str], ...] = (
    ("weapon", r"武器装备质量|装备质量管理|国军标|GJB"),
    ("automotive", r"汽车|AUTOMOTIVE|IATF"),
    ("medical", r"医疗器械|MEDICALDEVICE"),
    ("integration_two", r"两化融合|信息化和工业化融合|数字化转型管理|INTEGRATIONOFINFORMATI[SZ]ATIONANDINDUSTRIALI[SZ]ATION"),
    ("ip", r"知识产权|INTELLECTUALPROPERTY"),
    ("information_security", r"信息安全管理|INFORMATIONSECURITY"),
    ("food_safety", r"食品安全|危害分析|HACCP|FSSC|FOODSAFETY|HAZARDANALYSIS"),
    ("energy", r"能源管理|ENERGYMANAGEMENT"),
    ("environment", r"环境管理|ENVIRONMENTAL?MANAGEMENT"),
    ("ohs", r"职业健康|OCCUPATIONALHEALTH|OH&?SMS|OH&SMANAGEMENT"),
    ("quality", r"质量管理|QUALITYMANAGEMENT"),
)
_OTHER_TITLE = re.compile(
    r"(?:信息技术服务|业务连续性|隐私信息|测量|社会责任|诚信|合规|反贿赂|资产|供应链安全|创新|碳|温室气体|售后服务|"
    r"有害物质|航空航天|铁路|培训|物业|教育组织|设施)[\u4e00-\u9fff]{0,6}管理体系"
)

_I = "[I1l|!]"
_S = "[S5]"
_O = "[O0Q]"
_ISO = rf"{_I}\s?{_S}\s?{_O}"
_DASH = "[-‐‑‒–—―－_~]"
_BODY = re.compile(
    rf"""(?P<body>
      (?:GB|G8|CB)\s?[/I1l|]?\s?T(?![A-Za-z])   # GB/T, and GBIT as scans read it
      | (?:GB)(?=\s?\d{{4,5}})
      | GJB | YY\s?/\s?T | RB\s?/\s?T | SJ\s?/\s?T | CNCA\s?/\s?CTS
      | T\s?/\s?(?:AIITRE|[A-Z]{{2,6}}) | AIITRE
      | EN\s?{_ISO} | BS\s?{_ISO} | {_ISO}\s?[/I|]?\s?IEC | {_ISO}\s?/\s?TS | {_ISO} | IATF
      | OHSAS | BS\s?OHSAS | SA(?=\s?8000) | AS(?=\s?9100) | EN(?=\s?9100) | FSSC | QC(?=\s?080000)
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_NUMBER = re.compile(
    rf"""\s?[:：]?\s?(?P<number>\d[\dOolI]{{2,8}})(?P<letter>[A-E](?![A-Za-z]))?
        (?P<part>{_DASH}\d{{1,2}}(?!\d))?
        (?:\s?(?P<sep>[:：.．;；]|{_DASH})?\s?(?P<year>(?:19|20)\d{{2}}|[12][O0]\d{{2}})(?!\d))?
    """,
    re.VERBOSE,
)
_VERSION = re.compile(r"\s?\(?\s?(?:V|Version|版本)\s?:?\s?(\d(?:\.\d){0,2})", re.IGNORECASE)
_HACCP = re.compile(r"HACCP[^\n]{0,12}?(?:V\s?|\()\s?(1\.0|\d\.\d)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Standard:
    """A standard: its text as certificates print it, its system and where it stood in the text."""

    text: str
    system: str | None
    start: int
    end: int
    key: str
    """Body-free identity (``19001``, ``GJB9001``) that tells whether it is a management-system standard."""


def find_standards(text: str) -> list[Standard]:
    """All standards in ``text`` in order, OCR slips normalised (``1S09001`` -> ``ISO 9001``).

    ``GB/T19001-2016idtISO9001:2015`` gives two. Standards for certification bodies
    (ISO/IEC 17021 …) are left out. ``system`` is None for a number that is not a
    management-system standard known here.
    """
    found: list[Standard] = []
    at = 0
    while match := _BODY.search(text, at):
        number = _NUMBER.match(text, match.end())
        if number is None:
            at = match.end()
            continue
        made = _standard(text, match, number)
        if made is not None:
            found.append(made)
        at = made.end if made else number.end()
    if not any("HACCP" in s.text for s in found) and (m := _HACCP.search(text)):
        found.append(Standard(f"HACCP V{m[1]}", "food_safety", m.start(), m.end(), "HACCP"))
    return _distinct(found)


def _standard(text: str, match: re.Match[str], number: re.Match[str]) -> Standard | None:
    digits = re.sub(r"[OoQ]", "0", re.sub(r"[lI]", "1", number["number"]))
    body = _body(match["body"])
    year, part, sep = number["year"], number["part"], number["sep"]
    glued = re.fullmatch(r"(\d{4,5})((?:19|20)\d{2})", digits) if not year else None
    if digits in _ACCREDITATION_NUMBERS or _before_letter(text, match):
        return None
    end = number.end()
    if glued:
        digits, year = glued[1], glued[2]
    key = _key(body, digits)
    name = f"{body} {digits}{number['letter'] or ''}"
    if part and not (part[1:] and year is None and len(part) > 3):
        name += "-" + part[1:]
    if year:
        name += _separator(body, sep) + re.sub(r"[Oo]", "0", year)
    elif body in ("FSSC", "HACCP") and (version := _VERSION.match(text, end)):
        name, end = f"{name} V{version[1]}", version.end()
    return Standard(name, _BY_NUMBER.get(key), match.start(), end, key)


def _before_letter(text: str, match: re.Match[str]) -> bool:
    """Whether the body's name is only the end of a longer Latin word (``…TISO``)."""
    before = text[match.start() - 1 : match.start()]
    idt = text[max(0, match.start() - 4) : match.start()].rstrip().lower().endswith(("idt", "mod", "neq"))
    return bool(before) and before.isascii() and before.isalpha() and not idt


def _body(raw: str) -> str:
    """The body's name in its usual form: ``1S0/IEC`` -> ``ISO/IEC``, ``GBIT`` -> ``GB/T``."""
    plain = re.sub(r"\s", "", raw).upper()
    if re.match(r"(?:GB|G8|CB)[/I1L|]?T?$", plain):
        return "GB/T" if plain.endswith("T") else "GB"
    if (iso := re.fullmatch(rf"(EN|BS)?{_ISO}(?:[/I|]?(IEC)|/(TS))?".replace("l", "L"), plain)) is not None:
        lead = f"{iso[1]} " if iso[1] else ""
        return f"{lead}ISO/{iso[2] or iso[3]}" if iso[2] or iso[3] else f"{lead}ISO"
    return {"AIITRE": "T/AIITRE", "BSOHSAS": "BS OHSAS"}.get(plain, plain)


def _key(body: str, digits: str) -> str:
    if body in ("GJB", "SA", "AS", "EN", "RB/T") or (body.startswith("ISO") and digits == "20000"):
        return body.partition("/IEC")[0] + digits
    if body == "T/AIITRE":
        return "AIITRE" + digits
    return digits


def _separator(body: str, sep: str | None) -> str:
    """The mark before the year as printed; the body's usual one where the scan lost it."""
    usual = ":" if body.endswith(("ISO", "ISO/IEC", "ISO/TS", "IATF", "OHSAS", "SA")) else "-"
    if sep is None or sep in ".．;；":
        return usual
    return ":" if sep in ":：" else "-"


def _distinct(found: list[Standard]) -> list[Standard]:
    """One of each standard; a form with a year replaces the same without one."""
    kept: dict[str, Standard] = {}
    for standard in found:
        name = squeeze(standard.text)
        shorter = next((k for k in kept if name.startswith(k) or k.startswith(name)), None)
        if shorter is None:
            kept[name] = standard
        elif len(shorter) < len(name):
            kept = {(name if k == shorter else k): (standard if k == shorter else v) for k, v in kept.items()}
    return list(kept.values())


def system_of_standards(standards: Iterable[Standard]) -> str | None:
    """The system that the standards certify; the specific one (automotive, medical, weapon) first.

    None when no known management-system standard is among them, or two unrelated ones are
    (an integrated certificate: the title must say).
    """
    systems = {s.system for s in standards if s.system}
    specific = [s for s in _SPECIFIC if s in systems]
    if specific:
        return specific[0]
    generic = [s for s in _GENERIC if s in systems]
    return generic[0] if len(generic) == 1 else None


def system_of_title(title: str) -> str | None:
    """The system that a title names, in Chinese or English; None when it names none."""
    plain = squeeze(title).upper()
    for system, pattern in _TITLES:
        if re.search(pattern, plain):
            return system
    return "other" if _OTHER_TITLE.search(plain) else None
