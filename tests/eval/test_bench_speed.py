"""The parts of the speed benchmark that measure nothing, and one tiny run."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from random import Random

import numpy as np
import pytest
from PIL import Image

from corpora import files
from corpora.format import TextLine
from corpora.synth import audit, ledger, names, social
from corpora.synth.engine import has_chinese_font, lay_out
from eval import bench_speed, bench_speed_cores
from eval.bench_speed_check import differing
from eval.bench_speed_corpus import PageFile, Truth, folder_pages, image_pdf, on_paper, way_back
from eval.bench_speed_figures import chunks, estimate, in_columns, level_at, loose_errors, slope, speed_ratio, spread, turns
from eval.bench_speed_floor import multiply_adds
from eval.bench_speed_long import copies
from eval.bench_speed_package import swapped
from eval.bench_speed_pages import cer, placed_errors, text_errors
from eval.bench_speed_papers import with_notes
from eval.bench_speed_processes import cpu_seconds, rss
from eval.bench_speed_readers import READERS, PageText, ReadLine, missing
from eval.text_errors import TextErrors
from extractor.intake import open_package
from extractor.intake.pdf import PdfFile
from extractor.model import DeclaredValue, Finding, Verdict

linux = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
drawn = pytest.mark.skipif(not has_chinese_font(), reason="needs a Chinese font")


class TestFigures:
    """Ratios, estimates, chunks, slopes."""

    def test_chunks_keep_order_and_every_item(self):
        assert chunks(range(7), 3) == [[0, 1, 2], [3, 4, 5], [6]]
        assert chunks([], 3) == []

    @pytest.mark.parametrize(("total", "n"), [(300, 20), (7, 3), (5, 5), (5, 0), (5, 9), (1, 1)])
    def test_spread_is_even_and_never_twice(self, total, n):
        found = spread(total, n)
        assert found == sorted(set(found))
        assert len(found) == (n if 0 < n < total else total)
        assert all(0 <= k < total for k in found)
        gaps = np.diff(found)
        assert gaps.size == 0 or gaps.max() - gaps.min() <= 1

    def test_everybody_comes_first_once(self):
        assert [turns("abc", k)[0] for k in range(3)] == ["a", "b", "c"]
        assert sorted(turns("abc", 5)) == ["a", "b", "c"]

    def test_ratio_of_speeds_is_of_seconds_in_all(self):
        found = speed_ratio([1.0, 3.0], [4.0, 6.0])
        assert (found.value, found.low, found.high) == (2.5, 2.0, 4.0)
        assert str(found) == "2.50 (2.00–4.00)"

    def test_estimate(self):
        assert estimate(40.0, 20, 300) == 600.0
        assert estimate(0.0, 0, 300) == 0.0

    def test_slope_and_level(self):
        points = [(float(k), 100 + 2.0 * k) for k in range(0, 101, 5)]
        assert slope(points) == pytest.approx(2.0)
        assert slope(points[:1]) == 0.0
        assert level_at(points, 0.5) == 200.0
        assert level_at(points, 1.0, nearest=1) == 300.0

    def test_columns_line_up(self):
        assert in_columns([["a", "1"], ["bb", "10", "x"]]) == "a    1\nbb  10  x\n"


class TestLooseErrors:
    """Character errors of bare text."""

    TRUE = ("资产负债表", "货币资金", "1,234,567.89", "应收账款", "987,654.00")

    def test_order_and_cuts_do_not_matter(self):
        assert loose_errors(self.TRUE, reversed(self.TRUE)) == TextErrors(35, 0, 0)
        joined = ["应收账款 987,654.00", "货币资金 1,234,567.89", "资产", "负债表"]
        assert loose_errors(self.TRUE, joined).errors == 0

    def test_misread_characters_count_once(self):
        assert loose_errors(["营业收入合计", "12345"], ["营业收人合计", "12845"]) == TextErrors(11, 2, 0)

    def test_lost_lines_count_and_others_are_extra(self):
        found = loose_errors(["营业收入合计", "研发费用"], ["营业收入合计", "XYZ"])
        assert found == TextErrors(10, 4, 3)

    def test_a_stretch_is_taken_once_only(self):
        assert loose_errors(["研发费用", "研发费用"], ["研发费用"]).errors == 4

    def test_nothing_read(self):
        assert loose_errors(["研发费用"], []) == TextErrors(4, 4, 0)
        assert loose_errors([], ["a"]) == TextErrors(0, 0, 1)


def skewed(points):
    """A page turned by 90 degrees, a little skewed and in perspective."""
    x, y = 1 - points[:, 1], points[:, 0]
    scale = 1 + 0.06 * x
    return np.stack([(0.05 + 0.88 * x + 0.03 * y) / scale, (0.04 + 0.9 * y - 0.03 * x) / scale], axis=1)


class TestPages:
    """True lines against what readers give."""

    BOXES = (("营业收入", (0.1, 0.1, 0.4, 0.13)), ("研发费用", (0.1, 0.2, 0.4, 0.23)))

    def page(self):
        truth = Truth("statements", "scan", 0, (), self.BOXES, way_back(skewed))
        return PageFile(Path("x.png"), 200, truth)

    def read(self, *texts, places=True):
        lines = []
        for text, (_, (l, t, r, b)) in zip(texts, self.BOXES, strict=True):
            corners = skewed(np.array([(l, t), (r, t), (r, b), (l, b)]))
            lines.append(ReadLine(text, 0.9, corners if places else None))
        return PageText(tuple(lines))

    def test_way_back(self):
        points = np.random.default_rng(1).uniform(0, 1, (50, 2))
        assert np.abs(on_paper(skewed(points), way_back(skewed)) - points).max() < 0.002

    def test_places_are_compared_on_the_clean_page(self):
        assert placed_errors(self.page(), self.read("营业收入", "研发费用")) == TextErrors(8, 0, 0)
        assert placed_errors(self.page(), self.read("研发费用", "营业收入")).errors == 8

    def test_readers_without_places_have_text_only(self):
        assert placed_errors(self.page(), self.read("营业收入", "研发费用", places=False)) is None

    @drawn
    def test_a_photo_read_perfectly_has_no_errors(self):
        rng = Random(4)
        owner = names.enterprise(rng)
        taken = files.capture(audit.bare_statements(rng, owner), files.device("photo", rng), rng)
        printed, shot = taken.laid_out.pages[0].lines, taken.shots[0]
        corners = [shot.warp(np.array([(l, t), (r, t), (r, b), (l, b)])) for _, (l, t, r, b) in printed]
        truth = Truth("statements", "photo", 0, (), printed, way_back(shot.warp))
        read = PageText(tuple(ReadLine(text, 1.0, quad) for (text, _), quad in zip(printed, corners, strict=True)))
        found = placed_errors(PageFile(Path("x.png"), 200, truth), read)
        assert found.errors <= 0.002 * found.characters

    def test_error_rate_of_all_pages(self):
        assert cer([TextErrors(90, 3, 0), TextErrors(10, 7, 5)]) == 0.1
        assert cer([]) is None

    def test_pictures_of_a_folder(self, tmp_path):
        for k in range(5):
            Image.new("RGB", (40, 30 + k), "white").save(tmp_path / f"{k}.png")
        (tmp_path / "readme.txt").write_text("x")
        found = folder_pages(tmp_path, 2)
        assert [page.path.name for page in found] == ["1.png", "3.png"]
        with PdfFile(image_pdf(folder_pages(tmp_path, 0), tmp_path / "all.pdf")) as pdf:
            assert [round(pdf.page_size(k)[1] / 72 * 200) for k in range(pdf.page_count)] == [30, 31, 32, 33, 34]
        with pytest.raises(FileNotFoundError):
            folder_pages(tmp_path / "none", 2)

    def test_a_missing_reader_is_named(self, monkeypatch):
        monkeypatch.setenv("PATH", "")
        assert missing("ocrmypdf") == "ocrmypdf, tesseract"
        assert missing("product") == ""
        assert set(READERS) == {"product", "paddleocr", "rapidocr", "ocrmypdf"}


class TestPackage:
    """The large package and what is compared."""

    def test_years_exchanged_still_add_up(self):
        book = ledger.accounts(Random(1))
        other = swapped(book)
        assert other.figures["revenue"] == book.figures["revenue"][::-1]
        assert swapped(other) == book
        assert [row.amounts and sum(row.amounts) for row in other.income] == [
            row.amounts and sum(row.amounts) for row in book.income
        ]

    @drawn
    def test_notes_are_so_many_pages(self):
        rng = Random(2)
        owner = names.enterprise(rng)
        report = audit.make(rng, owner, year=2022, brief=True)
        pages = len(lay_out(report).pages)
        assert len(lay_out(with_notes(rng, report, owner, 2022, 4)).pages) == pages + 4

    def test_differing_findings(self):
        def finding(metric, verdict, evidenced):
            declared = DeclaredValue(value=1, unit="项")
            return Finding(
                metric=metric, period="now", declared=declared, verdict=verdict, confidence=0.9, reason="x", evidenced=evidenced
            )

        one = [finding("a", Verdict.SUPPORTED, 1), finding("b", Verdict.UNSURE, None)]
        other = [finding("a", Verdict.SUPPORTED, 1), finding("b", Verdict.MISSING, None)]
        assert differing(one, one) == []
        assert differing(one, other) == ["b now: unsure / missing"]
        assert differing(one, one[:1]) == ["b now: unsure / -"]

    def test_copies_are_new_content_of_the_same_pages(self, tmp_path):
        Image.new("RGB", (40, 30), "white").save(tmp_path / "a.png")
        folder = copies([PageFile(tmp_path / "a.png", 200)], 3, tmp_path / "made")
        with open_package(folder) as package:
            assert len({f.sha256 for f in package.files}) == 3
            assert all(f.error is None and f.pages == 1 for f in package.files)


class TestFloor:
    """Multiply-adds by shapes."""

    @pytest.mark.parametrize(
        ("kind", "inputs", "output", "transposed", "expected"),
        [
            ("Convolution", [(2, 8, 10, 10), (16, 8, 3, 3)], (2, 16, 5, 5), False, 2 * 25 * 16 * 8 * 9),
            ("GroupConvolution", [(1, 8, 10, 10), (8, 1, 1, 3, 3)], (1, 8, 10, 10), False, 100 * 8 * 9),
            ("ConvolutionBackpropData", [(1, 8, 4, 6), (8, 2, 2, 2)], (1, 2, 8, 12), False, 24 * 8 * 2 * 4),
            ("MatMul", [(3, 40, 120), (120, 50)], (3, 40, 50), False, 3 * 40 * 50 * 120),
            ("MatMul", [(1, 120, 40), (120, 50)], (1, 40, 50), True, 40 * 50 * 120),
            ("Add", [(1, 2), (1, 2)], (1, 2), False, 0),
        ],
    )
    def test_by_shapes(self, kind, inputs, output, transposed, expected):
        assert multiply_adds(kind, inputs, output, transposed=transposed) == expected


@linux
def test_own_process_is_measured():
    assert cpu_seconds(os.getpid()) > 0
    assert rss(os.getpid()) > 1e6
    assert rss(2**22 + 1) == 0


@linux
@drawn
def test_digital_pages_are_measured(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(bench_speed_cores, "DIGITAL", (lambda rng, owner: social.make(rng, owner, layout="list"),))
    monkeypatch.setattr(
        sys, "argv", ["bench_speed", "digital", "--pages", "2", "--seed", "5", "--json", str(tmp_path / "x.json")]
    )
    bench_speed.main()
    told = json.loads((tmp_path / "x.json").read_text(encoding="utf-8"))
    assert told["pages"] == told["by_source"]["all"]["pages"] == 2
    assert told["by_source"]["all"]["pages_per_cpu_second"] > 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1]) == told


def test_text_errors_take_masked_numbers_as_they_are_kept():
    line = TextLine(page=1, text="110101199003074477", box=(0.1, 0.1, 0.4, 0.13))
    page = PageFile(Path("x.png"), 200, Truth("list", "scan", 0, (line,), (), np.zeros((10, 2))))
    assert text_errors(page, PageText((ReadLine("1101**********4477"),))).errors == 0
