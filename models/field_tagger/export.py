"""A trained network as ONNX with weights in 8-bit integers (needs the extra ``train``)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from models.sequence.vocabulary import PAD_ID

OPSET = 17
INPUTS = ("ids", "boxes", "first")
SMALL = 1024
"""Weights with fewer numbers stay as they are."""


class _Masked(nn.Module):  # type: ignore[misc]
    """The network with its mask made from the padding: at run time lengths are rounded up, so that few differ."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, ids: Tensor, boxes: Tensor, first: Tensor) -> Tensor:
        """As of the network, without ``mask``."""
        values: Tensor = self.model(ids, boxes, first, (ids != PAD_ID).float())
        return values


def export(model: nn.Module, path: Path, *, length: int = 48) -> None:
    """Write ``model`` to ``path``; ``length`` is that of the example it is traced with, any other works."""
    model = model.cpu().float().train(False)
    ids = torch.arange(2, 2 + length)[None] % 3 + 2
    ids[:, -4:] = PAD_ID
    example = (ids, torch.arange(4).mul(100).expand(1, length, 4).contiguous(), torch.zeros_like(ids))
    axes: dict[str, Any] = {name: {0: "batch", 1: "n"} for name in (*INPUTS, "values")}
    with torch.no_grad():
        torch.onnx.export(
            _Masked(model), example, str(path), input_names=list(INPUTS), output_names=["values"], dynamic_axes=axes,
            opset_version=OPSET, dynamo=False,
        )  # fmt: skip
    onnx.save(in_int8(onnx.load(str(path))), str(path))


def in_int8(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same network with weights of products, convolutions and tables as int8, each output channel with its own step."""
    graph = model.graph
    weights = {w.name: w for w in graph.initializer}
    before: dict[str, onnx.NodeProto] = {}
    for node in graph.node:
        for i, name in enumerate(node.input):
            axis = _channel_axis(node, i)
            if axis is None or name not in weights or name in before:
                continue
            values = numpy_helper.to_array(weights[name])
            if values.dtype != np.float32 or values.ndim < 2 or values.size < SMALL:
                continue
            before[name] = _shrunk(graph, weights[name], values, axis)
    nodes = [*before.values(), *graph.node]
    renamed = {name: node.output[0] for name, node in before.items()}
    for node in graph.node:
        for i, name in enumerate(node.input):
            if name in renamed and _channel_axis(node, i) is not None:
                node.input[i] = renamed[name]
    del graph.node[:]
    graph.node.extend(nodes)
    used = {name for node in graph.node for name in node.input}
    kept = [w for w in graph.initializer if w.name in used]
    del graph.initializer[:]
    graph.initializer.extend(kept)
    onnx.checker.check_model(model)
    return model


def _channel_axis(node: onnx.NodeProto, i: int) -> int | None:
    """Along which axis a node's weight input has its output channels; None: input ``i`` is no weight that is rounded."""
    if node.op_type == "MatMul" and i == 1:
        return 1
    if node.op_type == "Gemm" and i == 1:
        turned = next((a.i for a in node.attribute if a.name == "transB"), 0)
        return 0 if turned else 1
    if (node.op_type == "Conv" and i == 1) or (node.op_type == "Gather" and i == 0):
        return 0
    return None


def rounded(values: NDArray[np.float32], axis: int) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Weights in 255 steps around 0, and the size of a step for each channel along ``axis``."""
    others = tuple(a for a in range(values.ndim) if a != axis)
    step = np.abs(values).max(axis=others) / 127
    step[step == 0] = 1
    shape = [-1 if a == axis else 1 for a in range(values.ndim)]
    return np.rint(values / step.reshape(shape)).clip(-127, 127).astype(np.int8), step.astype(np.float32)


def _shrunk(graph: onnx.GraphProto, weight: TensorProto, values: NDArray[np.float32], axis: int) -> onnx.NodeProto:
    whole, step = rounded(values, axis)
    name = weight.name
    zero = np.zeros(len(step), np.int8)
    for suffix, array in (("int8", whole), ("step", step), ("zero", zero)):
        graph.initializer.append(numpy_helper.from_array(array, f"{name}.{suffix}"))
    inputs = [f"{name}.{suffix}" for suffix in ("int8", "step", "zero")]
    return helper.make_node("DequantizeLinear", inputs, [f"{name}.real"], axis=axis)
