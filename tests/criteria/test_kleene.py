"""Three values against a tiny independent reading of the same logic: all ways of filling in what is open."""

from itertools import product

from criteria_build import BOOK, facts
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.criteria.evaluate import Decision, context_of
from extractor.criteria.kleene import at_least
from extractor.criteria.nodes import Group, Manual

STATUS = st.sampled_from(["met", "not_met", "undetermined"])


def by_filling_in(node, values):
    """True or False if every way of filling in the open ones gives it, else None. Names are unique in a tree."""
    kind, parts = node
    if kind == "leaf":
        return {"met": True, "not_met": False, "undetermined": None}[values[parts]]
    names = leaves(node)
    open_ = [n for n in names if values[n] == "undetermined"]
    seen = set()
    for filled in product([True, False], repeat=len(open_)):
        sure = {n: values[n] == "met" for n in names} | dict(zip(open_, filled, strict=True))
        seen.add(boolean(node, sure))
    return seen.pop() if len(seen) == 1 else None


def boolean(node, sure):
    """Plain two-valued logic."""
    kind, parts = node
    if kind == "leaf":
        return sure[parts]
    need, children = parts
    return sum(boolean(c, sure) for c in children) >= need


def leaves(node):
    """The names under a node."""
    kind, parts = node
    return [parts] if kind == "leaf" else [n for c in parts[1] for n in leaves(c)]


@st.composite
def trees(draw, depth=3):
    """A tree of at_least groups with numbered leaves."""
    counter = iter(range(1000))

    def make(level):
        if level == 0 or draw(st.booleans()):
            return ("leaf", next(counter))
        children = [make(level - 1) for _ in range(draw(st.integers(1, 3)))]
        return ("group", (draw(st.integers(1, len(children))), children))

    return make(depth)


def nodes_of(tree, path="t"):
    """The tree as nodes with manual leaves."""
    kind, parts = tree
    if kind == "leaf":
        return Manual(f"x#{parts}", f"x{parts}", "某", ("other",))
    need, children = parts
    how = "all" if need == len(children) else "any" if need == 1 else "at_least"
    made = tuple(nodes_of(c, f"{path}.{i}") for i, c in enumerate(children))
    return Group(f"x#{path}", path, how, need, made)


@given(trees(), st.data())
@settings(max_examples=300, deadline=None)
def test_evaluation_agrees_with_filling_in(tree, data):
    names = leaves(tree)
    values = {n: data.draw(STATUS) for n in names} if len(names) <= 10 else dict.fromkeys(names, "met")
    decided = {f"x#{n}": Decision(v, "王", "2021-05-06") for n, v in values.items() if v != "undetermined"}
    context = context_of(facts({}), BOOK, decisions=decided)
    answer = context.node(nodes_of(tree))
    assert answer.status == {True: "met", False: "not_met", None: "undetermined"}[by_filling_in(tree, values)]


@given(st.lists(STATUS, min_size=1, max_size=6), st.data())
def test_at_least(statuses, data):
    need = data.draw(st.integers(1, len(statuses)))
    tree = ("group", (need, [("leaf", i) for i in range(len(statuses))]))
    expected = by_filling_in(tree, dict(enumerate(statuses)))
    assert at_least(need, statuses) == {True: "met", False: "not_met", None: "undetermined"}[expected]
