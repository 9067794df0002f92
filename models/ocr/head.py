"""The recogniser's last layer, computed only where a character may stand.

Of the time steps of a line most are blank, and the last layer (120 features to 18,710 characters) with its maximum costs
as much as a third of the network. The blank's own value alone tells most blanks.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import openvino as ov
from numpy.typing import NDArray
from openvino import opset13 as ops

BLANK_SURE = 25.0
"""A step whose blank has at least this value (before the softmax) is blank. Where a character won, the blank never had
more than 22.7 in 9,000 steps of print, scans and photos; half of all blank steps have more than 27."""
ROWS = 64
"""Steps computed at once: the whole table of values then stays in the processor's cache."""


class Head:
    """From features to the best character of each step.

    Args:
        model: the recogniser; it is cut in two, and the part before the last layer is ``backbone``.
        core: what compiles.
        config: of the last layer.
    """

    def __init__(self, model: ov.Model, core: ov.Core, config: dict[str, Any]) -> None:
        product = _last_product(model)
        (consumer,) = product.output(0).get_target_inputs()
        weights, bias = constant_of(product.input_value(1)), constant_of(consumer.get_node().input_value(1)).reshape(-1)
        self._blank_weights, self._blank_bias = np.ascontiguousarray(weights[:, 0]), float(bias[0])
        self._features = int(weights.shape[0])
        self.backbone = ov.Model([ops.result(product.input_value(0))], model.get_parameters(), "backbone")
        rows = ops.parameter([ROWS, self._features], np.float32)
        values = ops.add(ops.matmul(rows, ops.constant(weights), False, False), ops.constant(bias[None]))
        k = ops.constant(1, np.int32)
        top = ops.topk(ops.softmax(values, 1), k, axis=1, mode="max", sort="none", index_element_type="i32")
        results = [ops.result(top.output(1)), ops.result(top.output(0))]
        self._net = core.compile_model(ov.Model(results, [rows], "head"), "CPU", config)

    def best(self, features: NDArray[np.float32]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The best label of each step and its probability; 1.0 stands for that of a sure blank.

        Args:
            features: (steps, features), of as many lines as there are.

        Returns:
            Two arrays (steps,); label 0 is the blank.
        """
        labels, scores = np.zeros(len(features), np.int64), np.ones(len(features), np.float32)
        todo = np.flatnonzero(features @ self._blank_weights + self._blank_bias < BLANK_SURE)
        block = np.zeros((ROWS, self._features), np.float32)
        for start in range(0, len(todo), ROWS):
            at = todo[start : start + ROWS]
            block[: len(at)] = features[at]
            result = self._net(block)
            labels[at], scores[at] = result[0][: len(at), 0], result[1][: len(at), 0]
        return labels, scores


def _last_product(model: ov.Model) -> ov.Node:
    """The product with the characters' table; the last one of the network."""
    return [node for node in model.get_ordered_ops() if node.get_type_name() == "MatMul"][-1]


def constant_of(output: ov.Output) -> NDArray[np.float32]:
    """The numbers of a constant, also behind a change of its type."""
    node = output.get_node()
    while node.get_type_name() != "Constant":
        node = node.input_value(0).get_node()
    return np.array(node.get_data(), np.float32)
