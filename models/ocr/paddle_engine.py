"""PP-OCRv6 through ``paddleocr`` 3.7 on ONNX Runtime: the reference engine (extra ``paddle``).

Also takes the user's own larger Paddle models: a folder each for detector and recogniser,
holding ``inference.onnx`` and ``inference.yml``. ``predict()`` is not thread-safe
(PaddleOCR#18268): one engine per process.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from models.ocr import detection
from models.ocr.protocol import EngineError, Image, Quad, TextLine
from models.ocr.weights import DETECTOR, RECOGNISER, onnx_characters, weights_path

DET_NAME, REC_NAME = "PP-OCRv6_small_det", "PP-OCRv6_small_rec"


def detector_config() -> dict[str, Any]:
    """The ``inference.yml`` that PaddleX expects beside the detector's ONNX file."""
    normalise = {"mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225], "scale": "1./255.", "order": "hwc"}
    return {
        "Global": {"model_name": DET_NAME},
        "PreProcess": {
            "transform_ops": [
                {"DecodeImage": {"channel_first": False, "img_mode": "BGR"}},
                {"DetResizeForTest": None},
                {"NormalizeImage": normalise},
                {"ToCHWImage": None},
            ]
        },
        "PostProcess": {
            "name": "DBPostProcess",
            "thresh": detection.THRESHOLD,
            "box_thresh": detection.BOX_THRESHOLD,
            "max_candidates": detection.MAX_CANDIDATES,
            "unclip_ratio": detection.UNCLIP_RATIO,
        },
    }


def recogniser_config(characters: Sequence[str]) -> dict[str, Any]:
    """The ``inference.yml`` that PaddleX expects beside the recogniser's ONNX file."""
    return {
        "Global": {"model_name": REC_NAME},
        "PreProcess": {
            "transform_ops": [
                {"DecodeImage": {"channel_first": False, "img_mode": "BGR"}},
                {"RecResizeImg": {"image_shape": [3, 48, 320]}},
            ]
        },
        "PostProcess": {"name": "CTCLabelDecode", "character_dict": list(characters)},
    }


class PaddleEngine:
    """The reference engine behind the same protocol as the fast one.

    Args:
        threads: CPU threads; None lets ONNX Runtime take all cores.
        det_dir, rec_dir: the user's own models; None takes the shipped small ones.

    Raises:
        EngineError: the extra is not installed.
    """

    name = "paddleocr"

    def __init__(self, *, threads: int | None = None, det_dir: Path | None = None, rec_dir: Path | None = None) -> None:
        if find_spec("paddleocr") is None:
            raise EngineError("未安装 paddleocr：请执行 pip install 'zuozheng[paddle]'，或改用默认引擎 openvino。")
        # Nothing may be looked up or fetched from a model hub.
        os.environ.setdefault("PADDLE_PDX_DISABLE_MODEL_SOURCE_CHECK", "True")
        from paddleocr import PaddleOCR

        try:
            self.version = f"paddleocr-{version('paddleocr')}-ppocrv6-small"
        except PackageNotFoundError as error:
            raise EngineError("paddleocr 安装不完整：请重新安装 zuozheng[paddle]。") from error
        root = Path(tempfile.mkdtemp(prefix="zuozheng-paddle-"))
        weakref.finalize(self, shutil.rmtree, root, ignore_errors=True)
        self._ocr = PaddleOCR(
            text_detection_model_name=DET_NAME,
            text_detection_model_dir=str(det_dir or self._detector(root / "det")),
            text_recognition_model_name=REC_NAME,
            text_recognition_model_dir=str(rec_dir or self._recogniser(root / "rec")),
            use_doc_orientation_classify=False,
            use_doc_unwarping=False,
            use_textline_orientation=False,
            engine="onnxruntime",
            **({"cpu_threads": threads} if threads is not None else {}),
        )

    @staticmethod
    def _detector(folder: Path) -> Path:
        folder.mkdir()
        shutil.copyfile(weights_path(DETECTOR), folder / "inference.onnx")
        (folder / "inference.yml").write_text(yaml.safe_dump(detector_config()), encoding="utf-8")
        return folder

    @staticmethod
    def _recogniser(folder: Path) -> Path:
        folder.mkdir()
        source = weights_path(RECOGNISER)
        shutil.copyfile(source, folder / "inference.onnx")
        config = recogniser_config(onnx_characters(source))
        (folder / "inference.yml").write_text(yaml.safe_dump(config, allow_unicode=True), encoding="utf-8")
        return folder

    def read(self, image: Image) -> list[TextLine]:
        """Find and recognise all lines of a page."""
        # The same detector input as the fast engine, else their boxes cannot agree.
        side = max(detection.network_size(*image.shape[:2]))
        result = next(
            iter(
                self._ocr.predict(
                    np.ascontiguousarray(image[:, :, ::-1]),
                    text_det_limit_type="max",
                    text_det_limit_side_len=side,
                )
            )
        )
        return [
            TextLine(str(text), float(score), np.asarray(quad, np.float32))
            for text, score, quad in zip(result["rec_texts"], result["rec_scores"], result["rec_polys"], strict=True)
        ]

    def detect(self, image: Image) -> list[Quad]:
        """The quads of all lines of a page, in pixels."""
        model = self._ocr.paddlex_pipeline.text_det_model
        result = next(iter(model(np.ascontiguousarray(image[:, :, ::-1]))))
        return detection.reading_order([np.asarray(q, np.float32) for q in result["dt_polys"]])

    def recognise(self, crops: Sequence[Image]) -> list[TextLine]:
        """Recognise upright line images; no character spans."""
        model = self._ocr.paddlex_pipeline.text_rec_model
        out = []
        for crop, result in zip(crops, model([np.ascontiguousarray(c[:, :, ::-1]) for c in crops]), strict=True):
            h, w = crop.shape[:2]
            quad = np.array([[0, 0], [w, 0], [w, h], [0, h]], np.float32)
            out.append(TextLine(str(result["rec_text"]), float(result["rec_score"]), quad))
        return out

    def turn_votes(self, crops: Sequence[Image]) -> list[float]:
        """No classifier here: undecided, so the recogniser itself decides."""
        return [0.5] * len(crops)
