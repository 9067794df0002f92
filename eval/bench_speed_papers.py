"""Papers that packages are full of and that prove little: long notes, contracts, brochures."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from random import Random

import numpy as np
from PIL import Image

from corpora.synth import dates, names, ornaments, seals
from corpora.synth import markup as m
from corpora.synth.engine import HEI, KAI, SONG, SynthDocument, families, text

POLICIES = (
    "本公司以持续经营为基础，根据实际发生的交易和事项，按照《企业会计准则——基本准则》和具体会计准则等规定进行确认和计量，在此基础上编制财务报表。",
    "本公司自公历1月1日起至12月31日止为一个会计年度，以12个月作为一个营业周期，并以其作为资产和负债的流动性划分标准。",
    "同一控制下企业合并形成的长期股权投资，合并方以支付现金、转让非现金资产、承担债务或发行权益性证券作为合并对价的，在合并日按照取得被合并方所有者权益在最终控制方合并财务报表中的账面价值的份额作为初始投资成本。",
    "现金等价物是指本公司持有的期限短（一般指从购买日起三个月内到期）、流动性强、易于转换为已知金额现金、价值变动风险很小的投资。",
    "对于不含重大融资成分的应收账款，本公司运用简化计量方法，按照相当于整个存续期内的预期信用损失金额计量损失准备；以账龄为信用风险特征划分组合的，参照历史信用损失经验，并结合当前状况以及对未来经济状况的预测计算预期信用损失。",
    "存货包括在日常活动中持有以备出售的产成品或商品、处在生产过程中的在产品、在生产过程或提供劳务过程中耗用的材料和物料等，发出存货采用月末一次加权平均法，存货的盘存制度为永续盘存制。",
    "固定资产从达到预定可使用状态的次月起，采用年限平均法在使用寿命内计提折旧；年度终了，对固定资产的使用寿命、预计净残值和折旧方法进行复核，如发生改变则作为会计估计变更处理。",
    "内部研究开发项目研究阶段的支出，于发生时计入当期损益；开发阶段的支出，同时满足完成该无形资产以使其能够使用或出售在技术上具有可行性等五项条件的，确认为无形资产。",
    "本公司在履行了合同中的履约义务，即在客户取得相关商品或服务的控制权时，按照分摊至该项履约义务的交易价格确认收入。销售商品收入于商品发出、客户验收合格并取得签收单据时确认。",
    "与资产相关的政府补助，冲减相关资产的账面价值或确认为递延收益，在相关资产使用寿命内按照合理、系统的方法分期计入损益；与收益相关的政府补助，用于补偿已发生的相关成本费用或损失的，直接计入当期损益。",
    "递延所得税资产和递延所得税负债根据资产和负债的计税基础与其账面价值的差额，按照预期收回该资产或清偿该负债期间的适用税率计量，以很可能取得用来抵扣可抵扣暂时性差异的应纳税所得额为限。",
    "本公司的关联方包括母公司、子公司、合营企业、联营企业、主要投资者个人、关键管理人员以及与其关系密切的家庭成员控制的其他企业，关联交易定价以市场价格为基础协商确定。",
)
TITLES = (
    "财务报表的编制基础",
    "会计期间",
    "长期股权投资",
    "现金及现金等价物",
    "应收款项",
    "存货",
    "固定资产",
    "研究与开发支出",
    "收入",
    "政府补助",
    "递延所得税",
    "关联方关系及其交易",
)
TABLES = (
    ("应收账款按账龄披露", ("1年以内", "1至2年", "2至3年", "3年以上", "合计")),
    ("存货分类", ("原材料", "在产品", "库存商品", "发出商品", "合计")),
    ("固定资产", ("房屋及建筑物", "机器设备", "运输工具", "电子设备及其他", "合计")),
    ("应付职工薪酬", ("短期薪酬", "离职后福利", "辞退福利", "合计")),
    ("其他应收款", ("备用金", "保证金", "往来款", "合计")),
    ("管理费用", ("职工薪酬", "折旧及摊销", "业务招待费", "办公费", "咨询服务费", "合计")),
)
CLAUSES = (
    "供方应按照双方确认的图纸和技术协议组织生产，产品的规格、型号、数量以附件所列清单为准；需方对图纸作出修改的，应提前十五日书面通知供方，由此增加的费用由需方承担。",
    "产品质量标准按国家标准、行业标准及双方签订的技术协议执行；供方对产品质量实行三包，质量保证期为自验收合格之日起十二个月，期内因制造原因发生的质量问题由供方无偿修理或者更换。",
    "交货地点为需方指定的仓库，运输方式为公路运输，运输费用及途中的保险费由供方承担；货物交付并经需方签收后，毁损、灭失的风险由需方承担。",
    "合同签订后七日内需方支付合同总价的百分之三十作为预付款，货物验收合格并收到全额增值税专用发票后三十日内支付百分之六十，余款百分之十作为质量保证金，保证期满后十日内无息付清。",
    "供方逾期交货的，每逾期一日应按逾期部分货款的千分之一向需方支付违约金；逾期超过三十日的，需方有权解除合同并要求供方赔偿由此造成的损失。",
    "任何一方对在履行本合同过程中知悉的对方技术资料、价格信息以及其他商业秘密负有保密义务，未经对方书面同意不得向第三方披露，本条在合同终止后三年内继续有效。",
    "因不可抗力不能履行合同的，根据不可抗力的影响，部分或者全部免除责任；遭遇不可抗力的一方应当及时通知对方，并在合理期限内提供证明。",
    "本合同在履行过程中发生的争议，由双方协商解决；协商不成的，任何一方均可向原告所在地有管辖权的人民法院提起诉讼。",
)
CLAIMS = (
    "公司拥有专业的研发团队和完善的试验条件，与多所高等院校建立了长期的产学研合作关系，核心产品的关键技术指标达到国内同类产品先进水平。",
    "引进数控加工中心、三坐标测量机等设备，建成从原料检验、过程控制到成品出厂的全流程质量管理体系，产品一次交验合格率连续多年保持在较高水平。",
    "产品广泛应用于工程机械、轨道交通、新能源、石油化工等领域，销往全国二十多个省、自治区、直辖市，并出口到东南亚、中东和欧洲市场。",
    "坚持以客户为中心，提供从方案设计、安装调试到备件供应的一站式服务，服务热线全天候响应，省内二十四小时、省外四十八小时到达现场。",
    "秉承精益求精、持续改进的理念，注重人才培养和文化建设，每年投入销售收入的一定比例用于新产品开发和技术改造。",
)
SLOGANS = ("关于我们", "核心产品", "研发实力", "品质保证", "服务网络", "企业文化", "应用案例", "发展历程")


def with_notes(rng: Random, report: SynthDocument, owner: names.Enterprise, year: int, pages: int) -> SynthDocument:
    """The report with so many further pages of notes behind its own."""
    made = [_note(rng, owner, year, k) for k in range(pages)]
    return replace(report, source="\n".join([report.source, *made]))


def _note(rng: Random, owner: names.Enterprise, year: int, number: int) -> str:
    """A page of notes: accounting policies, and on every other page a table."""
    body = [m.styled(f"{owner.name}    {year}年度财务报表附注", 9)]
    start = number // 2 * 12 + number % 2 * 8
    for k in range(start, start + (4 if number % 2 else 8)):
        body += [m.styled(f"（{k + 1}）{TITLES[k % len(TITLES)]}", bold=True), f"#h(2em){text(POLICIES[k % len(POLICIES)])}"]
    if number % 2:
        title, rows = TABLES[number // 2 % len(TABLES)]
        body += [m.styled(f"{number + 1}、{title}", bold=True), _amounts(rng, rows)]
    return m.page("#set par(leading: 0.9em, spacing: 1.1em)\n" + "\n\n".join(body), footer=text(f"— {number + 9} —"))


def _amounts(rng: Random, names_: tuple[str, ...]) -> str:
    head = [m.centred(text(word)) for word in ("项目", "期初余额", "本期增加", "本期减少", "期末余额")]
    cells, sums = [head], [0, 0, 0, 0]
    for name in names_:
        opening, more, less = (rng.randrange(10**6, 10**9) for _ in range(3))
        amounts = sums if name == "合计" else [opening + less, more, less, opening + more]
        sums = sums if name == "合计" else [a + b for a, b in zip(sums, amounts, strict=True)]
        cells.append([text(name), *(text(f"{fen / 100:,.2f}") for fen in amounts)])
    return m.table(cells, ["1.4fr", "1fr", "1fr", "1fr", "1fr"], ["left", *["right"] * 4], size=8.5)


def contract(rng: Random, owner: names.Enterprise, pages: int) -> SynthDocument:
    """A sales contract of so many pages, the last with both seals."""
    buyer = names.enterprise(rng)
    day = dates.between(rng, date(2022, 1, 1), date(2024, 3, 1))
    number = f"XS{day:%Y%m%d}{rng.randint(1, 99):02d}"
    made = []
    first = 1
    for k in range(pages):
        body = [m.styled(f"合同编号：{number}", 9)]
        clauses = 7 if k in (0, pages - 1) else 13
        if k == 0:
            body += [m.centred(m.styled("产品销售合同", 20, bold=True)), _parties(rng, owner, buyer, day)]
        body += [
            f"{m.styled(f'第{first + n}条', bold=True)}#h(1em){text(CLAUSES[(first + n) % len(CLAUSES)])}" for n in range(clauses)
        ]
        first += clauses
        if k == pages - 1:
            sides = [m.sealed(text(f"{who}：{firm.name}"), seal, 4.0) for who, firm, seal in _sides(owner, buyer)]
            body += [m.gap(1.5), m.grid("1fr, 1fr", *sides), m.gap(1.0), m.right(text(f"签订日期：{dates.chinese(day)}"))]
        made.append(
            m.page("#set par(leading: 1.05em, spacing: 1.25em)\n" + "\n\n".join(body), footer=text(f"第{k + 1}页 共{pages}页"))
        )
    assets = {seal: seals.round_seal(rng, firm.name) for _, firm, seal in _sides(owner, buyer)}
    return SynthDocument("contract", m.doc(m.choose_fonts(rng, 11), *made), {}, assets, "contract-long", "产品销售合同")


def _sides(owner: names.Enterprise, buyer: names.Enterprise) -> tuple[tuple[str, names.Enterprise, str], ...]:
    return ("供方", owner, "seal.png"), ("需方", buyer, "other.png")


def _parties(rng: Random, owner: names.Enterprise, buyer: names.Enterprise, day: date) -> str:
    rows = [[m.centred(text(word)) for word in ("产品名称", "规格型号", "数量（套）", "单价（元）", "金额（元）")]]
    for _ in range(rng.randint(3, 7)):
        n, price = rng.randint(2, 80), rng.randint(800, 90_000)
        model = f"{rng.choice('ABDGHK')}{rng.choice('CFNRST')}-{rng.randint(100, 999)}"
        rows.append([text(owner.product), text(model), text(str(n)), text(f"{price:,}.00"), text(f"{n * price:,}.00")])
    table = m.table(rows, ["1.4fr", "1fr", "0.8fr", "1fr", "1.1fr"], ["center"] * 5, size=9)
    return "\n\n".join([text(f"供方：{owner.name}"), text(f"需方：{buyer.name}"), text(f"签订日期：{dates.arabic(day)}"), table])


def brochure(rng: Random, owner: names.Enterprise, pages: int) -> SynthDocument:
    """A printed brochure: pictures, coloured bands and many fonts."""
    fonts, assets = m.choose_fonts(rng, 11), {f"view{k}.png": view(rng) for k in range(4)}
    made: list[str] = []
    forms: tuple[Callable[[Random, names.Enterprise, int], list[str]], ...] = (_wide, _columns, _product)
    for k in range(pages):
        ink = rng.choice(("#0b4f8a", "#8a1c1c", "#1c6b3a", "#3a3a3a", "#a05a00"))
        slogan = SLOGANS[k % len(SLOGANS)] if k else owner.name
        title = m.styled(slogan, rng.choice((20, 26, 32)), font=_font(rng), fill="#ffffff")
        band = f'#block(width: 100%, fill: rgb("{ink}"), inset: 14pt)[{title}]'
        foot = m.styled(f"{owner.address}  电话：0{rng.randint(10, 999)}-{rng.randint(10**6, 10**7)}", 8, fill=ink)
        made.append(
            m.page("\n\n".join([band, *forms[k % len(forms)](rng, owner, k), "#v(1fr)", foot]), margin="(x: 1.4cm, y: 1.2cm)")
        )
    return SynthDocument("other", m.doc(fonts, *made), {}, assets, "brochure", "企业宣传册")


def _wide(rng: Random, owner: names.Enterprise, k: int) -> list[str]:
    return [f'#image("view{k % 4}.png", width: 100%)', *(_paragraph(rng, size) for size in (14.0, 11.0, 12.0, 11.0, 13.0))]


def _columns(rng: Random, owner: names.Enterprise, k: int) -> list[str]:
    cells = [
        m.picture(f"view{n}.png", 8.2) if n % 2 else "#parbreak()".join(_paragraph(rng, 10.5) for _ in range(2)) for n in range(4)
    ]
    return [m.grid("1fr, 1fr", *cells, options="gutter: 14pt"), *(_paragraph(rng, size) for size in (12.0, 14.0, 11.0, 12.0))]


def _product(rng: Random, owner: names.Enterprise, k: int) -> list[str]:
    rows = [[text("参数"), *(text(f"{owner.product} {c}型") for c in "ABC")]]
    for name, unit in (("额定功率", "kW"), ("工作压力", "MPa"), ("外形尺寸", "mm"), ("整机重量", "kg"), ("控制精度", "%")):
        rows.append([text(f"{name}（{unit}）"), *(text(f"{rng.uniform(0.5, 900):.1f}") for _ in range(3))])
    table = m.table(
        rows, ["1.2fr", "1fr", "1fr", "1fr"], ["center"] * 4, ruled=rng.choice(("grid", "three", "horizontal")), size=10
    )
    return [m.centred(m.picture(f"view{k % 4}.png", 12)), table, *(_paragraph(rng, size) for size in (11.0, 13.0, 12.0))]


def _paragraph(rng: Random, size: float) -> str:
    return m.styled(rng.choice(CLAIMS), size, font=_font(rng), fill=rng.choice(("#202020", "#303060", "#603020")))


def _font(rng: Random) -> str:
    return m.stack(*families(rng.choice((SONG, KAI, HEI))), *families(SONG))


def view(rng: Random, size: tuple[int, int] = (900, 520)) -> bytes:
    """A picture as brochures have them, PNG: clouds of colour that no scanner finds text in, and a drawing on them."""
    state = np.random.default_rng(rng.getrandbits(32))
    coarse = Image.fromarray(state.integers(40, 240, (9, 14, 3), dtype=np.uint8))
    ground = coarse.resize(size, Image.Resampling.BICUBIC)
    drawing = Image.open(io.BytesIO(ornaments.product_view(rng, size))).convert("RGB")
    mask = drawing.convert("L").point(lambda v: 255 if v < 200 else 0)
    ground.paste(drawing, mask=mask)
    out = io.BytesIO()
    ground.save(out, "PNG", compress_level=1)
    return out.getvalue()
