"""Invented names: enterprises, persons, addresses, products, audit firms, certification bodies."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from corpora.synth import ids

# (province, city, district names, administrative code, province code of GR numbers)
PLACES = (
    ("福建省", "福州市", ("仓山区", "马尾区", "闽侯县", "长乐区"), "350100", "35"),
    ("福建省", "泉州市", ("晋江市", "南安市", "丰泽区"), "350500", "35"),
    ("浙江省", "宁波市", ("鄞州区", "慈溪市", "北仑区"), "330200", "33"),
    ("江苏省", "苏州市", ("吴江区", "昆山市", "相城区"), "320500", "32"),
    ("广东省", "东莞市", ("松山湖", "长安镇", "塘厦镇"), "441900", "44"),
    ("山东省", "潍坊市", ("寿光市", "诸城市", "坊子区"), "370700", "37"),
    ("湖北省", "武汉市", ("江夏区", "东西湖区", "黄陂区"), "420100", "42"),
    ("四川省", "成都市", ("新都区", "龙泉驿区", "郫都区"), "510100", "51"),
    ("上海市", "上海市", ("闵行区", "嘉定区", "松江区"), "310100", "31"),
    ("陕西省", "西安市", ("雁塔区", "长安区", "高陵区"), "610100", "61"),
)
BRAND = "闽瑞恒兆科达旭鹏昊泽宏睿嘉信拓凌锐新远晟博盛昌金立元铭骏翔海川天合同丰景荣正鸿永利华安润泰联创"
TRADES = (
    ("精密机械", "数控机床零部件、精密传动件的研发、制造和销售", "精密传动部件"),
    ("智能装备", "工业自动化设备、机器人末端执行器的研发、生产和销售", "自动化装配设备"),
    ("新材料科技", "高分子复合材料、改性塑料的研发、生产和销售", "改性工程塑料"),
    ("电子科技", "电子元器件、传感器模组的研发、生产和销售", "传感器模组"),
    ("生物科技", "生物试剂、酶制剂的研发、生产和销售", "酶制剂"),
    ("环保设备", "污水处理设备、废气治理设备的设计、制造和销售", "污水处理一体化设备"),
    ("汽车零部件", "汽车制动系统零部件的设计、生产和销售", "制动卡钳总成"),
    ("仪器仪表", "流量计、压力变送器的设计、生产和销售", "压力变送器"),
    ("光电技术", "光学镜头、激光器件的研发、生产和销售", "光学镜头"),
    ("信息技术", "软件开发、系统集成服务", "工业管理软件"),
)
FORMS = ("有限公司", "股份有限公司", "有限责任公司", "科技有限公司", "集团有限公司")
SURNAMES = (
    "王李张刘陈杨黄赵周吴徐孙朱马胡郭林何高梁郑罗宋谢唐韩曹许邓萧冯曾程蔡彭潘袁于董余苏叶吕魏蒋田杜丁"
    "沈姜范江傅钟卢汪戴崔任陆廖姚方金邱夏谭韦贾邹石熊孟秦阎薛侯雷白龙段郝孔邵史毛常万顾赖武康贺严尹钱"
    "施牛洪龚"
)
DOUBLE = ("欧阳", "上官", "司马", "诸葛")
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红文斌鹏飞宇浩然子轩雨泽晨曦思远志国建春梅雪"
    "松海燕立新永康德昌淑珍景行嘉怡若溪俊辉培源"
)
PARTS = (
    "传动轴",
    "夹紧机构",
    "散热装置",
    "检测工装",
    "输送装置",
    "密封结构",
    "过滤组件",
    "减震支架",
    "定位机构",
    "上料装置",
    "搅拌装置",
    "清洗设备",
    "喷涂机构",
    "折弯模具",
    "涂层制备方法",
    "合成工艺",
    "控制方法",
    "检测系统",
)
ADJ = (
    "一种高精度",
    "一种多工位",
    "一种节能型",
    "一种可调节",
    "一种自动化",
    "一种耐高温",
    "一种便于安装的",
    "一种防松脱",
    "一种低噪音",
    "一种基于机器视觉的",
)
SOFT = (
    "生产过程管理系统",
    "设备远程监控平台",
    "数控加工编程软件",
    "能耗分析系统",
    "仓储条码管理软件",
    "质量追溯系统",
    "工艺参数优化软件",
)
FIRMS = ("正衡", "中瑞诚达", "华宬", "信达嘉", "天越", "众和信", "恒审", "诚安达", "鹏信合", "闽都")
BODIES = (
    "华标联合",
    "中质信",
    "方圆通",
    "国信卓越",
    "北方兴标",
    "凯标",
    "中联标准",
    "赛诺标",
    "恒标",
    "安质通",
)


@dataclass(frozen=True)
class Enterprise:
    """An invented enterprise."""

    name: str
    uscc: str
    province: str
    city: str
    district: str
    province_code: str
    address: str
    legal_representative: str
    capital_yuan: int
    scope: str
    product: str
    trade: str
    established: str
    english: str


def person(rng: Random) -> str:
    """A Chinese personal name."""
    family = rng.choice(DOUBLE) if rng.random() < 0.02 else rng.choice(SURNAMES)
    return family + "".join(rng.choice(GIVEN) for _ in range(rng.choice((1, 2, 2, 2))))


def people(rng: Random, n: int) -> list[str]:
    """``n`` distinct personal names."""
    found: list[str] = []
    while len(found) < n:
        name = person(rng)
        if name not in found:
            found.append(name)
    return found


def _english(rng: Random, city: str) -> str:
    stem = "".join(
        rng.choice(("Min", "Rui", "Heng", "Tuo", "Xin", "Jia", "Hao", "Ze", "Kai", "Lin")) for _ in range(1)
    ) + rng.choice(("tai", "da", "sheng", "yuan", "feng"))
    word = rng.choice(
        (
            "Precision Machinery",
            "Intelligent Equipment",
            "New Material Technology",
            "Electronics",
            "Instrument",
        )
    )
    return f"{stem} {word} Co., Ltd."


def enterprise(rng: Random, near: Enterprise | None = None) -> Enterprise:
    """An invented enterprise; ``near`` makes one whose name differs by a character or two (for traps)."""
    province, city, districts, code, gr = rng.choice(PLACES)
    trade, scope, product = rng.choice(TRADES)
    place = rng.choice((city.removesuffix("市"), province.removesuffix("省").removesuffix("市")))
    brand = "".join(rng.sample(BRAND, rng.choice((2, 2, 2, 3))))
    form = rng.choice(FORMS)
    shape = rng.random()
    if shape < 0.8 or form == "集团有限公司":
        name = place + brand + trade + form
    elif shape < 0.9:
        name = f"{brand}{trade}（{place}）{form}"
    else:
        name = brand + trade + form
    name = name.replace("科技科技", "科技")
    if near is not None:
        at = rng.randrange(2, min(5, len(near.name) - 6))
        name = near.name[:at] + rng.choice([c for c in BRAND if c != near.name[at]]) + near.name[at + 1 :]
        province, city, code, gr = near.province, near.city, near.uscc[2:8], near.province_code
    district = rng.choice(districts)
    road = rng.choice(("工业", "科技", "创业", "兴业", "金山", "滨江", "新港", "长安", "振兴")) + rng.choice(
        ("路", "一路", "大道", "北路", "中路")
    )
    street = "" if district.endswith(("镇", "湖")) else rng.choice(("", "经济开发区", "高新区"))
    house = rng.choice(
        (
            f"{rng.randint(1, 288)}号",
            f"{rng.randint(1, 99)}号{rng.randint(1, 9)}幢",
            f"{rng.randint(1, 60)}号厂房{rng.randint(1, 5)}层",
        )
    )
    base = "" if province == city else province
    year, month, day = rng.randint(1996, 2014), rng.randint(1, 12), rng.randint(1, 28)
    return Enterprise(
        name=name,
        uscc=ids.uscc(rng, code),
        province=province,
        city=city,
        district=district,
        province_code=gr,
        address=f"{base}{city}{district}{street}{road}{house}",
        legal_representative=person(rng),
        capital_yuan=rng.choice((2_000_000, 5_000_000, 10_000_000, 12_500_000, 20_000_000, 36_800_000, 50_000_000, 60_180_000)),
        scope=scope,
        product=product,
        trade=trade,
        established=f"{year}-{month:02d}-{day:02d}",
        english=_english(rng, city),
    )


def audit_firm(rng: Random, place: str = "") -> str:
    """An invented audit firm."""
    form = rng.choice(
        (
            "会计师事务所（特殊普通合伙）",
            "会计师事务所（普通合伙）",
            "会计师事务所有限公司",
            "会计师事务所有限责任公司",
            "联合会计师事务所",
        )
    )
    return f"{place}{rng.choice(FIRMS)}{form}"


def certification_body(rng: Random) -> str:
    """An invented certification body."""
    return (
        rng.choice(("", "北京", "上海", "福建", "深圳"))
        + rng.choice(BODIES)
        + rng.choice(("认证有限公司", "认证中心有限公司", "质量认证有限公司", "国际认证（北京）有限公司"))
    )


def invention_title(rng: Random) -> str:
    """A patent title."""
    return (
        rng.choice(ADJ) + rng.choice(("", "铝合金", "阀体", "轴承", "齿轮", "注塑件", "电机", "管道", "镜片")) + rng.choice(PARTS)
    )


def software_title(rng: Random, brand: str) -> str:
    """A software title with version."""
    return f"{brand}{rng.choice(SOFT)} V{rng.choice(('1.0', '2.0', '1.2.1', '3.5'))}"
