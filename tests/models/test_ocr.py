"""The fast engine on scanned sample pages; weights are found offline and verified."""

import os
import shutil
import time
import unicodedata
from contextlib import suppress
from threading import Thread

import cv2
import numpy as np
import openvino as ov
import pytest

from models.ocr import EngineError, WeightsError, create_engine, detection, recognition
from models.ocr.tail import split
from models.ocr.weights import DETECTOR, RECOGNISER, onnx_characters, weights_folder, weights_path


def plain(text):
    """Full-width marks may come out half-width with another padding; that is no difference."""
    return "".join(unicodedata.normalize("NFKC", text).split())


@pytest.fixture(scope="module")
def engine():
    return create_engine("openvino")


@pytest.fixture(scope="module")
def certificate(sample):
    path = next(sample.glob("04_*.jpg"))
    return cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_COLOR)[:, :, ::-1].copy()


def test_weights_are_verified(tmp_path):
    shutil.copyfile(weights_folder() / DETECTOR, tmp_path / DETECTOR)
    assert weights_path(DETECTOR, tmp_path).name == DETECTOR
    with (tmp_path / DETECTOR).open("r+b") as file:
        file.seek(1000)
        file.write(b"tampered")
    with pytest.raises(WeightsError, match="SHA-256"):
        weights_path(DETECTOR, tmp_path)


def test_missing_weights_say_what_to_do(tmp_path):
    with pytest.raises(WeightsError, match="重新安装"):
        weights_path(DETECTOR, tmp_path)


def test_character_list_is_whole():
    characters = onnx_characters(weights_path(RECOGNISER))
    assert len(characters) == 18708
    assert {"福", "0", "Z", "￥"} & set(characters) == {"福", "0", "Z", "￥"}


def test_unknown_engine_names_the_choices():
    with pytest.raises(EngineError, match="openvino"):
        create_engine("tesseract")


def test_reads_a_scanned_certificate(engine, certificate):
    lines = engine.read(certificate)
    text = "".join(line.text for line in lines)
    assert "质量管理体系认证证书" in text
    assert "福建闽江精密机械股份有限公司" in text
    for line in lines:
        assert len(line.spans) == len(line.text)
        assert all(0 <= a <= b <= 1 for a, b in line.spans)
        assert [a for a, _ in line.spans] == sorted(a for a, _ in line.spans)


def test_a_crop_reads_the_same_alone_and_in_a_batch(engine, certificate):
    crops = [detection.cut(certificate, q) for q in engine.detect(certificate)]
    together = engine.recognise(crops)
    alone = [engine.recognise([crop])[0] for crop in crops]
    # Scraps of seals are guesses either way.
    sure = [(a.text, b.text) for a, b in zip(together, alone, strict=True) if min(a.confidence, b.confidence) > 0.8]
    assert len(sure) > 10
    assert all(plain(a) == plain(b) for a, b in sure)


def test_votes_tell_upside_down(engine, certificate):
    crops = [detection.cut(certificate, q) for q in engine.detect(certificate)]
    wide = sorted(crops, key=lambda c: -c.shape[1] / max(c.shape[0], 1))[:8]
    turned = [np.ascontiguousarray(np.rot90(c, 2)) for c in wide]
    assert np.mean(engine.turn_votes(turned)) > np.mean(engine.turn_votes(wide))


def test_network_size_is_bounded():
    for h, w in ((100, 100), (2339, 1654), (3307, 4677), (20000, 300)):
        nh, nw = detection.network_size(h, w)
        assert nh % 32 == 0
        assert nw % 32 == 0
        assert nh * nw <= 1.05 * detection.REFERENCE_PIXELS
        assert max(nh, nw) <= detection.MAX_SIDE


def test_empty_page_has_no_lines(engine):
    assert engine.read(np.full((400, 300, 3), 255, np.uint8)) == []


def test_batches_hold_every_crop_once():
    rng = np.random.default_rng(0)
    crops = [np.zeros((int(h), int(w), 3), np.uint8) for h, w in rng.integers(8, 900, (57, 2))]
    batches = list(recognition.batches(crops))
    assert sorted(i for _, batch in batches for i in batch) == list(range(57))
    for columns, batch in batches:
        assert columns in recognition.WIDTHS
        assert len(batch) in (1, recognition.TOGETHER)
        assert all(recognition.target_width(crops[i]) <= columns for i in batch)


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="processors of threads are told on Linux only")
def test_no_thread_is_bound_to_a_processor(certificate):
    """Else the engines of all processes, one thread each, would share the first processor."""
    reading = Thread(target=create_engine("openvino", threads=1).read, args=(certificate,))
    mine, seen = os.sched_getaffinity(0), set()
    reading.start()
    while reading.is_alive():
        for thread in os.listdir("/proc/self/task"):
            with suppress(ProcessLookupError):  # it may have ended meanwhile
                seen.add(frozenset(os.sched_getaffinity(int(thread))))
        time.sleep(0.01)
    assert seen == {frozenset(mine)}


def test_the_short_end_of_the_detector_says_the_same():
    core = ov.Core()
    options = {"INFERENCE_PRECISION_HINT": "f32"}
    whole = core.compile_model(core.read_model(weights_path(DETECTOR)), "CPU", options)
    body, tail = (core.compile_model(part, "CPU", options) for part in split(core.read_model(weights_path(DETECTOR))))
    page = np.random.default_rng(3).standard_normal((1, 3, 96, 160)).astype(np.float32)
    odds = tail(body(page)[0])[0]
    assert odds.shape == (1, 1, 96, 160)
    assert np.allclose(1 / (1 + np.exp(-odds)), whole(page)[0], atol=1e-4)
