"""The two-layer network of the page classifier: weights in eight bits, computed with NumPy alone.

Input: ``Features``. Hidden units (tanh of the weighted sum), then one output per document type (softmax) and one
for "a document starts here" (sigmoid). The first layer holds nearly all numbers, so it alone is kept in eight bits,
with a scale for each hidden unit.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.page_classifier.features import BUCKETS, Features

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Network:
    """Weights.

    Shapes: ``first`` (BUCKETS, hidden) int8, ``scale`` (hidden,), ``idf`` (BUCKETS,), ``bias`` (hidden,),
    ``types`` (hidden, types), ``types_bias`` (types,), ``starts`` (hidden,), ``starts_bias`` (1,) float32.
    """

    first: NDArray[np.int8]
    scale: Floats
    idf: Floats
    bias: Floats
    types: Floats
    types_bias: Floats
    starts: Floats
    starts_bias: Floats

    def logits(self, given: Features) -> tuple[Floats, float]:
        """(one logit per type, logit of a start), neither calibrated."""
        weights = (given.value * self.idf[given.index]).astype(np.float32)
        summed = weights @ self.first[given.index].astype(np.float32)
        hidden = np.tanh(summed * self.scale + self.bias)
        return hidden @ self.types + self.types_bias, float(hidden @ self.starts + self.starts_bias[0])

    def to_bytes(self) -> bytes:
        """The weights as an NPZ file; the same weights give the same bytes."""
        out = io.BytesIO()
        np.savez_compressed(out, **{name: getattr(self, name) for name in self.__slots__})
        return out.getvalue()


def quantised(first: Floats) -> tuple[NDArray[np.int8], Floats]:
    """The first layer in eight bits, and the scale of each hidden unit."""
    scale = np.maximum(np.abs(first).max(axis=0), 1e-9) / 127.0
    return np.round(first / scale).astype(np.int8), scale.astype(np.float32)


def from_bytes(data: bytes) -> Network:
    """The network in an NPZ file.

    Raises:
        ValueError: the file is none, lacks an array, or an array has another shape.
    """
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as held:
            made = Network(**{name: held[name] for name in Network.__slots__})
    except (OSError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise ValueError(f"no weights of a page classifier: {error}") from error
    hidden = made.scale.size
    if made.first.shape != (BUCKETS, hidden) or made.idf.shape != (BUCKETS,) or made.types.shape[0] != hidden:
        raise ValueError("weights of another shape")
    return made
