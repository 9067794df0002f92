"""Company names: cleaning, comparing, finding.

Comparing never forgives a different legal form, branch or bracketed part: those are other
companies. It only notes where two names look so alike that a person must look.
"""

from __future__ import annotations

import re
from enum import StrEnum

from extractor.values.chinese import to_halfwidth
from extractor.values.lookalikes import look_alike
from extractor.values.traditional import simplified

_BRACKETS = str.maketrans("〔【［｛〈〕】］｝〉[]{}", "((((()))))()()")
_LABEL = re.compile(
    r"^(?:(?:企业|单位|公司|机构|组织|客户|受审核方|获证组织|持证单位|纳税人|申请人|委托单位|被审计单位|编制单位|参保单位)?"
    r"(?:名\s*称|全\s*称)|(?:第[一二三]|共同)?专利权人|著作权人|权利人|(?:商标)?注册人|申请人|持有人|编制单位|被审计单位"
    r"|委托单位|获证组织|持证单位|参保单位|单位|企业|公司"
    r"|(?:Name|Holder|Organi[sz]ation|Company|Applicant)(?:\s+Name)?)\s*(?:\(.{0,6}\))?\s*:\s*",
    re.I,
)
_STAMP = re.compile(r"\((?:盖章|公章|签章|印章|章|签字|盖公章|加盖公章|以下简称.*|下称.*|简称.*)\)")
_STAMP_AT_END = re.compile(r"(?<=[司厂学院所会团心])\(?(?:盖章|公章|签章|印章)\)?$")
_EDGE = " \t\r\n:;,、。·•*\"'“”‘’《》-_|"
_LATIN_FORMS = [
    (re.compile(r"\b(?:company|co)\b[\s.,]*(?:limited|ltda?)\b[\s.,]*"), "co ltd "),
    (re.compile(r"\b(?:limited|ltd)\b[\s.,]*$"), "ltd"),
    (re.compile(r"\b(?:corporation|corp)\b[\s.,]*"), "corp "),
    (re.compile(r"\b(?:incorporated|inc)\b[\s.,]*$"), "inc"),
]
_CJK = re.compile(r"[\u3400-\u9fff]")
_UNCLOSED = re.compile(
    r"[\u3400-\u9fff]\(([\u3400-\u9fff]{2,3})(?=(?:股份|集团)?(?:有限公司|有限责任公司)|(?:股份公司|集团公司|合伙企业)$)"
)
_SHORTEST_PERSON = 2
_TORN = re.compile(
    r"^(?:股?份|集?团|科技)?有?限?(?:责?任)?公?司$"
    r"|(?:有限|有限责|有限责任|有限责任公|有限公|股份有|股份有限|集团有|集团股|股份公|集团公|责任公)$"
)
"""Only the end of a legal form, or a name that breaks off inside its legal form."""
_NOT_NAME = re.compile(
    r"(?:本|贵|该|我|子|母|分|总|各|其他|上市|目标|关联|全资子|控股子|合并范围内)?"
    r"(?:公司|集团|总公司|有限公司|股份公司|股份有限公司|有限责任公司)"
)


class NameMatch(StrEnum):
    """How two company names compare."""

    SAME = "same"
    OCR_NEAR = "ocr_near"
    """So alike that a misreading may explain it: a person should look."""
    DIFFERENT = "different"


def clean_company(name: str) -> str:
    """Return a name fit to be shown: no label, stamp note, stray punctuation or blanks in Chinese.

    Chinese names get full-width brackets, Latin ones half-width and single blanks. Case stays.
    """
    text, before = re.sub(r"\s+", " ", to_halfwidth(name).translate(_BRACKETS)).strip(_EDGE), ""
    while text != before:
        before = text
        text = _STAMP_AT_END.sub("", _STAMP.sub("", _LABEL.sub("", text)).strip(_EDGE)).strip(_EDGE)
        text = _close_bracket(_drop_open_brackets(text))
        if _CJK.search(text):
            text = text.replace(" ", "").strip(".")
    return text.replace("(", "（").replace(")", "）") if _CJK.search(text) else text


def _drop_open_brackets(text: str) -> str:
    """Drop a bracket at either end that has no partner."""
    if text.count("(") > text.count(")") and text.endswith("("):
        text = text[:-1]
    if text.count(")") > text.count("(") and text.startswith(")"):
        text = text[1:]
    return text.strip(_EDGE)


def _close_bracket(text: str) -> str:
    """Put back a closing bracket that was lost before the legal form: ``闽江(北京有限公司``.

    Only where the brackets then hold a place or another short word of two or three characters, so that there is one
    way to read it.
    """
    if text.count("(") != text.count(")") + 1:
        return text
    match = _UNCLOSED.search(text)
    return f"{text[: match.end(1)]}){text[match.end(1) :]}" if match else text


def is_fragment(name: str) -> bool:
    """Say whether a reading is evidently but a part of a name: ``司``, ``限公司``, ``闽江精密机械有限公``.

    The other part stood on another line or was not read. Such a reading tells nobody's name.
    """
    key = to_halfwidth(clean_company(name))
    open_bracket = bool(_CJK.search(key)) and key.count("(") != key.count(")")
    return len(key) < _SHORTEST_PERSON or bool(_TORN.search(key)) or open_bracket


def is_part_of(read: str, name: str) -> bool:
    """Say whether ``read`` is the end of ``name``, or its beginning without a legal form: a line of it was lost.

    The head office is no part of its branch's name, since its own name is whole.
    """
    part, whole = normalise_company(read), normalise_company(name)
    if not 1 < len(part) < len(whole):
        return False
    return whole.endswith(part) or (whole.startswith(part) and not _COMPANY_END.search(part))


def runs_on(read: str, name: str) -> bool:
    """Say whether ``read`` is ``name`` with what stood behind it: figures (an address) or another legal form."""
    long, whole = normalise_company(read), normalise_company(name)
    return long.startswith(whole) and bool(whole) and bool(re.search(r"\d|有限|股份", long[len(whole) :]))


def normalise_company(name: str) -> str:
    """Return the key by which names are compared (not for showing).

    As ``clean_company``, with half-width brackets, small letters, simplified characters, and the
    variants of Co., Ltd. / Limited / Corp. of Latin names unified. Legal forms are never dropped.
    """
    text = to_halfwidth(clean_company(name)).casefold()
    if _CJK.search(text):
        return simplified(text)
    text = re.sub(r"[’'`]", "", text)
    for pattern, form in _LATIN_FORMS:
        text = pattern.sub(form, text)
    return re.sub(r"[\s.,;]+", " ", text).strip()


_SHORTEST = 6
"""Names shorter than this differ when any character does."""
_LONG = 8


def match_company(a: str, b: str, *, certain: bool = True) -> NameMatch:
    """Compare two company names.

    OCR_NEAR: one or two characters differ and look alike (``lookalikes``); or brackets, or one
    character of a long name, are lost. With ``certain`` False (a doubtful reading) one arbitrary
    character may differ, too. Another legal form or branch is always DIFFERENT, and so is an empty name.
    """
    left, right = normalise_company(a), normalise_company(b)
    if not left or not right:
        return NameMatch.DIFFERENT
    # Readers drop blanks between Latin words, and no two companies differ by them alone.
    left, right = left.replace(" ", ""), right.replace(" ", "")
    if left == right:
        return NameMatch.SAME
    if re.sub(r"[()]", "", left) == re.sub(r"[()]", "", right):
        return NameMatch.OCR_NEAR
    if min(len(left), len(right)) < _SHORTEST or _form(left) != _form(right):
        return NameMatch.DIFFERENT
    near = _misread(left, right, certain=certain) or _one_lost(left, right)
    return NameMatch.OCR_NEAR if near else NameMatch.DIFFERENT


def _misread(left: str, right: str, *, certain: bool) -> bool:
    """Say whether few and similar-looking characters differ."""
    if len(left) != len(right):
        return False
    pairs = [(x, y) for x, y in zip(left, right, strict=True) if x != y]
    alike = len(pairs) <= 2 and all(look_alike(x, y) for x, y in pairs)
    return alike or (not certain and len(pairs) == 1)


def _one_lost(left: str, right: str) -> bool:
    """Say whether dropping one character of the longer name gives the shorter, both being long."""
    short, long = sorted((left, right), key=len)
    if len(long) - len(short) != 1 or len(short) < _LONG:
        return False
    return any(long[:place] + long[place + 1 :] == short for place in range(len(long)))


_FORM = re.compile(
    r"股份|有限责任|有限|集团|特殊普通合伙|普通合伙|有限合伙|个人独资|[总分](?=公司|厂|所|院|校)|[支分]行|办事处|\(.*?\)"
)


def _form(key: str) -> tuple[str, ...]:
    """Return the parts of a name that make another company of it, in order."""
    return tuple(part if not part.startswith("(") else "()" for part in _FORM.findall(key))


_STRONG = r"(?:股份有限公司|有限责任公司|有限公司|集团公司|股份公司|总公司|公司)"
_WEAK = (
    r"(?:集团|[总分]?厂|大学|学院|学校|中学|小学|幼儿园|医院|研究院|研究所|设计院|研究总院|科学院|中心|事务所|合伙企业"
    r"|合作社|合作联社|协会|学会|商会|联合会|基金会|银行|信用社|出版社|经营部|商行|商店|工作室|实验室|管理局|委员会)"
)
_PARTNERS = r"\((?:特殊普通合伙|普通合伙|有限合伙|个人独资)\)"
_BRANCH = rf"(?:[\u4e00-\u9fff()]{{0,12}}?(?:分公司|分所|分院|分厂|分行|支行|办事处)(?:{_PARTNERS})?)?"
_CHARS = r"\u3400-\u9fffA-Za-z0-9()·&.\-"
_RUN = re.compile(rf"[{_CHARS}]{{4,}}")
_COMPANY_END = re.compile(rf"{_STRONG}(?:{_PARTNERS})?{_BRANCH}|{_WEAK}(?:{_PARTNERS}{_BRANCH}|(?=[与及]))")
_WEAK_END = re.compile(rf"{_WEAK}(?:{_PARTNERS})?{_BRANCH}(?=$|[^{_CHARS}]|[的与和及于在为是由对向等将已])")
_PROVINCE = (
    "(?:北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州"
    "|云南|陕西|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门|中国|[\u4e00-\u9fff]{2,3}[省市])"
)
_BREAK = re.compile(
    r".*(?:审计了?后附的|审计了|兹证明|特此证明|证明|授予|颁发给|聘请|受托于|收购了|单位为|名称为|以下简称|单位是|方为|方是"
    r"|专利权人|著作权人|全资子公司|控股子公司|母公司|(?:企业|单位|公司|组织|客户|机构)(?:全称|名称))(?=[\u4e00-\u9fff]{4})"
)
_LEAD = re.compile(
    r"(?:兹有|兹|经审核|我们|接受|关于|名称|甲方|乙方|丙方|其中|包括|以及|[0-9]{1,3}[.、)]|[).\-]|[与和及的]"
    rf"|(?:由|受|为|是|对|向|经|致|本|被)(?={_PROVINCE}))"
)
_LATIN_FORM = re.compile(
    r"(?<![A-Za-z])(?:C(?:o|O)(?:mpany|MPANY)?\s?\.?\s?,?\s?L(?:td|TD|imited|IMITED)\b\.?"
    r"|(?:Limited|LIMITED|Ltd|LTD|Inc|INC|GmbH|GMBH|AG|S\.?[Rr]\.?[Ll]|LLC|PLC|Corporation|CORPORATION|Corp|CORP)\b\.?)"
)
_LATIN_WORD = re.compile(r"(?:[A-Z0-9(&][A-Za-z0-9&'’.()\-]*|and|of|for|the),?")
_LATIN_REACH, _ABBREVIATION = 120, 5
_SHORTEST_FOUND, _SHORTEST_BARE = 4, 7
_SHORT_NAME = re.compile(r"(?:简称|下称)[为:]?[“”\"'‘《]?$")


def looks_like_company(text: str) -> bool:
    """Say whether the whole text is the name of a company or institution."""
    name = clean_company(text)
    found = find_companies(name)
    return len(found) == 1 and found[0][0] == name


def find_companies(text: str) -> list[tuple[str, int, int]]:
    """Find names of companies and institutions in running text: (cleaned name, start, end).

    Chinese names end in a legal form (有限公司, 集团, 厂, 大学, 事务所（特殊普通合伙）, …), Latin ones in
    Co., Ltd. and the like. 本公司, 子公司 and bare legal forms are no names. A blank ends a name.
    """
    plain = to_halfwidth(text).translate(_BRACKETS)
    found: list[tuple[str, int, int]] = []
    for run in _RUN.finditer(plain):
        if _CJK.search(run[0]):
            found += _in_run(plain, run.start(), run.end())
    for match in _LATIN_FORM.finditer(plain):
        start = _latin_start(plain, match.start())
        if start < match.start() and not any(start < end and first < match.end() for _, first, end in found):
            found.append((clean_company(plain[start : match.end()]), start, match.end()))
    return sorted(found, key=lambda hit: hit[1])


def _latin_start(plain: str, end: int) -> int:
    """Walk back from a Latin legal form over the capitalised words of the name."""
    start = end
    floor = max(0, end - _LATIN_REACH)
    for word in reversed(list(re.finditer(r"[!-~’]+", plain[floor:end]))):
        if not _LATIN_WORD.fullmatch(word[0]) or plain[floor + word.end() : start].strip(" \t\n"):
            break
        if word[0].endswith(".") and len(word[0]) > _ABBREVIATION:
            break
        if word[0][0].isupper() or word[0][0].isdigit() or start < end:
            start = floor + word.start()
    lower = re.match(r"(?:(?:and|of|for|the|The|By|To|by|to)\s+)+", plain[start:end])
    return start + (lower.end() if lower else 0)


def _in_run(plain: str, start: int, end: int) -> list[tuple[str, int, int]]:
    """Cut a run of name characters at the ends of names."""
    found: list[tuple[str, int, int]] = []
    for pattern in (_COMPANY_END, _WEAK_END):
        while match := pattern.search(plain, start, end):
            hit = _name(plain, start, match.end())
            if hit:
                found.append(hit)
            start = match.end()
    return found


def _name(plain: str, start: int, end: int) -> tuple[str, int, int] | None:
    """Take lead-in words off the front; None when no name is left."""
    if broken := _BREAK.match(plain, start, end):
        start = broken.end()
    while lead := _LEAD.match(plain, start, end):
        start = lead.end()
    text = plain[start:end]
    if text.count("(") > text.count(")"):
        # a bracket opened before the name is not part of it
        start += text.rindex("(") + 1 if text.rindex("(") < len(text) // 2 else 0
    elif text.count(")") > text.count("("):
        start += text.index(")") + 1
    name = clean_company(plain[start:end])
    if len(name) < _SHORTEST_FOUND or _NOT_NAME.fullmatch(name) or not _CJK.search(name):
        return None
    # 闽江公司 is what a text calls a company, not its name
    bare = name.endswith("公司") and not re.search(r"(?:有限|责任|股份|集团|总|分)公司$", name)
    if (bare and len(name) < _SHORTEST_BARE) or _SHORT_NAME.search(plain[max(0, start - _SHORTEST_BARE) : start]):
        return None
    return name, start, end
