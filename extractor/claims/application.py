"""The declared figures of an application form (申请书): its entries become a ``Declaration``.

What is not surely read, or has no year or unit, is never declared: it is named in a note, for a person to
check and to fill in otherwise. Blanks and dashes are not declared; a written 0 is.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from extractor.claims.application_items import (
    CHECK,
    Entry,
    Item,
    Reading,
    comparable,
    is_sure,
    read_item,
    read_value,
    unit_of,
    with_default_year,
)
from extractor.claims.application_labels import INSTITUTIONS, MONEY_UNIT, FormLabel, key_with_parents, read_label, ticks
from extractor.claims.declared import DeclarationError, parse_declaration
from extractor.claims.metrics import NOW, metric_of
from extractor.model import Declaration
from extractor.values.dates import parse_date
from extractor.values.identifiers import parse_uscc
from extractor.values.names import clean_company
from extractor.values.numbers import parse_number

_ENOUGH = 4
"""So many figures with decimals show how a form writes them."""


@dataclass(frozen=True, slots=True)
class ReadDeclaration:
    """What a form declares, and what a person has to look at (plain Chinese)."""

    declaration: Declaration
    notes: tuple[str, ...] = ()


def read_application(
    entries: Sequence[Entry], *, default_as_of: date, signed: str, cover: str, paged: bool = True
) -> ReadDeclaration:
    """Turn the entries of a form into declared figures.

    Args:
        entries: all values of the form.
        default_as_of: the day on which things must be valid where the form shows no day of filing.
        signed: the label under which the date beside the signature comes.
        cover: the label under which the year of the title or cover comes.
        paged: whether page numbers mean anything (not in a Word file).

    Raises:
        DeclarationError: nothing in it can be checked.
    """
    reading = Reading(paged, default_as_of)
    day = _day(entries, signed, reading)
    year = day.year if day else _cover_year(entries, cover)
    items = [i for e in entries if (i := read_item(e, year, reading)) is not None]
    enterprise, former = _who(items, reading)
    grouped: dict[tuple[str, str], list[Item]] = {}
    for item in with_default_year(items, year, reading):
        if not item.key.startswith("@") and (valued := read_value(item, reading)) is not None:
            grouped.setdefault((valued.key, valued.period or NOW), []).append(valued)
    settled = {k: one for k, group in grouped.items() if (one := _agreed(group, reading)) is not None}
    _short_decimals(settled, reading)
    _titles(items, settled, reading)
    _add_up(settled, reading, {i.key for i in items})
    for (key, _), item in sorted(settled.items(), key=lambda kv: _order(kv[1], items)):
        _declare(key, item, reading)
    if not reading.rows:
        raise DeclarationError("申请书中没有读到可以核对的申报数据，请改用 DOCX 或文字版 PDF，或用 JSON、CSV、XLSX 填报")
    _blanks(items, settled, reading)
    data: dict[str, Any] = {
        "enterprise": {**enterprise, "former_names": former},
        "as_of": day.isoformat() if day else None,
        "declared": reading.rows,
    }
    declared = {(r["metric"], r["period"]) for r in reading.rows}
    notes = dict.fromkeys(text for about, text in reading.notes if about not in declared)
    if not all(i.entry.printed for i in items):
        notes = {f"申请书是扫描件，读到 {len(declared)} 项申报数据，请对照原件核对有无遗漏": None} | notes
    return ReadDeclaration(parse_declaration(data, default_as_of=default_as_of), tuple(notes))


# --- who and when ------------------------------------------------------------------


def _day(entries: Iterable[Entry], signed: str, reading: Reading) -> date | None:
    """The day of filing: a labelled date, else the one beside the signature."""
    labelled = [(e, d) for e in entries if _is_day(e) and is_sure(e) and (d := parse_date(e.value)) is not None]
    beside = [(e, d) for e in entries if signed in e.labels and is_sure(e) and (d := parse_date(e.value)) is not None]
    for found in (labelled, beside):
        days = {d for _, d in found}
        if len(days) == 1:
            day = days.pop()
            reading.notes.append((("", "day"), f"{reading.place(found[0][0])}：材料有效性按填报日期 {day} 核对"))
            return day
        if days:
            shown = "、".join(sorted(d.isoformat() for d in days))
            reading.notes.append((("", "day"), f"申请书写有几个填报日期（{shown}），未采用，请用 --as-of 指定"))
            return None
    text = "申请书中没有读到填报日期，材料有效性按 {day} 核对，不对时请用 --as-of 指定"
    reading.notes.append((("", "day"), text.format(day=reading.default)))
    return None


def _is_day(entry: Entry) -> bool:
    return any(key_with_parents(read_label(x).core, ()) == "@day" for x in entry.labels[:1])


def _cover_year(entries: Iterable[Entry], cover: str) -> int | None:
    """The year of the title or the cover, where there is but one."""
    years = {e.value for e in entries if cover in e.labels}
    return int(years.pop()) if len(years) == 1 else None


def _who(items: Iterable[Item], reading: Reading) -> tuple[dict[str, str], list[str]]:
    """The enterprise's name and code, and its former names; what is not sure is left out and noted."""
    found: dict[str, str] = {}
    former: list[str] = []
    for item in items:
        text = item.entry.value
        if not text or key_with_parents(read_label(text).core, ()) is not None:
            continue
        if item.key == "@name" and "name" not in found:
            if is_sure(item.entry):
                found["name"] = clean_company(text)
            else:
                reading.note(item, f"读不清，{CHECK}")
        elif item.key == "@uscc" and "uscc" not in found:
            code = parse_uscc(text)
            if code is not None and code.valid and not code.repaired:
                found["uscc"] = code.value
            else:
                why = "校验位不符" if item.entry.printed else "读不清"
                reading.note(item, f"{why}，{CHECK}")
        elif item.key == "@former_names" and is_sure(item.entry) and text not in ("无", "/"):
            former += [clean_company(n) for n in re.split(r"[、;,\n]+", text) if n.strip()]
    if "name" not in found:
        reading.notes.append((("", "name"), "申请书中没有读到企业名称，无法确认材料归属，请用其他格式填报企业名称"))
    return found, former


# --- all entries of one figure --------------------------------------------------------


def _agreed(group: Sequence[Item], reading: Reading) -> Item | None:
    """The one value of a figure: cells before lines of text; None and a note where the form says two things."""
    cells = [i for i in group if not i.entry.inline] or list(group)
    values = {comparable(i) for i in cells}
    if len(values) == 1:
        # the fullest writing: 8123.40 says more than 8123.4, a unit more than none
        return max(cells, key=lambda i: (bool(unit_of(i)), len(i.value)))
    shown = "、".join(dict.fromkeys(i.entry.value for i in cells))
    reading.note(cells[0], f"前后不一致（{shown}），没有采用，{CHECK}")
    return None


def _short_decimals(settled: dict[tuple[str, str], Item], reading: Reading) -> None:
    """Take out recognised figures with no decimals among others that all have some: the point may have been lost."""
    for money in (True, False):
        unit = ("元", "万元") if money else ("%",)
        figures = {k: i for k, i in settled.items() if not i.entry.printed and metric_of(i.key).unit in unit}
        whole = [k for k, i in figures.items() if "." not in i.value and re.search(r"[1-9]", i.value)]
        if len(figures) - len(whole) >= max(_ENOUGH, 4 * len(whole)):
            for key in whole:
                reading.note(settled.pop(key), f"没有小数，与其他各项不同，可能没有读全，{CHECK}")


def _titles(items: Iterable[Item], settled: dict[tuple[str, str], Item], reading: Reading) -> None:
    """A ticked 高新技术企业 among the titles declares it; one not ticked declares nothing."""
    for item in items:
        if item.key != "@titles" or ("high_tech_enterprise", NOW) in settled:
            continue
        text, printed = item.entry.value, item.entry.printed
        marked = ticks(text) if printed else None
        listed = [t.strip() for t in re.split(r"[、,;\n]", text)] if printed and not any(c in text for c in "□☑√■☒") else []
        held = listed + [o for o, on in marked or () if on]
        if any(re.fullmatch(r"(?:国家)?高新技术企业(?:\(.*\))?", t) for t in held):
            settled["high_tech_enterprise", NOW] = replace(item, key="high_tech_enterprise", value="1", period=NOW)
        elif marked is None and not listed and "高新技术企业" in text:
            reading.note(replace(item, key="high_tech_enterprise", period=NOW), f"的勾选读不清，{CHECK}")


def _add_up(settled: dict[tuple[str, str], Item], reading: Reading, asked: Collection[str]) -> None:
    """Figures that the form gives in parts: R&D institutions by kind, standards led and joined."""
    parts = [k for k in settled if k[0].split("/")[0] in INSTITUTIONS]
    # 国家级 without 省级: the cell beside it was lost
    halves = {k.split("/")[0] for k in asked if k.endswith("级")}
    lost = [h for h in halves if not {f"{h}/国家级", f"{h}/省级"} <= set(asked)]
    if parts and lost:
        reading.notes.append((("", "institutions"), f"申请书的研发机构项数没有读全，没有采用，{CHECK}"))
    if parts and not lost and ("rd_institution_count", NOW) not in settled:
        _sum("rd_institution_count", NOW, [settled[k] for k in parts], reading, settled)
    for key, period in [k for k in settled if k[0] == "standards_joined"]:
        led = settled.get(("standards_led", period))
        if led is not None and ("standards_led_or_joined", period) not in settled:
            _sum("standards_led_or_joined", period, [led, settled[key, period]], reading, settled)
    for k in [k for k in settled if k[0].startswith("~") or k[0] == "standards_joined"]:
        del settled[k]


def _sum(key: str, period: str, parts: Sequence[Item], reading: Reading, settled: dict[tuple[str, str], Item]) -> None:
    """Declare the sum of parts that are all whole numbers; none of them may have been unreadable."""
    group = {p.key.split("/")[0] for p in parts} | ({"~"} if key == "rd_institution_count" else set())
    if any(about in group or (about.startswith("~") and "~" in group) for (about, _), _ in reading.notes):
        return
    numbers = [n.value for p in parts if (n := parse_number(p.value)) is not None and n.value == int(n.value)]
    if len(numbers) != len(parts):
        return
    total = int(sum(numbers))
    shown = " + ".join(f"{p.label.core} {n}" for p, n in zip(parts, numbers, strict=True))
    made = replace(parts[0], key=key, label=FormLabel(metric_of(key).label), period=period, value=str(total))
    settled[key, period] = made
    reading.notes.append((("", key + period), f"{reading.place(made.entry)}：{metric_of(key).label} {total} 项，由 {shown} 相加"))


def _declare(key: str, item: Item, reading: Reading) -> None:
    """Add a figure to the declaration, or a note where it cannot stand."""
    metric = metric_of(key)
    unit = unit_of(item) if metric.kind not in ("date", "flag") else ""
    if metric.unit in ("元", "万元") and not unit:
        reading.note(item, f"没有写明单位（元或万元），没有采用，{CHECK}")
        return
    if metric.unit not in ("元", "万元") and unit in MONEY_UNIT.split("|"):
        reading.note(item, f"的单位“{unit}”与该项不符，没有采用，{CHECK}")
        return
    row = {"metric": key, "period": item.period or NOW, "value": item.value, "unit": unit}
    try:
        parse_declaration({"declared": [row]}, default_as_of=date.min)
    except DeclarationError:
        reading.note(item, f"填的是“{item.entry.value}”，不是可以核对的数字，{CHECK}")
        return
    reading.rows.append(row)


def _order(item: Item, items: Sequence[Item]) -> tuple[int, str]:
    """As the form has it."""
    at = next((k for k, i in enumerate(items) if i.entry is item.entry), len(items))
    return at, item.period or ""


def _blanks(items: Iterable[Item], settled: Mapping[tuple[str, str], Item], reading: Reading) -> None:
    """On a scan, what is on the form and was not read: labels without a figure, years that others have."""
    noted = {about for (about, _), _ in reading.notes}
    read = {key for key, _ in settled}
    years = {period for _, period in settled if period.isdigit()}
    missed: dict[str, list[str]] = {}
    for i in items:
        if i.entry.printed or i.key.startswith(("@", "~")) or i.key in noted:
            continue
        if i.key not in read:
            missed.setdefault(reading.place(i.entry), []).append(f"“{metric_of(i.key).label}”")
        elif i.period in years:
            lost = [y for y in sorted(years) if (i.key, y) not in settled]
            missed.setdefault(reading.place(i.entry), []).extend(f"“{metric_of(i.key).label}”{y}年" for y in lost)
    for place, names in missed.items():
        if names:
            shown = "、".join(dict.fromkeys(names))
            reading.notes.append((("", place), f"{place}下列各项没有读到内容，如已填写请另行填报：{shown}"))
