"""What ``zuozheng corpus import`` and ``export`` do: files in, labels out, and the way back."""

from __future__ import annotations

import shutil
from pathlib import Path

import typer
from PIL import Image
from pydantic import TypeAdapter

from corpora.exchange import funsd, label_studio_import
from corpora.exchange.geometry import corners, place
from corpora.exchange.spacy_docbin import export as export_docs
from corpora.format import Corpus, CorpusInfo, Label, TextLine, load, merged, save
from corpora.page_count import DAMAGED_PICTURE
from extractor.cli_common import page_progress, say, tell
from extractor.intake import IntakeError, NothingReadable
from extractor.model import Page
from extractor.pipeline import Session, Settings

_LINES = TypeAdapter(list[TextLine])
_IMAGES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp")


def _opened(out: Path) -> tuple[CorpusInfo, list[Label]]:
    """What the corpus at ``out`` holds; a new one where there is none."""
    if not (out / "corpus.json").exists():
        return CorpusInfo(name=out.resolve().name, origin="real"), []
    if not (out / "labels.jsonl").exists():
        (out / "labels.jsonl").write_text("", encoding="utf-8")
    corpus = load(out)
    return corpus.info, corpus.labels


def from_label_studio(source: Path, out: Path) -> list[str]:
    """Put the labels of a Label Studio export into the corpus at ``out``; returns what was left out, in Chinese.

    Raises:
        typer.Exit: the annotations have faults (each is printed); nothing was written.
        CorpusError, OSError: the corpus cannot be read or written.
    """
    try:
        found = label_studio_import.labels_from(source.read_bytes())
    except label_studio_import.LabelStudioError as error:
        for problem in error.problems:
            tell(f"{problem}")
        tell(f"共 {len(error.problems)} 处问题，没有写入；请在 Label Studio 中改正后重新导出")
        raise typer.Exit(1) from error
    info, labels = _opened(out)
    save(out, info, merged(labels, found.labels))
    say(f"已写入 {len(found.labels)} 个文件的标注：{out / 'labels.jsonl'}")
    return [
        f"{file} 还没标完（{'、'.join(f'第{page}页' for page in pages) or '有页不在导出中'}），未写入"
        for file, pages in found.unfinished.items()
    ]


def from_funsd(source: Path, out: Path, images: Path | None, mapping: Path | None) -> list[str]:
    """Put FUNSD or XFUND pages into the corpus at ``out``, images and text lines too; returns doubts, in Chinese.

    Raises:
        FunsdError: annotations, mapping or images cannot be used.
        CorpusError, OSError: the corpus cannot be read or written.
    """
    chosen = funsd.read_mapping(mapping) if mapping is not None else None
    sources = sorted(source.glob("*.json")) if source.is_dir() else [source]
    if not sources:
        raise funsd.FunsdError(f"{source} 中没有 JSON 标注文件")
    info, labels = _opened(out)
    (out / "files").mkdir(parents=True, exist_ok=True)
    (out / "text").mkdir(exist_ok=True)
    made, notes = [], []
    for annotated in sources:
        folders = (
            [images]
            if images is not None
            else [annotated.parent, annotated.parent / "images", annotated.parent.parent / "images"]
        )
        for page in funsd.read_pages(annotated):
            picture = _image(page.image, folders)
            size = _size(picture)
            shutil.copyfile(picture, out / "files" / picture.name)
            found = funsd.label_page(page, f"files/{picture.name}", size, chosen)
            (out / str(found.label.text)).write_bytes(_LINES.dump_json(found.lines, indent=1))
            made.append(found.label)
            notes += found.doubts
    save(out, info, merged(labels, made))
    say(f"已写入 {len(made)} 页的标注：{out / 'labels.jsonl'}")
    return notes


def _image(name: str, folders: list[Path]) -> Path:
    """The picture of a page: FUNSD annotations name it without its ending."""
    plain = Path(name).name
    for folder in folders:
        for candidate in (folder / plain, *(folder / f"{plain}{ending}" for ending in _IMAGES)):
            if candidate.suffix.lower() in _IMAGES and candidate.is_file():
                return candidate
    raise funsd.FunsdError(f"找不到图片 {plain}；请用 --images 指出图片所在文件夹")


def _size(path: Path) -> tuple[int, int]:
    try:
        with Image.open(path) as image:
            return image.size
    except DAMAGED_PICTURE as error:
        raise funsd.FunsdError(f"{path.name} 不是可读的图片，请换上完好的图片") from error


def write_docs(corpus: Corpus, out: Path, settings: Settings | None) -> None:
    """Write a corpus as a spaCy ``DocBin``; with ``settings``, files without true text lines are read first.

    Raises:
        SpacyMissing: spaCy is not installed.
        CorpusError, OSError: text lines cannot be read, or ``out`` cannot be written.
    """
    lines = _read_lines(corpus, settings) if settings is not None else {}
    made = export_docs(corpus, lines)
    out.parent.mkdir(parents=True, exist_ok=True)
    made.docs.to_disk(out)
    say(f"已写入 {made.pages} 页、{made.spans} 处字段：{out}")
    if made.without_text:
        remedy = "" if settings is not None else "；加 --read 先读出文字"
        tell(f"{len(made.without_text)} 个文件没有文字，未导出{remedy}")
    if made.unplaced:
        tell(f"{made.unplaced} 个字段在文字中找不到，未标出")


def _read_lines(corpus: Corpus, settings: Settings) -> dict[tuple[str, int], list[TextLine]]:
    """Lines as read of the files without true ones; their boxes as in ``Place``."""
    out: dict[tuple[str, int], list[TextLine]] = {}
    with page_progress() as on_page, Session(settings) as session:
        for label in corpus.files:
            if label.text is not None or label.file is None:
                continue
            pages: list[Page] = []
            try:
                session.check(corpus.root / label.file, None, progress=on_page, seen=pages.append)
            except (IntakeError, NothingReadable) as error:
                tell(f"{label.file} 未能读取：{error}")
                continue
            for page in pages:
                out[label.file, page.page] = _flat_lines(page)
    return out


def _flat_lines(page: Page) -> list[TextLine]:
    size = (float(page.width), float(page.height))
    lines = []
    for line in page.lines:
        points = [(x * size[0], y * size[1]) for x, y in corners(line.box)]
        found = place(page.page, points, size, page.rotation, page.skew, page.warp)
        if found is not None:
            lines.append(TextLine(page=page.page, text=line.text, box=found.box))
    return lines
