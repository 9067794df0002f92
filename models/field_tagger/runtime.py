"""The trained tagger at work, without torch: OpenVINO on one thread."""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from extractor.model import Page, Tag
from models.field_tagger.batches import CharacterCoder, Coder, Sample
from models.field_tagger.confidence import Scale, least_probability
from models.field_tagger.labels import best, read_labels, spans, to_tags
from models.field_tagger.settings import Shape
from models.sequence import folder as model_folder
from models.sequence.errors import ModelDamaged, ModelMissing
from models.sequence.vocabulary import PAD_ID, read_vocabulary

MODEL, VOCABULARY, LABELS = "model.onnx", "vocabulary.json", "labels.json"
STEP = 32
"""Lengths are rounded up to a multiple of this: the engine prepares itself once for each length it meets."""
Precision = Literal["f32", "bf16"]


def default_folder() -> Path:
    """Where the model that comes with the product lies, if one does."""
    return Path(str(files("models.field_tagger"))) / "data" / "default"


def verify(folder: Path | None = None) -> dict[str, Any]:
    """Compare a model's files with its record; returns the record. None: the model that comes with the product.

    Raises:
        ModelMissing: there is no model.
        ModelDamaged: a file differs from what was recorded.
    """
    return model_folder.verify(folder or default_folder())


class Network:
    """A tagger's ONNX file, compiled when it is first used.

    Args:
        path: of the file.
        precision: what it computes in; None leaves it to the processor.
        threads: of the processor.
    """

    def __init__(self, path: Path, *, precision: Precision | None = None, threads: int = 1) -> None:
        self._path, self._precision, self._threads = path, precision, threads
        self._request: Any = None
        self._inputs: tuple[str, ...] = ()

    def _compile(self) -> None:
        os.environ.setdefault("OPENVINO_TELEMETRY_OPT_OUT", "1")
        import openvino as ov

        config: dict[str, Any] = {
            "PERFORMANCE_HINT": "LATENCY",
            "INFERENCE_NUM_THREADS": self._threads,
            "ENABLE_CPU_PINNING": False,
        }
        if self._precision:
            config["INFERENCE_PRECISION_HINT"] = self._precision
        try:
            core = ov.Core()
            compiled = core.compile_model(core.read_model(self._path), "CPU", config)
        except RuntimeError as error:
            raise ModelDamaged(f"模型文件 {self._path} 无法载入，请重新安装或重新训练。") from error
        self._inputs = tuple(port.get_any_name() for port in compiled.inputs)
        self._request = compiled.create_infer_request()

    def __call__(self, sample: Sample) -> NDArray[np.float32]:
        """Values (tokens, labels) of one sample."""
        if self._request is None:
            self._compile()
        n = len(sample)
        length = -(-n // STEP) * STEP
        given = {
            "ids": np.full((1, length), PAD_ID, np.int64),
            "boxes": np.zeros((1, length, 4), np.int64),
            "first": np.zeros((1, length), np.int64),
        }
        given["ids"][0, :n], given["boxes"][0, :n], given["first"][0, :n] = sample.ids, sample.boxes, sample.first
        self._request.infer({name: given[name] for name in self._inputs}, share_inputs=True)
        return np.array(self._request.get_output_tensor(0).data[0, :n], np.float32)


class FieldTagger:
    """Tags the fields on pages. One per process; not for several threads at once.

    Args:
        folder: of the model; None: the one that comes with the product.
        precision: what the network computes in; None leaves it to the processor. In bf16 places of 0..1000 lose their
            last digits, and confidences were fitted in float32.
        least: spans that are less sure than this are left out.
        check: compare the files with the record first.

    Raises:
        ModelMissing: there is no model.
        ModelDamaged: a file is not what was recorded.
    """

    def __init__(
        self, folder: Path | None = None, *, precision: Precision | None = "f32", least: float = 0.0, check: bool = True
    ) -> None:
        folder = folder or default_folder()
        self.record = model_folder.verify(folder) if check else model_folder.read_record(folder)
        self._least = least
        self._coder = coder_of(folder, self.record)
        self.labels = self._coder.labels
        self._scale = Scale(**self.record.get("scale", {}))
        self._network = Network(folder / MODEL, precision=precision)

    @property
    def version(self) -> str:
        """What tells this model from others: the beginning of its file's SHA-256."""
        return f"field_tagger-{self.record[model_folder.HASHES][MODEL][:12]}"

    def values(self, page: Page) -> tuple[Any, NDArray[np.float32]]:
        """The page's characters and the network's values (characters, labels)."""
        seen = self._coder.look(page)
        return seen, self._coder.values(seen, [self._network(s) for s in seen.samples])

    def tag(self, page: Page) -> tuple[Tag, ...]:
        """The fields that stand on ``page``, in reading order, each with the probability that it is right."""
        seen, values = self.values(page)
        if not len(values):
            return ()
        chars = seen.chars
        found = best(values, chars.first)
        stretches = list(spans(found, chars.first))
        sure = self._scale(least_probability(values, found, chars.first, stretches))
        kept = [i for i, c in enumerate(sure) if c >= self._least]
        return to_tags([stretches[i] for i in kept], [float(sure[i]) for i in kept], chars, self.labels)

    def tag_all(self, pages: Sequence[Page]) -> list[tuple[Tag, ...]]:
        """``tag`` for each of ``pages``."""
        return [self.tag(page) for page in pages]


def coder_of(folder: Path, record: dict[str, Any]) -> Coder:
    """How the model in ``folder`` wants its pages."""
    labels = read_labels(folder / LABELS)
    try:
        shape = Shape.model_validate(record["shape"])
    except (KeyError, ValueError) as error:
        raise ModelDamaged(f"模型目录 {folder} 中的 record.json 不合格式，请重新安装或重新训练。") from error
    if record.get("tokens", "characters") == "characters":
        return CharacterCoder(read_vocabulary(folder / VOCABULARY), labels, shape)
    try:
        from models.field_tagger.pieces import PieceCoder, read_tokenizer
    except ImportError as error:
        raise ModelMissing("该模型使用自带分词器的编码器，需要 tokenizers：请运行 pip install 'zuozheng[train]'。") from error
    return PieceCoder(read_tokenizer(folder / VOCABULARY), labels, shape)
