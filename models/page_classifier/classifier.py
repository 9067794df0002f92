"""The page classifier as the product uses it: a page in, a guess out."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from extractor.model import Page
from models.page_classifier.features import features
from models.page_classifier.network import Network, from_bytes
from models.page_classifier.record import DEFAULT, WEIGHTS, Record, verify
from models.sequence.errors import ModelDamaged


@dataclass(frozen=True, slots=True)
class PageGuess:
    """What a page seems to be. ``types``: probability by document type, the likeliest first; together 1.

    ``starts``: probability that a document begins with this page. Both calibrated on pages kept aside in training.
    """

    types: dict[str, float]
    starts: float

    @property
    def best(self) -> tuple[str, float]:
        """The likeliest type and its probability."""
        return next(iter(self.types.items()))


BLANK = PageGuess({"blank": 1.0}, 1.0)
"""The guess for a page on which nothing was read."""


class PageClassifier:
    """A trained page classifier; needs NumPy only, holds no state between pages."""

    def __init__(self, network: Network, record: Record) -> None:
        self.network = network
        self.record = record

    @classmethod
    def load(cls, folder: Path | None = None) -> PageClassifier:
        """The model in ``folder`` after checking its hashes; None: the one that comes with the product.

        Raises:
            ModelMissing: there is none, or a file is missing.
            ModelDamaged: a file is not the one that the record names.
        """
        where = folder or DEFAULT
        record = verify(where)
        try:
            network = from_bytes((where / WEIGHTS).read_bytes())
        except ValueError as error:
            raise ModelDamaged(f"{where / WEIGHTS} 不是页面分类模型的权重，请重新训练，或重新安装 zuozheng。") from error
        if network.types.shape[1] != len(record.types):
            raise ModelDamaged(f"{where} 的权重与登记的类型数不符，请重新训练，或重新安装 zuozheng。")
        return cls(network, record)

    def classify(self, page: Page) -> PageGuess:
        """The guess for one page; a page without text is ``blank``."""
        if not any(line.text.strip() for line in page.lines):
            return BLANK
        logits, start = self.network.logits(features(page))
        chances = softmax(logits.astype(np.float64) / self.record.temperature)
        order = np.argsort(-chances, kind="stable")
        types = {self.record.types[i]: float(chances[i]) for i in order}
        return PageGuess(types, sigmoid(self.record.starts_scale * start + self.record.starts_shift))


def softmax(logits: np.ndarray) -> np.ndarray:
    """Probabilities along the last axis."""
    spread = np.exp(logits - logits.max(axis=-1, keepdims=True))
    made: np.ndarray = spread / spread.sum(axis=-1, keepdims=True)
    return made


def sigmoid(logit: float) -> float:
    """The probability of a logit."""
    return 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, logit))))
