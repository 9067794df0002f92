"""``初核表.docx``: part six of the application form of little giants, or any policy's conditions, as a tick list.

Boxes are ticked by evidence or a person's recorded decision alone; the opinion is left to the signatory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from extractor.model import Result
from extractor.reports.office.docx_kit import Paper
from extractor.reports.office.nodes import SYMBOLS, Node, classes, condition_text, tick, walk
from extractor.reports.office.persons import Masker

_HEADS, _WIDTHS = ("序号", "指标", "勾选", "核实情况", "依据页码", "说明"), (1.2, 6.2, 1.5, 5.2, 5.0, 5.8)


def _metric(*names: str) -> Callable[[Node], bool]:
    """Conditions on one of these metrics."""
    return lambda node: node.get("metric", "") in names


def _manual(word: str) -> Callable[[Node], bool]:
    """Questions for persons with this word."""
    return lambda node: node.get("kind") == "manual" and word in node.get("text", "")


def _label(word: str) -> Callable[[Node], bool]:
    """Groups of this label."""
    return lambda node: node.get("label") == word


SIX: tuple[tuple[str, tuple[Callable[[Node], bool], ...]], ...] = (
    ("主营业务收入占营业收入比重不低于70%", (_metric("main_revenue_ratio"),)),
    ("主导产品细分市场占有率在全省前3位，且在国内细分行业有较高知名度和影响力",
     (_metric("market_rank_province"), _manual("知名度"))),
    ("资产负债率不高于70%", (_metric("debt_ratio"),)),
    ("有效发明专利（含集成电路布图设计专有权）2项及以上，或实用新型、外观设计、软件著作权5项及以上", (_label("知识产权"),)),
    ("取得管理体系认证，或产品执行国际、国家、行业标准，或产品通过发达国家和地区产品认证", (_label("体系/标准/认证三选一"),)),
    ("近三年无重大安全、质量、环境污染事故等违法记录", (_metric("safety_quality_env_incidents"),)),
)  # fmt: skip
"""The six required indicators, in the order of the form, and the conditions that each one holds."""


def write_tick_list(result: Result, policy_texts: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Write the tick list of the policies of a result; one with the classes a, b, c in the layout of the form.

    Raises:
        ReportWriteError: the file cannot be written.
    """
    names = {t["id"]: t for t in policy_texts}
    mask = Masker(result)
    paper = Paper("初核推荐表", landscape=True)
    paper.line(f"企业名称：{result.package.enterprise or ''}    统一社会信用代码：{result.package.uscc or ''}")
    paper.line(f"材料有效性核验日：{result.package.as_of}", after=10)
    for policy in _chosen(result.policies):
        said = names.get(policy["id"], {})
        title = said.get("name") or policy.get("name") or policy["id"]
        doc_no = said.get("doc_no") or policy.get("doc_no") or ""
        paper.line(f"{title}{f'（{doc_no}）' if doc_no else ''}", size=14, bold=True, keep=True)
        if classes(policy):
            _form(paper, result, policy, mask)
        else:
            _table(paper, list(_general(result, policy)), mask)
    if not result.policies:
        paper.line("没有选择政策，无可勾选的指标。")
    paper.line("初核意见：    □ 同意        □ 不同意", size=14, keep=True, after=16)
    paper.line("初核人（签字）：                    单位（盖章）：                    年    月    日", keep=True)
    paper.line(
        "注：☑ 表示本企业的有效材料足以证明；☐ 表示材料表明不符合；“待核”表示材料不足、仅有企业填报或须由人判定，"
        "请核实后手工勾选。初核意见由人填写。", size=10,
    )  # fmt: skip
    paper.save(path)


def _chosen(policies: Sequence[Node]) -> list[Node]:
    """The policies to show: of several with classes the pre-screen alone, which has the same ones and no more."""
    screens = [p for p in policies if classes(p)]
    best = next((p for p in screens if _has_all_six(p)), screens[0] if screens else None)
    return [p for p in policies if not classes(p) or p is best]


def _has_all_six(policy: Node) -> bool:
    """Whether a policy holds all conditions of the form."""
    return all(_find(policy, test) is not None for _, tests in SIX for test in tests)


def _find(policy: Node, test: Callable[[Node], bool]) -> Node | None:
    """The first condition that fits."""
    return next((n for n in walk(policy.get("conditions", {})) if test(n)), None)


def _form(paper: Paper, result: Result, policy: Node, mask: Masker) -> None:
    """The two tables of the form."""
    paper.line("一、分类条件（三选一）", bold=True, keep=True)
    rows = [(n["label"], "；".join(condition_text(c) for c in n.get("children", ())), [n]) for n in classes(policy)]
    _table(paper, [_row(result, *row) for row in rows], mask)
    paper.line("二、必备指标", bold=True, keep=True)
    rows = []
    for number, (text, tests) in enumerate(SIX, start=1):
        found = [_find(policy, test) for test in tests]
        rows.append((str(number), text, [n for n in found if n is not None] if None not in found else []))
    _table(paper, [_row(result, *row) for row in rows], mask)


def _general(result: Result, policy: Node) -> Iterator[list[str]]:
    """A line for every condition that must be met, then for what bars a filing."""
    number = 0
    for node in _lines(policy.get("conditions", {})):
        number += 1
        yield _row(result, str(number), _text(node), [node])
    for veto in policy.get("vetoes", ()):
        if veto.get("counted"):
            number += 1
            decided = veto.get("decision")
            word = {"met": "存在", "not_met": "不存在"}.get(veto.get("status", ""), "待核") if decided else "待核"
            reason = "由人工核实" if not decided else f"人工判定：{decided.get('who', '')} {decided.get('when', '')}"
            yield [str(number), f"不得推荐的情形：{veto.get('text', '')}", word, "", "", reason]


def _lines(node: Node) -> Iterator[Node]:
    """The conditions that must each be met; alternatives stay one line."""
    if node.get("kind") == "all":
        for child in node.get("children", ()):
            yield from _lines(child)
    elif node:
        yield node


def _text(node: Node) -> str:
    """A condition in words, alternatives spelled out."""
    children = node.get("children", ())
    if not children:
        return condition_text(node)
    parts = "；".join(f"（{i}）{_text(c)}" for i, c in enumerate(children, start=1))
    return f"{node.get('text', '')}：{parts}"


def _row(result: Result, number: str, text: str, nodes: Sequence[Node]) -> list[str]:
    """A line of the table."""
    if not nodes:
        return [number, text, SYMBOLS["open"], "", "", "所选政策的条件中没有这一项，由人工核实"]
    made = tick(result, nodes)
    return [number, text, SYMBOLS[made.mark], made.actual, made.places, made.reason]


def _table(paper: Paper, rows: Sequence[Sequence[str]], mask: Masker) -> None:
    """The table, persons masked."""
    paper.table(_HEADS, _WIDTHS, [[mask(text) for text in row] for row in rows])
