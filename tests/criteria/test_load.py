"""Every policy loads; a file that breaks a rule is named with its path and the rule."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from criteria_build import BOOK

from extractor.criteria.load import DATA, METRICS, PolicyError, UnknownPolicy, load_policies
from extractor.criteria.nodes import Group, Leaf, Manual, Ref, walk

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read(path):
    """A YAML file."""
    return yaml.load(path.read_text("utf-8"), Loader=LOADER)


RAW = {p["id"]: p for path in sorted(DATA.glob("*.yaml")) if path.name != METRICS for p in read(path)}
FEW = ("revenue", "net_profit", "invention_patents", "utility_patents", "region_tag", "above_scale", "policy_score")
METRIC_ROWS = {k: v for k, v in read(DATA / METRICS).items() if k in FEW}


def test_all_policies_are_there():
    assert len(BOOK) == 182
    assert len(BOOK.metrics) == 156
    assert list(BOOK.policies) == list(RAW)


def raw_texts(node):
    """All texts of a YAML node, in order."""
    if "manual" in node:
        return [node["manual"]]
    if "op" in node or "ref" in node:
        return [node["text"]]
    return [t for c in node.get("all") or node.get("any") or node.get("of") for t in raw_texts(c)]


@pytest.mark.parametrize("pid", list(RAW))
def test_policy_is_taken_over_whole(pid):
    policy, raw = BOOK.policies[pid], RAW[pid]
    assert [n.text for n in walk(policy.conditions) if isinstance(n, Leaf | Manual | Ref)] == raw_texts(raw["conditions"])
    assert [v.text for v in policy.vetoes] == [v["text"] for v in raw.get("vetoes", [])]
    assert [m.name for m in policy.materials] == [m["name"] for m in raw.get("materials", [])]
    assert len(policy.advisory) == len(raw.get("advisory", []))
    assert list(policy.notes) == raw.get("notes", [])
    assert policy.source[0].file or policy.source[0].document


def test_nodes_know_their_place():
    for policy in BOOK:
        keys = [n.key for n in walk(policy.conditions)]
        assert len(keys) == len(set(keys))
        assert all(k.startswith(f"{policy.id}#conditions") for k in keys)


def test_leaves_that_ask_the_same_share_their_ident():
    leaves = [n for p in BOOK for n in walk(p.conditions) if isinstance(n, Leaf)]
    by_ident = {}
    for leaf in leaves:
        asked = (leaf.metrics, leaf.op, leaf.value, leaf.unit, leaf.period, leaf.closed, leaf.quals, leaf.ladders)
        assert by_ident.setdefault(leaf.ident, asked) == asked
    assert len(by_ident) < len(leaves) / 2


def test_unknown_id_names_near_ones():
    with pytest.raises(UnknownPolicy, match="cn-2021-little-giant-batch3"):
        BOOK.get("cn-2021-little-giant-batch")


def test_starting_a_command_reads_no_policies():
    """Half a second that most commands need not spend."""
    code = "import sys\n"
    code += "opened = []\n"
    code += "sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == 'open' else None)\n"
    code += "import extractor.cli\nprint([f for f in opened if f.endswith('.yaml') and 'criteria' in f])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_read_once():
    assert load_policies() is load_policies()


# --- files that break a rule

LEAF = {"metric": "revenue", "op": ">=", "value": 5000, "unit": "万元", "period": "last_year", "text": "营收"}
LEAF |= {"evidence": ["audit_report"]}


def policy(**changes):
    """A right policy with changes; None takes a key out."""
    made = {
        "id": "cn-fujian-2021-x",
        "name": "某政策",
        "jurisdiction": "福建",
        "tier": "小巨人",
        "kind": "recognition",
        "source": [{"file": "a.txt"}],
        "conditions": {"all": [dict(LEAF), {"any": [dict(LEAF)]}]},
    }
    order = [
        k for k in (*made, "vetoes", "materials", "advisory", "scoring", "definitions", "application_window") if k != "source"
    ]
    made |= changes
    kept = {
        k: made[k]
        for k in ("id", "name", "jurisdiction", "tier", "kind", "issued", "status", "superseded_by", "source")
        if k in made and made[k] is not None
    }
    return (
        kept
        | {k: made[k] for k in order if k in made and k not in kept and made[k] is not None}
        | {k: v for k, v in made.items() if k not in kept and k not in order and v is not None}
    )


def leaf(**changes):
    """Conditions with one changed leaf at all[0]."""
    made = {k: v for k, v in {**LEAF, **changes}.items() if v is not None}
    return policy(conditions={"all": [made]})


def scored(**changes):
    """A policy with a scoring table of one item."""
    item = {"dimension": "甲", "indicator": "乙", "points": 60, "by": "rule", "bands": [{"text": "丙", "points": 60}]}
    return policy(scoring={"total": 60, "pass": 60, "items": [item | changes.pop("item", {})]} | changes)


AT = "fujian.yaml › cn-fujian-2021-x"
BAD = {
    "unknown key": (policy(colour="红"), f"{AT}：不认识的键“colour”"),
    "missing key": (policy(tier=None), f"{AT}：缺少“tier”"),
    "empty": (policy(notes=[]), f"{AT} › notes：不能留空"),
    "kind": (policy(kind="prize"), f"{AT} › kind：“prize”不在可用的词中"),
    "status": (policy(status="old"), f"{AT} › status：“old”不在可用的词中"),
    "date": (policy(issued="2021年5月"), f"{AT} › issued：“2021年5月”不是日期"),
    "unquoted date": (policy(issued=20210506), f"{AT} › issued：应是文字"),
    "id": (policy(id="fujian-2021"), "fujian.yaml › [0] › id：编号“fujian-2021”应写作"),
    "superseded by nobody": (policy(superseded_by="cn-none"), f"{AT} › superseded_by：没有编号为“cn-none”的政策"),
    "metric": (leaf(metric="turnover"), f"{AT} › conditions › all[0] › metric：metrics.yaml 中没有指标“turnover”"),
    "op": (leaf(op="=>"), f"{AT} › conditions › all[0] › op：“=>”不在可用的词中"),
    "unit": (leaf(unit="%"), f"{AT} › conditions › all[0] › unit：单位“%”与指标“营业收入”的单位“万元”不符"),
    "period": (leaf(period="last_4_years_avg"), f"{AT} › conditions › all[0] › period：“last_4_years_avg”不是可用的期间"),
    "evidence type": (leaf(evidence=["diploma"]), f"{AT} › conditions › all[0] › evidence[0]：“diploma”不在可用的词中"),
    "evidence not of the metric": (
        leaf(evidence=["iso_certificate"]),
        "all[0] › evidence[0]：“iso_certificate”（管理体系认证证书）不是该指标",
    ),
    "value": (leaf(value="五千"), f"{AT} › conditions › all[0] › value：“五千”应是数字"),
    "value list": (leaf(value=[5000]), "all[0] › value：运算“>=”的值应是单个值"),
    "range upside down": (leaf(op="between", value=[10000, 5000], closed="left"), "all[0] › value：区间应写两个数，下限小于上限"),
    "range without closed": (leaf(op="between", value=[5000, 10000]), "all[0]：between 须写 closed"),
    "both": (leaf(sum_of=["invention_patents", "utility_patents"]), "all[0]：须写 metric 或 sum_of，且只写一个"),
    "sum of money": (leaf(metric=None, sum_of=["revenue", "net_profit"]), "all[0] › sum_of：sum_of 只能合计件数类指标"),
    "tag": (
        leaf(metric="region_tag", op="in", value=["月球"], unit="tag", evidence=["business_license"]),
        "value[0]：“月球”不在指标“注册地”的标签表中",
    ),
    "flag": (leaf(metric="above_scale", op="==", value=1, unit="flag", evidence=["other"]), "value：是否类指标应写"),
    "ladder": (leaf(metric="policy_score", unit="分", ladders=["cn-none"], evidence=["other"]), "ladders[0]：“cn-none”不在"),
    "no ladder": (leaf(metric="policy_score", unit="分", evidence=["other"]), "all[0]：“政策评分”须用 ladders 写明"),
    "group": (policy(conditions={"all": [dict(LEAF)], "any": [dict(LEAF)]}), f"{AT} › conditions：组只能写 all、any"),
    "empty group": (policy(conditions={"all": []}), f"{AT} › conditions › all：不能留空"),
    "at_least": (
        policy(conditions={"at_least": 3, "of": [dict(LEAF)] * 2}),
        f"{AT} › conditions › at_least：at_least 应大于 1 且不超过项数 2",
    ),
    "not a node": (policy(conditions={"all": ["营收"]}), f"{AT} › conditions › all[0]：应是一个条件"),
    "deep": (
        policy(conditions={"all": [dict(LEAF), {"any": [dict(LEAF), LEAF | {"period": "x"}]}]}),
        f"{AT} › conditions › all[1] › any[1] › period",
    ),
    "ref": (policy(conditions={"ref": "cn-none", "text": "某"}), f"{AT} › conditions › ref：没有编号为“cn-none”的政策"),
    "circle": (
        policy(conditions={"all": [{"ref": "cn-fujian-2021-x", "text": "自己"}]}),
        f"{AT} › conditions › all[0]：循环引用",
    ),
    "manual": (
        policy(conditions={"manual": "看", "evidence": ["audit_report"], "text": "看"}),
        f"{AT} › conditions：不认识的键“text”",
    ),
    "material": (policy(materials=[{"name": "甲", "doc_type": "letter", "required": True}]), f"{AT} › materials[0] › doc_type"),
    "required": (
        policy(materials=[{"name": "甲", "doc_type": "other", "required": "yes"}]),
        f"{AT} › materials[0] › required：应是 true 或 false",
    ),
    "veto stage": (policy(vetoes=[{"text": "甲", "evidence": ["other"], "stage": "later"}]), f"{AT} › vetoes[0] › stage"),
    "veto test": (
        policy(vetoes=[{"text": "甲", "evidence": ["other"], "test": {"any": [dict(LEAF)]}}]),
        f"{AT} › vetoes[0] › test：只能是单个指标条件",
    ),
    "window": (
        policy(application_window=[{"who": "企业", "opens": "2021-05-06", "closes": "2021-05-01"}]),
        f"{AT} › application_window[0]：截止",
    ),
    "points": (scored(total=70), f"{AT} › scoring › total：各项满分合计 60 分"),
    "pass line": (scored(**{"pass": 70}), f"{AT} › scoring › pass：合格线高于总分"),
    "band": (scored(item={"bands": [{"text": "丙", "points": 61}]}), f"{AT} › scoring › items：“乙”的“丙”超过该项满分 60 分"),
    "minimum": (scored(minimums={"丁": 5}), f"{AT} › scoring › minimums › 丁：评分表没有这一类"),
    "formula": (
        scored(
            item={
                "bands": [
                    {"text": "丙", "points": [0, 5], "formula": "open(n)", "n": {"metric": "revenue", "period": "last_year"}}
                ]
            }
        ),
        "bands[0] › formula：公式“open(n)”用到 open()",
    ),
    "extends": (scored(extends="cn-none"), f"{AT} › scoring › extends：没有编号为“cn-none”的政策"),
}


@pytest.fixture
def folder(tmp_path):
    """A folder with a few metrics only."""
    (tmp_path / METRICS).write_text(yaml.safe_dump(METRIC_ROWS, allow_unicode=True, sort_keys=False), "utf-8")
    return tmp_path


def write(folder: Path, *policies, name="fujian.yaml"):
    """A policy file."""
    (folder / name).write_text(yaml.safe_dump(list(policies), allow_unicode=True, sort_keys=False), "utf-8")


def test_the_right_policy_loads(folder):
    write(folder, policy(), policy(id="cn-fujian-2022-y"))
    assert len(load_policies(folder)) == 2


@pytest.mark.parametrize("case", list(BAD))
def test_bad_policy(folder, case):
    made, message = BAD[case]
    write(folder, made)
    with pytest.raises(PolicyError) as caught:
        load_policies(folder)
    assert message in str(caught.value)
    assert str(caught.value).startswith("fujian.yaml › ")
    assert caught.value.rule


def test_keys_out_of_order(folder):
    made = policy()
    write(folder, {"id": made["id"], "tier": made["tier"], **made})
    with pytest.raises(PolicyError, match="键的次序不对"):
        load_policies(folder)


def test_id_twice(folder):
    write(folder, policy())
    write(folder, policy(), name="current.yaml")
    with pytest.raises(PolicyError, match=r"编号重复，已见于 current\.yaml"):
        load_policies(folder)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"- id: [", "不是正确的 YAML"),
        (b"\xb8\xa3\xbd\xa8", "不是 UTF-8 编码"),
        (b"a: 1", "应是政策的列表"),
        (b"- [1]", r"fujian.yaml › \[0\]：缺少“id”"),
        (b"", "应是政策的列表"),
        (b"- id: \x00", "不是正确的 YAML"),
    ],
)
def test_bad_file(folder, content, message):
    (folder / "fujian.yaml").write_bytes(content)
    with pytest.raises(PolicyError, match=message):
        load_policies(folder)


def test_folder_without_metrics(tmp_path):
    with pytest.raises(PolicyError, match="没有指标表"):
        load_policies(tmp_path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"unit": "吨"}, "revenue › unit"),
        ({"formula": "net_profit / sales"}, "revenue：provable 为 derived"),
        (
            {"provable": "derived", "formula": "net_profit / sales"},
            "revenue › formula：公式用到 metrics.yaml 中没有的指标：sales",
        ),
        ({"provable": "derived", "formula": "net_profit ** 2"}, "revenue › formula：公式“net_profit"),
        ({"values": ["甲"]}, "revenue：标签类指标须写 values"),
        ({"evidence": ["letter"]}, r"revenue › evidence\[0\]"),
    ],
)
def test_bad_metric(folder, change, message):
    metrics = METRIC_ROWS | {"revenue": METRIC_ROWS["revenue"] | change}
    (folder / METRICS).write_text(yaml.safe_dump(metrics, allow_unicode=True, sort_keys=False), "utf-8")
    with pytest.raises(PolicyError, match=message):
        load_policies(folder)


def test_groups_know_how_many_they_need():
    groups = [n for p in BOOK for n in walk(p.conditions) if isinstance(n, Group)]
    assert {g.how for g in groups} == {"all", "any", "at_least"}
    assert all(1 <= g.need <= len(g.children) for g in groups)
