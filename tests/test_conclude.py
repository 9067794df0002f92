"""What follows from pages follows without reading, and pages may be kept anywhere."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest
from intake_files import xlsx
from PIL import Image

from extractor.conclude import conclude
from extractor.intake import NothingReadable, SourceFile
from extractor.model import Declaration, Declared, Page, Result
from extractor.pipeline import Session, Settings
from extractor.reading.cache import page_bytes, page_key, page_of
from models.calibration import load_calibration

ROWS = [["单位参保人员名单"], ["单位名称：甲机械有限公司"], ["序号", "姓名"], [1, "张三"], [2, "李四"], ["合计人数：2"]]
DECLARATION = Declaration(
    name="甲机械有限公司", as_of="2023-05-06", declared=(Declared(metric="employees", period="now", value=2, unit="人"),)
)


class Shelf:
    """Keeps pages in memory, as a service keeps them in its store."""

    secret = b"k" * 16

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def get(self, source, sha256):
        data = self.kept.get(page_key(source, sha256, "openvino") or "")
        return None if data is None else page_of(data, source.file)

    def put(self, source, sha256, page):
        key = page_key(source, sha256, "openvino")
        if key is not None:
            assert key not in self.kept
            self.kept[key] = page_bytes(page)


def encoded_white_pages(count: int) -> bytes:
    out = io.BytesIO()
    pages = [Image.new("RGB", (600, 800), "white") for _ in range(count)]
    pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:])
    return out.getvalue()


@pytest.fixture
def package(tmp_path):
    folder = tmp_path / "材料"
    folder.mkdir()
    (folder / "名单.xlsx").write_bytes(xlsx({"名单": ROWS}))
    # White pages: read and kept like any other, without waiting for the text engine.
    (folder / "背面.tif").write_bytes(encoded_white_pages(2))
    return folder


def with_seconds(result: Result, seconds: float) -> Result:
    """The result as if it had taken so long."""
    return result.model_copy(update={"summary": result.summary.model_copy(update={"seconds": seconds})})


def test_pages_kept_elsewhere_are_not_read_again(package):
    shelf = Shelf()
    with Session(Settings(cache=shelf)) as session:
        first = session.check(package, DECLARATION)
    assert len(shelf.kept) == 2
    with Session(Settings(cache=shelf)) as session:
        again = session.check(package, DECLARATION)
    assert with_seconds(again, 0) == with_seconds(first, 0)


def test_concluding_from_pages_gives_what_the_session_gives(package):
    pages: list[Page] = []
    with Session() as session:
        checked = session.check(package, DECLARATION, seen=pages.append)
    files = [
        SourceFile(i, f.name, f.sha256, f.media_type, f.pages, None, None, Path("elsewhere")) for i, f in enumerate(checked.files)
    ]
    again = conclude(
        name=checked.package.name,
        files=files,
        pages=pages,
        declaration=DECLARATION,
        day=date(2023, 5, 6),
        calibration=load_calibration(),
    )
    assert again == with_seconds(checked, 0)


def test_a_package_of_which_nothing_could_be_read_has_no_conclusion():
    files = [SourceFile(0, "坏.pdf", "", "application/pdf", 0, "文件已损坏，请重新上传", None, Path("x"))]
    with pytest.raises(NothingReadable, match="文件已损坏"):
        conclude(
            name="x", files=files, pages=[], declaration=None, day=date(2023, 5, 6), calibration=load_calibration()
        )  # fmt: skip
