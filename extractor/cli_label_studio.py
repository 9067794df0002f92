"""Reads material and writes a Label Studio project folder: page pictures, tasks, labeling configuration."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import cv2
import numpy as np

from corpora.exchange.label_studio import PageImage, labeling_config, tasks
from corpora.format import CorpusInfo, save
from extractor.intake import ImagePage, IntakeError, Limits, PageSource, PdfPage, SourceFile, open_package, page_sources
from extractor.model import Page, Result
from extractor.pipeline import Progress, Session
from extractor.reading.page_reader import PageReader, hide_persons
from extractor.reading.upright import Image
from extractor.reports.json_report import write_json
from models.ocr import EngineError

LOCAL_FILES = "/data/local-files/?d="
"""Label Studio's address of a file on its own disk; what follows is relative to its document root."""
_SIDE = 2000
_QUALITY = 85


@dataclass(frozen=True, slots=True)
class Project:
    """What was written: tasks, and pages without a picture (spreadsheets, running text), as a person names them."""

    tasks: int
    left_out: list[str]


def write_project(
    source: Path, out: Path, session: Session, *, prefix: str | None, enterprise: str | None, progress: Progress
) -> Project:
    """Read ``source`` and write the project under ``out`` (an empty or new folder).

    Persons' ID numbers are blacked out in the pictures; the files themselves are copied as they are.

    Raises:
        IntakeError, NothingReadable, EngineError, CacheError: as ``Session.check``.
        OSError: ``out`` cannot be written.
    """
    pages: dict[tuple[int, int], Page] = {}
    result = session.check(source, None, progress=progress, seen=lambda page: pages.__setitem__((page.file, page.page), page))
    out.mkdir(parents=True, exist_ok=True)
    address = f"{LOCAL_FILES}{out.resolve().name}/" if prefix is None else prefix
    images: list[PageImage] = []
    left_out: list[str] = []
    limits = Limits.from_environment()
    with open_package(source, limits) as package:
        for file in package.files:
            if file.error is not None:
                continue
            copy = out / "files" / file.name
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file.path, copy)
            sizes: dict[int, tuple[str, int, int]] = {}
            for number, picture in _pictures(file, pages, limits):
                if picture is None:
                    left_out.append(f"《{file.name}》第{number}页")
                    continue
                name = f"pages/f{file.index + 1:03d}-p{number:03d}.jpg"
                sizes[number] = (name, *_write_jpeg(out / name, picture))
            images += [
                _page_image(pages[file.index, number], file, f"{address}{name}", width, height, len(sizes))
                for number, (name, width, height) in sizes.items()
            ]
    made = tasks(result, images, enterprise)
    _write(out, result, json.dumps(made, ensure_ascii=False, indent=1))
    return Project(len(made), left_out)


def _write(out: Path, result: Result, made: str) -> None:
    (out / "tasks.json").write_text(made + "\n", encoding="utf-8")
    (out / "label_config.xml").write_text(labeling_config(), encoding="utf-8")
    write_json(result, out / "result.json")
    save(out, CorpusInfo(name=out.resolve().name, origin="real"), [])


def _page_image(page: Page, file: SourceFile, url: str, width: int, height: int, of: int) -> PageImage:
    return PageImage(
        file=f"files/{file.name}",
        index=file.index,
        page=page.page,
        of=of,
        url=url,
        width=width,
        height=height,
        rotation=page.rotation,
        skew=page.skew,
        warp=page.warp,
        blank=page.source == "blank" and page.note is None,
    )


def _no_engine() -> NoReturn:
    raise EngineError("取页面图片时不应识别文字")


def _pictures(file: SourceFile, pages: dict[tuple[int, int], Page], limits: Limits) -> Iterator[tuple[int, Image | None]]:
    """(page number, upright and level picture) of every page; None where there is no picture."""
    reader = PageReader(_no_engine, b"")
    try:
        for source in page_sources(file, limits):
            yield source.page, _picture(reader, source, pages.get((source.file, source.page)))
    finally:
        reader.close()


def _picture(reader: PageReader, source: PageSource, page: Page | None) -> Image | None:
    if page is None or not isinstance(source, ImagePage | PdfPage):
        return None
    try:
        image = reader.picture(source, page.rotation, page.skew, page.warp)
    except IntakeError:
        # The page could not be read either; it is named among the pages left out.
        return None
    return None if image is None else hide_persons(image, page.lines)


def _write_jpeg(path: Path, image: Image) -> tuple[int, int]:
    """Write the picture, made smaller where it is very large; returns its (width, height) in pixels."""
    ratio = min(1.0, _SIDE / max(image.shape[:2]))
    if ratio < 1.0:
        size = (round(image.shape[1] * ratio), round(image.shape[0] * ratio))
        image = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    _, data = cv2.imencode(".jpg", image[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    path.write_bytes(data.tobytes())
    return image.shape[1], image.shape[0]
