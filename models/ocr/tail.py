"""The detector's last layers at a quarter of the page's size.

The network ends in two transposed convolutions of 2 x 2 pixels that do not overlap, a ReLU between them, and a
sigmoid, all at half the page size or at its own: a fifth of its time. Each pixel that they make comes from one pixel,
so that two 1 x 1 convolutions give the same values beside each other as channels, which then only have to be put in
their places. The sigmoid is left out: ``detection.find_quads`` needs it inside of lines alone.
"""

from __future__ import annotations

import numpy as np
import openvino as ov
from numpy.typing import NDArray
from openvino import opset13 as ops

from models.ocr.head import constant_of

SIDE = 2
"""Pixels to each side that one pixel becomes in a transposed convolution."""


def split(model: ov.Model) -> tuple[ov.Model, ov.Model]:
    """The detector in two parts: from pages (1, 3, h, w) to features (1, 24, h/4, w/4), and from those to log-odds (1, 1, h, w).

    The second is to be computed in float32 whatever the first is in: in bf16 boxes move, and scraps are found.
    """
    second, first = [n for n in reversed(model.get_ordered_ops()) if n.get_type_name() == "ConvolutionBackpropData"][:2]
    features = first.input_value(0)
    inputs = ops.parameter([1, constant_of(first.input_value(1)).shape[0], -1, -1], np.float32)
    value = inputs.output(0)
    for node, relu in ((first, True), (second, False)):
        weights, bias = constant_of(node.input_value(1)), constant_of(_added(node)).reshape(-1)
        groups = 1 if relu else SIDE * SIDE
        kernel = ops.constant(_kernel(weights, groups))
        offset = ops.constant(np.tile(bias, groups * SIDE * SIDE).reshape(1, -1, 1, 1))
        sum_ = ops.add(ops.convolution(value, kernel, [1, 1], [0, 0], [0, 0], [1, 1]), offset)
        value = (ops.relu(sum_) if relu else sum_).output(0)
    placed = ops.depth_to_space(value, "blocks_first", SIDE * SIDE)
    body = ov.Model([ops.result(features)], model.get_parameters(), "body")
    # One page at a time: known to be one, the means over a page's channels are multiplied at a tenth less of the whole time.
    body.reshape({0: [1, 3, -1, -1]})
    return body, ov.Model([ops.result(placed)], [inputs], "tail")


def _added(node: ov.Node) -> ov.Output:
    """The bias added to a node's output."""
    while node.get_type_name() != "Add":
        (consumer,) = node.output(0).get_target_inputs()
        node = consumer.get_node()
    return node.input_value(1)


def _kernel(weights: NDArray[np.float32], groups: int) -> NDArray[np.float32]:
    """A transposed convolution (in, out, 2, 2), applied to each of the groups of channels, as a 1 x 1 convolution.

    For one group the output's channels are ordered (row, column, out). For four, which are themselves the pixels
    (row, column) of a square of 2 x 2, they are the pixels of the square of 4 x 4, row by row.
    """
    inner, outer = weights.shape[:2]
    if groups == 1:
        return np.ascontiguousarray(weights.transpose(2, 3, 1, 0).reshape(-1, inner, 1, 1))
    out = np.zeros((SIDE, SIDE, SIDE, SIDE, outer, groups, inner), np.float32)
    for row in range(SIDE):
        for column in range(SIDE):
            out[row, :, column, :, :, row * SIDE + column] = weights.transpose(2, 3, 1, 0)
    return out.reshape(-1, groups * inner, 1, 1)
