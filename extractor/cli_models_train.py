"""Training data joined with the models' own training: generated pages, labelled corpora, noise, progress."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from extractor.cli_common import tell
from extractor.model import LabelledPage
from models.sequence.progress import Progress as HowFar
from models.sequence.progress import Told

_TOLD_EVERY_S = 30.0
"""Seconds between two lines of progress where there is no terminal."""


class TrainingUnavailable(Exception):
    """What a training needs is not installed; the message is plain Chinese with a remedy."""


@dataclass(frozen=True)
class Chosen:
    """What to train and how; None: as the model decides."""

    name: str
    out: Path
    pages: int
    epochs: int | None
    seed: int
    corpora: tuple[Path, ...]
    encoder: Path | None
    resume: bool
    minutes: float | None
    threads: int | None


def trained(chosen: Chosen) -> list[str]:
    """Train and write the model; returns what to tell the user.

    Raises:
        TrainingUnavailable: a library or a Chinese font is missing.
        TrainingError: the training cannot begin or go on.
        CorpusError: a labelled corpus cannot be read.
    """
    from corpora.synth.engine import NoChineseFontError

    with _shown() as told:
        try:
            return list(_TRAININGS[chosen.name](chosen, told))
        except NoChineseFontError as error:
            raise TrainingUnavailable("没有可用的中文字体，无法生成训练页面；请安装 fonts-noto-cjk 后重试") from error


def _field_tagger(chosen: Chosen, told: Told) -> Iterator[str]:
    from models.field_tagger.settings import TrainSettings
    from models.field_tagger.train import train

    try:
        import_module("models.field_tagger.loop")  # before any page is made: it needs torch
    except ImportError as error:
        raise TrainingUnavailable("训练需要 torch 与 transformers：请运行 pip install 'zuozheng[train]'。") from error
    given: dict[str, Any] = {
        "seed": chosen.seed, "pages": chosen.pages, "minutes": chosen.minutes, "threads": chosen.threads,
        "encoder": str(chosen.encoder) if chosen.encoder else None,
    }  # fmt: skip
    settings = TrainSettings(**given, **_epochs(chosen))
    record = train(lambda: _pages(chosen), _noisy(), chosen.out, settings, told, resume=chosen.resume)
    figures = record.metrics.get("all", {})
    yield f"已写出 {chosen.out}（{record.size / 1_000_000:.1f} MB，{record.seconds / 60:.0f} 分钟）。"
    yield f"留出检验页上的 F1：{100 * float(figures.get('f1', 0.0)):.1f}。"
    yield f"试用：zuozheng check 材料 --tagger {chosen.out}；评测：zuozheng models eval 语料 --tagger {chosen.out}"


def _page_classifier(chosen: Chosen, told: Told) -> Iterator[str]:
    from corpora.sentences import page_examples
    from models.page_classifier.record import TrainSettings
    from models.page_classifier.train import train

    # Papers of unknown kinds are among them: else the nearest type is taken for each.
    def pages() -> Iterable[LabelledPage]:
        made = page_examples(chosen.seed, chosen.pages, corpora=list(chosen.corpora))
        return (page for page in made if not page.held_out)

    settings = TrainSettings(seed=chosen.seed, **_epochs(chosen))
    record = train(pages, _noisy(), chosen.out, settings, told)
    yield f"已写出 {chosen.out}。"
    yield "检验页上：" + "，".join(f"{name} {value:.4f}" for name, value in sorted(record.metrics.items()))


def _names(chosen: Chosen, told: Told) -> Iterator[str]:
    try:
        from models.names.errors import SpacyMissing
        from models.names.record import TrainSettings
        from models.names.train import train
    except ImportError as error:
        raise TrainingUnavailable("训练名称模型需要 spaCy：请运行 pip install 'zuozheng[spacy]'。") from error
    from corpora.sentences import passages

    settings = TrainSettings(seed=chosen.seed, **_epochs(chosen))
    try:
        record = train(lambda: passages(chosen.pages, chosen.seed), None, chosen.out, settings, told)
    except SpacyMissing as error:
        raise TrainingUnavailable(str(error)) from error
    yield f"已写出 {chosen.out}。"
    yield f"检验段落上的 F1：{100 * record.metrics['all'].f1:.1f}。"


_TRAININGS: dict[str, Callable[[Chosen, Told], Iterable[str]]] = {
    "field_tagger": _field_tagger,
    "page_classifier": _page_classifier,
    "names": _names,
}


# --- data ----------------------------------------------------------------------


def _pages(chosen: Chosen) -> Iterable[LabelledPage]:
    """Generated pages and those of the corpora, the same each time; held-out layouts are left out."""
    from corpora.training import examples

    made = examples(chosen.seed, chosen.pages, corpora=list(chosen.corpora))
    return (page for page in made if not page.held_out)


def _noisy() -> Callable[..., LabelledPage]:
    from corpora.training import noisy

    return noisy


def _epochs(chosen: Chosen) -> dict[str, Any]:
    return {} if chosen.epochs is None else {"epochs": chosen.epochs}


# --- progress ------------------------------------------------------------------


@contextmanager
def _shown() -> Iterator[Told]:
    """A bar on standard error; plain lines now and then where that is no terminal."""
    console = Console(stderr=True)
    columns: Sequence[Any] = (
        TextColumn("{task.description}", markup=False), BarColumn(bar_width=24), TextColumn("{task.percentage:.0f} %"),
        TimeElapsedColumn(), TimeRemainingColumn(),
    )  # fmt: skip
    last = [0.0]
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("准备训练数据", total=1.0)

        def told(how: HowFar) -> None:
            said = how.message or f"第 {how.epoch} 轮，损失 {how.loss:.3f}"
            bar.update(task, completed=how.done, description=said[:36])
            if not console.is_terminal and (how.message or how.seconds - last[0] >= _TOLD_EVERY_S):
                last[0] = how.seconds
                left = "" if how.left is None else f"，约剩 {how.left / 60:.0f} 分钟"
                tell(f"{100 * how.done:.0f} % {said}{left}")

        yield told
