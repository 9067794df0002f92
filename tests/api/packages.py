"""A finished package made without OCR: an audit report whose pages are built by hand, judged as the workers do it."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw

from api.access import Identity
from api.jobs.judge import judge_run
from api.service import Service
from api.store.tables import PackageRow, Run, RunFile, UploadedFile, new_id, now
from extractor.model import Page
from tests.documents.conftest import make_page
from tests.documents.statement_layouts import ENTITY, Layout, balance, balance_page, income, income_page, value

FILE = "财务/2022年度审计报告.tif"
POLICY = "cn-2021-little-giant-batch3"
MARKER = "江州青禾"
"""Part of the enterprise's name: what must never be seen by others."""


def declaration() -> dict[str, object]:
    """What is declared: one figure the report supports, one it contradicts, one without evidence."""
    revenue, assets = value(income(), "一、营业收入", 0), value(balance(), "资产总计", 0)
    return {
        "name": ENTITY,
        "as_of": "2023-05-06",
        "declared": [
            {"metric": "revenue", "period": "2022", "value": round(revenue / 1e4, 2), "unit": "万元"},
            {"metric": "total_assets", "period": "2022", "value": round(assets / 1e4 * 1.7, 2), "unit": "万元"},
            {"metric": "invention_patents", "period": "now", "value": 3, "unit": "项"},
        ],
    }


def pages() -> list[Page]:
    """The pages as read: the opinion, the balance sheet, the income statement."""
    opinion = make_page(
        ("审 计 报 告", 0.42, 0.08, 0.02),
        ("江诚会审字〔2023〕第019号", 0.62, 0.12),
        (f"{ENTITY}全体股东：", 0.12, 0.15),
        ("一、审计意见", 0.14, 0.18),
        (f"我们审计了{ENTITY}（以下简称“贵公司”）财务报表，", 0.12, 0.2),
        ("包括2022年12月31日的资产负债表，2022年度的利润表、现金流量表以及财务报表附注。", 0.12, 0.222),
        ("我们认为，后附的财务报表在所有重大方面按照企业会计准则的规定编制，", 0.12, 0.3),
        ("公允反映了贵公司2022年12月31日的财务状况以及2022年度的经营成果和现金流量。", 0.12, 0.322),
        ("江州诚明会计师事务所（普通合伙）", 0.12, 0.7),
        ("中国注册会计师：陈一鸣", 0.55, 0.7),
        ("中国注册会计师：李思远", 0.55, 0.76),
        ("二〇二三年三月十二日", 0.55, 0.82),
        page=1,
    )
    return [opinion, balance_page(Layout(), number=2), income_page(Layout(), number=3)]


def tiff() -> bytes:
    """A picture of each page, its lines drawn as bars."""
    pictures = []
    for page in pages():
        picture = Image.new("L", (850, 1200), 255)
        pen = ImageDraw.Draw(picture)
        for line in page.lines:
            left, top, right, bottom = line.box
            pen.rectangle((left * 850, top * 1200, right * 850, bottom * 1200), fill=60)
        pictures.append(picture)
    out = io.BytesIO()
    pictures[0].save(out, "TIFF", save_all=True, append_images=pictures[1:], compression="tiff_deflate")
    return out.getvalue()


def _photos() -> list[tuple[bytes, list[Page]]]:
    """Each page as a file of its own: its picture, and how it was read."""
    out = []
    with Image.open(io.BytesIO(tiff())) as frames:
        for number, page in enumerate(pages()):
            frames.seek(number)
            single = io.BytesIO()
            frames.convert("L").save(single, "PNG")
            out.append((single.getvalue(), [page.model_copy(update={"page": 1})]))
    return out


def store_finished(service: Service, who: Identity, *, name: str, photos: bool = False) -> str:
    """Put a finished package into the store; its id. ``photos``: each page is a file of its own."""
    run_id, package_id, reader = new_id(), new_id(), service.pages.reader
    files = []
    for i, (data, held) in enumerate(_photos() if photos else [(tiff(), pages())]):
        sha, size = service.blobs.put(data)
        files.append((f"财务/{i + 1}.png" if photos else FILE, sha, size, len(held)))
        for page in held:
            service.pages.keep(sha, page, reader=reader, run_id=run_id)
    with service.store.begin() as session:
        session.add(
            PackageRow(
                id=package_id,
                org_id=who.org_id,
                name=name,
                enterprise=ENTITY,
                declaration=declaration(),
                policies=[POLICY],
                created_by=who.user_id,
                run_id=run_id,
            )
        )
        session.flush()
        session.add_all(
            UploadedFile(package_id=package_id, position=i, name=file, sha256=sha, size=size)
            for i, (file, sha, size, _) in enumerate(files)
        )
        session.add(
            Run(
                id=run_id,
                package_id=package_id,
                org_id=who.org_id,
                state="judging",
                pages_total=3,
                pages_done=3,
                reader=reader,
                started_at=now(),
            )
        )
        session.flush()
        kind = "image/png" if photos else "image/tiff"
        session.add_all(
            RunFile(run_id=run_id, position=i, name=file, sha256=sha, media_type=kind, pages=count)
            for i, (file, sha, _, count) in enumerate(files)
        )
    judge_run(service, run_id)
    return package_id
