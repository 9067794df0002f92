"""PP-OCRv6 on OpenVINO: the fast CPU engine, same weights as the reference engine."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import openvino as ov
from numpy.typing import NDArray

from models.ocr import detection, recognition
from models.ocr.head import Head
from models.ocr.int8 import load_ranges, quantise
from models.ocr.precision import Precision, candidates, has_tiles, reads_right
from models.ocr.protocol import Image, Quad, TextLine
from models.ocr.tail import split
from models.ocr.weights import DETECTOR, RECOGNISER, SHA256, TURN_CLASSIFIER, onnx_characters, weights_path

STEPS = 1000
"""Prepared steps of the recogniser that are kept: an input of a width that is known costs 2 ms less. The detector keeps none:
40 ms less for a known size would take 160 MB."""


class OpenVinoEngine:
    """Detector, recogniser and turn classifier, compiled once per process.

    Args:
        threads: CPU threads; None lets OpenVINO take all cores.
        precision: what the networks compute in (with ``int8`` the detector in float32); None takes the fastest that the
            processor offers and that reads right (``models.ocr.precision``). ``version``, which every page read carries,
            names the detector's and the recogniser's, once where they are the same.
        cache_dir: where compiled networks are kept between runs; None: nowhere.
    """

    name = "openvino"

    def __init__(self, *, threads: int | None = None, precision: Precision | None = None, cache_dir: Path | None = None) -> None:
        # Environment variable is OpenVINO's own switch; nothing may leave the machine.
        os.environ.setdefault("OPENVINO_TELEMETRY_OPT_OUT", "1")
        self._core = ov.Core()
        self._config: dict[str, Any] = {
            "PERFORMANCE_HINT": "LATENCY",
            "INFERENCE_PRECISION_HINT": "f32",
            # Pinned, the only thread of every process would stand on the first processor.
            "ENABLE_CPU_PINNING": False,
            "CPU_RUNTIME_CACHE_CAPACITY": 0,
        }
        if threads is not None:
            self._config["INFERENCE_NUM_THREADS"] = threads
        if cache_dir is not None:
            self._config["CACHE_DIR"] = str(cache_dir)
        rec_path = weights_path(RECOGNISER)
        # Blank first, the space last (CTC label order of PaddleX).
        self._characters = ["", *onnx_characters(rec_path), " "]
        offered = self._core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
        for chosen in (precision,) if precision else candidates(offered, tiles=has_tiles()):
            self._load_recogniser(rec_path, chosen)
            if precision or chosen == "f32" or reads_right(self.recognise):
                break
        # In 8-bit integers the detector loses lines.
        seen: Precision = chosen if chosen != "int8" else "bf16" if precision is None and "BF16" in offered else "f32"
        self.version = "-".join(dict.fromkeys(("openvino", ov.__version__.split("-")[0], "ppocrv6-small", seen, chosen)))
        body, tail = split(self._core.read_model(weights_path(DETECTOR)))
        self._det = self._core.compile_model(body, "CPU", self._in(seen))
        self._det_tail = self._core.compile_model(tail, "CPU", self._in("f32"))
        self._cls: ov.CompiledModel | None = None

    def _in(self, precision: Precision) -> dict[str, Any]:
        return {**self._config, "INFERENCE_PRECISION_HINT": precision}

    def _load_recogniser(self, path: Path, precision: Precision) -> None:
        model = self._core.read_model(path)
        if precision == "int8":
            quantise(model, load_ranges(SHA256[RECOGNISER]))
        options = self._in("f32" if precision == "int8" else precision)
        self._head = Head(model, self._core, options)
        self._rec = self._core.compile_model(self._head.backbone, "CPU", {**options, "CPU_RUNTIME_CACHE_CAPACITY": STEPS})

    def read(self, image: Image) -> list[TextLine]:
        """Find and recognise all lines of a page, seen by both networks at the sizes at which the reference engine sees them.

        For comparing engines: nothing but what they compute then differs. Reading pages goes through ``detect`` and
        ``recognise``.
        """
        quads = self._detect_at(image, detection.network_size(*image.shape[:2]))
        crops = [detection.cut(image, q) for q in quads]
        kept = [(q, c) for q, c in zip(quads, crops, strict=True) if c.size]
        alone = [(max(recognition.FULL_WIDTH, recognition.target_width(c)), [i]) for i, (_, c) in enumerate(kept)]
        lines = self._recognised([c for _, c in kept], alone)
        return [TextLine(line.text, line.confidence, quad, line.spans) for (quad, _), line in zip(kept, lines, strict=True)]

    def detect(self, image: Image) -> list[Quad]:
        """The quads of all lines of a page, in pixels: seen as large as its print needs, larger where some is too small."""
        height, width = image.shape[:2]
        size = detection.common_size(height, width, detection.pixels_for(image))
        quads = self._detect_at(image, size)
        more = detection.pixels_wanted(quads, height, width, size)
        return quads if more is None else self._detect_at(image, detection.common_size(height, width, more))

    def _detect_at(self, image: Image, size: tuple[int, int]) -> list[Quad]:
        tensor, (high, wide) = detection.to_tensor(image, size)
        heat = self._det_tail(self._det(tensor)[0])[0]
        return detection.find_quads(np.asarray(heat[0, 0, :high, :wide], np.float32), *image.shape[:2])

    def recognise(self, crops: Sequence[Image]) -> list[TextLine]:
        """Recognise upright line images; returned in the order given."""
        return self._recognised(crops, recognition.batches(crops))

    def _recognised(self, crops: Sequence[Image], batches: Iterable[tuple[int, list[int]]]) -> list[TextLine]:
        found: list[tuple[int, int, NDArray[np.float32]]] = []
        for columns, batch in batches:
            features = self._rec(recognition.to_tensor([crops[i] for i in batch], columns))[0]
            found += [(i, columns, row) for i, row in zip(batch, features, strict=True)]
        if not found:
            return []
        # The last layer at once for all lines: it works on whole blocks of steps.
        labels, scores = self._head.best(np.concatenate([row for _, _, row in found]))
        out: dict[int, TextLine] = {}
        end = 0
        for i, columns, row in found:
            part = slice(end, end := end + len(row))
            h, w = crops[i].shape[:2]
            width = recognition.target_width(crops[i])
            text, confidence, spans = recognition.decode(labels[part], scores[part], width, columns, self._characters)
            out[i] = TextLine(text, confidence, np.array([[0, 0], [w, 0], [w, h], [0, h]], np.float32), spans)
        return [out[i] for i in range(len(crops))]

    def turn_votes(self, crops: Sequence[Image]) -> list[float]:
        """Probability that each line image is upside down (PP-OCR mobile v2.0 classifier)."""
        if self._cls is None:
            model = self._core.read_model(weights_path(TURN_CLASSIFIER))
            self._cls = self._core.compile_model(model, "CPU", self._config)
        votes: list[float] = []
        for crop in crops:
            h, w = crop.shape[:2]
            width = min(192, max(8, int(np.ceil(48 * w / h))))
            tensor = np.zeros((1, 3, 48, 192), np.float32)
            small = cv2.resize(crop, (width, 48))
            tensor[0, :, :, :width] = small[:, :, ::-1].transpose(2, 0, 1) / 127.5 - 1.0
            votes.append(float(self._cls(tensor)[0][0][1]))
        return votes
