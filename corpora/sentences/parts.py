"""Invented names for running text: organisations, persons, addresses, products, standards, far more varied than on drawn papers.

Nothing here is a list of real enterprises. Each list is cut in two (``Parts.unseen``): names made of the second parts, and
only of those, measure how well a reader of names generalises.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from corpora.sentences.texts import sentences
from corpora.synth.names import BODIES, BRAND, FIRMS, SURNAMES

WORDS = {key: tuple(value.split("|")) for key, value in (line.split(": ", 1) for line in sentences("parts.txt"))}
"""Parts of names by key."""
GIVEN = WORDS["rare_given"][0]
"""Characters of given names, one beside the other."""


def _level_one() -> str:
    """The 3,755 frequent characters of GB 2312-80, level one."""
    raw = bytes(b for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF) for b in (high, low))
    return raw.decode("gb2312", "ignore")


CHARACTERS = _level_one()
_NEVER = frozenset(
    "的了是在和与或及为于其之由即该本各每一二三四五六七八九十百千万亿零年月日第号省市县区镇路公司元角分死亡败病坏臭屎尸"
)


@dataclass(frozen=True)
class Parts:
    """Names for sentences. ``unseen``: made of the parts that training never shows."""

    rng: Random
    unseen: bool = False

    def pick(self, values: Sequence[str]) -> str:
        """One of the values of this half; a fifth of every list is unseen."""
        mine = [v for v in values if (zlib.crc32(v.encode()) % 5 == 0) == self.unseen]
        return self.rng.choice(mine or list(values))

    def brand(self) -> str:
        """Two to four characters that name an enterprise."""
        chars = [self._character() for _ in range(self.rng.choice((2, 2, 2, 3, 3, 4)))]
        return "".join(chars)

    def _character(self) -> str:
        usual = self.rng.random() < 0.6
        while True:
            char = self.rng.choice(BRAND + GIVEN if usual else CHARACTERS)
            if char not in _NEVER and (ord(char) % 5 == 0) == self.unseen:
                return char

    def company(self) -> str:
        """A company's full name in one of the usual orders."""
        place = self.pick(self.rng.choice((WORDS["cities"], WORDS["cities"], WORDS["regions"])))
        place += self.rng.choice(("", "", "", "市" if place in WORDS["cities"] else "省"))
        brand, trade, form = self.brand(), self.pick(WORDS["trades"]), self.rng.choice(WORDS["forms"])
        shape = self.rng.random()
        if shape < 0.6:
            name = place + brand + trade + form
        elif shape < 0.75:
            name = f"{brand}{trade}（{place}）{form}" if self.rng.random() < 0.7 else f"{brand}({place}){trade}{form}"
        elif shape < 0.9:
            name = brand + trade + form
        else:
            name = place + brand + form
        if self.rng.random() < 0.04:
            name += self.pick(WORDS["cities"]) + "分公司"
        return name.replace("科技科技", "科技")

    def firm(self) -> str:
        """An audit firm."""
        brand = self.brand() if self.unseen or self.rng.random() < 0.7 else self.rng.choice(FIRMS)
        form = self.rng.choice(("（特殊普通合伙）", "（普通合伙）", "有限公司", "有限责任公司", "（特殊普通合伙）", ""))
        place = self.pick(WORDS["cities"]) if self.rng.random() < 0.4 else ""
        return f"{place}{brand}{self.rng.choice(('', '', '联合'))}会计师事务所{form}"

    def body(self) -> str:
        """A certification body."""
        brand = self.brand() if self.unseen or self.rng.random() < 0.7 else self.rng.choice(BODIES)
        form = self.rng.choice(
            ("认证有限公司", "认证中心有限公司", "质量认证有限公司", "国际认证有限公司", "认证中心", "检验认证集团有限公司")
        )
        return self.rng.choice(("", "", "北京", "上海", "深圳", "中国")) + brand + form

    def office(self) -> str:
        """A public body, a university, a hospital."""
        shape = self.rng.random()
        if shape < 0.4:
            return self.rng.choice(WORDS["granters"])
        if shape < 0.75:
            place = self.pick(WORDS["cities"]) + "市" if self.rng.random() < 0.7 else self.pick(WORDS["regions"]) + "省"
            return (
                place
                + (self.pick(WORDS["districts"]) if place.endswith("市") and self.rng.random() < 0.3 else "")
                + self.pick(WORDS["offices"])
            )
        return self.pick(WORDS["cities"]) + self.rng.choice(WORDS["schools"])

    def person(self) -> str:
        """A person's name."""
        family = (
            self.rng.choice(SURNAMES) if self.rng.random() < 0.97 else self.rng.choice(("欧阳", "上官", "司马", "诸葛", "司徒"))
        )
        given = [c for c in GIVEN if (ord(c) % 5 == 0) == self.unseen]
        return family + "".join(self.rng.choice(given) for _ in range(self.rng.choice((1, 2, 2, 2))))

    def address(self) -> str:
        """An address, with or without province, in a street or an industrial zone."""
        rng = self.rng
        head = self.rng.choice(
            ("", self.pick(WORDS["regions"]) + "省", self.pick(WORDS["regions"]) + "省", "中国" + self.pick(WORDS["regions"]))
        )
        place = head + self.pick(WORDS["cities"]) + "市" + (self.pick(WORDS["districts"]) if rng.random() < 0.85 else "")
        if rng.random() < 0.3:
            place += self.pick(WORDS["zones"])
        road = self.pick(WORDS["roads"]) + rng.choice(("路", "路", "大道", "街", "一路", "北路", "中路", "东路", "三巷"))
        house = rng.choice(
            (
                f"{rng.randint(1, 1288)}号",
                f"{rng.randint(1, 99)}号{rng.randint(1, 9)}幢",
                f"{rng.randint(1, 60)}号厂房{rng.randint(1, 5)}层",
                f"{rng.randint(1, 99)}号{self.brand()}大厦{rng.randint(2, 28)}层{rng.randint(201, 2815)}室",
                f"{rng.randint(1, 300)}弄{rng.randint(1, 60)}号",
                f"{rng.randint(1, 99)}号{rng.choice('ABCDE')}栋{rng.randint(101, 909)}",
            )
        )
        return place + road + house

    def product(self) -> str:
        """A product's name."""
        name = self.pick(WORDS["things"])
        if self.rng.random() < 0.5:
            name = self.pick(WORDS["qualities"]) + name
        if self.rng.random() < 0.12:
            name = f"{self.rng.choice(('RH', 'ZK', 'DN', 'HX', 'LM', 'YT'))}-{self.rng.randint(10, 9000)}型{name}"
        if self.rng.random() < 0.08:
            name += f" V{self.rng.randint(1, 5)}.{self.rng.randint(0, 9)}"
        return name

    def standard(self) -> str:
        """The designation of a standard."""
        rng = self.rng
        if rng.random() < 0.4:
            return self.pick(WORDS["systems"])
        year = rng.randint(1996, 2024)
        number = str(rng.randint(100, 49999)) + (f".{rng.randint(1, 30)}" if rng.random() < 0.25 else "")
        if rng.random() < 0.25:
            code = self.pick(WORDS["foreign"])
            return f"{code}{'' if code.endswith(' D') else ' '}{number}" + rng.choice((f":{year}", f"-{year}", ""))
        return f"{self.pick(WORDS['codes'])}{rng.choice((' ', ' ', ''))}{number}{rng.choice(('-', '-', '—'))}{year}"


MAKERS: dict[str, tuple[str, Callable[[Parts], str]]] = {
    "org": ("ORG", Parts.company),
    "firm": ("ORG", Parts.firm),
    "body": ("ORG", Parts.body),
    "gov": ("ORG", Parts.office),
    "per": ("PER", Parts.person),
    "addr": ("ADDR", Parts.address),
    "prod": ("PRODUCT", Parts.product),
    "std": ("STD", Parts.standard),
}
"""By slot name (a digit may follow: ``org2``): the kind of name, and its maker."""
