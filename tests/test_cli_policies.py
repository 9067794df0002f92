"""``policies``, ``selftest`` and ``check --policy`` as users call them."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from extractor.cli import app
from extractor.criteria.load import load_policies

runner = CliRunner()
POLICY = "cn-2021-little-giant-batch3"
BOOK = load_policies()


def run(*words):
    """The command's outcome."""
    return runner.invoke(app, [str(w) for w in words])


def declaration(tmp_path, rows, *, as_of="2025-05-06", uscc="91350100M000100Y43", name="福建甲机械有限公司"):
    """A declaration file from ``(metric, period, value, unit)``."""
    path = tmp_path / "declared.json"
    declared = [dict(zip(("metric", "period", "value", "unit"), row, strict=True)) for row in rows]
    path.write_text(json.dumps({"enterprise": {"name": name, "uscc": uscc}, "as_of": as_of, "declared": declared}), "utf-8")
    return path


SOME = [
    ("revenue", "2024", 4680, "万元"),
    ("revenue", "2023", 4000, "万元"),
    ("rd_expense", "2024", 300, "万元"),
    ("invention_patents", "now", 1, "项"),
    ("utility_patents", "now", 4, "项"),
]


# --- policies


def test_list_as_json_is_an_array_of_all_policies():
    rows = json.loads(run("policies", "list", "--json").stdout)
    assert [r["id"] for r in rows] == list(BOOK.policies)
    assert all(list(r) == ["id", "name", "jurisdiction", "tier", "doc_no", "status"] for r in rows)


def test_list_is_narrowed_by_jurisdiction_tier_and_day():
    rows = json.loads(run("policies", "list", "--json", "--jurisdiction", "福建", "--tier", "专精特新中小企业").stdout)
    assert {r["jurisdiction"] for r in rows} == {"福建"}
    assert all("专精特新中小企业" in r["tier"] for r in rows)
    then = json.loads(run("policies", "list", "--json", "--tier", "小巨人", "--as-of", "2021-05-06").stdout)
    assert POLICY in {r["id"] for r in then}
    assert "cn-2026-little-giant" not in {r["id"] for r in then}


def test_list_as_text_names_ids_and_states():
    text = "".join(run("policies", "list", "--jurisdiction", "三明").stdout.split())
    assert "cn-sanming-2022-pool" in text
    assert "共1项政策" in text


@pytest.mark.parametrize("policy", list(BOOK.policies))
def test_every_policy_is_shown(policy):
    shown = run("policies", "show", policy)
    assert shown.exit_code == 0
    assert "认定条件" in shown.stdout
    assert json.loads(run("policies", "show", policy, "--json").stdout)["conditions"]


def test_show_names_labels_thresholds_periods_vetoes_materials_and_sources():
    text = "".join(run("policies", "show", POLICY).stdout.split())
    for part in ("资产负债率上年度不高于70%", "近2年每年不低于3%", "否决情形", "材料", "营业执照复印件", "出处", "称号有效3年"):
        assert part in text
    scored = "".join(run("policies", "show", "cn-2022-innovative-sme").stdout.split())
    assert "评分表（满分100" in scored


def one_line(outcome):
    """The single line on standard error."""
    assert outcome.exit_code == 2
    assert outcome.stdout == ""
    (line,) = outcome.stderr.splitlines()
    assert line.startswith("zuozheng: ")
    return line


@pytest.mark.parametrize("command", [("policies", "show"), ("selftest", "declared.json", "--policy")])
def test_an_unknown_id_is_one_line_that_names_near_ones(command):
    line = one_line(run(*command, "cn-2026-little-gaint"))
    assert "cn-2026-little-giant" in line


def test_an_unknown_jurisdiction_and_a_bad_day_are_one_line():
    assert "福建" in one_line(run("policies", "list", "--jurisdiction", "火星"))
    assert "YYYY-MM-DD" in one_line(run("policies", "list", "--as-of", "昨天"))


def test_check_says_that_an_id_is_unknown_before_it_reads_anything(tmp_path):
    (tmp_path / "坏.pdf").write_bytes(b"%PDF-1.4 broken")
    assert "cn-2026-little-giant" in one_line(run("check", tmp_path, "--policy", "cn-2026-little-giants"))


# --- decisions


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ("{", "JSON"),
        ("[]", "对象"),
        ('{"cn-1999-x#conditions": {}}', "没有这一编号"),
        (f'{{"{POLICY}#conditions.all[0]": {{"status": "met"}}}}', "没有这一编号"),
        (f'{{"{POLICY}#vetoes[0]": []}}', "应是一个对象"),
        (f'{{"{POLICY}#vetoes[0]": {{"status": "ok"}}}}', "status"),
        (f'{{"{POLICY}#vetoes[0]": {{"status": "met", "when": "2021-05-06"}}}}', "who"),
        (f'{{"{POLICY}#vetoes[0]": {{"status": "met", "who": "张三", "when": "5月"}}}}', "when"),
        (f'{{"{POLICY}#vetoes[0]": {{"status": "met", "who": "张三", "when": "2021-05-06", "reason": ""}}}}', "reason"),
    ],
)
def test_bad_decisions_are_one_line(tmp_path, content, word):
    path = tmp_path / "decisions.json"
    path.write_text(content, "utf-8")
    assert word in one_line(run("check", tmp_path, "--policy", POLICY, "--decisions", path))


def test_decisions_go_with_a_policy(tmp_path):
    assert "--policy" in one_line(run("check", tmp_path, "--decisions", tmp_path / "d.json"))


# --- selftest


def test_a_self_test_by_a_policy(tmp_path):
    path = declaration(tmp_path, SOME)
    outcome = run("selftest", path, "--policy", "cn-fujian-2021-zjtx", "--json", "--out", tmp_path / "out")
    assert outcome.exit_code == 1
    report = json.loads(outcome.stdout)
    assert report == json.loads((tmp_path / "out" / "selftest.json").read_text("utf-8"))
    (policy,) = report["policies"]
    assert policy["self_test"] is True
    assert policy["in_force"] is False
    assert report["placements"] == []
    lacks = {m["text"]: m for m in policy["missing"]}
    assert lacks["营业收入 还差 320 万元"]["gap"] == {"amount": 320, "unit": "万元", "text": "还差 320 万元"}
    text = (tmp_path / "out" / "selftest.txt").read_text("utf-8")
    assert "营业收入 还差 320 万元" in text
    assert "自评" in text
    assert "仅申报" in text
    assert "未填报" in text


def test_a_self_test_shows_the_bounds_of_a_score(tmp_path):
    outcome = run("selftest", declaration(tmp_path, SOME), "--policy", "cn-2022-innovative-sme")
    assert "满分 100" in outcome.stdout
    assert "评分 " in outcome.stdout


def test_without_a_policy_the_enterprise_is_placed(tmp_path):
    outcome = run("selftest", declaration(tmp_path, SOME), "--json")
    assert outcome.exit_code == 0
    report = json.loads(outcome.stdout)
    assert report["jurisdiction"] == "福建"
    ladder, *pools = report["placements"]
    assert [t["name"] for t in ladder["tiers"]] == ["创新型", "专精特新", "小巨人"]
    assert {t["name"] for p in pools for t in p["tiers"]} == {"精选层", "创新层", "基础层"}
    assert [p["id"] for p in report["policies"]] == [t["policy"] for t in ladder["tiers"]]
    placed = run("selftest", declaration(tmp_path, SOME))
    assert "精选层" in placed.stdout
    assert "还差 320 万元" in placed.stdout


def test_sanming_is_sorted_by_share(tmp_path):
    outcome = run("selftest", declaration(tmp_path, SOME), "--jurisdiction", "三明", "--json")
    tiers = [{t["name"] for t in p["tiers"]} for p in json.loads(outcome.stdout)["placements"]]
    assert {"重点推荐", "重点提升", "重点关注"} in tiers


@pytest.mark.parametrize(
    ("uscc", "rows", "where"),
    [
        (None, [], "国家"),
        ("91350400M000100Y43", [], "三明"),
        ("91350200M000100Y43", [], "厦门"),
        ("91440300M000100Y43", [], "深圳"),
        ("91350100M000100Y43", [("region_tag", "now", "浙江", "tag")], "浙江"),
    ],
)
def test_the_jurisdiction_comes_from_the_region_or_the_code(uscc, rows, where):
    from extractor.criteria.self_report import home
    from extractor.model import Declaration, Declared

    declared = tuple(Declared(metric=m, period=p, value=v, unit=u) for m, p, v, u in rows)
    assert home(Declaration(name="甲公司", uscc=uscc, as_of="2025-01-01", declared=declared), BOOK) == where


def test_figures_that_no_policy_knows_are_named(tmp_path):
    report = json.loads(run("selftest", declaration(tmp_path, [*SOME, ("luck", "now", 7, "项")]), "--json").stdout)
    assert any("luck" in note for note in report["notes"])


def test_a_self_test_on_another_day(tmp_path):
    report = json.loads(run("selftest", declaration(tmp_path, SOME), "--as-of", "2021-06-01", "--json").stdout)
    assert report["as_of"] == "2021-06-01"


def test_a_bad_declaration_is_one_line(tmp_path):
    path = tmp_path / "declared.json"
    path.write_text("{", "utf-8")
    assert "JSON" in one_line(run("selftest", path, "--policy", POLICY))


# --- start


def test_starting_the_command_loads_no_policy():
    code = "import extractor.cli, extractor.criteria.load as load; print(load._shipped.cache_info().currsize)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "0"


def test_help_teaches():
    for command in (("selftest",), ("policies", "list"), ("policies", "show"), ("check",)):
        assert "例：" in run(*command, "--help").stdout
