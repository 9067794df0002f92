"""Invented values in the many notations that papers use: names, dates, numbers, amounts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from random import Random

from corpora.synth import dates, ids, names
from corpora.training.wordings import words

CITIES = words("invent", "cities")
PROVINCES = words("invent", "provinces")
BRAND = (
    "安邦宝博材昌畅超晨诚创达大德鼎东方丰福富高格冠光广国海瀚航豪浩合和恒弘宏鸿华辉汇慧吉佳嘉建健杰捷金锦晶精景久聚卓君骏凯康科可蓝乐力立利联龙隆"
    "路绿美明铭南能宁鹏普齐奇启千乾强勤庆泉仁荣融瑞润赛三森盛胜世舒顺思泰腾天通同万威维伟沃曦翔祥欣新鑫信星兴雄旭雅亚研阳耀业一怡亿益毅银英盈永优友宇裕元源远越云运泽展"
    "振正志智中众洲卓紫纵奥柏贝碧彩朝澄驰川淳翠迪蒂尔飞芬枫峰孚歌冈谷桂晗禾衡桓徽佶霁迦江皎洁津九炬凌岭朗琅莱岚澜磊黎理莲霖灵玲岭琉洛麦曼茂梅敏墨木"
)
TRADES = words("invent", "trades")
FORMS = words("invent", "forms")
_GOODS = words("invent", "goods")
_ACTS = words("invent", "acts")
_EN_STEM = words("invent", "en_stem")
_EN_TRADE = words("invent", "en_trade")
_EN_FORM = words("invent", "en_form")
_EN_GOODS = words("invent", "en_goods")
_EN_ACTS = words("invent", "en_acts")
_ROADS = words("invent", "roads")
_DISTRICTS = words("invent", "districts")


def choose(rng: Random, words: str | Sequence[str]) -> str:
    """One of the words, which a string divides by ``|``."""
    return rng.choice(words.split("|") if isinstance(words, str) else words)


def company(rng: Random) -> str:
    """A Chinese company name of a wide range of places, brands and trades."""
    city, brand = rng.choice(CITIES), "".join(rng.sample(BRAND, rng.choice((2, 2, 2, 3, 3, 4))))
    trade, form = rng.choice(TRADES), rng.choice(FORMS)
    shape = rng.random()
    if shape < 0.55:
        return city + brand + trade + form
    if shape < 0.68:
        return f"{city}市{brand}{trade}{form}"
    if shape < 0.78:
        return rng.choice(PROVINCES)[:2] + brand + trade + form
    if shape < 0.86 and "（" not in form:
        return f"{brand}{trade}{rng.choice(('（%s）', '(%s)')) % city}{form}"
    return brand + trade + form


def english(rng: Random) -> str:
    """An English company name."""
    stem = "".join(rng.sample(_EN_STEM, 2)).capitalize()
    city = rng.choice(("", "", "Fujian ", "Ningbo ", "Shenzhen ", "Suzhou ", "Zhejiang ", "Guangdong ", "Hangzhou ", "Xiamen "))
    name = f"{city}{stem} {rng.choice(_EN_TRADE)} {rng.choice(_EN_FORM)}"
    return name.upper() if rng.random() < 0.2 else name


def address(rng: Random) -> str:
    """A Chinese address."""
    house = rng.choice(
        (
            f"{rng.randint(1, 999)}号",
            f"{rng.randint(1, 99)}号{rng.randint(1, 9)}幢{rng.randint(1, 6)}层",
            f"{rng.randint(1, 60)}号厂房",
            f"{rng.randint(1, 200)}弄{rng.randint(1, 30)}号",
            f"{rng.randint(1, 99)}号A座{rng.randint(101, 2808)}室",
        )
    )
    town = rng.choice(("", rng.choice(PROVINCES))) + rng.choice(CITIES) + "市"
    return town + rng.choice(_DISTRICTS) + rng.choice(_ROADS) + rng.choice(("路", "大道", "一路", "北路", "街", "西路")) + house


def address_en(rng: Random) -> str:
    """An English address in China."""
    return (
        f"No. {rng.randint(1, 999)}, {rng.choice(('Industrial', 'Keji', 'Binjiang', 'Xinye', 'Zhongshan'))} Road, "
        f"{rng.choice(('High-tech Zone', 'Jinjiang', 'Yinzhou District', 'Economic Development Zone'))}, "
        f"{rng.choice(('Fujian', 'Zhejiang', 'Jiangsu', 'Guangdong', 'Shandong'))}, {rng.randint(100000, 699999)}, P.R. China"
    )


def goods(rng: Random) -> str:
    """One product or service."""
    return rng.choice(_GOODS)


def scope(rng: Random) -> str:
    """A certified scope in Chinese."""
    made = "、".join(rng.sample(_GOODS, rng.choice((1, 1, 1, 2, 3)))) + rng.choice(_ACTS)
    return f"资质范围内的{made}" if rng.random() < 0.06 else made


def scope_en(rng: Random) -> str:
    """A certified scope in English."""
    return rng.choice(_EN_ACTS).format(" and ".join(rng.sample(_EN_GOODS, rng.choice((1, 1, 2)))))


def business_scope(rng: Random) -> str:
    """The scope of business of a licence."""
    acts = ("制造", "研发", "销售", "批发", "技术服务", "技术咨询", "加工", "安装", "维修", "进出口")
    items = "；".join(f"{rng.choice(_GOODS)}{rng.choice(acts)}" for _ in range(rng.randint(3, 9)))
    tail = rng.choice(
        (
            "",
            "（依法须经批准的项目，经相关部门批准后方可开展经营活动）",
            "（除依法须经批准的项目外，凭营业执照依法自主开展经营活动）",
        )
    )
    return rng.choice(("", "一般项目：", "许可经营项目：无；一般经营项目：")) + items + rng.choice(("。", "")) + tail


def region(rng: Random) -> str:
    """Six digits of an administrative region."""
    province = rng.choice((11, 12, 13, 14, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 50, 51, 52, 53, 61, 62))
    return f"{province}{rng.randint(1, 20):02d}{rng.randint(0, 30):02d}"


def uscc(rng: Random, *, spaced: float = 0.08) -> str:
    """A social credit code as printed, sometimes in groups."""
    code = ids.uscc(rng, region(rng))
    if rng.random() >= spaced:
        return code
    step = rng.choice((4, 6))
    return " ".join(code[k : k + step] for k in range(0, 18, step))


Dater = Callable[[date], str]


def dater(rng: Random, language: str = "zh") -> Dater:
    """One notation of dates, as one paper keeps to it; ``language`` zh, num or en."""
    zh: tuple[Dater, ...] = (
        dates.arabic,
        dates.arabic,
        lambda d: dates.arabic(d, pad=True),
        lambda d: dates.arabic(d, pad=True),
        lambda d: dates.arabic(d, spaced=True),
        lambda d: f"{d.year} 年 {d.month:02d} 月 {d.day:02d} 日",
        dates.chinese,
        lambda d: dates.chinese(d, "○"),
        lambda d: dates.chinese(d, "零"),
    )
    num: tuple[Dater, ...] = (
        lambda d: f"{d:%Y-%m-%d}",
        lambda d: f"{d:%Y-%m-%d}",
        lambda d: f"{d:%Y.%m.%d}",
        lambda d: f"{d:%Y/%m/%d}",
        lambda d: f"{d.year}.{d.month}.{d.day}",
        lambda d: f"{d.year}/{d.month}/{d.day}",
        lambda d: f"{d.year}-{d.month}-{d.day}",
        lambda d: f"{d:%Y%m%d}",
    )
    month = [name for name in dates.MONTHS]
    en: tuple[Dater, ...] = (
        lambda d: f"{d.day} {month[d.month - 1]} {d.year}",
        lambda d: f"{month[d.month - 1]} {d.day}, {d.year}",
        lambda d: f"{d.day:02d} {month[d.month - 1][:3]} {d.year}",
        lambda d: f"{d.day:02d}-{month[d.month - 1][:3]}-{d.year}",
        lambda d: f"{month[d.month - 1][:3]}. {d.day:02d}, {d.year}",
        lambda d: f"{month[d.month - 1].upper()} {d.day}, {d.year}",
        lambda d: f"{d:%Y-%m-%d}",
        lambda d: f"{d.day}-{month[d.month - 1][:3].upper()}-{d.year % 100:02d}",
    )
    if language == "en":
        return rng.choice(en)
    return rng.choice(zh) if language == "zh" and rng.random() < 0.6 else rng.choice(num)


def day(rng: Random, first: int = 2012, last: int = 2025) -> date:
    """A day of the years from ``first`` to ``last``."""
    return dates.between(rng, date(first, 1, 1), date(last, 12, 28))


def code(rng: Random, length: int = 0) -> str:
    """A code of digits and capitals, as for checking papers on line."""
    length = length or rng.choice((6, 8, 10, 12, 12, 16, 16, 20, 24, 32))
    signs = rng.choice(
        (
            "0123456789",
            "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ",
            "0123456789abcdef",
            "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789",
            "0123456789abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ",
        )
    )
    made = "".join(rng.choice(signs) for _ in range(length))
    return "-".join(made[k : k + 4] for k in range(0, length, 4)) if length % 4 == 0 and rng.random() < 0.12 else made


def phone(rng: Random) -> str:
    """A telephone number that belongs to nobody."""
    return rng.choice(
        (
            f"0{rng.randint(10, 999)}-{rng.randint(20000000, 89999999)}",
            f"400-{rng.randint(100, 999)}-{rng.randint(1000, 9999)}",
            "12333",
            "12366",
        )
    )


def url(rng: Random) -> str:
    """An address on line."""
    host = "".join(rng.choice("abcdefghklmnrstxyz") for _ in range(rng.randint(3, 7)))
    return rng.choice(
        (
            "www.{}.com",
            "http://www.{}.gov.cn",
            "https://{}.org.cn/query",
            "www.{}.com.cn",
            "www.{}-cert.com",
            "http://{}.gov.cn/hrss/verify",
        )
    ).format(host)


def money(rng: Random, low: float = 1e4, high: float = 5e8) -> float:
    """An amount in yuan with fen, spread over powers of ten."""
    import math

    return round(math.exp(rng.uniform(math.log(low), math.log(high))), 2)


def amount(value: float, places: int = 2) -> str:
    """An amount as statements print it."""
    return f"{value:,.{places}f}"


def sample(rng: Random, words: Sequence[str], low: int, high: int) -> list[str]:
    """From ``low`` to ``high`` different words."""
    return rng.sample(list(words), min(len(words), rng.randint(low, high)))


def traditional(text: str) -> str:
    """Common characters of papers in their traditional form; as long as before."""
    return text.translate(_TRADITIONAL)


_TRADITIONAL = str.maketrans(
    "证书号发组织认范围标准质体环业务单险参缴费时间机构员额总资产负债权专类别执营经称国码条检测该备现兹为与际审计报财会师所关项开设进结论东广华联实验团创办电话网页类"
    "术达贸厂压点连软创将对应满签颁终无复当协监督续换过级听见记说边区县号门户无长张万亿岁亩学习医药产",
    "證書號發組織認範圍標準質體環業務單險參繳費時間機構員額總資產負債權專類別執營經稱國碼條檢測該備現茲為與際審計報財會師所關項開設進結論東廣華聯實驗團創辦電話網頁類"
    "術達貿廠壓點連軟創將對應滿簽頒終無復當協監督續換過級聽見記說邊區縣號門戶無長張萬億歲畝學習醫藥產",
)


def person(rng: Random) -> str:
    """A Chinese personal name."""
    return names.person(rng)
