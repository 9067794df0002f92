"""What the API answers, for pages that are tested without it; checked against the shapes so that they cannot drift apart."""

import uuid
from datetime import UTC, datetime, timedelta, timezone

from api.desk.examples import PACKAGE_EXAMPLE
from api.desk.shapes import Package
from extractor.prescreen.ranking import PolicyStanding, ScorePart, Screened
from extractor.prescreen.repeats import Repeat, RepeatPlace
from extractor.prescreen.watching import WatchItem, WatchPlace

BROWSER_ZONE = timezone(timedelta(hours=8), "Asia/Shanghai")
HOSTILE = "<img src=x onerror=\"document.title='哎'\">有限公司"
MANY = "厦门海沧光电科技股份有限公司申报第四批专精特新中小企业佐证材料（第二次补充提交）"


def package(n: int = 0, **changes) -> dict:
    """A package as lists show it."""
    answer = {**PACKAGE_EXAMPLE, "id": str(uuid.UUID(int=n + 1)), **changes}
    Package.model_validate(answer)
    return answer


def running(n: int, state: str = "reading", **changes) -> dict:
    """A package that is being read."""
    now = {**PACKAGE_EXAMPLE["run"], "state": state, "pages_done": 4, "pages_total": 20, "finished_at": None}
    blank = {"verdict": None, "risk": None, "counts": {}, "score": None, "reasons": [], "missing_materials": []}
    return package(n, run=now, **blank, **changes)


def paged(items: list[dict], **more) -> dict:
    """A list as the API answers it."""
    return {"items": items, "total": len(items), "page": 1, "page_size": 50, **more}


def ranked(n: int, verdict: str, score: float | None, **changes) -> dict:
    """A row of the pre-screening table."""
    row = Screened(
        package=f"包{n}",
        enterprise=f"第{n}家企业有限公司",
        uscc="91350100M000100Y43",
        verdict=verdict,
        score=score,
        risk=0.4,
        parts=(ScorePart(key="figures", name="申报数据有证据", points=40, full=60, why="13 项中 9 项相符"),) if score else (),
        reasons=(f"不符：第{n}家的净利润",) if verdict == "fail" else (),
        missing=("缺：近两年审计报告（2019 年）",) if n % 2 else (),
        findings={"supported": 3, "contradicted": 1} if verdict == "fail" else {"supported": 4},
        policies=(PolicyStanding(id="p", name="专精特新", status="undetermined"),),
        hours_saved=1.25,
        error="《证书.zip》有密码" if verdict == "error" else None,
    )
    return row.model_dump(mode="json") | {"id": str(uuid.UUID(int=n + 1)), "state": "done", "decision": None, **changes}


def repeat(kind: str, severity: str, places: list[tuple[int, str, int | None]]) -> dict:
    """A paper in several packages; places: (package, file, page)."""
    made = Repeat(
        kind=kind,
        value="ZL201710601862.3",
        label="专利号",
        severity=severity,
        reason="两家企业的材料里有同一件专利",
        places=tuple(RepeatPlace(package=f"包{n}", enterprise=f"第{n}家企业有限公司", file=f, page=p) for n, f, p in places),
    ).model_dump(mode="json")
    for place, (n, _, page) in zip(made["places"], places, strict=True):
        place.update(id=str(uuid.UUID(int=n + 1)), index=None if page is None else 0)
    return made


def batch(**changes) -> dict:
    """A batch with its table."""
    rows = [
        ranked(0, "pass", 92),
        ranked(1, "review", 61.5),
        ranked(2, "fail", 40),
        ranked(3, "fail", 35),
        ranked(4, "error", None),
    ]
    repeats = [
        repeat("patent_no", "alarm", [(1, "证书.pdf", 3), (2, "扫描.pdf", 12)]),
        repeat("file", "note", [(0, "标准.pdf", None), (3, "标准.pdf", None)]),
    ]
    return {
        "id": str(uuid.UUID(int=900)),
        "name": "2026年第一批",
        "created_at": datetime.now(UTC).isoformat(),
        "created_by": {"id": "u", "name": "李审核"},
        "as_of": "2026-05-06",
        "policies": [],
        "remarks": ["申报表里的“某某公司”没有对应的材料包"],
        "state": "done",
        "packages": 5,
        "finished": 5,
        "pages_done": 200,
        "pages_total": 200,
        "counts": {"pass": 1, "review": 1, "fail": 2, "error": 1},
        "hours_saved": 5.0,
        "ranked": rows,
        "repeats": repeats,
        **changes,
    }


def watch_item(days: int, kind: str = "certificate_expires", **changes) -> dict:
    """A day to watch, so many days from today."""
    item = WatchItem(
        kind=kind,
        due=datetime.now(BROWSER_ZONE).date() + timedelta(days=days),
        title="管理体系认证证书 30019Q4081R3S 到期",
        basis="证书上的有效期",
        enterprise="福建闽江精密机械股份有限公司",
        key=str(days),
        place=WatchPlace(file="证书.pdf", page=2),
    )
    more = {"id": str(uuid.UUID(int=days + 4000)), "package": {"id": str(uuid.UUID(int=1)), "name": "闽江精密"}, "index": 0}
    return item.model_dump(mode="json") | more | {"change": None, "reported_on": None} | changes
