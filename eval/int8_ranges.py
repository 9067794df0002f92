"""Measure what goes into each convolution of the recogniser: ``python -m eval.int8_ranges [--pages 24] [--seed N]``.

Writes ``models/ocr/data/int8_ranges.json`` from lines of drawn pages: the mean over all lines of the least and of the
greatest value (as post-training quantisation usually does: a single line with an outlier must not widen the steps).
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import Random

import numpy as np
import openvino as ov
from numpy.typing import NDArray
from openvino import opset13 as ops

from eval.bench_speed_corpus import draw_pages
from eval.bench_speed_told import progress
from extractor.intake import ImagePage, Limits
from extractor.reading.ocr_page import fit
from models.ocr import detection, recognition
from models.ocr.int8 import FILE, convolutions
from models.ocr.openvino_engine import OpenVinoEngine
from models.ocr.weights import RECOGNISER, SHA256, weights_path

LINES = 16
"""Lines taken of a page."""


def line_tensors(pages: int, seed: int) -> Iterator[NDArray[np.float32]]:
    """Lines of drawn pages as the recogniser's inputs (1, 3, 48, columns)."""
    engine, rng = OpenVinoEngine(threads=1, precision="f32"), Random(seed)
    with tempfile.TemporaryDirectory(prefix="int8-") as folder:
        for page in draw_pages(pages, seed, Path(folder), progress("draw")):
            image = fit(ImagePage(0, 1, page.path, Limits()).image())
            crops = [crop for quad in engine.detect(image) if (crop := detection.cut(image, quad)).size]
            for crop in rng.sample(crops, min(LINES, len(crops))):
                yield recognition.to_tensor([crop], recognition.padded(recognition.target_width(crop)))


def measured(tensors: Iterator[NDArray[np.float32]]) -> dict[str, tuple[float, float]]:
    """The range of the input of each convolution, by the convolution's name."""
    core = ov.Core()
    model = core.read_model(weights_path(RECOGNISER))
    nodes = list(convolutions(model))
    axes = ops.constant(np.array([0, 1, 2, 3], np.int64))
    ends = [
        ops.result(way(node.input_value(0), axes)) for node in nodes for way in (ops.reduce_min, ops.reduce_max)
    ]  # fmt: skip
    watched = core.compile_model(ov.Model(ends, model.get_parameters(), "watched"), "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    seen = np.mean([[float(value) for value in watched(tensor).values()] for tensor in tensors], axis=0).reshape(-1, 2)
    return {
        node.get_friendly_name(): (round(low, 4), round(high, 4)) for node, (low, high) in zip(nodes, seen.tolist(), strict=True)
    }


def main() -> None:
    """Measure and write the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=24)
    parser.add_argument("--seed", type=int, default=991)
    parser.add_argument("--out", type=Path, default=FILE)
    args = parser.parse_args()
    ranges = measured(line_tensors(args.pages, args.seed))
    told = {"weights": SHA256[RECOGNISER], "pages": args.pages, "seed": args.seed, "ranges": ranges}
    args.out.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(f"{args.out}: {len(ranges)} ranges\n")


if __name__ == "__main__":
    main()
