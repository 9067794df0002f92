"""The least time that a page can take here: multiply-adds of both networks over what the processor can do."""

from __future__ import annotations

import argparse
import math
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import openvino as ov
from openvino import opset13 as ops

from eval.bench_speed_corpus import draw_pages
from eval.bench_speed_figures import in_columns
from eval.bench_speed_processes import cpu_seconds
from eval.bench_speed_told import progress
from extractor.intake import ImagePage, Limits
from extractor.reading.ocr_page import fit
from extractor.reading.upright import Image
from extractor.reading.worker import ReadingWorker
from models.ocr import create_engine, detection, recognition
from models.ocr.weights import DETECTOR, RECOGNISER, weights_path

SIDE = 2048
"""Rows and columns of the matrices whose product shows what the processor can do."""
WIDTH_STEP = 32
"""Columns to which a line's width is rounded up: the networks differ little in between."""
_CONVOLUTIONS = frozenset({"Convolution", "GroupConvolution"})
_DECONVOLUTIONS = frozenset({"ConvolutionBackpropData", "GroupConvolutionBackpropData"})


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of ``floor``."""
    parser.add_argument("--pages", type=int, default=6)


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Count, measure, print the table, and return everything."""
    rate = attainable()
    with tempfile.TemporaryDirectory(prefix="bench-speed-") as name:
        pages = draw_pages(args.pages, args.seed, Path(name), progress("draw"))
        engine = create_engine("openvino", threads=1)
        found = []
        with ReadingWorker(threads=1) as worker:
            list(worker.read([ImagePage(0, 1, pages[0].path, Limits())]))
            for k, page in enumerate(pages):
                source = ImagePage(k, 1, page.path, Limits())
                # The engine's finder of lines is not part of its protocol.
                one = page_multiply_adds(engine, fit(source.image()))  # type: ignore[arg-type]
                cpu = cpu_seconds(os.getpid())
                list(worker.read([source]))
                kind = page.truth.kind if page.truth else ""
                found.append({**one, "kind": kind, "cpu_seconds": cpu_seconds(os.getpid()) - cpu})
    told = _told(found, rate)
    _print(told)
    return told


def attainable(seconds: float = 2.0) -> float:
    """Multiply-adds per second of one thread: the best of several large products of float32 matrices."""
    value = ops.parameter([SIDE, SIDE], np.float32)
    weights = ops.constant(np.random.default_rng(1).standard_normal((SIDE, SIDE), dtype=np.float32))
    product = ov.Model([ops.matmul(value, weights, False, False)], [value], "product")
    options = {"INFERENCE_NUM_THREADS": 1, "INFERENCE_PRECISION_HINT": "f32", "PERFORMANCE_HINT": "LATENCY"}
    compiled = ov.Core().compile_model(product, "CPU", options)
    tensor = np.random.default_rng(2).standard_normal((SIDE, SIDE), dtype=np.float32)
    compiled(tensor)
    best, end = math.inf, time.perf_counter() + seconds
    while time.perf_counter() < end:
        start = time.process_time()
        compiled(tensor)
        best = min(best, time.process_time() - start)
    return SIDE**3 / best


def page_multiply_adds(engine: Any, image: Image) -> dict[str, Any]:
    """What both networks take for a page: lines found once, each read once at its own width without padding."""
    quads = engine.detect(image)
    crops = [crop for crop in (detection.cut(image, quad) for quad in quads) if crop.size]
    widths = [-(-recognition.target_width(crop) // WIDTH_STEP) * WIDTH_STEP for crop in crops]
    height, width = detection.network_size(*image.shape[:2])
    return {
        "detector": network_multiply_adds(DETECTOR, (1, 3, height, width)),
        "recogniser": sum(network_multiply_adds(RECOGNISER, (1, 3, recognition.HEIGHT, w)) for w in widths),
        "lines": len(crops),
        "detector_input": [height, width],
    }


@lru_cache(maxsize=512)
def network_multiply_adds(weights: str, shape: tuple[int, ...]) -> int:
    """Multiply-adds of one of the networks for an input of this shape: convolutions and matrix products."""
    model = ov.Core().read_model(weights_path(weights))
    model.reshape(list(shape))
    return sum(
        multiply_adds(
            op.get_type_name(),
            [_shape(source) for source in op.input_values()],
            _shape(op.output(0)),
            transposed=bool(op.get_attributes().get("transpose_a", False)),
        )
        for op in model.get_ops()
        if op.get_type_name() in _CONVOLUTIONS | _DECONVOLUTIONS | {"MatMul"}
    )


def _shape(output: Any) -> tuple[int, ...]:
    """The shape of a value; a first dimension that the graph leaves open is the batch, of one."""
    batch, *rest = output.get_partial_shape()
    return (batch.get_length() if batch.is_static else 1, *(size.get_length() for size in rest))


def multiply_adds(kind: str, inputs: Sequence[Sequence[int]], output: Sequence[int], *, transposed: bool = False) -> int:
    """Multiply-adds of one operation by its shapes.

    Args:
        kind: OpenVINO's name of it; others than convolutions and ``MatMul`` count nothing.
        inputs: shapes of value and weights.
        output: shape of the result.
        transposed: whether a ``MatMul`` takes its first input transposed.
    """
    if kind in _CONVOLUTIONS:
        # Each place of the result takes every weight once, whatever the groups.
        return output[0] * math.prod(output[2:]) * math.prod(inputs[1])
    if kind in _DECONVOLUTIONS:
        return inputs[0][0] * math.prod(inputs[0][2:]) * math.prod(inputs[1])
    if kind == "MatMul":
        first = inputs[0]
        return math.prod(output) * (first[-2] if transposed and len(first) > 1 else first[-1])
    return 0


def _told(found: Sequence[dict[str, Any]], rate: float) -> dict[str, Any]:
    for one in found:
        one["floor_seconds"] = (one["detector"] + one["recogniser"]) / rate
    floor, taken = (sum(one[key] for one in found) / len(found) for key in ("floor_seconds", "cpu_seconds"))
    return {
        "pages": found,
        "multiply_adds_per_second": rate,
        "floor_seconds_per_page": floor,
        "cpu_seconds_per_page": taken,
        "ratio": taken / floor,
    }


def _print(told: dict[str, Any]) -> None:
    rows = [["page", "lines", "detector input", "detector G", "recogniser G", "least s", "CPU s", "ratio"]]
    for one in told["pages"]:
        size = "x".join(map(str, one["detector_input"]))
        least, taken = one["floor_seconds"], one["cpu_seconds"]
        work = [f"{one[part] / 1e9:.1f}" for part in ("detector", "recogniser")]
        rows.append([one["kind"], str(one["lines"]), size, *work, f"{least:.2f}", f"{taken:.2f}", f"{taken / least:.2f}"])
    sys.stdout.write(
        in_columns(rows) + f"one thread does {told['multiply_adds_per_second'] / 1e9:.1f} G multiply-adds per second; "
        f"least {told['floor_seconds_per_page']:.2f} s per page, taken {told['cpu_seconds_per_page']:.2f} s "
        f"of processor time in one thread, {told['ratio']:.2f} times as much\n"
    )
