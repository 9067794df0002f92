"""The certified scope: the text after 认证范围 / for the following scope, joined over its printed rows."""

from __future__ import annotations

import re
from collections.abc import Sequence

from extractor.documents.finders import Run, Value, field_of, fold, rows
from extractor.documents.rows import join_texts
from extractor.model import Field, Page
from extractor.values.dates import find_dates

_LABEL = re.compile(
    r"(?:通过|本次|该|其)?(?:认证|注册|审核|评定|体系|证书|管理体系)?(?:所|的)?(?:覆盖|认证|注册|适用|评定|有效)(?:的"
    r"|到)?(?:产品|业务|活动|过程|服务|及|和|与|/|、|或|的"
    r"|其)*范围(?:如下|为|是|包括|覆盖)?"
    r"|(?:体系|认证|证书)(?:所)?覆盖(?=[:：]|$)|(?:认证|证书|体系|注册)?(?:所)?(?:覆盖|适用)(?:的)?(?:产品|业务|活动|过程"
    r"|服务|及|和|与|/|、|或)+(?:如下|为|是"
    r"|包括)?(?=[:：]|$)"
    r"|(?:本证书|该证书|该体系|该管理体系|管理体系|证书|本体系)?(?:对(?:下述|下列|以下).{0,16}有效|适用于)(?:下述|下列"
    r"|以下)?(?:产品|范围|活动|业务|服务|/|和)*"
    r"|(?:审核|体系|产品/服务|产品|业务|专业)范围(?=[:：]|$)|^范围(?=[:：]|$)"
)
_ENGLISH = re.compile(
    r"(?:(?:isvalid|valid|applies|applicable|covers?|covering|for|to|in)+(?:the)?(?:following)?|(?:the)?following)"
    r"(?:scopes?|activit(?:y|ies)|product\(?s?\)?)(?:/|and|or)?(?:service\(?s?\)?|activit(?:y|ies)|products?)?"
    r"(?:isasfollows|asfollows|is|are|includes?|covers)?[:：]?$"
    r"|scopeof(?:the)?(?:certification|registration|approval|supply|certificate|managementsystem|activities)[:：]?"
    r"|(?:certification|certified|registration|registered)scope[:：]?"
    r"|(?:forthefollowing|thefollowing)(?:scope|activities|products?|services?|productsandservices|products/services)[:：]?"
    r"|(?:isapplicableto|applicableto|inrespectof|withrespectto)[:：]?|^scope[:：]"
)
_ASIDE = re.compile(r"资质范围|许可范围|见证书附件|查询范围|范围内|有效性|以外")
_STOP = re.compile(
    r"^(?:认证)?(?:证书)?(?:编号|号码|注册号|状态)|^(?:首次|初次|初始|初评|本次|此次|颁证|发证|换证|签发|颁发|批准|注册日"
    r"|注册有|注册号|有效|到期|截止|生效|失效|证书有效|更换|监督|年审|第.次|下次)"
    r"|^(?:认证|发证|颁证|评定)机构|^(?:认证|审核|依据|执行|评定)(?:标准|依据)|^标准|^依据|^(?:注册|经营|生产|办公|审核"
    r"|通[讯信]|联系|实际|企业|单位|组织|认证)?地址|^住所|^邮编|^网址|^电话"
    r"|^统一|^组织机构|^信用代码"
    r"|^(?:签发人|批准人|总经理|主任|授权|签字|法定代表人|董事长|总裁|首席)|^(?:本|该|此)(?:证书|体系|认证|次)|^(?:注|备注"
    r"|说明|提示)[:：.]|^注\d|^食品链|^(?:行业|专业)(?:类别|代码)"
    r"|^(?:cnas|iaf|ukas)"
    r"|^(?:查询|扫描|二维码|获证|组织|国家认|认监委|证书信息|证书的|证书有|若|上述|年度|持证|请|可)|^(?:date|issue|valid"
    r"|expir|certificate|initial|first|original"
    r"|registered|address|signed|signature|general|director|president|website|www|http|this|the(?:validity|certificate"
    r"|effect)|effective|latest|organi|company|uscc|unif|page|audit|further|an?audit|accredit|authori|on?behalf"
    r"|for(?:and)?onbehalf|multi|issued|certifiedsince|re-?cert|no\.|reg|revision|managed|annual|surveillance|place|remark|note)"
    r"|^第?\d+页|^\d+/\d+$|^(?:二维码|多场所|附件|见附)|^(?:有限公司|.{2,30}认证.{0,6}(?:有限)?公司|.{2,20}认证中心)"
)
_TRIM = " :：,，;；、/|-—"


def scope(page: Page) -> Field | None:
    """The scope of certification; None where no label of it is printed.

    Where Chinese and English stand together the Chinese rows are kept. Rows end at the next label, date, signature
    or wide space.
    """
    page_rows = rows(page)
    best: Field | None = None
    for k, row in enumerate(page_rows):
        for segment in row.segments(3.0):
            hit = _label(segment)
            if hit is None:
                continue
            made = _collect(page_rows, k, segment, hit)
            if made is not None and (best is None or _better(made, best)):
                best = made
    return best


def _better(new: Field, old: Field) -> bool:
    """A Chinese scope over an English one; else the first stays."""
    return _han(str(new.value)) > 0 and _han(str(old.value)) == 0


def _han(text: str) -> int:
    return len(re.findall(r"[\u4e00-\u9fff]", text))


def _label(segment: Run) -> int | None:
    """Where the value starts in a segment that holds a scope label; None without one."""
    key = segment.folded
    for pattern in (_LABEL, _ENGLISH):
        match = pattern.search(key)
        if match is None:
            continue
        end = match.end()
        if _ASIDE.search(key[max(0, match.start() - 2) : end + 4]) and not re.match(r"[:：]", key[end : end + 1]):
            continue
        tail = key[end:]
        opens = match.start() == 0 or not re.search(r"[\u4e00-\u9fffa-z]", key[: match.start()].replace("的", ""))
        closed = re.match(r"[:：]|\(", tail) is not None or not tail
        prose = match.start() > 0 and (closed or "适用于" in match[0] or pattern is _ENGLISH)
        if not (opens or prose):
            continue
        twin = re.match(r"[\s/|(]*[a-z][a-z/&.()'’ -]{2,60}[)]?[:：]|\([a-z /&.-]{3,60}\)", tail)
        if twin:
            end += twin.end()
        while end < len(key) and key[end] in ":：/|":
            end += 1
        return end
    return None


def _collect(page_rows: Sequence[Run], index: int, segment: Run, start: int) -> Field | None:
    """The rows of the value, from the rest of the label's segment on."""
    first = segment.slice(start)
    row = page_rows[index]
    if not first:
        right = [s for s in row.segments(3.0) if s.box[0] > segment.box[2] and not _STOP.search(s.folded) and _label(s) is None]
        first = right[0] if right and _label(right[0]) is None else first
    parts: list[Run] = [first] if first and not _empty(first) else []
    last = parts[0] if parts else segment
    limits = _limits(row, segment)
    for k in range(index + 1, min(index + 30, len(page_rows))):
        part = _next(page_rows[k], parts, segment, limits)
        if part is None:
            if page_rows[k].box[1] - last.box[3] > 2.5 * (last.box[3] - last.box[1]):
                break
            continue
        height = last.box[3] - last.box[1]
        if part.box[3] - part.box[1] >= 1.8 * height:
            continue  # a seal's print, or the next title: what follows in the scope's own size decides
        limit = 2.6 if not parts else 1.9
        if part.box[1] - last.box[3] > limit * height or (parts and part.box[3] - part.box[1] <= 0.55 * height):
            break
        if not parts and _label(part) is not None and _label(part) == len(part):
            last = part
            continue
        if _ends(part):
            break
        parts.append(part)
        last = part
    return _field(_one_language(parts))


def _empty(run: Run) -> bool:
    return not re.search(r"[\u4e00-\u9fffA-Za-z0-9]", run.key)


def _limits(row: Run, label: Run) -> tuple[float, float, bool]:
    """Left and right end of the value's column, and whether the label stands alone on its row.

    Where another label stands right of this one (its English twin in a second column), the column ends there.
    """
    others = [x for x in row.lines if x.box[0] > label.glyphs[0].line.box[2]]
    twins = [x.box[0] for x in others if _STOP.search(fold(x.text)) or re.match(r"[A-Za-z ]{5,40}[:：]", x.text)]
    before = [x for x in row.lines if x.box[2] < label.box[0]]
    return (label.box[0] - 0.02 if before else 0.0), min(twins, default=1.0), not others and not before


def _next(row: Run, parts: Sequence[Run], label: Run, limits: tuple[float, float, bool]) -> Run | None:
    """The segment of a row that stands in the value's column."""
    low, high, alone = limits
    row = Run(row.page, tuple(g for g in row.glyphs if low <= (g.line.box[0] + g.line.box[2]) / 2 and g.box[0] < high - 0.002))
    if not row:
        return None
    column = parts[0].box if parts else label.box
    left = min(column[0], label.box[0])
    right = max((p.box[2] for p in parts), default=label.box[2])
    segments = row.segments(2.5)
    if alone and not parts and len(segments) == 1:
        return segments[0]
    for segment in segments:
        shared = min(right, segment.box[2]) - max(left, segment.box[0])
        centred = abs(segment.box[0] + segment.box[2] - column[0] - column[2]) < 0.06
        if shared > 0 or centred:
            return segment
    return None


def _ends(part: Run) -> bool:
    """Whether a row is no part of a scope any more: a label, a date, a signature."""
    if _STOP.search(part.folded) or (
        re.match(r"^[\u4e00-\u9fff]{2,8}[:：]", part.key) and not re.match(r"^[QEOSHFＱＥＯ]", part.key)
    ):
        return not re.match(r"^(?:生产|研发|设计|销售|服务|加工|产品|经营)[:：]", part.key)
    dates = find_dates(part.text)
    return bool(dates) and len(part) < 40


def _one_language(parts: list[Run]) -> list[Run]:
    """Chinese rows only, where there are any: the English twin repeats them."""
    if not any(_han(p.key) >= 2 for p in parts):
        return parts
    keep: list[Run] = []
    foreign = False
    for p in parts:
        latin_words = len(re.findall(r"[A-Za-z]{3,}", p.text))
        # one word alone is a product's name (LED) unless it ends an English text
        wordy = latin_words >= 2 or len(re.findall(r"[A-Za-z]", p.key)) > 12 or (foreign and latin_words > 0)
        foreign = _han(p.key) == 0 and wordy
        if not foreign:
            keep.append(p)
    return keep


def _field(parts: list[Run]) -> Field | None:
    if not parts:
        return None
    text = join_texts([p.text for p in parts]).strip(_TRIM)
    if _han(text) >= 2:
        text = re.sub(r"(?<=[\u4e00-\u9fff，。、；（）])\s+|\s+(?=[\u4e00-\u9fff，。、；（）])", "", text)
    text = re.sub(r"^(?:为|是|包括)[:：]", "", text).rstrip("。. ")
    if len(fold(text)) < 2:
        return None
    made = field_of(Value("", tuple(parts), 0.97, "label"), text, method="label")
    if re.fullmatch(
        r"(?:详?见|参见).{0,12}(?:附件|附页|附录).{0,6}|see.{0,30}(?:annex|appendix|attachment).{0,10}", text, re.IGNORECASE
    ):
        return made.model_copy(update={"note": "范围写在证书附件上"})
    return made
