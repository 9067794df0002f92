"""A user's own encoder, a local folder in Hugging Face format, as the network (needs the extra ``train``)."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

from torch import Tensor, nn
from transformers import AutoModelForTokenClassification, AutoTokenizer

from models.field_tagger.labels import Labels
from models.field_tagger.pieces import PieceCoder, read_tokenizer
from models.field_tagger.settings import Shape
from models.sequence.errors import TrainingError


class Own(nn.Module):  # type: ignore[misc]
    """Any token classifier of ``transformers`` behind the inputs of the own network; boxes where it takes them."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.model = model
        self.takes_boxes = "bbox" in inspect.signature(model.forward).parameters

    def forward(self, ids: Tensor, boxes: Tensor, first: Tensor, mask: Tensor | None = None) -> Tensor:
        """Values (batch, n, labels)."""
        more = {"bbox": boxes} if self.takes_boxes else {}
        values: Tensor = self.model(input_ids=ids, attention_mask=mask, **more).logits
        return values


def load_encoder(folder: Path, labels: Labels, shape: Shape, vocabulary: Path) -> tuple[Own, PieceCoder]:
    """The encoder in ``folder`` with a new last layer for ``labels``, and its tokenizer, written to ``vocabulary``.

    Nothing is downloaded.

    Raises:
        TrainingError: there is no encoder that ``transformers`` can load, or its tokenizer cannot tell offsets.
    """
    try:
        model = AutoModelForTokenClassification.from_pretrained(
            folder, local_files_only=True, num_labels=len(labels), ignore_mismatched_sizes=True
        )
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    except (OSError, ValueError, KeyError) as error:
        raise TrainingError(f"目录 {folder} 中没有可用的编码器（须为 Hugging Face 格式，含分词器），请检查路径。") from error
    if not tokenizer.is_fast:
        raise TrainingError(f"编码器 {folder} 的分词器不能给出字符位置，请换用带 tokenizer.json 的编码器。")
    tokenizer.backend_tokenizer.save(str(vocabulary))
    tokens = min(int(getattr(model.config, "max_position_embeddings", 512)), int(tokenizer.model_max_length))
    # Some encoders count positions from behind the padding's number.
    return Own(model), PieceCoder(read_tokenizer(vocabulary), labels, shape, max(tokens - 2, 16))
