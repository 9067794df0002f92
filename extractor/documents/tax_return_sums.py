"""Whether the sums of the main form (A100000) bear out its 营业收入.

The rows of 利润总额计算 are those of the income statement. Enterprises that report by 财会〔2019〕6号 need not make
them add up (填报说明, 国家税务总局公告2020年第24号): a sum that holds confirms, one that does not says nothing,
but figures that stand a row off their labels do.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from extractor.documents.rows import Run, rows
from extractor.documents.statements.catalogue import name_of
from extractor.documents.statements.cells import amount_of, cells_of
from extractor.documents.statements.gate import Verdict, identities
from extractor.documents.statements.line import Identity, Line, first_values
from extractor.documents.statements.misplaced import misplaced
from extractor.model import Page

_MUST: tuple[tuple[str, ...], tuple[str, ...]] = ((), ("revenue", "operating_profit", "total_profit"))
_FRONT = re.compile(r"^(?:\d{1,2}(?!\d))?(?:利润总额计算|[利润总额计算](?=[加减]|[一二三][、,.]|[\u4e00-\u9fff]{4}))?")
"""The row's number and what the column 类别 prints beside it, its word set downwards."""


def verdict(pages: Sequence[Page]) -> Verdict:
    """The gate's word on 营业收入 of the main form; ``pages``: those of the return."""
    for page in pages:
        if "100000" in page.text:
            lines = _lines(rows(page))
            if any(l.name.key == "revenue" for l in lines) and any(l.name.key == "operating_profit" for l in lines):
                return _judge(lines)
    return Verdict("unchecked")


def _judge(lines: Sequence[Line]) -> Verdict:
    found = _sums(lines)
    good = {k for i in found if i.holds and i.nonzero >= 3 for k in i.members}
    if "revenue" in good:
        return Verdict("ok")
    return Verdict("unchecked", misplaced(lines, good, _sums, must=_MUST).get("revenue"))


def _sums(lines: Sequence[Line]) -> list[Identity]:
    return [i for i in identities(lines, first_values(lines), exact=True) if not i.empty]


def _lines(page_rows: Sequence[Run]) -> list[Line]:
    """The rows from 营业收入 to 利润总额 with their last figure."""
    out: list[Line] = []
    for row in page_rows:
        cells = cells_of(row)
        label = "".join(c.text for c in cells if not c.numeric)
        figures = [c for c in cells if c.amountlike]
        name = name_of(label)
        if not name.known:
            name = name_of(_FRONT.sub("", label))
        if not out and not figures and name.key != "revenue":
            continue
        if not figures and not name.known:
            continue
        amount = amount_of(figures[-1]) if figures else None
        seen = amount is not None and amount.value is None
        out.append(Line(name, amount.value if amount else None, amount.decimals if amount else 0, seen))
        if name.key == "total_profit":
            break
    return out
