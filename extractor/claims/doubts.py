"""Why a claim must not prove anything by itself: the wordings, thresholds and what they mean.

``Claim.doubt`` is plain Chinese, several doubts joined by ``；``. Doubts about the *reading*
(the figure may be misread) fall away when another paper shows the same figure; doubts about
the *paper* (unaudited, adverse opinion, expired …) never do.
"""

from __future__ import annotations

from collections.abc import Iterable

from extractor.model import Claim, Field

# The thresholds below are on the confidence of the reading itself, before calibration (``reading``): calibrated
# probabilities decide only from which one on a finding is called supported (``crosscheck``).

# Recognisers report the mean probability of a line's characters: one wrong digit hardly lowers it, so an
# unchecked figure must be read clearly; 0.85 is also what a column without its own heading gets. A figure
# that fits the statement's arithmetic has been confirmed by its neighbours and needs far less.
SURE_FIGURE = 0.85
SURE_FIGURE_CHECKED = 0.60
# Names, dates and numbers: two papers, a check digit or the declared name must agree anyway. Readings
# that the extraction itself doubts (two spellings, a failed check) come with at most 0.6.
SURE_TEXT = 0.65
# Below this a page may be another type of paper altogether.
SURE_TYPE = 0.60

SEPARATOR = "；"

UNAUDITED = "未经审计"
NO_OPINION = "审计报告中没有读到审计意见"
ADVERSE = "注册会计师出具了否定意见"
DISCLAIMER = "注册会计师无法表示意见"
FOREIGN = "报表的编制单位与被审计单位不一致"
NOT_COVERED = "审计意见未涵盖此期间"
TWICE = "同一期间在报表中有两个不同的数"
"""As the statements' reader notes them: another company's statement in the report, an opinion on
another year, two figures for one row."""
GATE_FAILED = "该数与报表勾稽关系不符，可能识别有误"
ROWS_APART = "报表的项目与数字可能错行"
"""Its opening stands in the statements' reader's note on such a figure."""
UNPROVEN = "未能由报表验证"
"""Opens the reader's note on a figure whose sums did not come out, or could not be tried because a printed row was
not read. By itself it neither supports nor refutes (``statements.unproven``); another paper may bear it out."""
UNKNOWN_PERIOD = "unknown"
"""The period of a figure whose paper does not show one that could be read."""
NO_PERIOD = "未读到所属年度"
NO_HOLDER_READ = "未读到单位名称"
LOW_CONFIDENCE = "识别不够清晰"
UNREADABLE = "数值无法识别"
CHECK_DIGIT = "号码校验位不符"
TYPE_UNSURE = "材料类型判断不够确定"
NO_NUMBER = "证书号码未识别"
NO_HOLDER = "权利人名称未识别"
AMBIGUOUS_DATE = "日期写法有歧义"
ROWS_DIFFER = "合计人数与名单行数不一致"
PARENT_ROW = "有合并报表时以合并报表为准，母公司报表数不作为依据"
PARENT_ONLY = "该年度有合并报表，但只读到母公司报表的这一项"

_READING = (GATE_FAILED, LOW_CONFIDENCE, ROWS_APART)


def join(doubts: Iterable[str]) -> str | None:
    """The doubts as one text, each once, in order; None when there is none."""
    unique = dict.fromkeys(d for d in doubts if d)
    return SEPARATOR.join(unique) or None


def split(doubt: str | None) -> tuple[str, ...]:
    """The single doubts of a joined text."""
    return tuple(doubt.split(SEPARATOR)) if doubt else ()


def reading(field: Field) -> float:
    """The confidence with which the field was read, whatever probability calibration made of it."""
    return field.confidence if field.reading is None else field.reading


def only_reading(claim: Claim) -> bool:
    """Whether the claim is doubted, and only because it may be misread."""
    parts = split(claim.doubt)
    return bool(parts) and all(p.startswith(_READING) for p in parts)


def unaudited(claim: Claim) -> bool:
    """Whether the claim rests on statements that nobody audited."""
    return UNAUDITED in split(claim.doubt)


def figure_doubts(field: Field) -> list[str]:
    """Doubts about the reading of a statement figure."""
    if field.value is None:
        return [UNREADABLE]
    if UNAUDITED in (field.note or ""):
        return [UNAUDITED]
    if said := [d for d in (FOREIGN, TWICE, NOT_COVERED) if d in (field.note or "")]:
        return said
    if field.gate == "failed":
        return [GATE_FAILED]
    if field.gate != "ok" and ROWS_APART.removeprefix("报表的") in (field.note or ""):
        return [ROWS_APART]
    floor = SURE_FIGURE_CHECKED if field.gate == "ok" else SURE_FIGURE
    return [LOW_CONFIDENCE] if reading(field) < floor else []


def text_doubts(field: Field | None, label: str) -> list[str]:
    """Doubts about the reading of a name, a number or a date called ``label``.

    A missing field is no doubt here: whether it matters depends on the paper.
    """
    if field is None or field.value is None:
        return []
    if reading(field) < SURE_TEXT:
        return [f"{label}{LOW_CONFIDENCE}"]
    return []
