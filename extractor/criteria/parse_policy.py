"""One policy of a file: YAML to ``nodes.Policy``, every rule of its shape checked."""

from __future__ import annotations

from typing import Any, cast

from extractor.criteria.nodes import Advisory, Definition, Leaf, Material, Policy, Source, Veto, Window
from extractor.criteria.parse_nodes import Reader, evidence
from extractor.criteria.parse_scoring import parse_scoring
from extractor.criteria.reading import Place
from extractor.criteria.vocabulary import (
    ADVISORY_KINDS,
    CONFIDENCE_WORDS,
    DOC_TYPES,
    KEYS,
    KINDS,
    REQUIRED,
    STAGES,
    STATUS_WORDS,
)

_VETO = ("text", "lookback_years", "since", "bar_years", "stage", "effect", "test", "evidence")
_SOURCE = ("file", "lines", "condition_lines", "material_lines", "document", "read", "url", "at")


def parse_policy(place: Place, reader: Reader) -> Policy:
    """Read a policy; ``extends`` of its scoring is resolved later.

    Raises:
        PolicyError: it breaks a rule.
    """
    place.mapping(KEYS, REQUIRED)
    order = [k for k in KEYS if place.has(k)]
    if list(place.value) != order:
        wrong = next(a for a, b in zip(place.value, order, strict=True) if a != b)
        place.at(wrong, None).fail(f"键的次序不对，应为：{'、'.join(order)}")
    pid = place.text("id")
    return Policy(
        id=pid,
        file=place.file,
        name=place.text("name"),
        jurisdiction=place.text("jurisdiction"),
        tier=place.text("tier"),
        kind=place.word("kind", tuple(KINDS)),
        doc_no=place.text("doc_no"),
        issued=place.date("issued"),
        valid_from=place.date("valid_from"),
        valid_until=place.date("valid_until"),
        validity_years=place.whole("validity_years"),
        status=place.word("status", tuple(STATUS_WORDS)),
        superseded_by=_other(place, "superseded_by", reader),
        confidence=place.word("confidence", tuple(CONFIDENCE_WORDS)),
        source=tuple(_source(p) for p in place.parts("source")),
        conditions=reader.node(place.get("conditions"), pid),
        vetoes=tuple(_veto(p, pid, reader) for p in place.parts("vetoes")),
        materials=tuple(_material(p) for p in place.parts("materials")),
        advisory=tuple(_advisory(p, pid, reader) for p in place.parts("advisory")),
        scoring=parse_scoring(place.get("scoring"), pid, reader) if place.has("scoring") else None,
        definitions=_definitions(place, reader),
        declared_fields=place.words("declared_fields"),
        workflow=place.words("workflow"),
        review_cycle=place.text("review_cycle"),
        application_window=tuple(_window(p) for p in place.parts("application_window")),
        notes=place.words("notes"),
    )


def _other(place: Place, key: str, reader: Reader) -> str:
    """The id of another policy."""
    other = place.text(key)
    if other and other not in reader.policies:
        place.get(key).fail(f"没有编号为“{other}”的政策")
    return other


def _source(place: Place) -> Source:
    """Where it was taken from."""
    place.mapping(_SOURCE)
    if not place.has("file") and not place.has("document"):
        place.fail("来源须写 file（原始文件）或 document（文件名称）")
    return Source(
        file=place.text("file"),
        lines=place.wholes("lines"),
        condition_lines=place.wholes("condition_lines"),
        material_lines=place.wholes("material_lines"),
        document=place.text("document"),
        read=place.text("read"),
        url=place.text("url"),
        at=place.words("at"),
    )


def _veto(place: Place, policy: str, reader: Reader) -> Veto:
    """A veto; without a stage it bars the filing."""
    place.mapping(_VETO, ("text", "evidence"))
    path = ".".join(place.path[1:])
    return Veto(
        key=f"{policy}#{path}",
        path=path,
        text=place.text("text"),
        evidence=evidence(place),
        stage=cast(Any, place.word("stage", STAGES[1:], "filing")),
        effect=place.text("effect"),
        lookback_years=place.whole("lookback_years"),
        since=place.date("since") or None,
        bar_years=place.whole("bar_years"),
        test=_leaf(place.get("test"), policy, reader) if place.has("test") else None,
    )


def _leaf(place: Place, policy: str, reader: Reader) -> Leaf:
    """A node that must be a single condition."""
    node = reader.node(place, policy)
    if not isinstance(node, Leaf):
        place.fail("只能是单个指标条件")
    return node


def _material(place: Place) -> Material:
    """A paper to hand in."""
    place.mapping(("name", "doc_type", "required", "years", "when"), ("name", "doc_type", "required"))
    return Material(
        name=place.text("name"),
        doc_type=place.word("doc_type", tuple(DOC_TYPES)),
        required=place.flag("required", False),
        years=place.wholes("years"),
        when=place.text("when"),
    )


def _advisory(place: Place, policy: str, reader: Reader) -> Advisory:
    """A preference, or a condition that is switched off."""
    place.mapping(("kind", "text", "node"), ("kind", "node"))
    kind = place.word("kind", tuple(ADVISORY_KINDS))
    return Advisory(cast(Any, kind), place.text("text"), reader.node(place.get("node"), policy))


def _window(place: Place) -> Window:
    """Who may file when."""
    place.mapping(("who", "opens", "closes", "batch"), ("who",))
    opens, closes = place.date("opens"), place.date("closes")
    if opens and closes and closes < opens:
        place.fail(f"截止 {closes} 早于开始 {opens}")
    return Window(place.text("who"), opens, closes, place.text("batch"))


def _definitions(place: Place, reader: Reader) -> tuple[Definition, ...]:
    """How the policy counts."""
    if not place.has("definitions"):
        return ()
    terms = place.get("definitions")
    if not isinstance(terms.value, dict):
        terms.fail("应是“术语: 内容”的映射")
    found = []
    for term, value in terms.value.items():
        entry = terms.at(str(term), value).mapping(("text", "metrics"), ("text",))
        found.append(Definition(str(term), entry.text("text"), entry.words("metrics", reader.metrics)))
    return tuple(found)
