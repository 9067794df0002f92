"""PP-OCRv6 on OpenVINO: the fast CPU engine, same weights as the reference engine."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import openvino as ov

from models.ocr import detection, recognition
from models.ocr.head import Head
from models.ocr.protocol import Image, Quad, TextLine
from models.ocr.weights import DETECTOR, RECOGNISER, TURN_CLASSIFIER, onnx_characters, weights_path

MAX_BATCH = 6


class OpenVinoEngine:
    """Detector, recogniser and turn classifier, compiled once per process.

    Args:
        threads: CPU threads; None lets OpenVINO take all cores.
        precision: of the recogniser, ``f32`` or ``bf16``; None takes bf16 where the CPU has it
            (same texts as f32 on 1,100 of 1,100 printed lines, two thirds of the time).
        cache_dir: where compiled networks are kept between runs; None: nowhere.
    """

    name = "openvino"

    def __init__(self, *, threads: int | None = None, precision: str | None = None, cache_dir: Path | None = None) -> None:
        # Environment variable is OpenVINO's own switch; nothing may leave the machine.
        os.environ.setdefault("OPENVINO_TELEMETRY_OPT_OUT", "1")
        core = ov.Core()
        if precision is None:
            precision = "bf16" if "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES") else "f32"
        self.version = f"openvino-{ov.__version__.split('-')[0]}-ppocrv6-small-{precision}"
        self._config: dict[str, Any] = {
            "PERFORMANCE_HINT": "LATENCY",
            "INFERENCE_PRECISION_HINT": "f32",
            # Pinned, the only thread of every process would stand on the first processor.
            "ENABLE_CPU_PINNING": False,
            # Pages come in ever new sizes; kept primitives would only pile up (200 MB in 24 pages).
            "CPU_RUNTIME_CACHE_CAPACITY": 0,
        }
        if threads is not None:
            self._config["INFERENCE_NUM_THREADS"] = threads
        if cache_dir is not None:
            self._config["CACHE_DIR"] = str(cache_dir)
        self._core = core
        # The detector stays in f32: in bf16 its boxes move and texts differ from the reference.
        self._det = core.compile_model(core.read_model(weights_path(DETECTOR)), "CPU", self._config)
        rec_path = weights_path(RECOGNISER)
        rec = core.read_model(rec_path)
        # Blank first, the space last (CTC label order of PaddleX).
        self._characters = ["", *onnx_characters(rec_path), " "]
        fast = {**self._config, "INFERENCE_PRECISION_HINT": precision}
        self._head = Head(rec, core, fast)
        self._rec = core.compile_model(self._head.backbone, "CPU", fast)
        self._cls: ov.CompiledModel | None = None

    def read(self, image: Image) -> list[TextLine]:
        """Find and recognise all lines of a page, seen by the detector as large as the reference engine sees it.

        For comparing engines: both then find the same lines. Reading pages goes through ``detect`` and ``recognise``.
        """
        quads = self._detect_at(image, detection.network_size(*image.shape[:2]))
        crops = [detection.cut(image, q) for q in quads]
        kept = [(q, c) for q, c in zip(quads, crops, strict=True) if c.size]
        lines = self.recognise([c for _, c in kept])
        return [TextLine(line.text, line.confidence, quad, line.spans) for (quad, _), line in zip(kept, lines, strict=True)]

    def detect(self, image: Image) -> list[Quad]:
        """The quads of all lines of a page, in pixels: seen as large as its print needs, larger where some is too small."""
        height, width = image.shape[:2]
        size = detection.network_size(height, width, detection.pixels_for(image))
        quads = self._detect_at(image, size)
        more = detection.pixels_wanted(quads, height, width, size)
        return quads if more is None else self._detect_at(image, detection.network_size(height, width, more))

    def _detect_at(self, image: Image, size: tuple[int, int]) -> list[Quad]:
        prob = self._det(detection.to_tensor(image, size))[0]
        return detection.find_quads(np.asarray(prob[0, 0], np.float32), *image.shape[:2])

    def recognise(self, crops: Sequence[Image]) -> list[TextLine]:
        """Recognise upright line images; returned in the order given."""
        out: list[TextLine | None] = [None] * len(crops)
        for batch in recognition.batches(crops, MAX_BATCH):
            tensor, widths = recognition.to_tensor([crops[i] for i in batch])
            indexes, scores = self._head.best(self._rec(tensor)[0])
            for row, i in enumerate(batch):
                text, confidence, spans = recognition.decode(
                    indexes[row], scores[row], widths[row], tensor.shape[3], self._characters
                )
                h, w = crops[i].shape[:2]
                quad = np.array([[0, 0], [w, 0], [w, h], [0, h]], np.float32)
                out[i] = TextLine(text, confidence, quad, spans)
        return [line for line in out if line is not None]

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
