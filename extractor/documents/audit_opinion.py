"""Which opinion the auditor gives, and who signs.

Judged from the opinion's own sentences (中国注册会计师审计准则第1501号、第1502号), never from the boilerplate
about responsibilities, which mentions 非无保留意见 and 公允反映 in every report.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from extractor.documents.audit_text import Text, text_of
from extractor.documents.rows import Run, rows
from extractor.model import Evidence, Field, Page

_HEADING = r"(?:^|[。;:)])(?:\(?[一二三四五六七八]\)?[、.])?"
_DISCLAIMER = re.compile(
    r"我们不对.{0,60}?(?:财务报表|会计报表)发表(?:审计)?意见|无法对.{0,60}?(?:财务报表|会计报表)发表(?:审计)?意见|形成无法表示意见的基础|无法表示意见的基础"
    r"|不(?:对|能对).{0,40}财务报表发表(?:任何)?(?:审计)?意见"
)
_ADVERSE = re.compile(
    r"(?:未能|没有|未)(?:在所有重大方面)?(?:真实、?)?公允(?:地)?(?:反映|表达|列报)|(?:没有|未能)在所有重大方面按照|形成否定意见的基础|导致否定意见的事项"
)
_QUALIFIED = re.compile(
    r"除(?!非)[^。]{2,120}?(?:可能)?(?:产生|造成|带来)?的?影响(?:外|以外|之外)|形成保留意见的基础|导致保留意见的事项"
)
_CLEAN = re.compile(
    r"我们认为,?[^。]{0,160}?(?:在所有重大方面|所有重大方面|按照|符合|遵照)[^。]{0,160}?公允(?:地)?(?:反映|表达|列报)|在所有重大方面公允(?:地)?反映|发表了?(?:标准)?无保留意见"
)
_OTHER_OPINION = re.compile(r"内部控制")
_VALUES = {"disclaimer": "无法表示意见", "adverse": "否定意见", "qualified": "保留意见", "unqualified": "无保留意见"}


def opinion(pages: Sequence[Page]) -> Field | None:
    """The opinion; None when there is no auditor's report on these pages.

    Value ``unqualified``, ``qualified``, ``adverse`` or ``disclaimer``; value None with a note when the wording
    is unclear or the sentences speak for two of them.
    """
    if not pages:
        return None
    text = text_of(pages)
    found = {
        name: match
        for name, pattern in (("disclaimer", _DISCLAIMER), ("adverse", _ADVERSE), ("qualified", _QUALIFIED))
        if (match := _first(text, pattern))
    }
    clean = _CLEAN.search(text.text)
    if len(found) > 1 and "qualified" in found and _only_sentence(text, found["qualified"]):
        found.pop("qualified")
    if not found and clean:
        return text.field(clean.start(), clean.end(), "unqualified", method="wording")
    if len(found) == 1:
        name, match = next(iter(found.items()))
        return text.field(match.start(), match.end(), name, method="wording")
    note = (
        "审计意见的措辞不明确，请人工判断" if not found else "审计意见的措辞前后不一致：" + "、".join(_VALUES[n] for n in found)
    )
    evidence = text.evidence(0, 8)
    return Field(value=None, raw="", confidence=0.0, evidence=evidence, method="wording", note=note)


def _first(text: Text, pattern: re.Pattern[str]) -> re.Match[str] | None:
    """The first match outside sentences about internal control or other information."""
    for match in pattern.finditer(text.text):
        before = text.text[max(0, match.start() - 60) : match.start()].rsplit("。", 1)[-1]
        if not _OTHER_OPINION.search(before + match[0]) and not re.search(r"如果|应当|可能导致|假如", before):
            return match
    return None


def _only_sentence(text: Text, match: re.Match[str]) -> bool:
    """Whether 除…影响外 is no opinion sentence (no 我们认为 before it in its paragraph)."""
    return "我们认为" not in text.text[max(0, match.start() - 40) : match.start() + 10]


# --- signing accountants ---------------------------------------------------------------------------

# the 200 most frequent family names cover more than 96 % of the population (国家统计局, 公安部户政)
_SURNAMES = frozenset(
    "赖傅辜巫卓利邬詹缪丛岳桑展矫盖亓逯慕隋单原敖闻战仝云苑白帅揭那鄢阙铁郜冼涂揣仇栾祖凤卞俸厉荆戈狄植苟明骆练阚佘粟巩蔺佟庾訾王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段"
    "雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷曲盛"
    "冉翁蓝路游辛靳管柴蒙鲍华喻祁房蒲滕屈饶解牟艾尤阳时穆农司古吉车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬邝郁申屠欧阳上官司马诸葛"
)
_NAME = re.compile(r"[\u4e00-\u9fff]{2,4}")
_LABEL = re.compile(r"(?:中国)?注册会计师(?:\((?:签名并盖章|签字并盖章|项目合伙人|签名|签章|盖章|签字|主任会计师)\))?[::]?")
_NOT_NAME = re.compile(r"中国|注册|会计|日期|签名|盖章|合伙|上海|北京|地址|事务|主任|项目|公司|年|月|审计|报告|意见|责任")


def auditors(pages: Sequence[Page]) -> Field | None:
    """The accountants who sign: printed names beside or under 中国注册会计师.

    Names that stand only in name stamps are not guessed: then the field has no value and a note.
    """
    names: list[str] = []
    places: list[Evidence] = []
    confidence = 1.0
    seen: Run | None = None
    labelled: list[tuple[bool, bool]] = []
    for page in pages[-2:]:
        page_rows = rows(page)
        for label, below in _labels(page_rows):
            seen = seen or label
            found = _beside(label) or _under(label, below)
            labelled.append((bool(re.search("[:：]", label.key)), bool(found)))
            for run in found:
                if run.key not in names and not _sealed(page, run):
                    names.append(run.key)
                    places.append(run.evidence())
                    confidence = min(confidence, run.confidence)
    if names:
        # a stamp repeats 中国注册会计师 without a colon; two accountants must sign (财会〔2001〕1035号)
        colons = any(colon for colon, _ in labelled)
        missed = len(names) < 2 or any(not found for colon, found in labelled if colon or not colons)
        return Field(
            value=names,
            raw="、".join(names),
            confidence=round(min(confidence, 0.6 if missed else 0.9), 3),
            evidence=tuple(places),
            method="label",
            note="另有签字注册会计师的姓名未能识别，请人工查看" if missed else None,
        )
    if seen is None:
        return None
    return Field(
        value=None,
        raw=seen.text,
        confidence=0.0,
        evidence=(seen.evidence(),),
        method="label",
        note="签字注册会计师的姓名在印章或手写签名中，未能识别，请人工查看",
    )


def _labels(page_rows: Sequence[Run]) -> list[tuple[Run, Sequence[Run]]]:
    """Each 中国注册会计师 that stands as a label, to the end of its row, with the rows below it."""
    out: list[tuple[Run, Sequence[Run]]] = []
    for i, row in enumerate(page_rows):
        if len(row) > 90 or re.search(r"审计准则|职业道德|执业准则|责任|协会", row.key):
            continue
        starts = []
        at = 0
        for segment in row.segments(1.0):
            if _LABEL.match(segment.key):
                starts.append(at)
            elif "中国注册会计师" in segment.key:
                starts.append(at + segment.key.index("中国注册会计师"))
            at += len(segment)
        ends = [*starts[1:], len(row)] if starts else []
        out += [(row.slice(a, b), page_rows[i + 1 : i + 3]) for a, b in zip(starts, ends, strict=True)]
    return out


def _is_name(text: str) -> bool:
    return bool(_NAME.fullmatch(text)) and text[0] in _SURNAMES and not _NOT_NAME.search(text)


def _beside(label: Run) -> list[Run]:
    """Names to the right of the label on its row."""
    match = _LABEL.match(label.key)
    rest = label.slice(match.end() if match else len(label))
    out: list[Run] = []
    for segment in rest.segments(2.5):
        cut = re.match(r"\(.*?\)", segment.key)
        part = segment.slice(cut.end()) if cut else segment
        head = re.match(r"[\u4e00-\u9fff]*", part.key)
        part = _once(part.slice(0, head.end() if head else 0))
        # right behind the colon nothing but a name can stand
        told = label.key[: match.end() if match else 0].endswith((":", "：")) and bool(_NAME.fullmatch(part.key))
        if part and (_is_name(part.key) or (told and not out and not _NOT_NAME.search(part.key))):
            out.append(part)
    return out


def _once(name: Run) -> Run:
    """A name without its repetition in a stamp close by."""
    half = len(name) // 2
    return name.slice(0, half) if half >= 2 and name.key[:half] * 2 == name.key else name


def _under(label: Run, below: Sequence[Run]) -> list[Run]:
    """A name directly under the label."""
    height = label.box[3] - label.box[1]
    for row in below:
        if row.box[1] - label.box[3] > 2.5 * height:
            break
        for segment in row.segments(2.5):
            middle = (segment.box[0] + segment.box[2]) / 2
            if label.box[0] - 0.02 <= middle <= label.box[2] + 0.12 and _is_name(segment.key):
                return [segment]
    return []


def _sealed(page: Page, run: Run) -> bool:
    """Whether a text is a stamp's and not read surely enough (names in stamps may stand askew or reversed).

    What was read with the red ink taken away (``ocr_red``) is print under a stamp.
    """
    if any(line.origin == "ocr_red" for line in run.lines):
        return False
    x, y = (run.box[0] + run.box[2]) / 2, (run.box[1] + run.box[3]) / 2
    inside = any(s.box[0] <= x <= s.box[2] and s.box[1] <= y <= s.box[3] for s in page.seals)
    return inside and run.confidence < 0.95
