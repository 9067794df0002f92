"""The recogniser with its convolutions in 8-bit integers, for processors without units for tiles of bf16.

Weights are rounded per output channel when the network is loaded; the inputs of each convolution to the range that it
had on drawn pages (``int8_ranges.json``, made by ``python -m eval.int8_ranges``). In one thread the network then takes
1.9 times less than in float32 with AVX-512 VNNI, 1.3 times less with AVX-512 alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import openvino as ov
from openvino import opset13 as ops

from models.ocr.head import constant_of
from models.ocr.protocol import WeightsError

Ranges = Mapping[str, tuple[float, float]]
"""From the name of a convolution to the least and greatest value that goes into it."""
FILE = Path(__file__).parent / "data" / "int8_ranges.json"
LEVELS = 256


def load_ranges(weights: str, path: Path = FILE) -> Ranges:
    """The ranges that ship.

    Args:
        weights: SHA-256 of the weights for which they must have been made.
        path: of the file.

    Raises:
        WeightsError: the file is missing or damaged, or was made for other weights.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        ranges = {str(name): (float(low), float(high)) for name, (low, high) in found["ranges"].items()}
        made_for = found["weights"]
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise WeightsError(f"文字识别模型的量化参数 {path.name} 缺失或损坏，请重新安装 zuozheng。") from error
    if made_for != weights:
        raise WeightsError(f"文字识别模型的量化参数 {path.name} 与模型不匹配，请重新安装 zuozheng。")
    return ranges


def convolutions(model: ov.Model) -> Iterator[ov.Node]:
    """The network's convolutions over all channels, in order; those of single channels gain nothing."""
    return (node for node in model.get_ordered_ops() if node.get_type_name() == "Convolution")


def quantise(model: ov.Model, ranges: Ranges) -> None:
    """Round the weights and the inputs of a network's convolutions, in place.

    Raises:
        WeightsError: there is no range for one of them.
    """
    for node in list(convolutions(model)):
        name = node.get_friendly_name()
        if name not in ranges:
            raise WeightsError("文字识别模型的量化参数不全，请重新安装 zuozheng。")
        low, high = _symmetric(*ranges[name])
        node.input(0).replace_source_output(_rounded(node.input_value(0), np.float32(low), np.float32(high), LEVELS))
        node.input(1).replace_source_output(_rounded_weights(node.input_value(1)))


def _symmetric(low: float, high: float) -> tuple[float, float]:
    """A range from 0, or one as far below it as above: no zero point has to be carried along."""
    if low >= 0:
        return 0.0, max(high, 1e-6)
    reach = max(high, -low)
    return -reach * LEVELS / (LEVELS - 2), reach


def _rounded_weights(weights: ov.Output) -> ov.Output:
    """Weights (out, in, h, w) in 255 steps around 0, of a size of their own for each output channel."""
    reach = np.maximum(np.abs(constant_of(weights)).max(axis=(1, 2, 3), keepdims=True), 1e-9)
    return _rounded(weights, -reach, reach, LEVELS - 1)


def _rounded(value: ov.Output, low: np.ndarray | np.float32, high: np.ndarray | np.float32, levels: int) -> ov.Output:
    ends = [ops.constant(np.asarray(x, np.float32)) for x in (low, high)]
    return ops.fake_quantize(value, ends[0], ends[1], ends[0], ends[1], levels).output(0)
