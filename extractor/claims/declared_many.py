"""The declarations of many enterprises in one sheet, a figure per row, and which package each belongs to.

Columns: 企业名称, 统一社会信用代码, 材料包 and those of the single form (``sheet``). A row that names nobody
belongs to the enterprise above it. What is wrong with one enterprise's rows is its own error alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from extractor.claims import sheet
from extractor.claims.declared import DeclarationError, from_sheet
from extractor.model import Declaration
from extractor.values.chinese import squeeze
from extractor.values.names import normalise_company

_PACKAGE = frozenset({"材料包", "材料包名称", "材料包名", "文件夹", "文件夹名", "package"})
_WHO = {**{k: v for k, v in sheet.ENTERPRISE.items() if v in ("name", "uscc")}, **dict.fromkeys(_PACKAGE, "package")}
_MOST_ROWS = 200_000
_ENDS = (".zip", ".rar", ".7z")


@dataclass(frozen=True)
class Entry:
    """The rows of one enterprise: its declaration, or why they cannot be used (plain Chinese, naming the row)."""

    package: str
    name: str
    uscc: str
    declaration: Declaration | None
    error: str | None = None


def load_declarations(path: Path, *, default_as_of: date) -> tuple[Entry, ...]:
    """Read a sheet of many declarations, in its order.

    Args:
        path: XLSX or CSV; of a workbook the first sheet with a header row counts.
        default_as_of: the day on which things must be valid where a row names none.

    Raises:
        DeclarationError: the file cannot be read or has no such columns.
    """
    try:
        head = path.read_bytes()[:4]
        grids = list(sheet.xlsx_grids(path, _MOST_ROWS)) if head[:2] == b"PK" else [("", sheet.csv_grid(path))]
    except OSError as error:
        raise DeclarationError(f"申报表“{path.name}”打不开：请检查路径和权限") from error
    except sheet.SheetError as error:
        raise DeclarationError(f"申报表“{path.name}”：{error}") from error
    for name, grid in grids:
        start = next((i for i, cells in enumerate(grid) if _is_head(cells)), None)
        if start is not None:
            where = f"工作表“{name}”第{{}}行" if name else "第{}行"
            return _entries(grid, start, where, default_as_of)
    raise DeclarationError(
        f"申报表“{path.name}”没有找到表头，应有“企业名称、统一社会信用代码、材料包、指标、期间、申报值、单位”各列"
    )


def entry_for(package: str, entries: Sequence[Entry]) -> Entry | None:
    """The entry of a package: by 材料包, else by the credit code in the package's name, else by the enterprise's name.

    A name within the package's name (``01_福建闽江…公司``) counts where it is the only one; None where nothing fits.
    """
    key = _plain(package)
    for entry in entries:
        if entry.package and _plain(entry.package) == key:
            return entry
    left = [e for e in entries if not e.package]
    for entry in left:
        if entry.uscc and entry.uscc.casefold() in key:
            return entry
    named = [(normalise_company(e.name), e) for e in left if e.name]
    whole = normalise_company(package)
    fitting = [e for n, e in named if n == whole] or [e for n, e in named if n in whole]
    return fitting[0] if len(fitting) == 1 else None


def _plain(package: str) -> str:
    """A package's name for comparing: no blanks, no suffix."""
    key = squeeze(package).casefold()
    return next((key.removesuffix(end) for end in _ENDS if key.endswith(end)), key)


def _is_head(cells: Sequence[str]) -> bool:
    """Whether a row names the columns: somebody, a metric and a value."""
    keys = {squeeze(c).split("(")[0].lower() for c in cells}
    meanings = {sheet.HEADINGS.get(k) or _WHO.get(k) for k in keys}
    return {"metric", "value"} <= meanings and bool({"name", "uscc", "package"} & meanings)


def _entries(grid: sheet.Grid, start: int, where: str, default_as_of: date) -> tuple[Entry, ...]:
    """The rows below the header, by enterprise."""
    columns: dict[str, int] = {}
    for i, cell in enumerate(grid[start]):
        if meaning := _WHO.get(squeeze(cell).split("(")[0].lower()):
            columns.setdefault(meaning, i)
    groups: dict[str, list[int]] = {}
    known: dict[str, dict[str, str]] = {}
    by_name: dict[str, str] = {}
    current = ""
    for row in range(start + 1, len(grid)):
        cells = grid[row]
        who = {k: cells[i].strip() for k, i in columns.items() if i < len(cells) and cells[i].strip()}
        if not any(cells):
            continue
        if who:
            name = normalise_company(who.get("name", ""))
            current = squeeze(who.get("package", "")) or squeeze(who.get("uscc", "")).upper() or by_name.get(name, name)
            if name:
                by_name.setdefault(name, current)
            known[current] = who | known.get(current, {})
        groups.setdefault(current, []).append(row)
    return tuple(_entry(known.get(k, {}), grid, start, rows, where, default_as_of) for k, rows in groups.items())


def _entry(
    who: dict[str, str], grid: sheet.Grid, start: int, rows: Sequence[int], where: str, default_as_of: date
) -> Entry:  # fmt: skip
    """One enterprise's rows read as a form of its own."""
    package, name, uscc = (who.get(k, "") for k in ("package", "name", "uscc"))
    uscc = squeeze(uscc).upper()
    if not who:
        return Entry("", "", "", None, f"{where.format(rows[0] + 1)} 没有写明企业名称、统一社会信用代码或材料包")
    try:
        found = sheet.parse_grid([grid[start], *(grid[r] for r in rows)], where, [start + 1, *(r + 1 for r in rows)])
        return Entry(package, name, uscc, from_sheet(found, default_as_of))
    except (sheet.SheetError, DeclarationError) as error:
        return Entry(package, name, uscc, None, f"申报表：{error}")
