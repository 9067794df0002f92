"""Which trained models and engines there are, which of them are in use, and whether they are what was recorded.

Names no library: a model's own module is loaded only when that model is asked for, so that the command line stays quick
and the product runs where a model is not installed.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, Protocol

from extractor.model import Page, Tag
from models.sequence import folder as model_folder
from models.sequence.errors import ModelDamaged, ModelError, ModelMissing

__all__ = ["ModelDamaged", "ModelError", "ModelMissing"]

AUTO, OFF = "auto", "off"
DEFAULT_TAGGER = OFF
"""Whether the field tagger is heard beside the rules; ``off`` until figures on held-out layouts justify it."""
TAGGER_VARIABLE = "ZUOZHENG_TAGGER"
"""Environment variable that sets it: ``auto``, ``off`` or a model's folder."""

TRAINED = ("field_tagger", "page_classifier", "names")
"""Models that come with the product, or may, each with a folder ``models/<name>/data/default``; trained by its ``train``."""
State = Literal["ok", "damaged", "missing"]
_VERIFIED_BY = {
    "field_tagger": "models.field_tagger.runtime",
    "page_classifier": "models.page_classifier.record",
    "names": "models.names.record",
}
_KINDS = {"field_tagger": "字段标注", "page_classifier": "页面分类", "names": "名称识别（spaCy）"}
_OWN_LICENCE = "Apache-2.0（随本产品）"
_OCR_LICENCE = "Apache-2.0（PP-OCRv6，随 rapidocr）"
_OCR = (("DETECTOR", "文字检测"), ("RECOGNISER", "文字识别"), ("TURN_CLASSIFIER", "文字方向"))
_SHORT = 12
"""Digits of a SHA-256 that tell two models apart for people."""


@dataclass(frozen=True)
class ModelInfo:
    """A model as it lies here.

    ``version``: date or number as recorded, else empty. ``size``: bytes of all its files. ``sha256``: of its one file, or of
    the list of its files' hashes; empty where it is missing. ``used``: whether a check with the present settings uses it.
    ``problem``: what is wrong and what to do, plain Chinese.
    """

    name: str
    kind: str
    licence: str
    folder: Path
    version: str = ""
    size: int = 0
    sha256: str = ""
    used: bool = False
    state: State = "ok"
    problem: str = ""
    files: Mapping[str, str] = field(default_factory=dict)

    @property
    def short(self) -> str:
        """The first digits of the hash."""
        return self.sha256[:_SHORT]


class PageTagger(Protocol):
    """Finds fields on pages."""

    def tag(self, page: Page) -> tuple[Tag, ...]:
        """The stretches of ``page.lines`` that hold fields."""
        ...


class PageTyper(Protocol):
    """Tells what a page is (``models.page_classifier``)."""

    def classify(self, page: Page) -> Any:
        """A guess: ``best`` (type and probability) and ``starts``."""
        ...


class OpenTagger:
    """A tagger in use, one call at a time: its network is not made for several threads. With it goes the page classifier.

    ``name``: models and the first digits of their SHA-256, as results and keys of kept results show them.
    """

    def __init__(self, tagger: PageTagger, name: str, typer: PageTyper | None = None) -> None:
        self.name = name
        self._tagger = tagger
        self._typer = typer
        self._turn = threading.Lock()

    def guess(self, page: Page) -> tuple[str, float, float] | None:
        """A page's likeliest type, its probability, and that of a document beginning there; None without a classifier."""
        if self._typer is None:
            return None
        found = self._typer.classify(page)
        return (*found.best, found.starts)

    def tag(self, page: Page) -> tuple[Tag, ...]:
        """The stretches of ``page.lines`` that hold fields."""
        with self._turn:
            return self._tagger.tag(page)


# --- the field tagger that is heard ------------------------------------------


def tagger_setting() -> str:
    """As the environment sets it, else the default."""
    return os.environ.get(TAGGER_VARIABLE, "").strip() or DEFAULT_TAGGER


def open_tagger(setting: str) -> OpenTagger | None:
    """The tagger that a setting asks for, its files compared with their hashes; None: none is heard.

    Args:
        setting: ``off``; ``auto`` for the one that comes with the product, where one does; else a model's folder.

    Raises:
        ModelMissing: the folder holds no model.
        ModelDamaged: a file of it is not the one that was recorded.
    """
    folder = tagger_folder(setting)
    if folder is None:
        return None
    record = folder / model_folder.RECORD
    return _opened(folder.resolve(), record.stat().st_mtime_ns if record.is_file() else 0)


def tagger_name(setting: str) -> str:
    """What ``open_tagger`` would call its tagger, without loading it; empty where none is heard.

    Raises:
        ModelMissing, ModelDamaged: the folder holds no model, or its record cannot be read.
    """
    folder = tagger_folder(setting)
    return "" if folder is None else _name(model_folder.read_record(folder)) + _typer_name()


def check_tagger(setting: str) -> None:
    """Compare the files of the tagger that a setting asks for with their hashes, at the start of a service.

    Raises:
        ModelMissing, ModelDamaged: it cannot be used.
    """
    folder = tagger_folder(setting)
    if folder is not None:
        model_folder.verify(folder)
        if _typer_folder() is not None:
            import_module(_VERIFIED_BY["page_classifier"]).verify(default_folder("page_classifier"))


def _typer_folder() -> Path | None:
    """Where the page classifier lies that is heard with a tagger: the one that comes with the product, where one does."""
    folder = default_folder("page_classifier")
    return folder if (folder / model_folder.RECORD).is_file() else None


def _typer_name() -> str:
    folder = _typer_folder()
    if folder is None:
        return ""
    return f" + page_classifier {whole_hash(model_folder.read_record(folder)[model_folder.HASHES])[:_SHORT]}"


def _name(record: Mapping[str, Any]) -> str:
    return f"field_tagger {whole_hash(record[model_folder.HASHES])[:_SHORT]}"


def tagger_folder(setting: str) -> Path | None:
    """The folder of the tagger that a setting asks for; None: none is heard."""
    if setting == OFF:
        return None
    if setting != AUTO:
        return Path(setting)
    folder = default_folder("field_tagger")
    return folder if (folder / model_folder.RECORD).is_file() else None


@lru_cache(maxsize=4)
def _opened(folder: Path, changed: int) -> OpenTagger:
    # Keyed by the time of its record so that a model that was trained anew is loaded anew.
    try:
        from models.field_tagger.runtime import FieldTagger
    except ImportError as error:
        raise ModelMissing("字段标注模型所需的程序库缺失，请重新安装 zuozheng。") from error
    tagger, typer = FieldTagger(folder), None
    if (beside := _typer_folder()) is not None:
        from models.page_classifier import PageClassifier

        typer = PageClassifier.load(beside)
    return OpenTagger(tagger, _name(tagger.record) + _typer_name(), typer)


# --- all models --------------------------------------------------------------


def default_folder(name: str) -> Path:
    """Where the model called ``name`` lies that comes with the product, if one does."""
    return Path(str(files("models"))) / name / "data" / "default"


def models(setting: str | None = None) -> tuple[ModelInfo, ...]:
    """Every model that the product knows, its hashes compared: OCR weights, calibration, trained models.

    Args:
        setting: which field tagger is heard (``open_tagger``); None: as the environment sets it. Its folder is listed, too.
    """
    return tuple(_models(tagger_setting() if setting is None else setting))


def _models(setting: str) -> Iterator[ModelInfo]:
    from models.ocr import weights

    for constant, kind in _OCR:
        yield _ocr(getattr(weights, constant), kind)
    yield _calibration()
    chosen = tagger_folder(setting)
    for name in TRAINED:
        folder = default_folder(name)
        own = name == "field_tagger" and chosen is not None and chosen.resolve() == folder.resolve()
        if own or (folder / model_folder.RECORD).is_file():
            yield folder_info(name, folder, used=own or (name == "page_classifier" and chosen is not None))
        else:
            yield ModelInfo(name, _KINDS[name], _OWN_LICENCE, folder, state="missing", problem="未随产品提供，不影响使用")
    if chosen is not None and chosen.resolve() != default_folder("field_tagger").resolve():
        yield folder_info("field_tagger", chosen, used=True)


def folder_info(name: str, folder: Path, *, used: bool = False) -> ModelInfo:
    """What a model's folder holds, compared with its record."""
    base = ModelInfo(name, _KINDS.get(name, name), _OWN_LICENCE, folder, used=used)
    try:
        import_module(_VERIFIED_BY[name]).verify(folder)
        record = model_folder.read_record(folder)
    except (ModelMissing, ImportError) as error:
        return _faulty(base, "missing", error)
    except ModelDamaged as error:
        return _faulty(base, "damaged", error)
    hashes = {str(k): str(v) for k, v in record[model_folder.HASHES].items()}
    size = sum((folder / file).stat().st_size for file in hashes)
    licence = str(record.get("licence") or _OWN_LICENCE)
    return ModelInfo(
        name, base.kind, licence, folder, version=_version(record), size=size, sha256=whole_hash(hashes), used=used, files=hashes
    )  # fmt: skip


def whole_hash(hashes: Mapping[str, str]) -> str:
    """One SHA-256 for a model of several files: of the list of their names and hashes; of a single file its own."""
    if len(hashes) == 1:
        return next(iter(hashes.values()))
    return hashlib.sha256("".join(f"{name} {hashes[name]}\n" for name in sorted(hashes)).encode()).hexdigest()


def _version(record: Mapping[str, Any]) -> str:
    """The version that a training record tells: its own, else the day."""
    return next((str(record[key]) for key in ("version", "date") if record.get(key)), "")


def _faulty(info: ModelInfo, state: State, error: Exception) -> ModelInfo:
    return ModelInfo(info.name, info.kind, info.licence, info.folder, used=info.used, state=state, problem=str(error))


def _ocr(name: str, kind: str) -> ModelInfo:
    """One of the weights that every text engine uses."""
    from models.ocr import weights
    from models.ocr.protocol import WeightsError

    base = ModelInfo(name.removesuffix(".onnx"), kind, _OCR_LICENCE, Path(), used=True)
    try:
        folder = weights.weights_folder()
    except WeightsError as error:
        return _faulty(base, "missing", error)
    path = folder / name
    if not path.is_file():
        return _faulty(base, "missing", WeightsError(f"找不到文字识别模型文件 {name}，请重新安装依赖包 rapidocr。"))
    found, expected = model_folder.file_hash(path), weights.SHA256[name]
    if found != expected:
        told = f"{name} 与测试过的版本不一致（SHA-256 {found[:_SHORT]}…，应为 {expected[:_SHORT]}…），请重新安装依赖包 rapidocr。"
        return _faulty(base, "damaged", WeightsError(told))
    return ModelInfo(
        base.name, kind, _OCR_LICENCE, folder, version="PP-OCRv6", size=path.stat().st_size, sha256=found, used=True,
        files={name: found},
    )  # fmt: skip


def _calibration() -> ModelInfo:
    """The calibration that comes with the product."""
    from models.calibration import DEFAULT, CalibrationError, load_calibration

    folder = Path(str(files("models.calibration"))) / "data"
    base = ModelInfo("calibration", "置信度校准", _OWN_LICENCE, folder, used=True)
    try:
        version = load_calibration().version
    except CalibrationError as error:
        return _faulty(base, "damaged", error)
    path = folder / DEFAULT
    found = model_folder.file_hash(path)
    return ModelInfo(
        "calibration", base.kind, _OWN_LICENCE, folder, version=version, size=path.stat().st_size, sha256=found, used=True,
        files={DEFAULT: found},
    )  # fmt: skip
