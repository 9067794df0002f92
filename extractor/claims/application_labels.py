"""The labels of application forms: what a printed label asks for, in which unit and year; and its ticks.

A label counts only when all of it is known: 主营业务收入占营业收入比重 is not 营业收入, and neither is
营业收入（海外）. Wordings of the product's metrics come from ``metrics``; those of forms stand here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Hamming

from extractor.claims.metrics import METRICS, metric_key, metric_of

MONEY_UNIT = r"亿元|百万元|千万元|万元|千元|元|万美元|美元"
_UNIT = re.compile(rf"(?:单位:?|人民币)?({MONEY_UNIT}|%|‰|项|件|个|人|名|位|家|年|次|台|套)")

_WORDINGS: dict[str, str] = {
    "revenue": "营业收入总额 全年营业收入 年营业收入 营业总收入 企业营业收入",
    "main_revenue": "主营业务收入总额 主营业务收入额",
    "net_profit": "净利润总额 净利润额 税后净利润",
    "total_assets": "年末资产总额 总资产额 资产总值 期末资产总额",
    "total_liabilities": "年末负债总额 期末负债总额",
    "rd_expense": "研发经费 研发经费总额 研发费用总额 研发费用支出 研发费用支出总额 研发投入总额 研究开发费用总额 "
    "研发支出 研究开发经费 R&D经费支出 R&D经费 研发经费投入 研发经费支出总额 研发总投入",
    "main_revenue_ratio": "主营业务收入占营业收入的比重 主营业务收入占营业收入比例 主营业务收入占营业收入的比例 "
    "主营业务收入占比 主营业务收入占企业营业收入比重 主营业务收入占总收入比重 主营业务收入总额占营业收入比重",
    "rd_expense_ratio": "研发经费占营业收入比重 研发经费占营业收入的比重 研发经费总额占营业收入比重 "
    "研发费用总额占营业收入比重 研发费用总额占营业收入总额比重 研发费用占营业收入的比重 研发费用占营业收入比例 "
    "研发费用占营业收入的比例 研发投入占营业收入比重 研发经费支出占营业收入比重 研发经费占营业收入比例 "
    "研发经费总额占营业收入总额比重 研发经费占比 研发投入占比",
    "rd_expense_to_main_revenue_ratio": "研发经费占主营业务收入比重 研发费用占主营业务收入的比重 "
    "研发投入占主营业务收入比重 研发经费占主营业务收入的比重",
    "main_revenue_growth": "主营业务收入增速 主营业务收入同比增长率 主营业务收入同比增长 主营业务收入年增长率",
    "revenue_growth": "营业收入增速 营业收入同比增长率 营业收入同比增长 营业收入年增长率",
    "net_profit_growth": "净利润增速 净利润同比增长率 净利润同比增长 净利润总额增长率 净利润年增长率",
    "debt_ratio": "企业资产负债率 年末资产负债率",
    "invention_patents": "发明专利 发明专利权 专利发明专利 专利发明 有效专利发明 有效专利总数发明 知识产权发明专利",
    "utility_patents": "实用新型专利 实用新型 实用新型专利权 专利实用新型 有效专利实用新型 有效专利总数实用新型",
    "design_patents": "外观设计专利 外观设计 外观专利 外观设计专利权 专利外观设计 有效专利外观设计 有效专利总数外观设计",
    "software_copyrights": "软件著作权 计算机软件著作权 软件著作权登记 软件著作权登记证书 计算机软件著作权登记 "
    "计算机软件著作权登记证书 软著 著作权软件著作权",
    "trademarks": "注册商标 有效注册商标 自主注册商标 商标注册 自主品牌注册商标",
    "management_system_certs": "管理体系认证 管理体系认证情况 通过管理体系认证 管理体系认证证书 通过管理体系认证情况 "
    "获得管理体系认证 质量管理体系认证情况",
    "high_tech_enterprise": "高新技术企业 是否高新技术企业 是否为高新技术企业 是否属于高新技术企业 是否国家高新技术企业 "
    "国家高新技术企业",
    "employees": "从业人员 从业人员总数 职工总数 全部职工人数 全部职工 职工人数 从业人员人数 员工总数 在职职工人数 "
    "企业职工总数 从业人",
    "rd_staff": "研发人员 研发人员人数 其中研发人员 研究开发人员 研发人员总数 从事研发人员",
    "rd_staff_ratio": "研发人员占全部职工比重 研发人员占全部职工的比重 研发人员占职工总数比重 研发人员占职工总数的比例 "
    "研发人员占比 研发人员占职工总数的比重 研发人员占全部职工比例 研发人员占从业人员比重 研发人员占企业职工总数比重 "
    "研发人员占职工比重",
    "registration_date": "注册时间 成立时间 成立日期 注册日期 企业注册时间 企业成立时间 设立时间 注册成立时间",
    "tax_paid": "上缴税金 上缴税收 上缴税金总额 实缴税金 实际上缴税金 纳税总额 缴纳税金 上交税金",
    "main_product_revenue": "主导产品销售收入 主导产品收入 主导产品营业收入 主导产品销售额",
    "main_product_revenue_ratio": "主导产品销售收入占营业收入比重 主导产品收入占营业收入比重 "
    "主导产品销售收入占营业收入的比重 主导产品占营业收入比重 主导产品营业收入占营业收入比重 主导产品销售收入占比 "
    "主导产品收入占比",
    "market_share_national": "主导产品国内市场占有率 主导产品国内市占率 国内市场占有率 主导产品全国市场占有率 "
    "全国市场占有率 主导产品在国内市场占有率 主导产品国内细分市场占有率 全国细分市场占有率",
    "market_rank_province": "主导产品本省排名 主导产品省内排名 本省排名 省内排名 主导产品在本省排名 "
    "主导产品市场占有率本省排名 主导产品全省排名 全省排名 主导产品本省市场占有率排名 细分市场全省排名",
    "years_in_segment": "从事该产品领域时间 从事该领域时间 从事特定细分市场时间 从事细分市场时间 从事特定细分市场年限 "
    "从事该产品领域年限",
    "standards_led": "主持制修订标准 主持制定标准 主持制订标准 主持制修订标准数及名称 主持标准 主持制(修)订标准",
    "standards_joined": "参与制修订标准 参与制定标准 参与制订标准 参与制修订标准数及名称 参与标准 参与制(修)订标准",
    "standards_led_or_joined": "主持或参与制修订标准 主持或参与制定标准 主持参与制修订标准 主持(参与)制修订标准 "
    "主持和参与制修订标准",
    "product_certs": "产品认证 产品认证情况 发达国家或地区产品认证 发达国家和地区产品认证 产品通过发达国家和地区产品认证",
    "core_business_information_systems": "核心业务信息系统 核心业务信息系统支撑 核心业务采用信息系统支撑 信息系统支撑核心业务",
    "sme_size_class": "企业规模 企业划型 企业规模类型",
    "ic_layout_designs": "集成电路布图设计专有权 集成电路布图设计 布图设计专有权",
    "rd_institution_count": "研发机构 自建或共建研发机构 研发机构总数",
    "equity_financing": "新增股权融资 新增股权融资额 新增股权融资总额 近2年新增股权融资额 近两年新增股权融资额 "
    "近2年新增股权融资总额",
    "~institute": "技术研究院",
    "~tech_center": "企业技术中心",
    "~engineering_center": "企业工程中心 工程技术研究中心 企业工程技术中心 工程研究中心",
    "~design_center": "工业设计中心",
    "~expert_station": "院士专家工作站 院士(专家)工作站 院士工作站",
    "~postdoc_station": "博士后工作站 博士后科研工作站",
    "@name": "企业名称 单位名称 申报单位 申报企业 企业全称 申请企业 申报单位名称 申报企业名称 申请单位 填报单位 公司名称 "
    "企业名称全称",
    "@uscc": "统一社会信用代码 社会信用代码 信用代码 统一信用代码 统一社会信用代码证号",
    "@former_names": "曾用名 企业曾用名 原企业名称",
    "@day": "填报日期 填表日期 申报日期 申请日期 填写日期 填报时间 填表时间 申报时间",
    "@titles": "有效期内称号 企业获得称号 获得称号 资质荣誉 企业称号 获得荣誉 有效期内荣誉称号",
}
"""Keys: metrics; ``~`` an R&D institution, which counts into ``rd_institution_count``; ``@`` no metric."""

INSTITUTIONS = tuple(key for key in _WORDINGS if key.startswith("~"))

_NUMBERING = re.compile(
    r"^(?:\(?\d{1,2}(?:\.\d{1,2}){0,2}[.、)]|\d{1,2}(?=[\u4e00-\u9fff])(?!\d*年|\d*月)|[一二三四五六七八九十]{1,3}[、.]|\([一二三四五六七八九十]+\))+"
)
_MARKS = "★☆*※▲△●◆·•#☉"
_YEAR_FIRST = re.compile(
    r"^(?:截[至止])?((?:(?:19|20)\d\d年?|上一?年|前年|去年)(?:度|末|年末|底|12月31日)?)的?(?:实现|完成|实际|全年)?(?=[\u4e00-\u9fffR])"
)
_BRACKETS = re.compile(r"[(\[](?P<in>[^()\[\]]*)[)\]]")
_LOST_BRACKET = re.compile(r"(?:(?<=[\u4e00-\u9fff])(%|万元)[)\]]|(?<=[\u4e00-\u9fff])[(\[](%|万元))$")
"""A unit of whose brackets one was not recognised."""
_NEUTRAL = re.compile(
    r"(?:合并(?:口径|报表)?|经?审计(?:数|后)?|以.{0,8}审计.{0,6}为准|个数|数量|项数|总数|人数|件数|(?:不?含|包括)(?!.*(?:受理|申请|在审|子公司)).{1,12}"
    r"|截[至止].{2,14}|有效|有效期内|已?授权|必填|选填|年末数?|期末数?|全年|累计|保留.{0,8}小数(?:点后.{0,3})?|如有.{0,8}|若有.{0,8}|[注见].{0,6}|\d|"
    r"是/?否|可多选|多选|单选|请打?[√勾].{0,4}|人民币|年/月/日|年月日|全称|营业执照.{0,6})?"
)
_YEAR_WORD = re.compile(r"(?:(?:19|20)\d\d年?|上一?年|前年|去年)(?:度|末|年末|底)?")
_OWN = re.compile(
    r"^(?:其中[:,]?含?|截[至止]目前|目前)?(?:本?企业|公司|本?单位)?(?:累计|现有|共有|拥有|具有|获得|取得|有效的?|已授权的?|授权|自主|有)*"
)
_COUNT_END = re.compile(r"(?:登记)?(?:拥有|持有)?(?:总?数量?|个数|件数|项数|总数|数目|人数)$")
_TELLING = "外净非他其税毛本副出进总年月拟新旧"
"""Characters that make another label of one: 营业外收入 is no misread 营业总收入."""
_TICKED = "☑☒√✓✔■▣🗹🗸"
_BOXES = _TICKED + "□☐▢○◯囗"


@dataclass(frozen=True, slots=True)
class FormLabel:
    """A printed label taken apart: what it names, its unit, its year, and a remark that changes its meaning."""

    core: str
    unit: str = ""
    year: str = ""
    odd: str = ""


def read_label(text: str) -> FormLabel:
    """Take a label apart: numbering, marks, footnote, bracketed unit, year."""
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).strip(_MARKS + ":,;。")
    plain = _NUMBERING.sub("", plain).strip(_MARKS)
    plain = _LOST_BRACKET.sub(lambda m: f"({m[1] or m[2]})", plain)
    unit = year = odd = ""

    def bracket(match: re.Match[str]) -> str:
        nonlocal unit, year, odd
        for part in re.split(r"[,;、]", match["in"]):
            part = part.strip(_MARKS)
            if found := _UNIT.fullmatch(part):
                unit = unit or found[1]
            elif _YEAR_WORD.fullmatch(part):
                year = year or part
            elif part in ("修", "参与"):
                return match[0]
            elif not _NEUTRAL.fullmatch(part):
                odd = odd or part
        return ""

    core = _BRACKETS.sub(bracket, re.sub(r"^其中[:,]?", "", plain))
    if first := _YEAR_FIRST.match(core):
        year = year or first[1]
        core = core[first.end() :]
    core = re.sub(r"(?:[,:]?单位:?(?P<u>万元|元|亿元|千元|%))$", "", core)
    core = re.sub(r"(?<=[\u4e00-\u9fff])\d$", "", core).strip(_MARKS + ":,;。-/")
    return FormLabel(core, unit, year, odd)


def key_of(core: str) -> str | None:
    """The key of a label's words; None unless all of them are known."""
    if core in _KEYS:
        return _KEYS[core]
    bare = _OWN.sub("", core)
    for text in (bare, _COUNT_END.sub("", bare), _COUNT_END.sub("", core)):
        key = _KEYS.get(text)
        if key is not None and (text == core or _counted(key)):
            return key
    own = metric_key(core)
    return own if own in METRICS and "(" not in core else None


def key_with_parents(core: str, parents: Sequence[str]) -> str | None:
    """The key of a label that means something only under another: 专利 / 发明, 研发经费 / 占营业收入比重."""
    key = key_of(core)
    if key is not None:
        return key
    for parent in parents:
        over = re.sub(r"(?:情况|指标|总数|数量)$", "", read_label(parent).core)
        key = key_of(over + core) if over else None
        if key is not None:
            return key
        if core in ("国家级", "省级", "国家级省级", "市级") and (key_of(over) or "").startswith("~"):
            return f"{key_of(over)}/{core}"
    return None


def near_label(core: str) -> str | None:
    """The known wording that a label is, but for one misread character; None where there is none."""
    if len(core) < 4 or core in _KEYS:
        return None
    near = [w for w in _KEYS if len(w) == len(core) and Hamming.distance(w, core) == 1]
    near = [w for w in near if not any(a != b and b in _TELLING for a, b in zip(w, core, strict=True))]
    return near[0] if len({_KEYS[w] for w in near}) == 1 else None


def _counted(key: str) -> bool:
    """Whether a metric is a count, of which 有效, 拥有 and 数量 say nothing new."""
    return (
        key.startswith("~")
        or key == "standards_joined"
        or (not key.startswith("@") and metric_of(key).unit in ("项", "人", "0/1"))
    )


def ticks(text: str) -> list[tuple[str, bool]] | None:
    """Options and whether each is ticked (``□是 ☑否``); None where marks cannot be told to belong to options."""
    plain = unicodedata.normalize("NFKC", text).strip()
    plain = re.sub(rf"[(\[]\s*([{_TICKED}])\s*[)\]]", r"\1", plain)
    plain = re.sub(r"[(\[]\s*[)\]]", "□", plain)
    parts = re.split(rf"([{_BOXES}])", plain)
    marks, words = parts[1::2], [w.strip(" \n\t,;、。/") for w in parts[0::2]]
    if not marks:
        return None
    first, last = not words[0], not words[-1]
    if first == last:
        # words on both sides of every mark, or marks at both ends: the blanks must tell
        before = all(re.search(r"(?:^|[\s:])$", w) for w in parts[0:-1:2]) and not first
        after = all(re.match(r"\s", w) for w in parts[2:-1:2]) and len(marks) > 1 and not first and not before
        if not before and not (after and not re.search(r"\s$", parts[0])):
            return None
        first = before
    options = words[1:] if first else words[:-1]
    if any(not o for o in options):
        return None
    return [(o, m in _TICKED) for o, m in zip(options, marks, strict=True)]


def _spell() -> Iterator[tuple[str, str]]:
    for key, words in _WORDINGS.items():
        for word in words.split():
            yield word, key
    for metric in METRICS.values():
        yield metric.label, metric.key


_KEYS: dict[str, str] = {word: key for word, key in reversed(list(_spell()))}
