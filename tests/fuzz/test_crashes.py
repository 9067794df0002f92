"""Inputs that the fuzzer found to crash something, shrunk; each failed before it was mended."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from eval.fuzz import children, seeds_text
from eval.fuzz.formats import FORMATS
from eval.fuzz.mutate_parts import unpacked
from eval.fuzz.seeds import tiffs, xlss
from eval.fuzz.seeds_zipped import docxs, ofds, zipped
from extractor.intake import open_package

LONG = b"9" * 5000
"""Python refuses to make a whole number of so many digits."""
POLICY = seeds_text.policies()[0]
SHEET = seeds_text.declaration_sheets()[0]
ENTRY = b"PK\x01\x02"
"""How an entry of a ZIP's directory begins; the version that it takes to unpack it follows 6 bytes on, its flags 8."""


def with_entry(at: int, value: bytes) -> bytes:
    """The workbook with other bytes in the first entry of its directory."""
    start = SHEET.index(ENTRY) + at
    return SHEET[:start] + value + SHEET[start + len(value) :]


def without_width(tiff: bytes) -> bytes:
    """A TIFF whose second directory has another tag instead of the width (TIFF 6.0, 2)."""
    (first,) = struct.unpack_from("<L", tiff, 4)
    (entries,) = struct.unpack_from("<H", tiff, first)
    (second,) = struct.unpack_from("<L", tiff, first + 2 + 12 * entries)
    at = tiff.index(struct.pack("<H", 256), second + 2)
    return tiff[:at] + struct.pack("<H", 65000) + tiff[at + 2 :]


def in_no_encoding() -> bytes:
    """The workbook with a sheet that claims an encoding of no such name."""
    members = unpacked(SHEET)
    members["xl/worksheets/sheet1.xml"] = members["xl/worksheets/sheet1.xml"].replace(b"UTF-8", b"UTF-9")
    return zipped(members)


REFUSED = {
    "declaration with an endless number": ("declaration-json", b'{"declared": [{"metric": "revenue", "value": %s}]}' % LONG),
    "decisions with an endless number": ("decisions", b'{"a": %s}' % LONG),
    "limit with an endless number": ("limits", LONG),
    "sheet of a ZIP version to come": ("declaration-xlsx", with_entry(6, b"\x54\0")),
    "sheets of a ZIP version to come": ("batch-xlsx", with_entry(6, b"\x54\0")),
    "sheet with a password": ("declaration-xlsx", with_entry(8, b"\1\0")),
    "list with a cell without end": ("declaration-csv", "指标,申报值\n营业收入,".encode() + b"9" * 200_000),
    "corpus picture whose second frame has no width": ("corpus-file", without_width(tiffs()[0])),
    "annotations of page 0": ("label-studio", seeds_text.label_studio()[0].replace(b'"page": 1', b'"page": 0')),
    "sheet in an encoding that nobody knows": ("declaration-xlsx", in_no_encoding()),
    "text with an endless exponent": ("declaration-text", b'{"declared": [{"metric": "revenue", "value": 1e%s}]}' % LONG),
    "declaration with an endless exponent": ("declaration-json", b'{"declared": [{"metric": "revenue", "value": 1e%s}]}' % LONG),
    "annotations nested without end": ("funsd", b"[" * 5000),
    "labels nested without end": ("corpus-labels", b"[" * 5000),
    # The C reader of YAML calls itself for each: the process died of a full stack.
    "policy nested without end": ("policy", b"[" * 60_000),
    "metrics nested without end": ("metrics", b'{"a":' * 60_000),
    "policy with a day that is none": ("policy", b"- id: 2021-02-30"),
    "policy with a tag that does not fit, int": ("policy", b"- !!int x"),
    "policy with a tag that does not fit, float": ("policy", b"- !!float x"),
    "policy with a tag that does not fit, bool": ("policy", b"- !!bool x"),
    "policy with a tag that does not fit, time": ("policy", b"- !!timestamp x"),
    "policy with points without end": ("policy", POLICY.replace(b"points: 10, by", b"points: -.inf, by")),
    "policy with points that are no number": ("policy", POLICY.replace(b"points: 10, by", b"points: .nan, by")),
    "policy with points too many to print": ("policy", POLICY.replace(b"points: 10, by", b"points: 0x%s, by" % (b"f" * 4000))),
    "settings with half a JSON": ("settings", b"ZUOZHENG_INTAKE={"),
    "settings that are no text": ("settings", b"ZUOZHENG_HOST=\xb6"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_a_reason(name: str, tmp_path: Path) -> None:
    key, data = REFUSED[name]
    form, path = FORMATS[key], tmp_path / f"input.{FORMATS[key].suffix}"
    path.write_bytes(data)
    assert form.load is not None
    verdict, told = children.judge(form.load, form.expected, form.chinese, path)
    assert (verdict, children.is_chinese(told)) == ("refused", True), told


def test_check_names_the_line_of_labels_nested_without_end(tmp_path: Path) -> None:
    from corpora.validate import validate

    (tmp_path / "corpus.json").write_bytes(seeds_text.corpus_infos()[0])
    (tmp_path / "labels.jsonl").write_bytes(b"[" * 5000)
    assert [p.line for p in validate(tmp_path)] == [1]


def test_list_whose_lines_end_in_carriage_returns(tmp_path: Path) -> None:
    from extractor.claims.sheet import csv_grid

    (tmp_path / "1.csv").write_bytes('指标,申报值\r营业收入,1\r\n"甲\r乙",2'.encode())
    assert csv_grid(tmp_path / "1.csv") == [["指标", "申报值"], ["营业收入", "1"], ["甲\n乙", "2"]]


def test_corpus_sheet_whose_directory_is_a_ring(tmp_path: Path) -> None:
    """Sector 1 follows upon itself: calamine, which counted before, took memory until the process died."""
    from corpora.page_count import page_count

    good = xlss()[0]
    (tmp_path / "1.xls").write_bytes(good[:516] + struct.pack("<L", 1) + good[520:])
    assert page_count(tmp_path / "1.xls") == 1


def test_docx_with_a_style_whose_name_says_nothing(tmp_path: Path) -> None:
    members = unpacked(docxs()[1])
    members["word/styles.xml"] = members["word/styles.xml"].replace(b'w:val="heading 1"', b"")
    (tmp_path / "1.docx").write_bytes(zipped(members))
    with open_package(tmp_path) as package:
        assert ["已损坏" in (f.error or "") for f in package.files] == [True]


def test_ofd_with_a_member_without_a_name(tmp_path: Path) -> None:
    (tmp_path / "1.ofd").write_bytes(zipped(unpacked(ofds()[0]) | {"": b"x"}))
    with open_package(tmp_path) as package:
        assert [(f.pages, f.error) for f in package.files] == [(2, None)]
