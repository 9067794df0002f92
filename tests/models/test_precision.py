"""The networks compute in what the processor offers, and read the same in it."""

import json

import cv2
import numpy as np
import openvino as ov
import pytest

from eval.bench_engines import difference, plain
from models.ocr import WeightsError, detection, openvino_engine
from models.ocr.int8 import convolutions, load_ranges, quantise
from models.ocr.openvino_engine import OpenVinoEngine
from models.ocr.precision import candidates, check_lines, has_tiles, reads_right
from models.ocr.weights import RECOGNISER, SHA256, weights_path

OFFERED = ov.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
SURE = 0.8
"""Scraps of seals and borders are guesses in every precision."""


@pytest.fixture(scope="module")
def pages(sample):
    return [
        cv2.cvtColor(cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
        for path in sorted(sample.glob("*.jpg"))[:3]
    ]


@pytest.fixture(scope="module")
def exact():
    return OpenVinoEngine(threads=1, precision="f32")


def test_the_fastest_is_tried_first_and_exact_numbers_last():
    assert candidates({"FP32", "BF16", "INT8"}, tiles=True) == ("bf16", "int8", "f32")
    assert candidates({"FP32", "BF16", "INT8"}, tiles=False) == ("int8", "bf16", "f32")
    assert candidates({"FP32", "INT8"}, tiles=False) == ("int8", "f32")
    assert candidates({"FP32"}, tiles=False) == ("f32",)


@pytest.mark.parametrize(("flags", "tiles"), [("avx512_bf16 amx_bf16 amx_int8", True), ("avx2 avx512_bf16", False)])
def test_tiles_are_told_by_the_processor_s_flags(tmp_path, flags, tiles):
    (tmp_path / "cpuinfo").write_text(f"model name\t: X\nflags\t\t: fpu sse2 {flags}\n", encoding="ascii")
    assert has_tiles(tmp_path / "cpuinfo") is tiles
    assert has_tiles(tmp_path / "none") is False


@pytest.mark.parametrize("precision", ["int8", *(["bf16"] if "BF16" in OFFERED else [])])
def test_a_fast_precision_reads_as_exact_numbers_do(precision, pages, exact):
    fast = OpenVinoEngine(threads=1, precision=precision)
    assert fast.version.endswith(precision)
    different = total = 0
    for image in pages:
        quads = exact.detect(image)
        crops = [detection.cut(image, q) for q in quads]
        ours, theirs = fast.recognise(crops), exact.recognise(crops)
        placed = [
            [type(x)(x.text, x.confidence, q, x.spans) for x, q in zip(lines, quads, strict=True)] for lines in (ours, theirs)
        ]
        different += difference(placed[0], placed[1], SURE)
        total += sum(len(plain(x.text)) for x in theirs)
    assert total > 500
    assert different <= 0.001 * total


def test_the_check_is_read(exact):
    assert reads_right(exact.recognise)


def test_a_precision_that_misreads_is_not_used(monkeypatch):
    tried = []
    monkeypatch.setattr(openvino_engine, "candidates", lambda _, tiles: ("int8", "f32"))
    monkeypatch.setattr(openvino_engine, "reads_right", lambda recognise: bool(tried.append(len(recognise(check_lines())))))
    assert OpenVinoEngine(threads=1).version.endswith("f32")
    assert tried == [2]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        json.dumps({"weights": SHA256[RECOGNISER], "ranges": {"Conv.0": [1]}}),
        json.dumps({"weights": "0", "ranges": {}}),
    ],
)
def test_damaged_ranges_say_what_to_do(tmp_path, text):
    path = tmp_path / "ranges.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(WeightsError, match="重新安装"):
        load_ranges(SHA256[RECOGNISER], path)


def test_every_convolution_has_a_range():
    model = ov.Core().read_model(weights_path(RECOGNISER))
    ranges = load_ranges(SHA256[RECOGNISER])
    assert {node.get_friendly_name() for node in convolutions(model)} == set(ranges)
    with pytest.raises(WeightsError):
        quantise(model, {})
