"""Counted papers: patents, copyrights, trademarks, certificates (contract, "Counts")."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from extractor.claims import doubts, endings, show
from extractor.claims.book import Book
from extractor.claims.entity import Whose
from extractor.claims.metrics import NOW, metric_of
from extractor.claims.verdicts import excluded, finding, missing, not_a_number, wanted
from extractor.model import Claim, Declared, Finding, Verdict

State = Literal["counts", "doubtful", "out_of_force", "others"]

_UNITS = frozenset({"", "项", "件", "个", "张", "份", "本", "0/1", "flag"})


@dataclass(frozen=True, slots=True)
class Item:
    """One certificate (all papers with its number) and whether it counts; ``why`` if it does not."""

    state: State
    claims: tuple[Claim, ...]
    why: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """The items of a metric at a day. ``loose``: certificates of which nothing could be read.

    ``ending``: notices that end a certificate without its number having been read.
    """

    items: tuple[Item, ...]
    loose: tuple[str, ...]
    ending: tuple[str, ...]

    def by(self, state: State) -> tuple[Item, ...]:
        """The items in one state."""
        return tuple(i for i in self.items if i.state == state)


def check_count(book: Book, declared: Declared) -> Finding:
    """The verdict on a declared number of papers."""
    number = wanted(declared)
    if number is None:
        return not_a_number(declared)
    whole = number.value == int(number.value) and number.value >= 0
    flag = metric_of(declared.metric).kind == "flag"
    if declared.unit.strip() not in _UNITS or not whole or (flag and number.value > 1):
        text = f"申报值“{declared.value}{declared.unit}”不是件数，请按整数项数填报"
        return finding(declared, Verdict.UNSURE, text, confidence=0.0)
    found = _judge(book, declared, int(number.value), book.as_of)
    day = _year_end(declared.period)
    if day is None or day >= book.as_of:
        return found
    # Declared for a past year: must hold then as well as at the deadline.
    then = _judge(book, declared, int(number.value), day)
    if then.verdict is found.verdict:
        return found
    text = f"按截止日 {book.as_of}：{found.reason}；按 {day}：{then.reason}；两个时点结论不同，请人工核对"
    return finding(declared, Verdict.UNSURE, text, book.of(declared.metric))


def _year_end(period: str) -> date | None:
    """The last day of a declared year; None for ``now`` and anything else."""
    return date(int(period), 12, 31) if period != NOW and period.isdigit() and len(period) == 4 else None


def tally(book: Book, metric: str, day: date) -> Tally:
    """Sort the papers of a metric by certificate number, and judge each at ``day``."""
    groups: dict[str, list[Claim]] = {}
    loose: list[str] = []
    for claim in book.of(metric):
        # Without a number two papers cannot be told apart: each is its own, doubtful item.
        groups.setdefault(claim.key or f"?{claim.document}", []).append(claim)
    seen = {c.document for c in book.claims}
    for document in book.documents.values():
        if document.type in metric_of(metric).evidence and document.excluded is None and document.id not in seen:
            loose.append(f"{book.places.of_document(document)}（内容未能识别）")
    ended = endings.find(book.documents.values(), metric_of(metric).evidence, day)
    unclear = tuple(f"{book.places.of_document(d)}“{d.title}”{why}" for d, why in ended.unclear)
    items = tuple(_item(book, tuple(group), day, ended) for group in groups.values())
    return Tally(items, tuple(loose), unclear)


def _item(book: Book, claims: tuple[Claim, ...], day: date, ended: endings.Endings) -> Item:
    """Judge one certificate, of which there may be several copies."""
    own = book.owned(claims, Whose.OWN)
    others = book.owned(claims, Whose.OTHER)
    name = _name(book, own or claims)
    if len(others) == len(claims):
        holders = "、".join((claims[0].subject, *claims[0].co_subjects))
        return Item("others", claims, f"{name} 属于“{holders}”")
    stop = ended.of(claims[0].key)
    if stop is not None:
        return Item("out_of_force", claims, f"{name} 已失效（{book.places.of_document(stop)} {stop.title}）")
    if (perhaps := ended.perhaps(claims[0].key)) is not None:
        where = book.places.of_document(perhaps)
        return Item("doubtful", claims, f"{name} 的号码与“{perhaps.title}”（{where}）所写的几乎相同，可能已失效")
    if not own:
        return Item("doubtful", claims, f"{name} {_not_surely_own(book, claims)}")
    if others:
        return Item("doubtful", claims, f"{name} 的几份材料上权利人不同（另有“{others[0].subject}”）")
    return _own_item(own, day, name)


def _own_item(own: tuple[Claim, ...], day: date, name: str) -> Item:
    """Judge the enterprise's own certificate: sound copies decide over doubtful ones."""
    sound = [c for c in own if c.doubt is None]
    out = [w for c in (sound or own) if (w := _out_of_force(c, day))]
    if sound and not out:
        return Item("counts", tuple(sound))
    if sound and len(out) < len(sound):
        return Item("doubtful", own, f"{name} 的几份材料上有效期不一致")
    if sound or (len(out) == len(own) and all(_only_certain_dates(c) for c in own)):
        return Item("out_of_force", own, f"{name} {out[0]}")
    return Item("doubtful", own, f"{name} {own[0].doubt}")


def _not_surely_own(book: Book, claims: tuple[Claim, ...]) -> str:
    """Why it cannot be said whose the certificate is."""
    near = book.owned(claims, Whose.NEAR)
    subject = (near or claims)[0].subject
    if not subject:
        return doubts.NO_HOLDER
    if near:
        return f"权利人“{subject}”与申报企业名称相近而不完全一致"
    return f"权利人“{subject}”无法与申报企业核对"


def _only_certain_dates(claim: Claim) -> bool:
    """Whether the doubt leaves the dates themselves alone (a false check digit, say)."""
    return not any("日" in d or "期" in d or d == doubts.TYPE_UNSURE for d in doubts.split(claim.doubt))


def _out_of_force(claim: Claim, day: date) -> str | None:
    """Why the certificate is not in force on ``day``, or None. Both end days are inclusive."""
    if claim.valid_from is not None and date.fromisoformat(claim.valid_from) > day:
        return f"{claim.valid_from} 才授权或发证，晚于 {day}"
    if claim.valid_until is not None and date.fromisoformat(claim.valid_until) < day:
        return f"已于 {claim.valid_until} 到期"
    return None


def _name(book: Book, claims: Sequence[Claim]) -> str:
    """Number and place of a certificate."""
    return f"{claims[0].key or '号码未识别'}（{book.places.of(claims[0])}）"


def _judge(book: Book, declared: Declared, said: int, day: date) -> Finding:
    """The contract's table: declared against counted."""
    found = tally(book, declared.metric, day)
    good = found.by("counts")
    metric, n = metric_of(declared.metric), len(good)
    label, flag = metric.label, metric.kind == "flag"
    if flag and said == 0 and n > 0:
        text = f"材料显示企业持有效证书：{_keys(good)}，与申报“否”不一致"
        return finding(declared, Verdict.CONTRADICTED, text, _claims(good), evidenced=1)
    n = min(n, 1) if flag else n
    if n >= said > n - len(found.ending):
        text = f"有效{label} {n} 项，但{show.listed(found.ending)}，可能使其中一项失效，请人工核对"
        return finding(declared, Verdict.UNSURE, text, _claims(good), evidenced=n)
    if said <= n:
        return _enough(declared, said, n, found)
    return _too_few(book, declared, said, n, found)


def _enough(declared: Declared, said: int, n: int, found: Tally) -> Finding:
    """Declared = n or below: supported, saying so where more was found."""
    metric, good = metric_of(declared.metric), found.by("counts")
    label = metric.label
    if metric.kind == "flag" and said:
        text = f"企业持有有效的证书：{_keys(good)}，与申报值一致"
    elif said == n:
        text = f"有效{label} {n} 项" + (f"：{_keys(good)}" if good else "") + "，与申报值一致"
    else:
        text = f"材料中有效{label} {n} 项，多于申报的 {said} 项：{_keys(good)}"
    if notes := _notes(found):
        text += f"。未计入：{notes}"
    # The declared number rests on that many papers, the surest ones.
    sure = sorted((max(c.confidence for c in i.claims) for i in good), reverse=True)[: max(said, 1)]
    return finding(declared, Verdict.SUPPORTED, text, _claims(good), confidence=min(sure, default=1.0), evidenced=n)


def _too_few(book: Book, declared: Declared, said: int, n: int, found: Tally) -> Finding:
    """Declared above n: which of the other verdicts it is."""
    metric = metric_of(declared.metric)
    doubtful, out, others = found.by("doubtful"), found.by("out_of_force"), found.by("others")
    gap = said - n
    notes = [i.why for i in (*doubtful, *out, *others)]
    notes += [*found.loose, *found.ending, *excluded(book, metric.evidence)]
    if book.unreadable:
        notes.append(f"未能读取的材料：{show.listed(book.unreadable, 5)}")
    counted = f"能确认有效的{metric.label} {n} 项" + (f"（{_keys(found.by('counts'))}）" if n else "")
    told = f"{counted}，申报 {said} 项" + (f"；未计入：{show.listed(notes)}" if notes else "")
    items = (*found.by("counts"), *doubtful, *out, *others)
    unread = len(doubtful) + len(found.loose)
    # A file that could not be read may hold any number of certificates.
    if unread >= gap or book.unreadable or (n == 0 and unread):
        text = f"{told}。其中读不清或存疑的可能补足差额，请人工核对"
        return finding(declared, Verdict.UNSURE, text, _claims(items), evidenced=n)
    if n > 0:
        return finding(declared, Verdict.CONTRADICTED, told, _claims(items), evidenced=n)
    if out:
        return finding(declared, Verdict.EXPIRED, told, _claims(items), evidenced=0)
    if others:
        return finding(declared, Verdict.WRONG_ENTITY, told, _claims(others), evidenced=0)
    return missing(book, declared)


def _notes(found: Tally) -> str:
    """Everything that did not count, with its reason."""
    kept = (*found.by("doubtful"), *found.by("out_of_force"), *found.by("others"))
    return show.listed([i.why for i in kept])


def _claims(items: Iterable[Item]) -> tuple[Claim, ...]:
    """The claims of the items."""
    return tuple(c for i in items for c in i.claims)


def _keys(items: Sequence[Item]) -> str:
    """The numbers of the certificates."""
    return show.listed(i.claims[0].key or "" for i in items)
