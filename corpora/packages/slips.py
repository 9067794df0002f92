"""Wrong values as they occur in applications: the kinds that ``extractor.claims.looks`` and its callers name.

Each function gives every candidate of its group by kind; whether one happens to be right all the same is
for ``corpora.packages.expected`` to say.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from random import Random

KINDS: dict[str, str] = {
    "unit_1000": "元 and 千元 confused",
    "unit_10000": "元 and 万元 confused",
    "unit_100000000": "元 and 亿元 confused",
    "decimal_point": "the decimal point moved by one or two places",
    "sign": "minus dropped or added",
    "swapped_digits": "two neighbouring digits exchanged",
    "wrong_digit": "one digit changed",
    "dropped_digit": "one digit left out",
    "extra_digit": "one digit too many",
    "other_year": "another year's figure",
    "other_item": "another row's figure",
    "parent_company": "the parent company's statements instead of the consolidated ones",
    "other_entity_figure": "another enterprise's figure, whose paper is also there",
    "fraction": "a fraction written as percent, or the reverse",
    "wrong_denominator": "divided by another figure",
    "wrong_base": "growth over this year's figure instead of last year's",
    "not_subtracted": "this year over last year without subtracting the base",
    "inverted": "numerator and denominator exchanged",
    "year_missing": "no paper of that year",
    "no_evidence": "no paper that could prove it",
    "other_entity": "only another enterprise's papers",
    "unaudited": "only unaudited statements",
    "adverse_opinion": "the auditor's opinion is adverse",
    "disclaimer": "the auditor disclaims an opinion",
    "arithmetic": "a total that is not the sum of its parts",
    "documents_disagree": "two of the enterprise's own papers say different things",
    "draft": "only a draft of the report",
    "expired": "the term is over",
    "lapsed": "a notice or the register says that the right has ended",
    "other_holder": "a certificate of somebody else counted",
    "duplicate": "the same certificate counted twice",
    "after_as_of": "granted after the deadline",
    "notice": "a notice of acceptance or of grant counted",
    "specimen": "a specimen counted",
    "overclaimed": "more declared than handed in",
    "false_check_digit": "a certificate number with a false check digit",
    "wrong_date": "another date than the paper's",
    "headcount_rows": "the printed total is not the number of rows",
    "headcount_wrong": "another number than the list's",
    "rd_staff": "a social-security list does not show who does R&D",
    "years_rounded_up": "the running year counted as a whole one",
}
"""Every kind of planted error (``ExpectedFinding.planted``)."""


def at(value: Decimal, places: int, rng: Random | None = None) -> Decimal:
    """``value`` with ``places`` decimals, rounded; with ``rng`` sometimes truncated, which is right as well."""
    how = ROUND_DOWN if rng is not None and rng.random() < 0.5 else ROUND_HALF_UP
    return value.quantize(Decimal(1).scaleb(-places), how)


def digits(rng: Random, value: Decimal) -> dict[str, Decimal]:
    """Slips of the pen: one candidate of each kind that the number of digits allows."""
    places = -int(value.as_tuple().exponent)
    text = str(abs(int(value.scaleb(places))))
    found: dict[str, str] = {}
    pairs = [k for k in range(len(text) - 1) if text[k] != text[k + 1] and not (k == 0 and text[1] == "0")]
    if len(text) < 4:
        return {}
    if pairs:
        k = rng.choice(pairs)
        found["swapped_digits"] = text[:k] + text[k + 1] + text[k] + text[k + 2 :]
    k = rng.randrange(len(text))
    other = rng.choice([c for c in "123456789" if c != text[k]])
    found["wrong_digit"] = text[:k] + other + text[k + 1 :]
    k = rng.randrange(1, len(text))
    found["dropped_digit"] = text[:k] + text[k + 1 :]
    k = rng.randrange(1, len(text))
    found["extra_digit"] = text[:k] + rng.choice("0123456789") + text[k:]
    return {kind: (Decimal(body) * (-1 if value < 0 else 1)).scaleb(-places) for kind, body in found.items()}


def units(rng: Random, yuan: Decimal, unit: str, places: int) -> dict[str, Decimal]:
    """An amount in the wrong unit, or with its point moved; ``unit`` is the declared one."""
    factor = {"元": 1, "千元": 1_000, "万元": 10_000, "亿元": 100_000_000}[unit]
    right = at(yuan / factor, places)
    kind = {1_000: "unit_1000", 10_000: "unit_10000", 100_000_000: "unit_100000000"}.get(factor)
    found = {kind: at(yuan, places)} if kind else {"unit_10000": at(yuan / 10_000, 2), "unit_1000": at(yuan / 1_000, 2)}
    found["decimal_point"] = right.scaleb(rng.choice((-2, -1, 1, 2)))
    found["sign"] = -right
    return found


def mistaken(others: Mapping[str, Decimal], places: int) -> dict[str, Decimal]:
    """Right figures of something else, in the declared unit, by kind."""
    return {kind: at(value, places) for kind, value in others.items()}
