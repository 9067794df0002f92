"""Check a corpus folder against the format: every problem at once, each with its line, key path and remedy.

Works on the raw lines, because ``format.load`` stops at the first fault.
"""

from __future__ import annotations

import difflib
import json
import math
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from corpora.catalogue import catalogue, known_types, spec_of
from corpora.field_values import PERIOD, value_problem
from corpora.format import CorpusError, CorpusInfo, Label, LabelledDocument, Place, TextLine
from corpora.page_count import FileUnreadable, page_count
from extractor.model import Box

LABELS, INFO = "labels.jsonl", "corpus.json"
CERTIFICATE_METRIC = "certificate_valid_until:"
_FINDING_PERIOD = re.compile(rf"now|{PERIOD.pattern}")
_TEXT_LINES = TypeAdapter(list[TextLine])
_MARGIN = 0.5
"""How far a corner of a quad may lie off the page: the page of a photo may be cut."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One fault. ``line`` is 1-based in ``file``; 0: of the file as a whole. ``path`` is like ``documents[0].fields.revenue``."""

    file: str
    line: int
    path: str
    message: str
    remedy: str


@dataclass
class _Check:
    """What checking one line needs, and the problems found so far."""

    root: Path
    metrics: Collection[str]
    line: int = 0
    problems: list[Problem] = field(default_factory=list)

    def add(self, path: str, message: str, remedy: str) -> None:
        self.problems.append(Problem(LABELS, self.line, path, message, remedy))


def validate(root: Path, metrics: Collection[str] = ()) -> list[Problem]:
    """All problems of the corpus at ``root``, in the order of its lines; empty: the corpus is sound.

    Args:
        root: the corpus folder.
        metrics: the metrics that the product can prove; a finding on any other must be ``missing``.
            Empty: metrics are not checked.

    Raises:
        CorpusError: there is no corpus at ``root``, or its two files cannot be read.
    """
    info, text = _read(root, INFO), _read(root, LABELS)
    check = _Check(root, metrics)
    problems = _info_problems(info)
    first_line: dict[str, int] = {}
    for number, raw in enumerate(text.split("\n"), 1):
        if raw.strip():
            check.line = number
            _check_line(check, raw, first_line)
    if not first_line and not check.problems:
        problems.append(Problem(LABELS, 0, "", "没有任何标注", "每个文件或材料包写一行，格式见 docs/corpora.md"))
    return problems + check.problems


def _read(root: Path, name: str) -> str:
    try:
        return (root / name).read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise CorpusError(f"{root} 不是语料目录：缺少 {name}。语料目录须有 corpus.json、labels.jsonl 和 files/") from error
    except UnicodeDecodeError as error:
        raise CorpusError(f"{root} 中的 {name} 不是 UTF-8 编码，请另存为 UTF-8") from error
    except OSError as error:
        raise CorpusError(f"不能读取 {root} 中的 {name}：{error.strerror or error}") from error


def _info_problems(text: str) -> list[Problem]:
    try:
        CorpusInfo.model_validate_json(text)
    except ValidationError as error:
        return [Problem(INFO, 0, path, message, remedy) for path, message, remedy in _shape_problems(error)]
    return []


def _check_line(check: _Check, raw: str, first_line: dict[str, int]) -> None:
    try:
        data = json.loads(raw)
    except (ValueError, RecursionError) as error:
        at = f"第 {error.colno} 列：" if isinstance(error, json.JSONDecodeError) else ""
        check.add("", f"不是合法的 JSON（{at}{error.args[0]}）", "每行须是一个完整的 JSON 对象；检查引号、逗号和括号")
        return
    try:
        label = Label.model_validate(data)
    except ValidationError as error:
        for path, message, remedy in _shape_problems(error):
            check.add(path, message, remedy)
        return
    _typos(check, "", label)
    if (label.file is None) == (label.package is None):
        check.add("", "须恰有 file 或 package 之一", "单个文件写 file，一家企业的整套材料写 package")
        return
    name = label.file or label.package or ""
    if name in first_line:
        check.add("file" if label.file else "package", f"与第 {first_line[name]} 行重复：{name}", "同一路径只保留一行")
    first_line.setdefault(name, check.line)
    if label.file is not None:
        _check_file(check, label, label.file)
    else:
        _check_package(check, label, name)


# --- shape: pydantic's findings in plain Chinese ---------------------------------

_EXPECTED = {
    "string_type": "文字（加引号）",
    "int_type": "整数",
    "int_parsing": "整数",
    "int_from_float": "整数",
    "float_type": "数",
    "float_parsing": "数",
    "bool_type": "true 或 false",
    "bool_parsing": "true 或 false",
    "list_type": "列表 [ ]",
    "tuple_type": "列表 [ ]",
    "dict_type": "对象 { }",
    "model_type": "对象 { }",
    "model_attributes_type": "对象 { }",
    "finite_number": "有限的数",
}


def _shape_problems(error: ValidationError) -> Iterator[tuple[str, str, str]]:
    for item in error.errors(include_url=False):
        path, kind, context = _path(item["loc"]), item["type"], item.get("ctx", {})
        if kind == "json_invalid":
            yield path, "不是合法的 JSON", "检查引号、逗号和括号"
        elif kind == "missing":
            yield path, "缺少这一项", "补上；各项含义见 docs/corpora.md"
        elif kind in ("literal_error", "enum"):
            yield path, f"不认识的值 {_short(item['input'])}", f"只能是 {context.get('expected', '').replace(' or ', '、')}"
        elif kind in ("too_long", "too_short"):
            yield (
                path,
                f"有 {context.get('actual_length')} 个值，个数不对",
                "box 为 4 个数 [左, 上, 右, 下]，quad 为 4 个点 [x, y]",
            )
        elif kind == "greater_than_equal":
            yield path, f"{_short(item['input'])} 太小", f"不小于 {context.get('ge')}（页码从 1 起）"
        else:
            yield path, f"{_short(item['input'])} 的类型不对", f"应为{_EXPECTED.get(kind, item['msg'])}"


def _path(parts: Sequence[str | int]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts).removeprefix(".")


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 40 else f"{text[:37]}…"


def _typos(check: _Check, path: str, model: BaseModel) -> None:
    """Unknown keys are a corpus's own notes, unless they look like a misspelt key of the format."""
    known = type(model).model_fields
    for key in model.model_extra or {}:
        near = [name for name in difflib.get_close_matches(key, known, 1, 0.85) if name not in model.model_fields_set]
        if near:
            where = f"{path}.{key}".removeprefix(".")
            check.add(where, f"不认识的键“{key}”", f"是不是“{near[0]}”？自己的备注请换一个名称")


# --- files ---------------------------------------------------------------------


def _existing(check: _Check, key: str, name: str, *, folder: bool = False) -> Path | None:
    """The file (or package) that a path names; None, with the problem noted, where it is no good."""
    pure = PurePosixPath(name)
    if not name or "\\" in name or pure.is_absolute() or PureWindowsPath(name).drive or ".." in pure.parts:
        check.add(key, f"路径不能用：{name or '（空）'}", "写相对于语料目录的路径，用 /，不含 ..，如 files/a.pdf")
        return None
    path = check.root / name
    if not path.exists():
        check.add(key, f"没有这个文件：{name}", "放回文件，改正路径，或删去这一行")
        return None
    if not path.resolve().is_relative_to(check.root.resolve()):
        check.add(key, f"链接指向语料目录之外：{name}", "把文件本身复制进来")
        return None
    if path.is_dir() and not folder:
        check.add(key, f"是文件夹，不是文件：{name}", "整套材料请用 package")
        return None
    return path


def _check_file(check: _Check, label: Label, name: str) -> None:
    for key in ("findings", "declared"):
        if getattr(label, key) is not None:
            check.add(key, f"{key} 只用于 package", "移到材料包那一行")
    path = _existing(check, "file", name)
    pages = None
    documents = label.documents or []
    if path is not None and (documents or label.text):
        try:
            pages = page_count(path)
        except FileUnreadable as error:
            check.add("file", f"{name} {error}", "换上完好的文件；有意放入的坏文件不要写 documents")
    for k, document in enumerate(documents):
        _check_document(check, f"documents[{k}]", document, pages)
    if label.text is not None:
        _check_text(check, label.text, pages)


def _check_text(check: _Check, name: str, pages: int | None) -> None:
    path = _existing(check, "text", name)
    if path is None:
        return
    try:
        lines = _TEXT_LINES.validate_json(path.read_bytes())
    except (ValidationError, OSError) as error:
        first = next(_shape_problems(error)) if isinstance(error, ValidationError) else ("", str(error), "")
        check.add("text", f"{name} {first[0]} {first[1]}".rstrip(), "应为 JSON 列表，每项含 page、text、box")
        return
    for k, line in enumerate(lines):
        _page_in_range(check, f"text:{name}[{k}].page", line.page, pages)
        _check_box(check, f"text:{name}[{k}].box", line.box)


# --- documents -------------------------------------------------------------------


def _check_document(check: _Check, path: str, document: LabelledDocument, pages: int | None) -> None:
    _typos(check, path, document)
    own = document.pages
    if own is not None:
        if not own or len(set(own)) != len(own):
            check.add(f"{path}.pages", f"页码为空或重复：{own}", "列出这份文件所在的每一页各一次；整份都是时可省去 pages")
        for k, page in enumerate(own):
            _page_in_range(check, f"{path}.pages[{k}]", page, pages)
    if document.type not in known_types():
        near = difflib.get_close_matches(document.type, known_types(), 1)
        hint = f"是不是“{near[0]}”？" if near else ""
        check.add(f"{path}.type", f"不认识的文件类型“{document.type}”", f"{hint}可用：{'、'.join(sorted(known_types()))}")
        return
    for key, value in document.fields.items():
        where = f"{path}.fields.{key}"
        spec = spec_of(document.type, key)
        if spec is None:
            _unknown_field(check, where, document.type, key)
        elif (message := value_problem(spec, value)) is not None:
            check.add(where, f"值 {_short(value)} 不合 {spec.label}（{spec.kind}）", message)
    for key, places in document.boxes.items():
        _check_places(check, f"{path}.boxes.{key}", document, key, places, pages)


def _unknown_field(check: _Check, where: str, kind: str, key: str) -> None:
    known = catalogue().get(kind, {})
    near = difflib.get_close_matches(key, known, 1)
    hint = f"是不是“{near[0]}”？" if near else ""
    usable = f"可用：{'、'.join(known)}" if known else "这类文件不标字段"
    check.add(where, f"{kind} 没有字段“{key}”", f"{hint}{usable}")


def _check_places(
    check: _Check, where: str, document: LabelledDocument, key: str, places: Sequence[Place], pages: int | None
) -> None:
    name, slash, period = key.partition("/")
    spec = spec_of(document.type, name)
    if spec is None:
        _unknown_field(check, where, document.type, name)
    elif slash and not (spec.rows and PERIOD.fullmatch(period)):
        check.add(where, f"不能写成“{key}”", "只有按年度的金额写 键/年度，如 revenue/2020")
    elif name in document.fields and document.fields[name] is None:
        check.add(where, f"{name} 标为没有（null），却有位置", "删去位置，或写上值")
    for k, place in enumerate(places):
        _typos(check, f"{where}[{k}]", place)
        at = f"{where}[{k}]"
        if document.pages is not None and place.page not in document.pages:
            check.add(f"{at}.page", f"第 {place.page} 页不在这份文件的 pages 中", f"应是 {document.pages} 之一")
        else:
            _page_in_range(check, f"{at}.page", place.page, pages)
        _check_box(check, f"{at}.box", place.box)
        if place.quad is not None and not all(-_MARGIN <= v <= 1 + _MARGIN for point in place.quad for v in point):
            check.add(f"{at}.quad", "四角远在页面之外", "四角写成所存页面图像宽、高的小数")


def _page_in_range(check: _Check, where: str, page: int, pages: int | None) -> None:
    if page < 1 or (pages is not None and page > pages):
        have = f"，文件共 {pages} 页" if pages is not None else ""
        check.add(where, f"没有第 {page} 页{have}", "页码从 1 起，按文件中的顺序")


def _check_box(check: _Check, where: str, box: Box) -> None:
    left, top, right, bottom = box
    if not all(math.isfinite(v) and 0.0 <= v <= 1.0 for v in box):
        check.add(where, f"超出页面：{list(box)}", "写成页面宽、高的小数（0 到 1），不是像素也不是百分数")
    elif left >= right or top >= bottom:
        check.add(where, f"没有面积或次序颠倒：{list(box)}", "次序为 [左, 上, 右, 下]")


# --- packages ---------------------------------------------------------------------


def _check_package(check: _Check, label: Label, name: str) -> None:
    _existing(check, "package", name, folder=True)
    if label.documents is not None:
        check.add("documents", "package 行不写 documents", "把文件各写一行 file")
    if label.findings is None:
        check.add("findings", "材料包没有 findings", "写上每一项申报数据应得的结论")
    if label.declared is not None:
        _existing(check, "declared", label.declared)
    elif label.findings:
        check.add("declared", "有 findings 却没有 declared", "写上申报数据文件的路径，如 declared/p1.json")
    seen: dict[tuple[str, str], int] = {}
    for k, finding in enumerate(label.findings or []):
        where = f"findings[{k}]"
        _typos(check, where, finding)
        if not _FINDING_PERIOD.fullmatch(finding.period):
            check.add(f"{where}.period", f"不认识的期间“{finding.period}”", "写 now、YYYY 或 YYYY-MM")
        _check_metric(check, where, finding.metric, finding.verdict)
        pair = (finding.metric, finding.period)
        if pair in seen:
            check.add(where, f"与 findings[{seen[pair]}] 重复：{finding.metric} {finding.period}", "同一指标同一期间只写一次")
        seen.setdefault(pair, k)


def _check_metric(check: _Check, where: str, metric: str, verdict: str) -> None:
    known = not check.metrics or metric in check.metrics or metric.startswith(CERTIFICATE_METRIC)
    if not known and verdict != "missing":
        near = difflib.get_close_matches(metric, check.metrics, 1)
        hint = f"是不是“{near[0]}”？" if near else ""
        check.add(f"{where}.metric", f"不认识的指标“{metric}”", f"{hint}指标见 docs/contract.md；其他指标的结论只能是 missing")


def as_json(problems: Sequence[Problem]) -> list[Mapping[str, Any]]:
    """The problems as plain objects, for ``--json``."""
    return [{"file": p.file, "line": p.line, "path": p.path, "message": p.message, "remedy": p.remedy} for p in problems]
