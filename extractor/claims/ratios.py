"""Ratios and growth, worked out from their parts; they are as sure as their parts are."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from extractor.claims.book import Book
from extractor.claims.figures import Resolution, Status, resolve
from extractor.claims.metrics import RATIOS, Ratio, metric_of
from extractor.model import Claim

_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Computed:
    """A ratio in percent with its parts. ``why`` says why it is not ``sure``.

    ``low``/``high``: the ratio's bounds given how finely the parts are printed.
    """

    status: Status
    value: Decimal | None
    numerator: Resolution
    denominator: Resolution
    why: str = ""
    low: Decimal = Decimal(0)
    high: Decimal = Decimal(0)

    @property
    def claims(self) -> tuple[Claim, ...]:
        """The claims of both parts, each once."""
        return tuple({c.id: c for c in (*self.numerator.claims, *self.denominator.claims)}.values())


def previous(period: str) -> str:
    """The period one year earlier: ``2020`` gives ``2019``, ``2020-06`` gives ``2019-06``; else empty."""
    year = period[:4]
    return f"{int(year) - 1}{period[4:]}" if year.isdigit() and len(year) == 4 else ""


def base_period(ratio: Ratio, period: str) -> str:
    """The period of the denominator."""
    return previous(period) if ratio.growth else period


def percent(ratio: Ratio, top: Decimal, base: Decimal) -> Decimal:
    """The ratio or the growth rate in percent; ``base`` is not zero."""
    return ((top - base) if ratio.growth else top) / base * _HUNDRED


def compute(book: Book, metric: str, period: str) -> Computed:
    """Work out a ratio of ``RATIOS`` from what the papers say about its parts.

    Not ``sure`` where a part is not; then the value is there all the same if both parts are.
    """
    ratio = RATIOS[metric]
    top = resolve(book, ratio.numerator, period)
    base = resolve(book, ratio.denominator, base_period(ratio, period))
    # Without a part there is nothing to compute; somebody else's part weighs more than a doubt.
    statuses: tuple[Status, ...] = ("missing", "wrong_entity")
    for status in statuses:
        if status in (top.status, base.status):
            return Computed(status, None, top, base, why=_why(ratio, period, status, top, base))
    if base.value is not None and base.value <= 0:
        label = metric_of(ratio.denominator).label
        kind = "基期" if ratio.growth else ""
        return Computed("unsure", None, top, base, why=f"{kind}{label}为零或负数，比率没有意义")
    if top.value is None or base.value is None:
        return Computed("unsure", None, top, base, why=_why(ratio, period, "unsure", top, base))
    if _grouped(top) != _grouped(base):
        why = "分子与分母的口径不同（一个取自合并报表，另一个不是）"
        return Computed("unsure", None, top, base, why=why)
    value = percent(ratio, top.value, base.value)
    if "unsure" in (top.status, base.status):
        return Computed("unsure", value, top, base, why=_why(ratio, period, "unsure", top, base))
    corners = _corners(ratio, top, base)
    return Computed("sure", value, top, base, low=min(corners), high=max(corners))


def _corners(ratio: Ratio, top: Resolution, base: Resolution) -> list[Decimal]:
    """The ratio at the ends of what the printed parts may stand for."""
    a, b = top.value or Decimal(0), base.value or Decimal(0)
    tops = (a - top.step / 2, a, a + top.step / 2)
    bases = [x for x in (b - base.step / 2, b, b + base.step / 2) if x > 0]
    return [percent(ratio, x, y) for x in tops for y in bases]


def _grouped(found: Resolution) -> bool:
    """Whether a part was taken from consolidated statements."""
    return any(c.scope == "consolidated" for c in found.claims)


def _why(ratio: Ratio, period: str, status: str, top: Resolution, base: Resolution) -> str:
    """Which part is not known, and why."""
    parts = [(top, ratio.numerator, period), (base, ratio.denominator, base_period(ratio, period))]
    texts = [f"{p}年{metric_of(m).label}：{found.why}" for found, m, p in parts if found.status == status]
    return "；".join(dict.fromkeys(texts))
