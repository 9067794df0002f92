"""The form of every policy: written, opened, filled in, read back, and enough to decide every condition."""

import csv
import io
import json
from datetime import date
from decimal import Decimal
from functools import lru_cache

import openpyxl
import pytest
import typer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extractor.claims.declared import load_declaration, parse_declaration
from extractor.cli_template import template
from extractor.criteria.evaluate import evaluate
from extractor.criteria.facts import facts_from_declaration
from extractor.criteria.form_rows import form_rows
from extractor.criteria.load import load_policies
from extractor.criteria.nodes import Leaf
from extractor.reports.template_xlsx import HEADS, TemplateHead, write_csv, write_xlsx
from extractor.template import template_row

BOOK = load_policies()
DAYS = (date(2021, 5, 6), date(2026, 5, 1))
LITTLE_GIANT = "cn-2021-little-giant-batch3"
SETTINGS = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
VALUE, CODE = list(HEADS).index("申报值"), list(HEADS).index("编码（勿改）")


@lru_cache(maxsize=512)
def planned(pid, day):
    """The rows of one policy's form as they are shown."""
    rows = form_rows([BOOK.get(pid)], BOOK, day)
    return rows, tuple(template_row(r) for r in rows)


def favourable(row):
    """A value that decides whatever is asked: positive, exact, and tags as fine as there are."""
    if row.kind == "tag":
        return "小型" if row.metric == "sme_size_class" else "、".join(row.options)
    if row.kind == "rank" and row.unit == "级":
        return "A"
    return {"flag": "是", "date": date(2012, 3, 1), "money": 8123.4, "ratio": 12.5}.get(row.kind, 2)


def fill(path, values):
    """Write values into the form, by code and unit."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    left = dict(values)
    for cells in sheet.iter_rows():
        key = (cells[CODE].value, cells[VALUE + 1].value)
        if key in left:
            cells[VALUE].value = left.pop(key)
    assert not left
    book.save(path)


def fill_csv(path, values, *, order=None, coded=True):
    """Write values into the rows of a form, which then may come in another order and without their codes."""
    grid = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))
    start = next(i for i, row in enumerate(grid) if "指标" in row) + 1
    for i, value in values.items():
        grid[start + i][VALUE] = str(value)
    grid = grid[:start] + [grid[start + i] for i in order or range(len(grid) - start)]
    out = io.StringIO()
    csv.writer(out).writerows(row if coded else row[:CODE] for row in grid)
    path.write_text(out.getvalue(), "utf-8-sig")


def open_leaves(answer):
    """Conditions that figures decide, still undetermined."""
    trees = [answer.conditions, *(v.test for v in answer.vetoes if v.test is not None)]
    trees += [a.answer for a in answer.advisory if a.advisory.kind == "priority"]
    trees += [top for item in (answer.score.items if answer.score else ()) for _, top in item.answers]
    return [a for tree in trees for a in tree.walk() if isinstance(a.node, Leaf) and a.status == "undetermined"]


def left_to_experts(leaf):
    """Whether a condition is on a score of which persons judge a part."""
    if leaf.metrics[0] != "policy_score":
        return False
    items = BOOK.get(leaf.ladders[0]).scoring.all_items
    return any(item.by != "rule" or any(b.when is None and b.formula is None for b in item.bands) for item in items)


@pytest.mark.parametrize("pid", list(BOOK.policies))
def test_a_filled_form_decides_every_condition(pid, tmp_path):
    day = DAYS[BOOK.get(pid).year >= 2022]
    rows, shown = planned(pid, day)
    head = TemplateHead((BOOK.get(pid).name,), day.isoformat())
    write_xlsx(shown, head, tmp_path / "declared.xlsx")
    opened = openpyxl.load_workbook(tmp_path / "declared.xlsx").worksheets[0]
    assert [c.value for c in opened["I"]][-len(rows) :] == [t.code for t in shown]
    # The filled form goes by way of CSV, which is quicker; workbooks are read back below.
    path = tmp_path / "declared.csv"
    write_csv(shown, head, path)
    fill_csv(path, {i: favourable(r) for i, r in enumerate(rows)})
    declaration = load_declaration(path, default_as_of=date(2000, 1, 1))
    assert len(declaration.declared) == len(rows)
    assert declaration.as_of == day.isoformat()
    answer = evaluate(BOOK.get(pid), facts_from_declaration(declaration, BOOK.metrics), BOOK, self_test=True)
    assert [(a.metric, a.period, a.text) for a in open_leaves(answer) if not left_to_experts(a.node)] == []


@pytest.mark.parametrize("pid", list(BOOK.policies)[::9])
@pytest.mark.parametrize("day", DAYS)
def test_parts_alone_decide_as_well(pid, day):
    """Whoever fills in 营业收入 and 研发费用 need not work out the ratio."""
    rows, _ = planned(pid, day)
    facts = [r for r in rows if not r.parts or "-" in r.period or not r.period.isdigit()]
    data = declared_of(facts, day)
    answer = evaluate(BOOK.get(pid), facts_from_declaration(data, BOOK.metrics), BOOK, self_test=True)
    assert [(a.metric, a.period) for a in open_leaves(answer) if not left_to_experts(a.node)] == []


def declared_of(rows, day):
    """A declaration of favourable values as JSON would give it."""
    items = [
        {
            "metric": r.metric,
            "period": r.period,
            "unit": r.unit,
            "value": v.isoformat() if isinstance(v := favourable(r), date) else v,
        }
        for r in rows
    ]
    return parse_declaration({"as_of": day.isoformat(), "declared": items}, default_as_of=day)


# --- reading back without loss

ROWS, SHOWN = planned(LITTLE_GIANT, DAYS[0])
numbers = st.decimals(min_value=0, max_value=10**7, places=4).map(lambda d: d.normalize()) | st.integers(0, 9999).map(Decimal)


def value_of(row):
    """Any value that may be written into a row, as people write it."""
    if row.kind == "tag":
        return st.lists(st.sampled_from(row.options), min_size=1, max_size=3, unique=True).map("、".join)
    if row.kind == "flag":
        return st.sampled_from(["是", "否"])
    if row.kind == "date":
        return st.dates(date(1950, 1, 1), date(2030, 1, 1))
    if row.kind in ("count", "rank"):
        return st.integers(1, 500)
    return numbers.map(lambda d: -d) | numbers if row.signed else numbers


filled = st.lists(st.sampled_from(range(len(ROWS))), min_size=1, max_size=12, unique=True).flatmap(
    lambda chosen: st.fixed_dictionaries({i: value_of(ROWS[i]) for i in sorted(chosen)})
)


def plain(value):
    """A number in its shortest decimal notation."""
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def expected(values):
    """What must be declared: metric, period, value, decimals; in any order."""
    found = set()
    for i, value in values.items():
        row = ROWS[i]
        if row.kind in ("tag", "date"):
            found.add((row.metric, row.period, str(value), None))
        elif row.kind == "flag":
            found.add((row.metric, row.period, Decimal(value == "是"), 0))
        else:
            number = plain(value)
            found.add((row.metric, row.period, Decimal(number), len(number.partition(".")[2])))
    return found


def read_back(path):
    """The same of what was read."""
    declared = load_declaration(path, default_as_of=DAYS[0]).declared
    return {(d.metric, d.period, d.value if isinstance(d.value, str) else Decimal(repr(d.value)), d.decimals) for d in declared}


@given(filled)
@SETTINGS
def test_a_workbook_reads_back(tmp_path, values):
    path = tmp_path / "declared.xlsx"
    write_xlsx(SHOWN, TemplateHead(("政策",), "2021-05-06"), path)
    fill(path, {(SHOWN[i].code, SHOWN[i].unit): float(v) if isinstance(v, Decimal) else v for i, v in values.items()})
    assert read_back(path) == expected(values)


@given(filled, st.booleans(), st.booleans(), st.randoms(use_true_random=False))
@SETTINGS
def test_a_csv_reads_back(tmp_path, values, coded, grouped, random):
    """Also with rows in another order, thousands separators, and the code column gone."""
    path = tmp_path / "declared.csv"
    write_csv(SHOWN, TemplateHead(("政策",), "2021-05-06"), path)
    texts = {i: f"{v:,f}" if isinstance(v, Decimal) and grouped else plain(v) for i, v in values.items()}
    fill_csv(path, texts, order=random.sample(range(len(ROWS)), len(ROWS)), coded=coded)
    assert read_back(path) == expected(values)


@given(filled)
@SETTINGS
def test_json_reads_back(tmp_path, values):
    items = ",".join(
        json.dumps({"metric": ROWS[i].metric, "period": ROWS[i].period, "unit": ROWS[i].unit}, ensure_ascii=False)[:-1]
        + f', "value": {plain(v) if isinstance(v, Decimal | int) else json.dumps(str(v), ensure_ascii=False)}}}'
        for i, v in values.items()
    )
    path = tmp_path / "declared.json"
    path.write_text(f'{{"as_of": "2021-05-06", "declared": [{items}]}}', "utf-8")
    assert read_back(path) == expected(values)


# --- the workbook


@pytest.fixture(scope="module")
def sheet(tmp_path_factory):
    """The form of the third batch of little giants."""
    path = tmp_path_factory.mktemp("form") / "declared.xlsx"
    template([LITTLE_GIANT], "2021-05-06", path)
    return openpyxl.load_workbook(path)


def test_layout(sheet):
    form = sheet["申报数据"]
    assert sheet.sheetnames == ["申报数据", "填报说明", "选项"]
    assert form.freeze_panes == "D8"
    assert form.protection.sheet
    assert form.column_dimensions["I"].hidden
    heads = [c.value for c in form[7]]
    assert heads == list(HEADS)
    inputs = [c for row in form.iter_rows(min_row=8) for c in row if not c.protection.locked]
    assert {c.column_letter for c in inputs} == {"D"}
    assert all(c.value is None for c in inputs)
    assert [form.cell(r, 1).value for r in range(2, 6)] == ["企业名称", "统一社会信用代码", "曾用名", "截止日期"]
    assert all(not form.cell(r, 3).protection.locked for r in range(2, 6))
    assert form["C3"].number_format == "@"  # eighteen digits stay as they are


def test_validation(sheet):
    form = sheet["申报数据"]
    rules = {cell: v for v in form.data_validations.dataValidation for cell in str(v.sqref).split()}
    at = {form.cell(r, 9).value: rules_of(rules, r) for r in range(8, form.max_row + 1)}
    assert (at["revenue@2020"].type, at["revenue@2020"].operator, at["revenue@2020"].formula1) == (
        "decimal",
        "greaterThanOrEqual",
        "0",
    )
    assert at["net_profit@2020"].operator == "between"
    assert at["main_revenue_growth@2020"].operator == "between"
    assert (at["invention_patents@now"].type, at["invention_patents@now"].formula1) == ("whole", "0")
    assert at["market_rank_province@2020"].formula1 == "1"
    assert (at["independent_legal_person@now"].type, at["independent_legal_person@now"].formula1) == ("list", '"是,否"')
    assert at["registration_date@now"].type == "date"
    assert at["region_tag@now"].type == "list"
    assert not at["region_tag@now"].showErrorMessage  # several words are no entry of the list
    assert all(v.allow_blank for v in rules.values())


def rules_of(rules, row):
    """The rule of a row's value cell; ranges of rows are written D8:D12."""
    for span, rule in rules.items():
        first, _, last = span.partition(":")
        if first[0] == "D" and int(first[1:]) <= row <= int((last or first)[1:]):
            return rule
    raise AssertionError(row)


def test_options_are_listed(sheet):
    columns = {c[0].value: [x.value for x in c[1:] if x.value] for c in sheet["选项"].iter_cols()}
    assert columns["企业规模（可选名称）"] == ["大型", "中型", "小型", "微型"]
    assert "三明" in columns["注册地（可选名称）"]


def test_no_cell_is_a_formula(sheet):
    assert all(c.data_type != "f" for s in sheet for row in s.iter_rows() for c in row)


# --- the command


def test_a_filled_form_is_not_overwritten(tmp_path, capsys):
    path = tmp_path / "declared.xlsx"
    path.write_bytes(b"kept")
    with pytest.raises(typer.Exit):
        template([LITTLE_GIANT], None, path)
    assert path.read_bytes() == b"kept"
    assert "--force" in capsys.readouterr().err
    template([LITTLE_GIANT], None, path, force=True)
    assert path.read_bytes() != b"kept"


@pytest.mark.parametrize(
    ("policies", "day", "name", "words"),
    [
        (["cn-2021-little-giant-batch9"], None, "a.xlsx", "cn-2021-little-giant-batch3"),
        ([LITTLE_GIANT], "近日", "a.xlsx", "--as-of"),
        ([LITTLE_GIANT], None, "a.docx", ".xlsx"),
        ([LITTLE_GIANT], None, "no/such/folder/a.xlsx", "写入失败"),
    ],
)
def test_errors_are_one_line(tmp_path, capsys, policies, day, name, words):
    with pytest.raises(typer.Exit) as caught:
        template(policies, day, tmp_path / name)
    assert caught.value.exit_code == 2
    error = capsys.readouterr().err
    assert words in error
    assert error.count("\n") == 1


def test_several_policies_in_one_form(tmp_path):
    path = tmp_path / "both.csv"
    template([LITTLE_GIANT, "cn-2026-little-giant", LITTLE_GIANT], "2021-05-06", path)
    codes = [row[CODE] for row in csv.reader(io.StringIO(path.read_text("utf-8-sig"))) if len(row) > CODE][1:]
    assert len(codes) == len(set(codes)) > len(ROWS)
