"""Of two readings of one name or number the plainly better: without a label glued to it, or whole where the other is torn."""

from __future__ import annotations

import re
from typing import Any

from extractor.documents.kinds import kind_of
from extractor.values.identifiers import normalise_cert_no
from extractor.values.names import looks_like_company, normalise_company

_BEFORE = re.compile(
    r"(?:兹证明|特此证明)?(?:下列|以下|上述)?[\u4e00-\u9fff]{0,4}(?:组织|单位|企业|机构|公司|会计师事务所|事务所)(?:的?(?:名称|全称))?"
    r"|[\u4e00-\u9fff]{0,4}(?:名称|全称|权人|权利人|注册人)|(?:编制|参保|缴费|被审计)单|[名称位单人者方织国]"
)
"""What a label leaves before a name when it is glued to it."""
_AFTER = re.compile(
    r"(?:国籍|证书|打印|开发|首次|权利|地址|住所|统一社会|法定代表|登记|日期|时间|方式|注册|类型|申请日|专利号|盖章|公章).*",
    re.DOTALL,
)
"""What the next label leaves behind a name."""
_FORM = re.compile(r"(?:股份|集团)?有限(?:责任)?公司|(?:特殊)?普通合伙|有限合伙")
_NUMBER_LABEL = re.compile(
    r"(?:报告书?|审计报告|证书|注册|登记|许可|文件)?(?:文号|编号|号码?|字号)|CERT(?:IFICATE)?\.?(?:NO|NUMBER)?\.?|(?:NO|NR|REG)\.?|№|第",
    re.IGNORECASE,
)
_LABEL_ALONE = re.compile(
    r"(?:时间|日期|方式|编号|名称|机关|地址|范围|类型|国籍|期限|号码|代码|部门|单位)$"
    r"|^(?:独立|合作|委托)开发|^(?:批准|发证|登记|取得|权利|证书|开发)"
)
"""A label, or what stands under the next one, read as a name."""


def is_label(name: str) -> bool:
    """Whether a reading of a company's name is a label rather than a name."""
    return bool(_LABEL_ALONE.search(name)) and not looks_like_company(name)


def tidier(document_type: str, key: str, ruled: Any, other: Any) -> bool:
    """Whether ``other`` is ``ruled`` without what a label left on it, or the whole of which ``ruled`` is a torn part.

    Both stand for the same name or number; nothing else about them differs. Only names and numbers are judged.
    """
    kind = kind_of(document_type, key).kind
    if kind == "company":
        mine, theirs = (list(x) if isinstance(x, list) else [x] for x in (ruled, other))
        if len(mine) < len(theirs):
            # Holders one behind the other that were read as one name.
            return _letters(mine) == _letters(theirs) and any(looks_like_company(str(name)) for name in theirs)
        if len(mine) != len(theirs):
            return False
        return all(_tidier_name(str(a), str(b)) is not False for a, b in zip(mine, theirs, strict=True)) and any(
            _tidier_name(str(a), str(b)) for a, b in zip(mine, theirs, strict=True)
        )
    return kind == "text" and key.endswith(("_no", "_code")) and _tidier_number(str(ruled), str(other))


def _letters(names: list[Any]) -> str:
    return re.sub(r"[\s();；、,，]", "", "".join(normalise_company(str(name)) for name in names))


def _tidier_name(ruled: str, other: str) -> bool | None:
    """True: the other is tidier; None: they are the same; False: neither."""
    mine, theirs = (re.sub(r"[\s()]", "", normalise_company(x)) for x in (ruled, other))
    if mine == theirs:
        return None
    if len(theirs) >= 2 and theirs in mine:
        before, _, after = mine.partition(theirs)
        return (not before or _BEFORE.fullmatch(before) is not None) and (not after or _AFTER.fullmatch(after) is not None)
    if not looks_like_company(other):
        return False
    bare = min((mine[m.end() :] for m in (_BEFORE.match(mine),) if m), key=len, default=mine)
    for one in (mine, bare):
        if len(one) >= 4 and theirs.startswith(one) and _FORM.fullmatch(theirs[len(one) :]):
            return True
    stem = _FORM.sub("", mine)
    if len(stem) <= 2 and theirs.endswith(mine):
        return True
    return len(mine) >= 3 and mine in theirs and not looks_like_company(ruled)


def _tidier_number(ruled: str, other: str) -> bool:
    """A number without the label before it; or whole, where the rules' breaks off at a bracket."""
    mine, theirs = (normalise_cert_no(x).upper() for x in (ruled, other))
    if mine != theirs and len(theirs) >= 4 and mine.endswith(theirs):
        return _NUMBER_LABEL.fullmatch(mine.removesuffix(theirs)) is not None
    torn = mine.rstrip("([（〔【")
    return torn != mine and len(torn) >= 3 and theirs.startswith(torn)
