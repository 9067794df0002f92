"""Pages that were read once come from the cache, and only what is the same page does."""

import stat

import pytest

from extractor.intake import ImagePage, Limits, PdfPage, SheetPage
from extractor.model import Glance, Line, Page
from extractor.reading.cache import CacheError, LookKeeper, PageCache, keepable, look_key, page_bytes, page_key, page_of

PAGE = Page(file=0, page=1, width=10, height=20, source="ocr", lines=(Line(text="营业收入", box=(0.1, 0.1, 0.3, 0.2)),))


def picture(tmp_path, file=0, page=1, limits=None):
    return ImagePage(file, page, tmp_path / "x.png", limits or Limits())


def test_a_kept_page_comes_back_under_the_file_it_now_has(tmp_path):
    cache = PageCache(tmp_path / "c", "openvino")
    cache.put(picture(tmp_path), "aa", PAGE)
    assert cache.get(picture(tmp_path, file=3), "aa") == PAGE.model_copy(update={"file": 3})


@pytest.mark.parametrize("other", ["content", "page", "engine", "limits"])
def test_other_pages_are_not_confused(tmp_path, other):
    PageCache(tmp_path / "c", "openvino").put(picture(tmp_path), "aa", PAGE)
    asked = PageCache(tmp_path / "c", "paddleocr" if other == "engine" else "openvino")
    source = picture(tmp_path, page=2 if other == "page" else 1, limits=Limits(max_pixels=10) if other == "limits" else None)
    assert asked.get(source, "bb" if other == "content" else "aa") is None


def test_pages_with_a_note_and_sheets_are_not_kept(tmp_path):
    cache = PageCache(tmp_path / "c", "openvino")
    cache.put(picture(tmp_path), "aa", PAGE.model_copy(update={"note": "未能读取"}))
    sheet = SheetPage(0, 1, tmp_path / "x.xlsx", Limits(), "Sheet1")
    cache.put(sheet, "aa", PAGE)
    assert cache.get(picture(tmp_path), "aa") is None
    assert cache.get(sheet, "aa") is None


def test_a_damaged_entry_is_read_again_and_said_so(tmp_path, caplog):
    cache = PageCache(tmp_path / "c", "openvino")
    cache.put(PdfPage(0, 1, tmp_path / "x.pdf", Limits()), "aa", PAGE)
    (entry,) = (tmp_path / "c").rglob("*.json.gz")
    for damage in (entry.read_bytes()[:-9], b"", b"x"):
        entry.write_bytes(damage)
        assert cache.get(PdfPage(0, 1, tmp_path / "x.pdf", Limits()), "aa") is None
    assert "已损坏" in caplog.text


def test_two_sessions_hash_persons_alike_and_only_the_owner_may_read(tmp_path):
    first, second = PageCache(tmp_path / "c", "openvino"), PageCache(tmp_path / "c", "openvino")
    assert first.secret == second.secret
    assert len(first.secret) == 16
    assert stat.S_IMODE((tmp_path / "c").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "c" / "person.key").stat().st_mode) == 0o600


def test_an_unusable_folder_is_said_in_plain_words(tmp_path):
    (tmp_path / "c").write_text("a file")
    with pytest.raises(CacheError, match="换一个可写的目录"):
        PageCache(tmp_path / "c", "openvino")


def test_other_stores_share_the_names_and_bytes(tmp_path):
    cache = PageCache(tmp_path / "c", "openvino")
    cache.put(picture(tmp_path), "aa", PAGE)
    (entry,) = (tmp_path / "c").rglob("*.json.gz")
    key = page_key(picture(tmp_path, file=7), "aa", "openvino")
    assert entry.name == f"{key[2:]}.json.gz"
    assert entry.read_bytes() == page_bytes(PAGE)
    assert page_of(page_bytes(PAGE), 7) == PAGE.model_copy(update={"file": 7})
    with pytest.raises(ValueError, match="damaged page"):
        page_of(b"x", 0)


def test_the_name_of_a_page_tells_engines_files_pages_and_limits_apart(tmp_path):
    keys = {
        page_key(picture(tmp_path), "aa", "openvino"),
        page_key(picture(tmp_path), "bb", "openvino"),
        page_key(picture(tmp_path, page=2), "aa", "openvino"),
        page_key(picture(tmp_path), "aa", "paddleocr"),
        page_key(picture(tmp_path, limits=Limits(max_pixels=10)), "aa", "openvino"),
    }
    assert len(keys) == 5
    assert page_key(SheetPage(0, 1, tmp_path / "x.xlsx", Limits(), "Sheet1"), "aa", "openvino") is None


def test_pages_that_could_not_be_read_are_not_kept():
    assert keepable(PAGE)
    assert not keepable(PAGE.model_copy(update={"note": "未能读取"}))


LOOK = Glance(
    page=PAGE.model_copy(update={"deferred": True}), boxes=((0.1 / 3, 0.1, 0.3, 0.2), (0.1, 0.1, 0.3, 0.2)), marked=True, cost=0.1
)  # fmt: skip


def test_looks_are_kept_apart_from_pages(tmp_path):
    cache = PageCache(tmp_path / "c", "openvino")
    assert isinstance(cache, LookKeeper)
    cache.put_look(picture(tmp_path), "aa", LOOK)
    assert cache.get(picture(tmp_path), "aa") is None
    moved = cache.get_look(picture(tmp_path, file=3), "aa")
    assert moved == LOOK.model_copy(update={"page": LOOK.page.model_copy(update={"file": 3})})
    assert moved.page.lines[0].box in moved.boxes
    assert cache.get_look(picture(tmp_path, page=2), "aa") is None
    assert look_key(picture(tmp_path), "aa", "openvino") != page_key(picture(tmp_path), "aa", "openvino")


def test_a_page_that_was_only_looked_at_is_never_kept_as_read(tmp_path):
    cache = PageCache(tmp_path / "c", "openvino")
    cache.put(picture(tmp_path), "aa", LOOK.page)
    assert cache.get(picture(tmp_path), "aa") is None
    assert not keepable(LOOK.page)


def test_a_damaged_look_is_taken_again(tmp_path, caplog):
    cache = PageCache(tmp_path / "c", "openvino")
    cache.put_look(picture(tmp_path), "aa", LOOK)
    (entry,) = (tmp_path / "c").rglob("*.json.gz")
    entry.write_bytes(page_bytes(PAGE))
    assert cache.get_look(picture(tmp_path), "aa") is None
    assert "已损坏" in caplog.text
