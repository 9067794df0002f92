"""Patent, software and trademark certificates, old and new, and copies of registers."""

from __future__ import annotations

from datetime import date
from random import Random

from corpora.synth import dates, ids
from corpora.training import invent as v
from corpora.training.paper import Entry, Grid, Paper
from corpora.training.pen import Rich, rich
from corpora.training.wordings import tables, words

_KINDS = {"invention": "发明专利", "utility": "实用新型专利", "design": "外观设计专利"}
_TITLE_LABEL = {"invention": "发明名称", "utility": "实用新型名称", "design": "外观设计名称"}
_MAKER_LABEL = {"invention": "发明人", "utility": "发明人", "design": "设计人"}
_THINGS = words("rights", "things")
_SOFT = words("rights", "soft")
_SOFT_LEAD = words("rights", "soft_lead")


_PATENT_LABELS = tables("rights", "patent_labels")
_SOFTWARE_LABELS = tables("rights", "software_labels")
_TRADEMARK_LABELS = tables("rights", "trademark_labels")
_SOFTWARE_TITLES = words("rights", "software_titles")


def patent_title(rng: Random, kind: str) -> str:
    """A title of an invention or a design."""
    thing = v.choose(rng, _THINGS)
    if kind == "design":
        return v.goods(rng) + rng.choice(("", "（" + rng.choice("ABCD") + "款）", f"（{rng.randint(1, 900)}）"))
    lead = v.choose(rng, "一种|一种|一种||用于") + v.choose(
        rng, "高精度|多工位|节能型|可调节的|自动|耐高温|便于安装的|防松脱|低噪音|基于机器视觉的|带有缓冲功能的|新型||集成式"
    )
    return lead + v.goods(rng) + v.choose(rng, "|用|的|加工用|生产用") + thing + v.choose(rng, "|||及方法|及系统|及其制备方法")


def _number(rng: Random, kind: str, year: int) -> str:
    number = ids.patent_no(rng, kind, year)
    digits = number[2:]
    shape = rng.random()
    if shape < 0.4:
        return f"ZL {digits[:4]} {digits[4]} {digits[5:]}"
    if shape < 0.6:
        return f"ZL{digits}"
    if shape < 0.75:
        return f"ZL {digits}"
    return digits if shape < 0.9 else f"ZL {digits[:4]} {digits[4]} {digits[5:].replace('.', ' . ')}"


def _second_page(rng: Random) -> Paper:
    """The back of a certificate: who filed, nothing that counts."""
    paper = Paper("patent_certificate", name="patent-second", starts=False, ordered=True)
    paper.body = [rich("申请日时本专利记载的申请人、发明人信息如下：")] if rng.random() < 0.8 else []
    made = (
        ("申请人", v.company(rng)),
        ("发明人", "；".join(v.person(rng) for _ in range(rng.randint(1, 5)))),
        ("设计人", v.person(rng)),
    )
    paper.entries = [Entry(a, rich(b)) for a, b in made[: rng.randint(1, 3)]]
    paper.foot = [rich(v.choose(rng, "第 2 页 (共 2 页)|第2页（共2页）|第 2 页|其他事项参见续页"))]
    return paper


def patent(rng: Random) -> Paper:
    """A patent certificate, its back, or a copy of the register."""
    if rng.random() < 0.06:
        return _second_page(rng)
    kind = rng.choices(list(_KINDS), (40, 45, 15))[0]
    filed = v.day(rng, 2003, 2023)
    granted = dates.plus_years(filed, rng.choice((0, 1, 1, 2, 3)), -rng.randint(100, 300))
    register = rng.random() < 0.22
    owners, makers = _holders(rng), [v.person(rng) for _ in range(rng.choice((1, 1, 2, 3, 4, 6)))]
    day = v.dater(rng)
    number = _number(rng, kind, filed.year)
    publication = rng.choice(
        (
            ids.grant_no(rng, kind, granted.year),
            ids.grant_no(rng, kind, granted.year).replace("CN", "CN ").replace("U", " U").replace("B", " B"),
        )
    )
    paper = Paper("patent_certificate", name="patent-register" if register else "patent")
    entries = _patent_entries(rng, kind, number, publication, (day(filed), day(granted)), (owners, makers))
    if rng.random() < 0.6:
        entries.append(Entry(v.choose(rng, "地址|专利权人地址|联系地址"), rich(v.address(rng))))
    if register:
        _register(rng, paper, entries, kind, day, filed)
    else:
        word, rest = (_KINDS[kind], "") if kind == "invention" or rng.random() < 0.3 else (_KINDS[kind][:-2], "专利")
        paper.title = rich((word, "kind"), rest + v.choose(rng, "证书|证书|证 书|权证书|证书副本"))
        if rng.random() < 0.06:
            paper.title = rich(v.choose(rng, "专利证书|专 利 证 书|LETTERS PATENT"))
        no = str(rng.randint(10**5, 2 * 10**7))
        paper.top.append(
            rich(v.choose(rng, "证书号第|证书号 第 |证书号：第|证书号第 "), (no, "certificate_no"), v.choose(rng, "号| 号"))
        )
    if rng.random() < 0.2:
        entries.append(Entry(v.choose(rng, "申请日时申请人|原专利权人|专利代理机构|代理人"), rich(v.company(rng))))
    if rng.random() < 0.15:
        entries.append(Entry("申请日时发明人" if kind != "design" else "申请日时设计人", rich("；".join(makers))))
    paper.entries, paper.ordered = entries, rng.random() < 0.8
    _patent_words(rng, paper, kind, granted)
    return paper


def _patent_entries(
    rng: Random, kind: str, number: str, publication: str, days: tuple[str, str], who: tuple[list[str], list[str]]
) -> list[Entry]:
    """What a certificate states; ``days``: of filing and of grant, ``who``: owners and makers."""
    colon, (owners, makers) = v.choose(rng, "；|;|、|  |，"), who
    entries = [
        Entry(
            rng.choice(
                (
                    _TITLE_LABEL[kind],
                    _TITLE_LABEL[kind],
                    "发明创造名称",
                    "专利名称",
                    "名称",
                    "使用外观设计的产品名称" if kind == "design" else "专利名称",
                )
            ),
            rich((patent_title(rng, kind), "title")),
        ),
        Entry(
            rng.choice((_MAKER_LABEL[kind], _MAKER_LABEL[kind], "发明人/设计人", "发明（设计）人", "发明人姓名")),
            _many(makers, "inventors", colon),
        ),
        Entry(v.choose(rng, _PATENT_LABELS["patent_no"]), rich((number, "patent_no"))),
        Entry(v.choose(rng, _PATENT_LABELS["application_date"]), rich((days[0], "application_date"))),
        Entry(
            v.choose(rng, "专利权人|专利权人|专利权人姓名或名称|现专利权人|专利权人名称|权利人|第一专利权人|Patentee"),
            _many(owners, "patentees", colon),
        ),
        Entry(v.choose(rng, _PATENT_LABELS["grant_date"]), rich((days[1], "grant_date"))),
        Entry(v.choose(rng, _PATENT_LABELS["grant_no"]), rich((publication, "grant_no"))),
    ]
    return [e for k, e in enumerate(entries) if k in (0, 2) or rng.random() < (0.9 if k != 6 else 0.75)]


def _register(rng: Random, paper: Paper, entries: list[Entry], kind: str, day: v.Dater, filed: date) -> None:
    """What a copy of the register states besides."""
    status = rng.choice(
        (
            ("专利权维持", "专利权维持", "专利权有效", "有效", "专利权维持有效"),
            ("专利权终止", "终止", "未缴年费专利权终止"),
            ("专利权视为放弃", "放弃"),
            ("专利权无效宣告", "全部无效"),
            ("专利权中止",),
        )
    )
    entries.append(Entry(v.choose(rng, _PATENT_LABELS["legal_status"]), rich((rng.choice(status), "legal_status"))))
    entries += [
        Entry(a, rich(b))
        for a, b in rng.sample(
            (
                ("主分类号", "B23Q 3/06(2006.01)"),
                ("年费缴纳情况", "已缴至第5年度"),
                ("副本出具日", day(v.day(rng, 2020, 2025))),
                ("优先权", "无"),
                ("专利权期限届满日", day(dates.plus_years(filed, 20))),
                ("质押登记", "无"),
            ),
            rng.randint(1, 4),
        )
    ]
    paper.title = rich(v.choose(rng, "专利登记簿副本|专利登记簿副本|专利登记薄副本|专利权评价信息|专利基本信息"))
    entries.insert(rng.randint(0, 3), Entry("专利类型", rich((_KINDS[kind], "kind"))))


def _many(values: list[str], key: str, joined: str) -> Rich:
    made: list[str | tuple[str, str]] = []
    for k, value in enumerate(values):
        made += [joined] * (k > 0) + [(value, key)]
    return rich(*made)


def _holders(rng: Random) -> list[str]:
    many = rng.choice((1, 1, 1, 1, 2, 3))
    return [
        v.company(rng)
        if rng.random() < 0.85
        else rng.choice((v.person(rng), rng.choice(v.CITIES) + "大学", rng.choice(v.PROVINCES) + "机械研究院"))
        for _ in range(many)
    ]


def _patent_words(rng: Random, paper: Paper, kind: str, granted: date) -> None:
    law = (
        f"国家知识产权局依照中华人民共和国专利法进行审查，决定授予专利权，颁发{_KINDS[kind]}证书并在专利登记簿上予以登记。专利权自授权公告之日起生效。",
        f"本{_KINDS[kind][:-2]}经过本局依照中华人民共和国专利法进行初步审查，决定授予专利权，颁发本证书并在专利登记簿上予以登记。专利权自授权公告之日起生效。",
        "本专利的专利权期限为十年，自申请日起算。专利权人应当依照专利法及其实施细则规定缴纳年费。本专利的年费应当在每年05月06日前缴纳。未按照规定缴纳年费的，专利权自应当缴纳年费期满之日起终止。",
        "专利证书记载专利权登记时的法律状况。专利权的转移、质押、无效、终止、恢复和专利权人的姓名或名称、国籍、地址变更等事项记载在专利登记簿上。",
    )
    paper.notes = rng.sample(law, rng.randint(0, 3))
    paper.foot = [
        rich(
            rng.choice(
                (
                    "国家知识产权局",
                    "中华人民共和国国家知识产权局",
                    "国家知识产权局 局长 " + v.person(rng),
                    "局长 " + v.person(rng),
                )
            )
        )
    ]
    if rng.random() < 0.5:
        paper.foot.append(rich(v.dater(rng)(granted)))
    if rng.random() < 0.3:
        paper.foot.append(rich(v.choose(rng, "第 1 页 (共 1 页)|第1页（共2页）|其他事项参见续页")))
    if rng.random() < 0.2:
        paper.marks = [rich(v.code(rng, 16)), rich("扫码查验")]


def software(rng: Random) -> Paper:
    """A software copyright certificate."""
    made = v.day(rng, 2008, 2025)
    paper = Paper("software_copyright", name="software", ordered=rng.random() < 0.7)
    paper.title = rich(v.choose(rng, _SOFTWARE_TITLES))
    day = v.dater(rng)
    version, name = _software_name(rng)
    owners = [v.company(rng) for _ in range(rng.choice((1, 1, 1, 2)))] if rng.random() < 0.9 else [v.person(rng)]
    no = ids.software_registration_no(rng, made.year)
    cert = f"{rng.randint(10**5, 10**7):07d}"
    entries = [
        Entry(v.choose(rng, "软件名称|软件名称|软件全称|作品名称|软件名称及版本号|软 件 名 称"), name),
        Entry(
            v.choose(rng, "著作权人|著作权人|著 作 权 人|权利人|著作权所有人|著作权人（国籍）"),
            _many(owners, "owners", rng.choice(("；", "、", "\n"))),
        ),
        Entry(v.choose(rng, _SOFTWARE_LABELS["registration_no"]), rich((no, "registration_no"))),
    ]
    dated = Entry(v.choose(rng, _SOFTWARE_LABELS["registration_date"]), rich((day(made), "registration_date")))
    extra = _software_more(rng, made, day, version)
    paper.entries = [entries[0], entries[1], *extra, entries[2]]
    if rng.random() < 0.35:
        paper.entries.append(dated)
    else:
        paper.foot.append(rich((day(made), "registration_date")))
    paper.top = [_software_number(rng, cert)]
    paper.notes = (
        ["根据《计算机软件保护条例》和《计算机软件著作权登记办法》的规定，经中国版权保护中心审核，对以上事项予以登记。"]
        if rng.random() < 0.8
        else []
    )
    paper.foot.insert(0, rich(v.choose(rng, "中华人民共和国国家版权局|中国版权保护中心|国家版权局|计算机软件著作权登记专用章")))
    if rng.random() < 0.5:
        paper.marks = [rich(f"No. {rng.randint(10**7, 10**8 - 1):08d}")]
    return paper


def _software_name(rng: Random) -> tuple[str, Rich]:
    """The version, and the name with it."""
    brand = "".join(rng.sample(v.BRAND, 2))
    version = rng.choice(
        (f"V{rng.randint(1, 9)}.{rng.randint(0, 9)}", f"V{rng.randint(1, 5)}.0.{rng.randint(0, 9)}", f"{rng.randint(1, 5)}.0", "")
    )
    title = (
        rng.choice((brand, "", "基于" + v.choose(rng, "物联网的|大数据的|人工智能的|B/S架构的")))
        + v.choose(rng, _SOFT_LEAD)
        + v.choose(rng, _SOFT)
    )
    short = rng.choice((f"[简称：{brand}系统]", f"[简称:{brand}]", ""))
    joined = rng.choice(("\n", " ", ""))
    return version, rich(
        (
            f"{title}{joined}{short}{joined}{version}".strip()
            if rng.random() < 0.3
            else f"{title}{v.choose(rng, ' |')}{version}".strip(),
            "title",
        )
    )


def _software_number(rng: Random, cert: str) -> Rich:
    head = rng.choice(
        (
            ("软著登字第", "号"),
            ("软著登字第 ", " 号"),
            ("编号：软著登字第", "号"),
            ("证书号：软著登字第", "号"),
            ("证书号：软著变补字第", "号"),
        )
    )
    stem = head[0].rpartition("：")[2] or head[0]
    lead = head[0][: len(head[0]) - len(stem)]
    return rich(lead, (f"{stem}{cert}{head[1]}", "certificate_no"))


def _software_more(rng: Random, made: date, day: v.Dater, version: str) -> list[Entry]:
    return [
        Entry(a, rich(b))
        for a, b in rng.sample(
            (
                ("开发完成日期", day(dates.plus_years(made, -1))),
                ("首次发表日期", rng.choice(("未发表", day(made)))),
                ("权利取得方式", "原始取得"),
                ("权利范围", "全部权利"),
                ("国籍", "中国"),
                ("软件分类号", "30200-0000"),
                ("开发方式", "独立开发"),
                ("版本号", version or "V1.0"),
                ("证书打印日期", day(made)),
                ("软件著作权代理机构", v.company(rng)),
            ),
            rng.randint(1, 5),
        )
    ]


def trademark(rng: Random) -> Paper:
    """A trademark registration certificate, or a proof of renewal or transfer of one."""
    since = v.day(rng, 2005, 2025)
    until = dates.plus_years(since, 10, 1)
    kind = rng.choice(("certificate",) * 8 + ("renewal", "register"))
    paper = Paper("trademark_certificate", name=f"trademark-{kind}", ordered=rng.random() < 0.5)
    day, no, nice = v.dater(rng), str(rng.randint(10**5, 8 * 10**7)), rng.randint(1, 45)
    paper.title = rich(
        {
            "certificate": v.choose(rng, "商标注册证|商标注册证|商 标 注 册 证|商标注册证（副本）"),
            "renewal": v.choose(rng, "核准续展注册证明|商标续展注册证明"),
            "register": "商标档案",
        }[kind]
    )
    number = rng.choice(
        (rich("第", (no, "registration_no"), "号"), rich("第 ", (no, "registration_no"), " 号"), rich((no, "registration_no")))
    )
    if rng.random() < 0.6:
        paper.top.append(
            rich(*(() if number[0][1] != "registration_no" else (v.choose(rng, "注册号：|商标注册号：|注册号 "),)), *number)
        )
    else:
        paper.entries.append(Entry(v.choose(rng, "注册号|商标注册号|注册证号|申请/注册号|商标注册证号"), number))
    paper.entries += _goods(rng, nice)
    a, b = (day(since), "valid_from"), (day(until), "valid_until")
    shape = rng.random()
    if shape < 0.45:
        paper.entries += [
            Entry(v.choose(rng, "注册日期|注册公告日期|核准注册日期|注册日"), rich(a)),
            Entry(v.choose(rng, "有效期至|专用期至|有效期至|专用权期限至|有效期限至|续展注册有效期至"), rich(b)),
        ]
    elif shape < 0.8:
        paper.entries.append(
            Entry(
                v.choose(rng, "注册有效期限|专用权期限|注册有效期|商标有效期|有效期限|续展注册有效期"),
                rich(v.choose(rng, "|自"), a, v.choose(rng, "至| 至 |—|~"), b, v.choose(rng, "|止")),
            )
        )
    else:
        paper.body = [rich("兹核准", "以上商标注册，注册有效期自", a, "至", b, "。")]
    paper.marks = [rich("".join(rng.sample(v.BRAND, 2)))] if rng.random() < 0.7 else []
    paper.foot = [
        rich(v.choose(rng, "中华人民共和国国家知识产权局|国家知识产权局|国家工商行政管理总局商标局|国家工商行政管理局商标局")),
        rich(rng.choice(("发证机关", "局长 " + v.person(rng), day(since)))),
    ]
    if rng.random() < 0.4:
        paper.foot.append(rich("发证日期：" + day(since)))
    if rng.random() < 0.3:
        paper.grids = [
            Grid(
                ("类似群", "商品名称"),
                tuple((rich(f"{nice:02d}{rng.randint(1, 30):02d}"), rich(v.goods(rng))) for _ in range(rng.randint(2, 6))),
            )
        ]
    return paper


def _goods(rng: Random, nice: int) -> list[Entry]:
    """Goods, class, owner and address."""
    goods = "；".join(v.goods(rng) for _ in range(rng.randint(2, 8)))
    class_value = rng.choice(
        (
            rich("第", (str(nice), "nice_class"), "类"),
            rich("第 ", (str(nice), "nice_class"), " 类"),
            rich((str(nice), "nice_class")),
            rich((str(nice), "nice_class"), "类"),
        )
    )
    made = [
        Entry(
            rng.choice(
                (
                    "核定使用商品/服务项目（国际分类：" + str(nice) + "）",
                    "核定使用商品",
                    "核定服务项目",
                    "商品/服务",
                    "核定使用商品类别",
                    "核定使用商品/服务项目",
                )
            ),
            rich(goods),
        ),
        Entry(v.choose(rng, "国际分类|类别|商标类别|商品类别|国际分类号|类 别"), class_value),
        Entry(v.choose(rng, _TRADEMARK_LABELS["owner"]), rich((v.company(rng), "owner"))),
        Entry(v.choose(rng, "注册人地址|地址|注册地址"), rich(v.address(rng))),
    ]
    return [
        e
        if "国际分类：" not in e.label
        else Entry("核定使用商品/服务项目（国际分类", rich("：", (str(nice), "nice_class"), "）", goods))
        for e in made
    ]
