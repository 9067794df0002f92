"""Words that say a paper proves nothing: specimen, draft, void. Pure functions over printed text."""

from __future__ import annotations

import re

from rapidfuzz.distance import Levenshtein

from extractor.values.chinese import squeeze

UNFINISHED = "草稿|草案|初稿|讨论稿|征求意见稿|送审稿|确认稿|校对稿|审核稿|打样稿"
DRAFT_WORDS = f"样本|样张|样证|样稿|样例|范本|范例|模板|示例|{UNFINISHED}|仅供参考|未生效"
DRAFT_LATIN = "sample|specimen|draft|template|void|copyonly|forreferenceonly"
_WORDS = re.compile(
    rf"(?:{DRAFT_WORDS})(?!.{{0,4}}(?:公司|厂|集团|中心|科技))|(?<!复印)(?<!复制)(?<!涂改)(?<!转借)(?<!他用)(?<!逾期)(?<!过期)作废"
    rf"|(?<![a-z])(?:{DRAFT_LATIN})+(?![a-z])"
)
"""In large print of any wording: not in a company's name (建筑模板有限公司), nor where only a misuse is void (复印作废)."""
_MISREAD = re.compile(r"(?:初|草|讨论|征求意见|送审)[槁搞犒]|作度|祥本|样木|祥木|祥张")
"""Such a word alone, in characters that large strokes crossed by print are taken for."""
_PART = re.compile(r"(?:征?求?意见稿|征求意见)|[供借]参考")
"""What is left of a long word when an end of it is lost."""
_LONG_LATIN = ("SAMPLE", "SPECIMEN", "TEMPLATE")
_SLIPS = 2


def is_draft_mark(text: str) -> bool:
    """Whether print across a page says that the paper proves nothing; 仅供申报使用 or a company's name do not."""
    key = squeeze(text).lower()
    if _WORDS.search(key) or _MISREAD.fullmatch(key) or _PART.fullmatch(key):
        return True
    word = re.sub(r"[^A-Za-z0-9]", "", text).upper()
    return any(_nearly(word, latin) for latin in _LONG_LATIN)


def _nearly(word: str, latin: str) -> bool:
    """Whether a word of capitals is the Latin one with one letter misread, or more between the right ends."""
    slips = Levenshtein.distance(word, latin)
    ends = len(word) == len(latin) and word[0] == latin[0] and word[-1] == latin[-1]
    return slips <= 1 or (ends and slips <= _SLIPS)
