"""Row names of Chinese financial statements: what a printed label means.

Formats: 财会〔2018〕15号 and 〔2019〕6号 (一般企业报表格式), 《小企业会计准则》附录, 《民间非营利组织会计制度》,
《政府会计制度》, and the older 《企业会计制度》. Only the whole label decides, so that 流动负债合计, 负债合计 and
负债和所有者权益总计 are never taken for one another.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from extractor.documents.statements.misprints import repaired, simplified
from extractor.values.chinese import squeeze

_NAMES: dict[str, str] = {
    # key of fields.yaml or helper row (with _) -> names
    "revenue": "营业收入",
    "_gross_revenue": "营业总收入",
    "main_revenue": "主营业务收入 主营业务收入净额 产品销售收入",
    "_other_revenue": "其他业务收入",
    "operating_cost": "营业成本",
    "_gross_cost": "营业总成本",
    "_main_cost": "主营业务成本",
    "_other_cost": "其他业务成本",
    "rd_expense": "研发费用 研究费用 研究开发费用 研究开发费 研究与开发费 研究与开发费用 研发费",
    "operating_profit": "营业利润",
    "total_profit": "利润总额",
    "income_tax": "所得税费用 所得税 企业所得税费用",
    "net_profit": "净利润",
    "current_assets": "流动资产合计 流动资产总计 流动资产小计",
    "_non_current_assets": "非流动资产合计 非流动资产总计 非流动资产小计",
    "total_assets": "资产总计 资产总额 资产合计 资产总值",
    "current_liabilities": "流动负债合计 流动负债总计 流动负债小计",
    "_non_current_liabilities": "非流动负债合计 长期负债合计 非流动负债总计 非流动负债小计",
    "total_liabilities": "负债合计 负债总计 负债总额",
    "owners_equity": "所有者权益合计 股东权益合计 净资产合计 所有者权益总计 股东权益总计 所有者权益总额 股东权益总额 权益合计 "
    "业主权益合计 净资产总计",
    "_attributable_equity": "归属于母公司所有者权益合计 归属于母公司股东权益合计 归属于母公司权益合计 归属母公司所有者权益合计",
    "_minority": "少数股东权益",
    "_both": "负债和所有者权益总计 负债及所有者权益总计 负债和股东权益总计 负债及股东权益总计 负债和净资产总计 负债及净资产总计 "
    "负债和所有者权益合计 负债及所有者权益合计 负债与所有者权益总计 负债和股东权益合计 负债及股东权益合计 负债和权益总计 "
    "负债和净资产合计 负债及净资产合计 权益总计",
    "_outside_income": "营业外收入",
    "_outside_expense": "营业外支出",
}
COST_ROWS = [
    "营业成本",
    "税金及附加",
    "营业税金及附加",
    "主营业务税金及附加",
    "销售费用",
    "营业费用",
    "管理费用",
    "研发费用",
    "财务费用",
    "勘探费用",
    "利息支出",
    "手续费及佣金支出",
    "退保金",
    "赔付支出净额",
    "提取保险责任准备金净额",
    "提取保险合同准备金净额",
    "保单红利支出",
    "分保费用",
]
GAIN_ROWS = [
    "其他收益",
    "投资收益",
    "汇兑收益",
    "净敞口套期收益",
    "公允价值变动收益",
    "资产处置收益",
    "公允价值变动净收益",
    "投资净收益",
]
IMPAIRMENT_ROWS = ["信用减值损失", "资产减值损失"]
GROSS_REVENUE_PARTS = ["营业收入", "利息收入", "已赚保费", "手续费及佣金收入"]
_BALANCE = [
    "货币资金",
    "结算备付金",
    "拆出资金",
    "交易性金融资产",
    "衍生金融资产",
    "应收票据",
    "应收账款",
    "应收款项融资",
    "预付款项",
    "预付账款",
    "其他应收款",
    "存货",
    "合同资产",
    "持有待售资产",
    "一年内到期的非流动资产",
    "其他流动资产",
    "短期投资",
    "应收股利",
    "应收利息",
    "应收款项",
    "待摊费用",
    "待处理财产损溢",
    "债权投资",
    "其他债权投资",
    "长期应收款",
    "长期股权投资",
    "长期债权投资",
    "长期债券投资",
    "其他权益工具投资",
    "其他非流动金融资产",
    "投资性房地产",
    "固定资产",
    "固定资产原价",
    "固定资产净值",
    "固定资产账面价值",
    "累计折旧",
    "在建工程",
    "工程物资",
    "固定资产清理",
    "生产性生物资产",
    "油气资产",
    "使用权资产",
    "无形资产",
    "开发支出",
    "商誉",
    "长期待摊费用",
    "递延所得税资产",
    "其他非流动资产",
    "短期借款",
    "交易性金融负债",
    "衍生金融负债",
    "应付票据",
    "应付账款",
    "预收款项",
    "预收账款",
    "合同负债",
    "应付职工薪酬",
    "应交税费",
    "应交税金",
    "应付利润",
    "应付股利",
    "应付利息",
    "其他应付款",
    "持有待售负债",
    "一年内到期的非流动负债",
    "其他流动负债",
    "长期借款",
    "应付债券",
    "租赁负债",
    "长期应付款",
    "专项应付款",
    "预计负债",
    "递延收益",
    "递延所得税负债",
    "其他非流动负债",
    "实收资本",
    "股本",
    "其他权益工具",
    "资本公积",
    "库存股",
    "其他综合收益",
    "专项储备",
    "盈余公积",
    "一般风险准备",
    "未分配利润",
    "应付款项",
    "应付工资",
    "非限定性净资产",
    "限定性净资产",
    "受托代理资产",
    "受托代理负债",
    "固定资产合计",
    "长期投资合计",
    "文化文物资产",
    "累计盈余",
    "预提费用",
    "应付福利费",
]
_INCOME = [
    "业务活动成本",
    "筹资费用",
    "其他费用",
    "捐赠收入",
    "会费收入",
    "提供服务收入",
    "商品销售收入",
    "政府补助收入",
    "其他收入",
    "收入合计",
    "费用合计",
    "净资产变动额",
    "持续经营净利润",
    "终止经营净利润",
    "归属于母公司股东的净利润",
    "归属于母公司所有者的净利润",
    "少数股东损益",
    "综合收益总额",
    "基本每股收益",
    "稀释每股收益",
    "每股收益",
    "利息费用",
    "利息收入",
    "其他综合收益的税后净额",
    "非流动资产处置损失",
    "其他业务利润",
    "主营业务利润",
    "以前年度损益调整",
    "补贴收入",
    "城市维护建设税",
    "印花税",
    "商品维修费",
    "业务招待费",
    "广告费和业务宣传费",
    "开办费",
    "坏账损失",
    "税收滞纳金",
    "政府补助",
    "事业收入",
    "财政拨款收入",
    "本期收入",
    "本期费用",
    "本期盈余",
]
_HEADINGS = [
    "流动资产",
    "非流动资产",
    "流动负债",
    "非流动负债",
    "长期负债",
    "所有者权益",
    "股东权益",
    "净资产",
    "长期投资",
    "固定资产",
    "无形资产",
    "受托代理资产",
    "受托代理负债",
    "收入",
    "费用",
    "支出",
    "资产",
    "负债",
    "负债和所有者权益",
]
BALANCE_NAMES = frozenset(_BALANCE) | {
    n
    for k in (
        "current_assets",
        "_non_current_assets",
        "total_assets",
        "current_liabilities",
        "_non_current_liabilities",
        "total_liabilities",
        "owners_equity",
        "_attributable_equity",
        "_minority",
        "_both",
    )
    for n in _NAMES[k].split()
}
INCOME_NAMES = frozenset([*_INCOME, *COST_ROWS, *GAIN_ROWS, *IMPAIRMENT_ROWS]) | {
    n
    for k in (
        "revenue",
        "_gross_revenue",
        "main_revenue",
        "operating_cost",
        "_gross_cost",
        "rd_expense",
        "operating_profit",
        "total_profit",
        "income_tax",
        "net_profit",
        "_outside_income",
        "_outside_expense",
    )
    for n in _NAMES[k].split()
}
_KEY_OF = {name: key for key, names in _NAMES.items() for name in names.split()}
_ALL = frozenset([*_KEY_OF, *_BALANCE, *_INCOME, *COST_ROWS, *GAIN_ROWS, *IMPAIRMENT_ROWS, *GROSS_REVENUE_PARTS, *_HEADINGS])
BALANCE_KEYS = frozenset(
    [
        "current_assets",
        "_non_current_assets",
        "total_assets",
        "current_liabilities",
        "_non_current_liabilities",
        "total_liabilities",
        "owners_equity",
        "_attributable_equity",
        "_minority",
        "_both",
    ]
)
INCOME_KEYS = frozenset(_NAMES) - BALANCE_KEYS
FIELD_KEYS = tuple(k for k in _NAMES if not k.startswith("_"))

_ENUM = re.compile(
    r"^(?:[*※△▲☆★·#]|[一二三四五六七八九十]{1,3}[、.,．]|\([一二三四五六七八九十\d]{1,2}\)|\d{1,2}[、.．](?!\d)|[①-⑩])+"
)
_PREFIX = re.compile(r"^(?:加|减|减去|加上|其中|其|另|附)[:]|^其中")
_NOTE_REF = re.compile(
    r"\(?(?:附注)?[一二三四五六七八九十]{1,3}\)?[、.,．]?(?:\([一二三四五六七八九十\d]{1,2}\)|\d{1,3})(?:[、,]\d{1,3})*$|\d{1,3}$"
)
_SUBS = [
    "应收利息",
    "应收股利",
    "应付利息",
    "应付股利",
    "优先股",
    "永续债",
    "数据资源",
    "原材料",
    "在产品",
    "库存商品",
    "周转材料",
    "利息费用",
]


@dataclass(frozen=True, slots=True)
class Name:
    """A label understood. ``key``: field key, ``_helper`` or ""; ``sure`` below 1 for an OCR slip.

    ``minus``/``plus``: printed with 减：/加：; ``sub``: 其中 or a known sub-row; ``heading``: ends with a colon.
    """

    key: str
    name: str
    sure: float = 1.0
    minus: bool = False
    plus: bool = False
    sub: bool = False
    heading: bool = False

    @property
    def known(self) -> bool:
        """Whether the whole label is a row name known here."""
        return self.name in _ALL


@lru_cache(maxsize=8192)
def name_of(label: str) -> Name:
    """Understand a printed label."""
    printed = simplified(squeeze(label))
    read = repaired(printed)
    name = _name_of(read)
    return name if read == printed else replace(name, sure=min(name.sure, 0.85))


def _name_of(label: str) -> Name:
    text = label.replace("（", "(").replace("）", ")").replace("“", "“")
    heading = text.endswith(":")
    text = text.rstrip(":;,.、。")
    minus = plus = sub = False
    for _ in range(4):
        stripped = _ENUM.sub("", text)
        if match := _PREFIX.match(stripped):
            minus |= match[0].startswith("减")
            plus |= match[0].startswith("加")
            sub |= match[0].startswith("其")
            stripped = stripped[match.end() :]
        if stripped == text:
            break
        text = stripped
    bare = _without_brackets(text)
    for candidate in (bare, _NOTE_REF.sub("", bare), re.sub(r"\d{1,3}$", "", bare)):
        if candidate in _ALL:
            return _named(candidate, 1.0, minus, plus, sub, heading)
    bare = _NOTE_REF.sub("", bare)
    near = _near(bare)
    if near:
        return _named(near, 0.85, minus, plus, sub, heading)
    return Name("", bare, 1.0, minus, plus, sub or bare in _SUBS, heading)


def _named(name: str, sure: float, minus: bool, plus: bool, sub: bool, heading: bool) -> Name:
    return Name(_KEY_OF.get(name, ""), name, sure, minus, plus, sub or name in _SUBS, heading)


def _without_brackets(text: str) -> str:
    """Drop bracketed parts, also one that is never closed (a label cut by its cell)."""
    text = re.sub(r"\([^()]*\)", "", text)
    text = re.sub(r"\(.*$", "", text)
    text = re.sub(r"(?:净?亏损|损失)(?:总额)?以[“\"'‘]?[-－—_一]*[”\"'’]?号?填?列?$", "", text)
    return re.sub(r"^[^()]*\)", "", text) if ")" in text else text


def _near(text: str) -> str | None:
    """The one name of the same length that differs in one character (an OCR slip)."""
    if len(text) < 4:
        return None
    near = [n for n in _ALL if len(n) == len(text) and sum(a != b for a, b in zip(n, text, strict=True)) == 1]
    if len(near) == 1 or (near and len({_KEY_OF.get(n, n) for n in near}) == 1):
        return near[0]
    return None


def unfinished(label: str) -> bool:
    """Whether a label goes on in the next printed line: an open bracket (readers confuse quotation marks)."""
    text = squeeze(label)
    return text.count("(") > text.count(")")


_GOES_ON = re.compile(r"^(?:计$|合计|总计|总额|填列|号填列|列\)|以?[“\"]|\(或|\(净?亏损|\(损失|权益\)|东权益|[^()]{0,8}\))")
_LEANS = re.compile(r"(?:归属|归母|持续经营|终止经营|少数股东的?$|负债[和及与]$|[和及与的]$|非$)")


def continues(label: str) -> bool:
    """Whether a text can only be the tail of the label above it (``合计``, ``号填列）``)."""
    return bool(_GOES_ON.match(squeeze(label)))


def leans(label: str) -> bool:
    """Whether a label without figures may be the head of the next one (``归属于母公司`` + ``所有者权益合计``)."""
    name = name_of(label)
    return not name.heading and not name.known and bool(_LEANS.search(squeeze(label)))
