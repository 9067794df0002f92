"""Whatever happens to a file's bytes: the package opens, and pages raise IntakeError or nothing."""

from __future__ import annotations

import functools
import pickle
from collections.abc import Callable
from pathlib import Path

import intake_files as make
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from extractor.intake import (
    ImagePage,
    IntakeError,
    Limits,
    PageSource,
    SheetPage,
    TextPage,
    open_package,
    page_sources,
)
from extractor.intake.pdf import PdfFile

KINDS = ("pdf", "jpg", "png", "tif", "g4", "webp", "bmp", "gif", "xlsx", "xls", "csv", "docx", "zip")
LIMITS = Limits(max_pixels=4_000_000)


@functools.cache
def whole(kind: str) -> bytes:
    """A good file of the kind."""
    fax = functools.partial(make.encoded, Image.new("1", (100, 100), 1), "TIFF", compression="group4")
    builders: dict[str, Callable[[], bytes]] = {
        "pdf": make.pdf,
        "tif": lambda: make.tiff(2),
        "g4": fax,
        "xlsx": make.xlsx,
        "xls": lambda: make.xls({(0, 0): "姓名", (1, 0): 12.5}),
        "csv": lambda: "姓名,号\n张三,1\n".encode("gb18030"),
        "docx": lambda: make.docx(picture_bytes=make.picture()),
        "zip": lambda: make.zipped({"证书/1.png": make.picture(), "名单.csv": b"a,b\n1,2\n"}),
    }
    formats = {"jpg": "JPEG"}
    if kind in builders:
        return builders[kind]()
    return make.noise(formats.get(kind, kind.upper()), (60, 60))


def use(source: PageSource) -> None:
    """Do with the page what reading does."""
    try:
        if isinstance(source, ImagePage):
            source.image()
        elif isinstance(source, SheetPage):
            _ = source.rows
        elif isinstance(source, TextPage):
            _ = source.blocks
        else:
            with PdfFile(source.path, LIMITS) as pdf:
                pdf.render(source.index, 1.0)
                pdf.text_words(source.index)
                pdf.rulings(source.index)
                pdf.image_coverage(source.index)
    except IntakeError as error:
        if not error.message:
            raise


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damaged_bytes_never_crash(tmp_path: Path, kind: str, data: st.DataObject) -> None:
    content = bytearray(whole(kind))
    if data.draw(st.booleans()):
        del content[data.draw(st.integers(0, len(content))) :]
    for place, value in data.draw(st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), max_size=20)):
        if content:
            content[int(place * len(content))] = value
    path = tmp_path / f"x.{kind}"
    path.write_bytes(bytes(content))
    with open_package(path, LIMITS) as package:
        assert package.files
        for file in package.files:
            sources = list(page_sources(file, LIMITS))
            assert len(sources) == file.pages
            assert file.error is None or not sources
            for source in sources:
                use(source)


@pytest.mark.parametrize("kind", KINDS)
def test_good_files_have_no_error_and_their_pages_travel(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"x.{kind}"
    path.write_bytes(whole(kind))
    with open_package(path) as package:
        for file in package.files:
            assert file.error is None
            sources = list(page_sources(file))
            assert [s.page for s in sources] == list(range(1, file.pages + 1))
            assert pickle.loads(pickle.dumps(sources)) == sources
