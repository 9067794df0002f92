"""Small certificates made by hand, with labels: enough for a tiny network to learn from in seconds."""

from __future__ import annotations

import random

from extractor.model import LabelledPage, Line, Page, Tag

NAMES = "海风山水光明华夏东方科技天地人和永安"


def certificate(chance: random.Random) -> LabelledPage:
    number = f"GR{chance.randrange(10**9, 10**10)}"
    name = "".join(chance.choices(NAMES, k=4)) + "有限公司"
    day = f"20{chance.randrange(10, 30)}年{chance.randrange(1, 13)}月{chance.randrange(1, 28)}日"
    rows = [("企业名称：", name, "holder"), ("证书编号：", number, "certificate_no"), ("发证时间：", day, "issue_date")]
    chance.shuffle(rows)
    lines, tags = [line("高新技术企业证书", 0.3, 0.1)], []
    for label, value, key in rows:
        y = 0.15 + 0.06 * len(lines) + chance.uniform(0, 0.02)
        if chance.random() < 0.5:
            lines.append(line(label + value, 0.2, y))
            tags.append(Tag(line=len(lines) - 1, start=len(label), end=len(label) + len(value), key=key))
        else:
            lines += [line(label, 0.2, y), line(value, 0.4, y)]
            tags.append(Tag(line=len(lines) - 1, start=0, end=len(value), key=key))
    page = Page(file=0, page=1, width=2480, height=3508, source="ocr", lines=tuple(lines))
    return LabelledPage(page=page, type="high_tech_certificate", starts=True, tags=tuple(tags), layout="hand")


def line(text: str, left: float, top: float) -> Line:
    return Line(text=text, box=(left, top, min(left + 0.018 * len(text), 1.0), top + 0.02))


def certificates(n: int, seed: int = 0) -> list[LabelledPage]:
    chance = random.Random(seed)
    return [certificate(chance) for _ in range(n)]


def plain(page: LabelledPage, _: random.Random) -> LabelledPage:
    return page


def shaken(page: LabelledPage, chance: random.Random) -> LabelledPage:
    dx, dy = chance.uniform(-0.02, 0.02), chance.uniform(-0.02, 0.02)
    lines = [x.model_copy(update={"box": (x.box[0] + dx, x.box[1] + dy, x.box[2] + dx, x.box[3] + dy)}) for x in page.page.lines]
    return page.model_copy(update={"page": page.page.model_copy(update={"lines": tuple(lines)})})
