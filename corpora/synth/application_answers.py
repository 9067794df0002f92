"""What an enterprise writes into an application form: figures of two years and counts, some left blank."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from corpora.synth import names

_YEARLY: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("revenue", ("营业收入", "营业收入总额"), "万元"),
    ("main_revenue", ("其中：主营业务收入", "主营业务收入"), "万元"),
    ("main_revenue_ratio", ("主营业务收入占营业收入比重", "主营业务收入占营业收入的比重"), "%"),
    ("main_revenue_growth", ("主营业务收入增长率",), "%"),
    ("net_profit", ("净利润总额", "净利润"), "万元"),
    ("net_profit_growth", ("净利润增长率",), "%"),
    ("total_assets", ("资产总额",), "万元"),
    ("debt_ratio", ("资产负债率",), "%"),
    ("tax_paid", ("上缴税金",), "万元"),
    ("rd_expense", ("研发经费总额", "研发费用"), "万元"),
    ("rd_expense_ratio", ("研发经费占营业收入比重", "研发费用占营业收入比重"), "%"),
    ("rd_staff_ratio", ("研发人员占全部职工比重",), "%"),
    ("market_share_national", ("主导产品国内市场占有率",), "%"),
)
_COUNTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("invention_patents", ("发明专利（项）", "发明专利")),
    ("utility_patents", ("实用新型专利（项）", "实用新型")),
    ("design_patents", ("外观设计专利（项）", "外观设计专利")),
    ("software_copyrights", ("软件著作权（项）", "软件著作权")),
    ("trademarks", ("注册商标（个）", "注册商标数")),
)
_SYSTEMS = ("ISO9001质量管理体系认证", "ISO14001环境管理体系认证", "OHSAS18001职业健康安全管理体系认证")


@dataclass(frozen=True)
class Answers:
    """``money`` and ``percent``: text as written by metric and year, empty or a dash where left blank."""

    years: tuple[int, int]
    labels: dict[str, str]
    yearly: dict[str, tuple[str, str]]
    counts: dict[str, str]
    high_tech: bool
    systems: tuple[bool, ...]
    size: str
    centres: tuple[str, str]
    founded: str

    def shown(self, key: str) -> str:
        """A count as written."""
        return self.counts[key]

    def yearly_rows(self, units: bool = True) -> list[tuple[str, str, str]]:
        """Label and the figures of both years; without ``units`` money labels go bare."""
        out = []
        for key, _, unit in _YEARLY:
            remark = f"（{unit}）" if units or unit == "%" else ""
            out.append((self.labels[key] + remark, *self.yearly[key]))
        return out

    def count_rows(self) -> list[tuple[str, str]]:
        """Label and number of what is counted."""
        return [(self.labels[key], self.counts[key]) for key, _ in _COUNTS]

    def patents_total(self) -> str:
        """All patents together."""
        kinds = ("invention_patents", "utility_patents", "design_patents")
        return str(sum(int(self.counts[k]) for k in kinds if self.counts[k].isdigit()))

    def size_options(self) -> Sequence[tuple[str, bool]]:
        """企业规模 as tick boxes."""
        return [(s, s == self.size) for s in ("中型", "小型", "微型")]

    def system_options(self) -> Sequence[tuple[str, bool]]:
        """Management systems as tick boxes."""
        return list(zip(_SYSTEMS, self.systems, strict=True))

    def declared(self) -> list[dict[str, Any]]:
        """The figures that are filled in, as declared; what is ticked is in ``ticked``."""
        out: list[dict[str, Any]] = []
        for key, _, unit in _YEARLY:
            for year, value in zip(self.years, self.yearly[key], strict=True):
                if value not in ("", "—"):
                    out.append({"metric": key, "period": str(year), "value": float(value.replace(",", "")), "unit": unit})
        for key, value in self.counts.items():
            if value not in ("", "—"):
                unit = "人" if key in ("employees", "rd_staff") else "个" if "个" in self.labels[key] else "项"
                out.append({"metric": key, "period": "now", "value": int(value.replace(",", "")), "unit": unit})
        out.append({"metric": "registration_date", "period": "now", "value": self.founded, "unit": "date"})
        return out

    def ticked(self) -> list[dict[str, Any]]:
        """What tick boxes declare; which of them a form has depends on its layout."""
        out: list[dict[str, Any]] = [
            {"metric": "high_tech_enterprise", "period": "now", "value": int(self.high_tech), "unit": "0/1"},
            {"metric": "sme_size_class", "period": "now", "value": self.size, "unit": "tag"},
        ]
        if any(self.systems):
            out.append({"metric": "management_system_certs", "period": "now", "value": sum(self.systems), "unit": "项"})
        return out


def draw(rng: Random, owner: names.Enterprise, filed: int) -> Answers:
    """Figures of the two years before ``filed``, made to fit together; some cells left blank."""
    before = _year(rng, 1.0)
    last = _year(rng, rng.uniform(0.9, 1.5), before)
    comma, decimals = rng.random() < 0.4, rng.choice((2, 2, 2, 1, 4))

    def written(key: str, unit: str, year: dict[str, float]) -> str:
        if rng.random() < 0.04 and key not in ("revenue", "main_revenue"):
            return rng.choice(("", "", "—"))
        return f"{year[key]:,.{decimals}f}" if comma and unit == "万元" else f"{year[key]:.{decimals if unit == '万元' else 2}f}"

    yearly = {key: (written(key, unit, before), written(key, unit, last)) for key, _, unit in _YEARLY}
    employees = rng.randint(30, 1400)
    top = {"invention_patents": 12, "utility_patents": 45, "design_patents": 9, "software_copyrights": 20, "trademarks": 8}
    counts = {key: rng.choice(("", "—")) if rng.random() < 0.06 else str(rng.randint(0, n)) for key, n in top.items()}
    counts |= {"employees": str(employees), "rd_staff": str(rng.randint(5, max(6, employees // 3)))}
    labels = {key: rng.choice(words) for key, words, _ in _YEARLY} | {key: rng.choice(words) for key, words in _COUNTS}
    return Answers(
        years=(filed - 2, filed - 1),
        labels=labels,
        yearly=yearly,
        counts=counts,
        high_tech=rng.random() < 0.7,
        systems=tuple(rng.random() < 0.6 for _ in _SYSTEMS),
        size=rng.choice(("中型", "小型", "微型")),
        centres=(rng.choice(("", "0")), str(rng.randint(1, 2))),
        founded=owner.established,
    )


def _year(rng: Random, grown: float, before: dict[str, float] | None = None) -> dict[str, float]:
    """One year's figures in 万元 and percent."""
    revenue = before["revenue"] * grown if before else rng.uniform(2500, 42000)
    main = revenue * rng.uniform(0.72, 0.999)
    profit = revenue * rng.uniform(0.03, 0.2)
    assets = revenue * rng.uniform(0.7, 2.2)
    research = revenue * rng.uniform(0.03, 0.12)
    old = before or {"main_revenue": main / rng.uniform(0.95, 1.4), "net_profit": profit / rng.uniform(0.9, 1.5)}
    return {
        "revenue": revenue,
        "main_revenue": main,
        "main_revenue_ratio": 100 * main / revenue,
        "main_revenue_growth": 100 * (main / old["main_revenue"] - 1),
        "net_profit": profit,
        "net_profit_growth": 100 * (profit / old["net_profit"] - 1),
        "total_assets": assets,
        "debt_ratio": rng.uniform(18, 72),
        "tax_paid": revenue * rng.uniform(0.02, 0.06),
        "rd_expense": research,
        "rd_expense_ratio": 100 * research / revenue,
        "rd_staff_ratio": rng.uniform(10, 45),
        "market_share_national": rng.uniform(2, 40),
    }
