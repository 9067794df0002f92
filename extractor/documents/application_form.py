"""Application forms (专精特新 / 小巨人 / 高企 申请书、申报书): recognised so that they are never taken for evidence.

Contract: an application form is never evidence for itself. Its figures are what has to be proved.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from extractor.documents.base import Cue, DocumentType, Extraction
from extractor.documents.finders import fold, rows
from extractor.documents.titles import titles
from extractor.model import Page

_FORM = r"(?:申请|申报|推荐|复核|自评|自荐|认定)(?:书|表|报告书?|材料|信息表|汇总表)"
_PROGRAMME = (
    r"专精特新|小巨人|创新型中小企业|单项冠军|瞪羚|独角兽|高新技术企业|科技型中小企业|中小企业|企业技术中心|技术创新示范|"
    r"首台套|重点培育|认定|资金|补助|奖励|扶持|项目|示范企业"
)
_TITLE = re.compile(
    rf"(?:{_PROGRAMME}).{{0,24}}{_FORM}(?:\(.{{0,20}}\))?$|^(?:企业|单位)?(?:申请|申报)(?:书|表)(?:\(.{{0,20}}\))?$"
)
_NOT_FORM = re.compile(r"商标|专利|著作权|认证|注册|登记|变更|体系|纳税|社保|工伤|缴费|批复|通知|公示|名单|受理")
_INSIDE = re.compile(
    r"企业(?:基本|经济|经营|创新|专业化|产业链|精细化|特色化).{0,10}(?:情况|指标|效益|能力)$|^(?:主导产品"
    r"|经济效益和经营情况|专业化程度|创新能力情况?|真实性(?:声明|承诺))"
    r"|^(?:上年度|近\d年|近[二两三]年).{0,20}(?:增长率|占比|总额|收入)|是否(?:属于|为|拥有|建立).{2,40}"
)
REASON = "申请书是企业自己的申报内容，不能作为证明材料"


_TITLE_LONGEST = 50


def looks_like_form(pages: Sequence[Page]) -> bool:
    """Whether a file that was handed in as an application form carries such a title, in print of any size.

    Less strict than the cue, since the file was named as a form: a title on one line or two, or one that the cue knows.
    """
    for page in pages:
        texts = [fold(line.text) for line in page.lines if not line.slant and len(line.text) <= _TITLE_LONGEST]
        for text in (*texts, *(a + b for a, b in pairwise(texts))):
            if len(text) <= _TITLE_LONGEST and _TITLE.search(text) and not _NOT_FORM.search(text):
                return True
    # questions alone are no title: other papers repeat them
    return any((cue := TYPE.cue(page)) is not None and cue.role == "start" for page in pages)


class _ApplicationForm:
    """An application form; classified only."""

    type = "application_form"
    multi_page = True

    def cue(self, page: Page) -> Cue | None:
        """The form's title opens it; rows of its questions continue it."""
        for title in titles(page):
            if _TITLE.search(title.key) and not _NOT_FORM.search(title.key) and (title.size >= 1.15 or title.centred):
                return Cue(0.95 if title.size >= 1.3 else 0.85, "start", title.text)
        asked = sum(bool(_INSIDE.search(fold(row.key))) for row in rows(page))
        return Cue(min(0.8, 0.45 + 0.1 * asked), "inside") if asked >= 3 else None

    def extract(self, pages: Sequence[Page]) -> Extraction:
        """No fields: the declared figures are read elsewhere, and nothing here proves anything."""
        cue = next((c for c in (self.cue(p) for p in pages) if c is not None and c.title), None)
        return Extraction({}, title=cue.title if cue else "申请书", excluded=REASON)


TYPE: DocumentType = _ApplicationForm()
