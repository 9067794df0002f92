"""More layouts of certificates that stay unseen: bodies from abroad in Chinese, printed queries, diplomas."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from corpora.synth import dates, names
from corpora.synth import markup as m
from corpora.synth.engine import text
from corpora.synth.iso_sheet import Sheet, accreditations, days, paper

BREAK = "#linebreak()"
ABROAD = (
    "莱森检测认证服务（中国）有限公司",
    "维正认证（北京）有限公司",
    "诺维亚管理服务（上海）有限公司",
    "阿尔比恩标准技术服务有限公司",
    "瑞合质量服务（广州）有限公司深圳分公司",
)
AT_HOME = (
    "方衡标志认证集团有限公司",
    "国质联合质量体系认证中心",
    "沪江质量体系审核中心",
    "穗宝认证中心服务有限公司",
    "中舟质量认证公司",
    "北京世纪衡信认证股份有限公司",
    "江东省标准化院认证中心有限公司",
    "赛维尔（杭州）体系评价有限责任公司",
)
LONGER = (
    "及相关管理活动",
    "（涉及行政许可的，在许可有效期内开展）",
    "；与上述产品有关的安装、维修及技术服务（国家另有规定的除外）",
)
"""What bodies add to a scope; it then takes two lines."""
COLOURS = ("#0b3d6b", "#5a2d82", "#00857c", "#b3261e", "#37474f", "#9a6a00")
GREY = "#555555"
MONTHS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")


def renamed(rng: Random, sheet: Sheet, bodies: tuple[str, ...]) -> None:
    """Let one of ``bodies`` issue the certificate (and own the seal); at times it words the scope at more length."""
    name = rng.choice(bodies)
    longer = rng.choice(LONGER) if rng.random() < 0.4 else ""
    sheet.values.update(issuer=name, body=name, scope=f"{sheet.values['scope']}{longer}")


def _notation(rng: Random, sheet: Sheet) -> tuple[str, str, str]:
    """The three days, at times as ``05 六月 2023``, as bodies from abroad translate them."""
    if rng.random() < 0.35:
        shown = [f"{day.day:02d} {MONTHS[day.month - 1]}月 {day.year}" for day in (sheet.first, sheet.issue, sheet.last)]
        return shown[0], shown[1], shown[2]
    return days(rng, sheet)


def _three(rng: Random, sheet: Sheet, shown: tuple[str, str, str]) -> list[tuple[str, str]]:
    """Number, first issue and term as (caption, markup)."""
    first, issue, last = shown
    return [
        (rng.choice(("证书号码：", "证书编号:", "证书 No.")), sheet.say("certificate_no", size=10)),
        (rng.choice(("初始认证日期：", "首次签发日期:", "最初核准：")), sheet.say("first_issue_date", first, 10)),
        (
            rng.choice(("有效期：", "证书效期:", "有效期间：")),
            sheet.say("issue_date", issue, 10) + text(rng.choice((" – ", " 至 ", " — "))) + sheet.say("valid_until", last, 10),
        ),
    ]


def assessor(rng: Random, sheet: Sheet) -> list[str]:
    """A body from abroad in Chinese: three captioned facts on top, statements below each other, place and date at the foot."""
    renamed(rng, sheet, ABROAD)
    colour = rng.choice(COLOURS)
    shown = _notation(rng, sheet)
    captions = [m.styled(label, 8.5, fill=colour) + BREAK + value for label, value in _three(rng, sheet, shown)]
    said = rng.choice(("兹证明", "这是为了证明", "特此证明以下组织"))
    left = [
        m.styled(rng.choice(("签发地及日期：", "地点与日期：", "签署于：")), 8.5, fill=colour),
        text(rng.choice(("上海，", "北京，", "广州, "))) + sheet.say("issue_date", shown[1]),
        accreditations(sheet, 2.4),
    ]
    right = [
        m.styled(rng.choice(("代表签发机构：", "签发办公室：", "由以下机构签发：")), 8.5, fill=colour),
        m.picture("sign.png", 3.0),
        sheet.say("issuer", size=10),
        m.styled(names.person(rng) + "　" + rng.choice(("认证经理", "管理者代表", "技术总监")), 9),
    ]
    uscc = text("（统一社会信用代码：") + sheet.say("uscc") + text("）") if rng.random() < 0.5 else ""
    body = [
        m.grid(
            "1fr, auto",
            m.styled(rng.choice(("管理体系证书", "认 证 证 书", "管理体系认证证书")), 27, bold=True, fill=colour),
            m.picture("logo.png", 2.2),
            options="align: horizon",
        ),
        f'#line(length: 100%, stroke: 1.6pt + rgb("{colour}"))',
        m.grid("1.2fr, 1fr, 1.6fr", *captions, options="column-gutter: 0.5cm"),
        m.gap(0.9),
        m.styled(said, 10, fill=GREY),
        sheet.say("holder", size=17, bold=True),
        m.styled(sheet.owner.address, 10) + (BREAK + uscc if uscc else ""),
        m.gap(0.5),
        m.styled("其管理体系满足下列", 10, fill=GREY)
        + sheet.say("system", sheet.info.zh, 10)
        + m.styled("标准的要求", 10, fill=GREY),
        sheet.standards(rng.choice((" / ", "　")), 20, bold=True),
        m.gap(0.5),
        m.styled(rng.choice(("本证书对以下活动有效：", "适用于：", "所涉及的产品与服务：")), 10, fill=GREY),
        sheet.say("scope", size=12),
        "#v(1fr)",
        m.grid("1fr, 1fr", BREAK.join(p for p in left if p), BREAK.join(right), options="align: bottom, column-gutter: 0.6cm"),
        m.styled("未履行认证协议所规定的条件可能导致本证书失效。认可的单位名称与标识见上。", 7.5),
    ]
    return [paper(rng, sheet, body, plain=True, margin="(left: 2.6cm, right: 2.2cm, top: 2cm, bottom: 1.5cm)")]


def _tongues(colour: str) -> str:
    """The word certificate in many tongues, up the left edge of the page."""
    words = " ◆ ".join(("ZERTIFIKAT", "CERTIFICATE", "認證證書", "СЕРТИФИКАТ", "CERTIFICADO", "CERTIFICAT"))
    ink = f'#text(fill: white, size: 15pt, weight: "bold", tracking: 1pt)[{text(words)}]'
    return (
        f'#place(top + left, dx: -4.2cm, dy: -2cm)[#rect(width: 2.1cm, height: 29.7cm, fill: rgb("{colour}"))['
        f"#align(center + horizon)[#rotate(-90deg, reflow: true)[#box(width: 28cm)[#align(center)[{ink}]]]]]]"
    )


def _register(rng: Random, sheet: Sheet, shown: tuple[str, str, str]) -> list[tuple[str, str]]:
    """The labelled rows of ``strip``: holder, scope, standard, report, days (``shown``)."""
    first, issue, last = shown
    ranged = rng.random() < 0.5
    span = (
        [text("自 ") + sheet.say("issue_date", issue) + text(" 至 ") + sheet.say("valid_until", last)]
        if ranged
        else [sheet.say("issue_date", issue), sheet.say("valid_until", last)]
    )
    labels = ["有效期："] if ranged else [rng.choice(("生效日期：", "有效起始日：")), rng.choice(("失效日期：", "有效截止日："))]
    holder = sheet.say("holder", bold=True) + BREAK + m.styled(sheet.owner.address, 10)
    rows = [
        (rng.choice(("证书持有者：", "证书持有人：")), holder),
        ("认证标志：", m.picture("logo.png", 2.4)),
        (rng.choice(("认证的范围：", "证书范围：")), sheet.say("scope")),
        (rng.choice(("适用标准：", "检验依据：")), sheet.standards("、", bold=True)),
        ("报告号：", text(f"{rng.randint(10**6, 10**7)}{rng.choice(('', ' 001', '-TC'))}")),
        *zip(labels, span, strict=True),
    ]
    if rng.random() < 0.5:
        rows.insert(-len(labels), ("首次认证：", sheet.say("first_issue_date", first)))
    return rows


def strip(rng: Random, sheet: Sheet) -> list[str]:
    """A strip with the word certificate in many tongues up the edge; statements and a report number beside it."""
    renamed(rng, sheet, ABROAD)
    colour, shown = rng.choice(COLOURS), days(rng, sheet, rng.choice(("num", "zh")))
    rows = _register(rng, sheet, shown)
    cells = "".join(f"[{m.styled(label, bold=True)}][{value}]" for label, value in rows)
    where = rng.choice((0, 1))
    number = text(rng.choice(("编号：", "No. ", "证书登记号："))) + sheet.say("certificate_no", size=12)
    sentence = (
        sheet.say("issuer")
        + text("的认证机构特此声明，上述公司已建立并实施")
        + sheet.say("system", sheet.info.zh)
        + text("，且该体系符合上列标准。另见所附说明。")
    )
    body = [
        _tongues(colour),
        m.right(m.picture("logo.png", 2.0)),
        m.styled("证  书", 34, bold=True, font=sheet.fonts.title, fill=colour),
        number if where == 0 else "",
        m.gap(0.4),
        f"#grid(columns: (3.4cm, 1fr), row-gutter: {rng.uniform(0.55, 0.85):.2f}cm, column-gutter: 0.3cm){cells}",
        m.gap(0.4),
        sentence,
        number if where else "",
        "#v(1fr)",
        m.grid(
            "auto, 1fr, auto",
            text("日期，") + sheet.say("issue_date", shown[1]),
            "",
            m.picture("sign.png", 3.0),
            options="align: bottom",
        ),
        m.grid("1fr, auto", accreditations(sheet, 2.0), m.styled(f"（{names.person(rng)}）认证负责人", 9), options="align: top"),
        sheet.say("issuer", size=9.5) + m.styled("  ·  第 1 页，共 1 页", 8),
    ]
    return [paper(rng, sheet, body, plain=True, margin="(left: 4.2cm, right: 2cm, top: 2cm, bottom: 1.4cm)")]


def _shaded(title: str, colour: str) -> str:
    return f'table.cell(colspan: 4, fill: rgb("{colour}"), align: left)[{m.styled(title, bold=True)}],'


def _row(*cells: str) -> str:
    """A row of one or two labelled cells; a single value takes the whole width."""
    wide = f"table.cell(colspan: 3, align: left)[{cells[1]}]" if len(cells) == 2 else f"[{cells[1]}]"
    return f"[{text(cells[0])}],{wide}," + (f"[{text(cells[2])}],[{cells[3]}]," if len(cells) == 4 else "") + "\n"


def _query(rng: Random, sheet: Sheet) -> tuple[list[str], list[str], list[str]]:
    """Rows on the certificate, on the organisation and on the body."""
    first, issue, last = (f"{day:%Y-%m-%d}" for day in (sheet.first, sheet.issue, sheet.last))
    sent = sheet.issue + timedelta(days=rng.randint(3, 25))
    logos = accreditations(sheet, 1.8, 8) or text("无")
    certificate = [
        _row("证书编号", sheet.say("certificate_no"), "证书状态", text(rng.choice(("有效", "有效", "正常")))),
        _row(
            "颁证日期", sheet.say("issue_date", issue), rng.choice(("证书到期日期", "到期时间")), sheet.say("valid_until", last)
        ),
        _row("初次获证日期", sheet.say("first_issue_date", first), "信息上报日期", text(f"{sent:%Y-%m-%d}")),
        _row("认证项目", sheet.say("system", f"{sheet.info.zh}认证"), "监督次数", text(str(rng.randint(0, 2)))),
        _row("认证依据", sheet.standards(rng.choice(("；", ", ", "/")))),
        _row("认证覆盖的业务范围", sheet.say("scope")),
        _row("是否覆盖多场所", text("否"), "证书使用的认可标识", logos),
    ]
    holder = [
        _row(rng.choice(("组织名称", "获证组织", "持证主体")), sheet.say("holder")),
        _row(rng.choice(("统一社会信用代码/组织机构代码", "组织代码")), sheet.say("uscc"), "所在国别地区", text("中国")),
        _row("组织地址", text(sheet.owner.address)),
        _row("体系覆盖人数", text(str(rng.randint(18, 400))), "企业人数", text(str(rng.randint(401, 600)))),
    ]
    body = [
        _row("机构名称", sheet.say("issuer"), "机构批准号", text(f"CNCA-R-20{rng.randint(2, 23):02d}-{rng.randint(100, 399)}")),
        _row("机构状态", text("有效"), "网址", text("www.cert-register.example")),
    ]
    return certificate, holder, body


def inquiry(rng: Random, sheet: Sheet) -> list[str]:
    """The page of a public query, printed from a browser: facts of certificate, organisation and body in three tables."""
    renamed(rng, sheet, AT_HOME)
    tint = rng.choice(("#dfe9f5", "#e9e9e9", "#e3f0e6"))
    parts = list(zip(("证书基本信息", "获证组织基本信息", "认证机构信息"), _query(rng, sheet), strict=True))
    if rng.random() < 0.4:
        parts = [parts[1], parts[0], parts[2]]
    cells = "".join(_shaded(title, tint) + "\n" + "".join(rows) for title, rows in parts)
    table = (
        f"#block(width: 100%)[#set text(size: {rng.uniform(8.8, 9.6):.1f}pt)\n#table(columns: (3.2cm, 1.35fr, 2.6cm, 1fr), "
        f'align: left + horizon, stroke: 0.4pt + rgb("#aaaaaa"), inset: (x: 4pt, y: {rng.uniform(5.5, 8):.1f}pt),\n{cells})]'
    )
    seen = sheet.issue + timedelta(days=rng.randint(30, 300))
    head = m.grid(
        "1fr, auto, 1fr",
        m.styled(f"{seen.year}/{seen.month}/{seen.day} {rng.randint(8, 17)}:{rng.randint(10, 59)}", 8),
        m.styled("认证结果查询 - 详情", 8),
        "",
    )
    title = m.styled(rng.choice(("认证证书详细信息", "认证结果信息", "管理体系认证证书查询结果")), 16, bold=True)
    body = [
        head,
        m.centred(title) if rng.random() < 0.6 else title,
        table,
        m.styled("声明：以上信息由认证机构上报，本页面展示结果仅供参考，请以证书原件为准。", 8),
        m.picture("qr.png", 2.0) if rng.random() < 0.4 else "",
    ]
    foot = text(f"https://query.cert-register.example/detail?id={rng.getrandbits(48):012x}　　1/1")
    return [m.page("\n\n".join(body), margin="(x: 1.6cm, y: 1.5cm)", footer=f"#text(size: 8pt)[{foot}]")]


def _over(value: str, caption: str, size: float) -> str:
    """A value on a rule, its caption below."""
    ruled = f"#block(width: 100%, stroke: (bottom: 0.5pt), inset: (bottom: 4pt), below: 4pt)[#align(center)[{value}]]"
    return ruled + "\n" + m.centred(m.styled(caption, size, fill="#444444"))


def diploma(rng: Random, sheet: Sheet) -> list[str]:
    """A diploma: every value stands on a rule above its caption."""
    renamed(rng, sheet, AT_HOME)
    english, wide = rng.random() < 0.5, rng.random() < 0.5
    first, issue, last = days(rng, sheet, "zh" if wide else "num")
    gap, small = rng.uniform(0.1, 0.3 if wide else 0.6), rng.choice((8.0, 8.5, 9.0))

    def over(value: str, zh: str, en: str) -> str:
        return _over(value, f"{zh}  {en}" if english else zh, small)

    holder = sheet.say("holder", size=16, bold=True, font=sheet.fonts.accent)
    stated = [
        over(holder, rng.choice(("受证组织", "获证单位名称")), "Organization"),
        over(sheet.say("uscc"), "统一社会信用代码", "USCC") if rng.random() < 0.7 else "",
        over(text(sheet.owner.address), rng.choice(("所在地", "住所 / 经营场所")), "Location"),
        over(sheet.standards(rng.choice((" / ", "，"))), rng.choice(("所符合的标准", "评价所依据的标准")), "Standard"),
        over(sheet.say("scope"), rng.choice(("认证所及的产品、过程", "注册范围")), "Scope of registration"),
    ]
    row = [
        over(sheet.say("certificate_no", size=10), rng.choice(("证号", "证书号码")), "No."),
        over(sheet.say("first_issue_date", first, 10), rng.choice(("初颁", "首次注册")), "First issue")
        if rng.random() < 0.6
        else "",
        over(sheet.say("issue_date", issue, 10), rng.choice(("颁发日", "本次注册")), "Date of issue"),
        over(sheet.say("valid_until", last, 10), rng.choice(("届满日", "注册截止")), "Date of expiry"),
    ]
    row = [cell for cell in row if cell]
    facts = m.grid(", ".join(["1.3fr"] + ["1fr"] * (len(row) - 1)), *row, options="column-gutter: 0.5cm")
    issuer = sheet.say("issuer", size=12) + BREAK + m.styled("颁发机构（盖章）", small)
    seal = m.seal_box(7.5, 3.7, m.sealed(issuer, "seal.png", 3.6, over=rng.random() < 0.3))
    signed = m.picture("sign.png", 2.6) + BREAK + m.styled(rng.choice(("主任", "总裁", "授权签字人")), small)
    top = rng.random() < 0.4
    body = [
        sheet.title(f"{sheet.info.zh}" + rng.choice(("认证证书", "注册证书", "证书")), 26 if len(sheet.info.zh) < 9 else 20),
        m.gap(0.3),
        facts + "\n" + m.gap(gap) if top else "",
        *(part + "\n" + m.gap(gap) for part in stated if part),
        "" if top else facts,
        "#v(1fr)",
        m.grid("1fr, auto, 1fr", accreditations(sheet, 2.0) or " ", seal, m.centred(signed), options="align: horizon"),
        m.centred(m.picture("qr.png", 1.5)) if not wide else "",
    ]
    return [paper(rng, sheet, body, flipped=wide, margin="(x: 3cm, y: 2.5cm)")]


OLD = {
    "Q": "品質管理系統",
    "E": "環境管理系統",
    "S": "職業安全衛生管理系統",
    "IS": "資訊安全管理系統",
    "En": "能源管理系統",
    "FSMS": "食品安全管理系統",
    "A": "汽車產業品質管理系統",
    "MD": "醫療器材品質管理系統",
    "J": "武器裝備品質管理系統",
    "IP": "智慧財產管理系統",
    "AIII": "資訊化與工業化融合管理系統",
}
"""Systems in the words of bodies that write traditional characters, by the letter of the system."""
FAR = ("港島品質保證有限公司", "寶島驗證股份有限公司", "環宇國際驗證有限公司", "香江認證服務有限公司")


def _minguo(day: date) -> str:
    return f"{day.year} 年 {day.month:02d} 月 {day.day:02d} 日"


def traditional(rng: Random, sheet: Sheet) -> list[str]:
    """Traditional characters around the client's own data: a centred text, then number and days in two columns."""
    renamed(rng, sheet, FAR)
    system = OLD[sheet.info.letter]
    far = rng.random() < 0.5
    if far:
        system = (
            system.replace("品質", "質量").replace("系統", "體系").replace("職業安全衛生", "職業健康安全").replace("資訊", "信息")
        )
    shown = [_minguo(day) if not far else dates.chinese(day) for day in (sheet.first, sheet.issue, sheet.last)]
    title = sheet.say(
        "system", system + rng.choice(("登錄證書", "驗證證書", "註冊證書")), 25 if len(system) < 9 else 20, bold=True
    )
    left = [("證書編號", sheet.say("certificate_no"))]
    if rng.random() < 0.6:
        left.append(("統一社會信用代碼", sheet.say("uscc")))
    right = [
        (rng.choice(("初次登錄日期", "首次發證日期")), sheet.say("first_issue_date", shown[0])),
        (rng.choice(("本次發證日期", "生效日期")), sheet.say("issue_date", shown[1])),
        (rng.choice(("有效期限至", "證書屆滿日", "有效日期至")), sheet.say("valid_until", shown[2])),
    ]
    columns = [BREAK.join(text(f"{label}：") + value for label, value in part) for part in (left, right)]
    facts = f"#text(size: 10.5pt)[{m.grid('1fr, auto', *columns, options='column-gutter: 0.5cm')}]"
    seal = m.sealed(sheet.say("issuer", size=13), "seal.png", 3.8, over=rng.random() < 0.3)
    said = rng.choice(("業經本機構評鑑，證實符合下列標準之要求", "經審核合乎以下標準之規定，特頒此證"))
    body = [
        m.centred(m.picture("logo.png", 2.3)),
        m.centred(title),
        m.gap(0.4),
        facts if far else "",
        m.centred(text(rng.choice(("茲證明", "茲證明下述機構")))),
        m.centred(sheet.say("holder", size=17, bold=True)),
        m.centred(m.styled(f"（{sheet.owner.address}）", 10)),
        m.centred(text(f"所建立之管理制度，{said}：")),
        m.centred(sheet.standards("  ", 16, bold=True)),
        m.centred(text(rng.choice(("登錄範圍", "驗證範圍", "適用範圍")))),
        m.centred(sheet.say("scope")),
        m.gap(0.5),
        "" if far else facts,
        "#v(1fr)",
        m.grid(
            "1fr, 1fr",
            m.centred(m.picture("sign.png", 2.8) + BREAK + m.styled("總經理", 10)),
            m.seal_box(7.5, 3.9, seal),
            options="align: horizon",
        ),
        accreditations(sheet, 2.2),
        m.styled("本證書之有效性須經定期追查稽核予以維持；證書所有權歸發證機構所有。", 8),
    ]
    return [paper(rng, sheet, body, plain=rng.random() < 0.3)]
