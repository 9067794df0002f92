"""Papers that look like evidence and are none, and attachments that are kept but not read further.

A 受理通知书 names the invention, the applicant and a number, as a certificate does, yet proves nothing
(contract: "an application form, a plan, a notice of acceptance, a draft or a template is never evidence").
Only what a paper calls itself counts: a certificate whose body mentions 缴纳年费 or 终止 stays a certificate.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from extractor.documents.rows import Same, rows
from extractor.documents.titles import Title, body_size, titles
from extractor.model import Page
from extractor.values.chinese import squeeze
from extractor.values.mark_words import DRAFT_LATIN, DRAFT_WORDS, UNFINISHED, is_draft_mark

_TOP = 0.45


@dataclass(frozen=True, slots=True)
class Attachment:
    """An attachment type for a page: how surely (0..1), its title, and why it proves nothing, if so."""

    type: str
    score: float
    title: str
    excluded: str | None = None


_TAIL = r"(?:\(.{0,20}\))?$"

_NOTICES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern + _TAIL), reason)
    for pattern, reason in (
        (r"受理(?:通知书?|回执|单|凭证|函|决定书)", "只说明申请已被受理，尚未授权或获证；请提交正式证书"),
        (
            r"(?:缴费|缴纳.{0,8}费|费用减(?:缴|免)|补缴|收费|费用).{0,10}(?:通知书|通知单|审批通知书|收据|票据)",
            "只与缴费有关，不证明权利；请提交正式证书",
        ),
        (r"办理登记手续.{0,4}通知书", "只通知办理登记手续，尚未授权公告；请提交正式证书"),
        (
            r"(?:授予.{0,12}专利权|授权|核准注册|准予(?:注册|登记)).{0,4}(?:通知书|决定书)",
            "只是授权（核准）通知，尚不是证书；请提交正式证书",
        ),
        (
            r"(?:补正|补充材料|审查意见|初步?审(?:查)?合格|初审公告|实质审查|公布|公开).{0,14}通知书?",
            "是审查过程中的通知，尚未授权；请提交正式证书",
        ),
        (
            r"(?:专利权|商标权|权利)?(?:终止|丧失|视为放弃|视为撤回|视为未提出|主动放弃|撤销|注销|失效|中止).{0,10}(?:通知书|决定书|公告|证明)"
            r"|(?:终止|放弃|撤销|注销|暂停|中止|取消).{0,28}(?:证书?|认证|资格|专利权?|商标权?|注册|登记|著作权).{0,8}(?:通知|公告|决定|函)书?"
            r"|(?:证书?|认证|资格|注册|登记).{0,6}(?:终止|撤销|注销|暂停|中止|取消).{0,6}(?:通知|公告|决定|函)书?",
            "通知权利（资格）终止、暂停或申请失效，不能证明权利有效",
        ),
        (
            r"(?:驳回|不予受理|不予注册|不予登记|无效宣告|复审).{0,12}(?:通知书|决定书?|决定)",
            "是驳回、复审或无效方面的决定，不能证明权利有效",
        ),
        (r"(?:手续合格|变更|转让|续展|恢复权利).{0,10}通知书", "是手续通知，不是证书本身；请同时提交证书"),
        (r"(?:发明|实用新型|外观设计)?(?:专利)?请求书", "是申请文件，不是证书；请提交正式证书"),
        (
            r"(?:专利|商标|著作权|软件|认证|注册|登记|许可)(?:.{0,10})(?:申请书|申请表|申报表|委托书)",
            "是申请文件，不是证书；请提交正式证书",
        ),
        (
            r"通知书|通知单|告知书|告知单|催告函|提示函|(?:审核|年检|监督|缴费|续费)(?:的)?通知",
            "是通知，不是证书本身；请提交正式证书",
        ),
        (
            r"(?:检索|查新|专利权评价|专利.{0,6}(?:分析|评估))报告(?:书)?",
            "是检索、查新或评价材料，不是权利或资格的证书；请提交正式证书",
        ),
    )
)

FRONT_PAGES = 3
"""Pages on which a title may call the whole paper a draft; further in, titles are those of chapters."""
_CONTRACT = re.compile(r"(?:合同|协议)(?:书)?" + _TAIL)

_ALONE = re.compile(rf"[(\[【<]?(?:证书|报告|审计报告|客户|企业|内部)?(?:{UNFINISHED})[)\]】>]?")
"""A line of its own that calls the paper unfinished, of whatever size."""
_MARK = re.compile(rf"(?:证书|报告)?(?:(?:{DRAFT_WORDS}|作废|{DRAFT_LATIN})[!*]?){{1,6}}")
_IN_TITLE = re.compile(rf"[(\[【<](?:{DRAFT_WORDS}|{DRAFT_LATIN})[)\]】>]|^(?:{DRAFT_WORDS})[:：]")
_PLACEHOLDER = re.compile(
    r"[:：](?:[××✕Xx]{2,}|某某|[_＿]{3,}|\.{6,}|…{2,})|[××✕]{2,}|(?<![A-Za-z])[Xx]{3,}(?![A-Za-z])|[_＿]{3,}"
)
_FAKE_NUMBER = re.compile(r"(?:ZL|CN|GR)\s?[××✕Xx*]{4,}|(?:证书号第|登记号[:：]?|注册号[:：]?|证书编号[:：]?)[××✕Xx]{3,}")

_ATTACHMENTS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("product_certificate", r"(?:生产|经营|卫生|制造|安全生产|使用)许可证" + _TAIL),
        (
            "product_certificate",
            r"(?:强制性?产品|产品|节能|环保|ccc|cqc|绿色食品|有机|自愿性)认证(?:试验)?证书?" + _TAIL,
        ),
        ("product_certificate", r"(?:检验|检测|试验|测试|型式试验|鉴定检验)报告(?:书)?" + _TAIL),
        (
            "product_certificate",
            r"(?:医疗器械|药品|兽药|农药|软件产品|计量器具).{0,10}(?:注册证|登记证书?|备案凭证|批准证书|批准文号)(?:书)?" + _TAIL,
        ),
        (
            "product_certificate",
            r"(?:防爆合格证|型式批准证书|采用国际标准产品.{0,4}证书|产品合格证|标志证书|新产品证书|名牌产品.{0,2}证书)" + _TAIL,
        ),
        (
            "product_certificate",
            r"compulsoryproductcertification|certificateofconformity|testreport$|productcertificate",
        ),
        ("standard_document", r"^(?:中华人民共和国)?.{0,12}(?:国家|行业|团体|企业|地方)标准" + _TAIL),
        (
            "rd_institution_approval",
            r"(?:技术中心|技术研究中心|工程研究中心|工程中心|重点实验室|工作站|研发机构|研究院|工业设计中心|创新中心|研发中心).{0,30}"
            r"(?:证书|批复|通知|决定|公告|名单|公示|认定|意见)" + _TAIL,
        ),
        (
            "market_share_proof",
            r"(?:市场占有率|市场份额|市场地位|行业地位|行业排名).{0,20}(?:证明|说明|报告|证书|函)" + _TAIL,
        ),
        ("credit_report", r"(?:信用|征信|资信).{0,12}(?:报告|证书|证明|等级证)(?:书)?" + _TAIL),
        (
            "award_certificate",
            r"(?:荣誉|获奖|奖励|嘉奖|表彰|科学技术奖|技术发明奖|进步奖|优秀奖|专利奖).{0,8}证书?" + _TAIL,
        ),
        ("award_certificate", r"^(?:奖状|奖章|荣誉证|喜报|授牌)" + _TAIL),
        (
            "award_certificate",
            r"(?:专精特新|小巨人|瞪羚|单项冠军|示范企业|先进单位|优秀企业|科技型中小企业|创新型企业).{0,20}(?:证书|称号)?"
            + _TAIL,
        ),
        (
            "other",
            r"(?:结题|结项|验收|鉴定|成果登记|毕业|学位|学历|资格|职称|职业|培训|聘书|股权|出资|土地使用权|不动产权?|房屋所有权|税务登记|组织机构代码|"
            r"开户|存款|公证|专利代理|会员|注册会计师|执业|机构代码|居民身份)(?:.{0,8})(?:证书?|证明书?|许可证)" + _TAIL,
        ),
        ("other", r"(?:公司)?章程" + _TAIL),
    )
)


def excluded_reason(pages: Sequence[Page]) -> str | None:
    """Why these pages prove nothing, in plain Chinese with what to hand in instead; None for real evidence.

    By the title of the first page (notices, applications), by a title that says draft (审计报告（初稿）), or by
    marks: across any page (a draft is one as a whole, and not every page's mark is legible), or otherwise on
    the first page or at least half of the pages (样本, SAMPLE, 草稿, unfilled templates).
    """
    if not pages:
        return None
    notice = _notice(pages[0])
    if notice is not None:
        return notice.excluded
    titled = next((reason for page in pages[:FRONT_PAGES] if (reason := _draft_title(page))), None)
    if titled is not None:
        return titled
    across = next((reason for page in pages if (reason := _across(page))), None)
    if across is not None:
        return across
    marked = [reason for page in pages if (reason := _draft(page))]
    return marked[0] if marked and (2 * len(marked) >= len(pages) or _draft(pages[0])) else None


def attachment_type(page: Page) -> Attachment | None:
    """What kind of attachment a page opens, by its title; None where nothing speaks for one."""
    notice = _notice(page)
    if notice is not None:
        return notice
    best: Attachment | None = None
    for title in heads(page):
        place = _place(title)
        for kind, pattern in (("contract", _CONTRACT), *_ATTACHMENTS):
            if pattern.search(title.key) and (best is None or place > best.score):
                best = Attachment(kind, place, title.text)
                break
    return best


def is_notice(page: Page) -> bool:
    """Whether a page is a notice or an application by its title, so never the certificate it speaks of."""
    return _notice(page) is not None


def heads(page: Page) -> list[Title]:
    """Titles in the upper part that are large or centred."""
    return [t for t in titles(page, _TOP) if t.size >= 1.25 or t.centred]


def _place(title: Title) -> float:
    """How much the print itself says that this is the title."""
    if title.size >= 1.3:
        return 0.93 if title.centred or len(title.runs) > 1 else 0.85
    return 0.72 if title.centred else 0.55


def _notice(page: Page) -> Attachment | None:
    """The page as a notice or an application, by its title; kept, since most types ask for it."""
    return _notice_of(Same(page))


@lru_cache(maxsize=32)
def _notice_of(same: Same) -> Attachment | None:
    for title in heads(same.page):
        for pattern, reason in _NOTICES:
            match = pattern.search(title.key)
            if match:
                return Attachment("other", max(0.9, _place(title)), title.text, f"《{squeeze(title.text)}》{reason}")
    return None


def _draft(page: Page) -> str | None:
    """Whether the page is marked as a sample or a draft, or is a template that nobody filled in."""
    if (across := _across(page)) is not None:
        return across
    page_rows = rows(page)
    usual = body_size(page_rows)
    marks = [part for row in page_rows for part in row.segments(3.0) if _MARK.fullmatch(part.folded)]
    if alone := next((part for row in page_rows for part in row.segments(3.0) if _ALONE.fullmatch(part.key)), None):
        return f"印有“{alone.text}”字样，不是正式文件；请提交正式文件"
    large = [m for m in marks if m.box[3] - m.box[1] >= 1.5 * usual]
    if large or (len({m.key for m in marks}) == 1 and len(marks) >= 3):
        return f"印有“{(large or marks)[0].text}”字样，不是正式文件；请提交正式文件"
    if (titled := _draft_title(page)) is not None:
        return titled
    text = [row.key for row in page_rows]
    if any(_FAKE_NUMBER.search(t) for t in text):
        return "号码处是占位符（××××），是模板或样张；请提交正式文件"
    blanks = sum(len(_PLACEHOLDER.findall(t)) for t in text)
    if blanks >= 3 and sum(len(t) for t in text) < 40 * blanks:
        return "内容处是占位符或空白，是未填写的模板；请提交正式文件"
    return None


def _across(page: Page) -> str | None:
    """Whether a word across the page (slanted, or large print found as a mark) says sample or draft."""
    word = next((x.text for x in page.lines if x.slant and is_draft_mark(x.text)), None)
    return None if word is None else f"印有“{word}”字样，不是正式文件；请提交正式文件"


def _draft_title(page: Page) -> str | None:
    """Whether a title of the page calls the paper a draft or a sample."""
    for title in heads(page):
        if found := _IN_TITLE.search(title.key):
            return f"标题注明“{found[0].strip('()[]【】<>：:')}”，不是正式文件；请提交正式文件"
    return None
