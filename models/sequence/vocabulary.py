"""Characters as numbers. A vocabulary is a file in the format of the ``tokenizers`` library, read here without it."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.sequence.errors import ModelDamaged, ModelMissing

PAD, UNKNOWN = "[PAD]", "[UNK]"
PAD_ID, UNKNOWN_ID = 0, 1


@lru_cache(maxsize=20_000)
def fold(character: str) -> str:
    """One character for one: full width to half width and the like (NFKC), every blank to a space.

    A character that NFKC takes apart (㎡, ㈱) stays as it is, so that offsets hold.
    """
    if character.isspace():
        return " "
    folded = unicodedata.normalize("NFKC", character)
    return folded if len(folded) == 1 else character


def folded(text: str) -> str:
    """``text`` with each character folded; of the same length."""
    return "".join(map(fold, text))


class Vocabulary:
    """Numbers of characters; those it does not know are all ``UNKNOWN_ID``.

    Args:
        numbers: by folded character; with ``[PAD]`` 0 and ``[UNK]`` 1.
    """

    def __init__(self, numbers: Mapping[str, int]) -> None:
        self.numbers = dict(numbers)

    def __len__(self) -> int:
        """How many numbers."""
        return max(self.numbers.values()) + 1

    def encode(self, text: str) -> NDArray[np.int64]:
        """The number of each character of an already folded ``text``, shape (characters,)."""
        get = self.numbers.get
        return np.fromiter((get(c, UNKNOWN_ID) for c in text), np.int64, len(text))


def read_vocabulary(path: Path) -> Vocabulary:
    """Read a vocabulary of single characters.

    Raises:
        ModelMissing: there is no such file.
        ModelDamaged: it is not such a vocabulary.
    """
    try:
        numbers = json.loads(path.read_text(encoding="utf-8"))["model"]["vocab"]
    except FileNotFoundError as error:
        raise ModelMissing(f"找不到字表 {path}，请重新安装或重新训练模型。") from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelDamaged(f"字表 {path} 无法读取，请重新安装或重新训练模型。") from error
    if not isinstance(numbers, dict) or numbers.get(PAD) != PAD_ID or numbers.get(UNKNOWN) != UNKNOWN_ID:
        raise ModelDamaged(f"字表 {path} 不合格式，请重新安装或重新训练模型。")
    return Vocabulary({str(k): int(v) for k, v in numbers.items()})


def make_vocabulary(texts: Iterable[str], path: Path, *, size: int = 6000, least: int = 2) -> Vocabulary:
    """Make a vocabulary of the characters of ``texts``, the most frequent first, and write it to ``path``.

    Needs the ``tokenizers`` library (extra ``train``).

    Args:
        texts: of the training pages.
        path: of the file to write, in the library's own format.
        size: the most entries.
        least: how often a character must occur to get a number of its own.
    """
    from tokenizers import Regex, Tokenizer, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.WordLevel(unk_token=UNKNOWN))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(r"[\s\S]"), behavior="isolated")
    trainer = trainers.WordLevelTrainer(vocab_size=size, min_frequency=least, special_tokens=[PAD, UNKNOWN], show_progress=False)
    tokenizer.train_from_iterator((folded(text) for text in texts), trainer)
    path.parent.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(path), pretty=False)
    return read_vocabulary(path)
