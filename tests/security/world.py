"""Two organisations at work with the same bytes: whatever A has, told apart by words that stand nowhere else."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from sqlalchemy import select

from api.people.tokens import create_token
from api.service import Service
from api.store.tables import MarkRow, PackageRow, Run, UploadedFile, WatchRow
from extractor.model import Verdict
from tests.api import packages
from tests.api.batches import judge, make_batch, make_package
from tests.api.conftest import PASSWORD, ClientAs, People
from tests.prescreen.builders import OTHER, OTHER_USCC, OWN_USCC, finding, look, patent, patent_no, result, statement

API = "/api/v1"
PATENT = patent_no("202010123456")


@dataclass
class Side:
    """One organisation's things: ``ids`` as they stand in addresses, ``secrets`` as they must never stand in another's answer."""

    ids: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)


def build(letter: str, service: Service, people: People, client_as: ClientAs, patch: pytest.MonkeyPatch) -> Side:
    """An organisation with packages, a batch, corrections, words, a decision, tokens, changes. Both have the very same pages."""
    side = Side()
    word = f"{letter}方密"
    client, who = client_as(letter, "reviewer"), people[letter, "reviewer"]
    patch.setattr(packages, "FILE", f"{word}夹/{word}审计报告.tif")
    package = packages.store_finished(service, who, name=f"{word}材料包")
    address = f"{API}/packages/{package}"
    shown = client.get(f"{address}/desk").json()
    key = next(f["key"] for f in shown["findings"] if f["metric"] == "revenue")
    said = {"action": "reject", "comment": f"{word}意见", "version": shown["version"]}
    assert client.post(f"{address}/findings/{key}/review", json=said).status_code == 200
    place = shown["documents"][0]["place"]
    excluded = {"kind": "exclusion", "place": place, "reason": f"{word}理由", "version": shown["version"]}
    after = client.post(f"{address}/revisions", json=excluded)
    assert after.status_code == 200, after.text
    decided = packages.store_finished(service, who, name=f"{word}已办")
    decision = {"decision": "return", "note": f"{word}批注", "signature": f"{word}签名", "password": PASSWORD}
    assert client.post(f"{API}/packages/{decided}/decision", json=decision).status_code == 200
    change = {"package": package, "what": f"{word}更名", "happened_on": "2023-01-05"}
    noted = client.post(f"{API}/watch/changes", json=change)
    assert noted.status_code == 201, noted.text
    batch = _batch(service, who, word)
    side.ids = {
        "package_id": package, "batch_id": batch, "change_id": noted.json()["id"], "user_id": who.user_id,
        "revision_id": after.json()["revisions"][0]["id"], "finding:path": key,
    }  # fmt: skip
    with service.store.begin() as session:
        for scope in ("api", "calendar"):
            row, side.tokens[scope] = create_token(session, who, name=f"{word}令牌", scope=scope, days=None)
            side.ids |= {"token_id": row.id} if scope == "api" else {}
            side.secrets[f"token {scope}"] = row.id
        rows = session.scalars(select(PackageRow).where(PackageRow.org_id == who.org_id)).all()
        runs = session.scalars(select(Run).where(Run.org_id == who.org_id)).all()
        side.secrets |= {f"package {r.name}": r.id for r in rows} | {f"run {r.id[:4]}": r.id for r in runs}
        files = select(UploadedFile.name).where(UploadedFile.package_id.in_([r.id for r in rows]))
        assert all(word in name for name in session.scalars(files)), "the names of files tell whose they are"
        for table in (MarkRow, WatchRow):
            assert session.scalars(select(table).where(table.org_id == who.org_id)).first() is not None
    side.secrets |= {"words": word, "organisation": people.org[letter], "its name": f"{letter}市工业和信息化局"}
    side.secrets |= {name: side.ids[name] for name in ("batch_id", "change_id", "revision_id")}
    for (org, role), one in people.items():
        if org == letter:
            side.secrets |= {f"{role} id": one.user_id, f"{role} login": one.login, f"{role} name": one.name}
    return side


def _batch(service: Service, who, word: str) -> str:  # type: ignore[no-untyped-def]
    """Packages that share a patent and a page: with one another, an earlier one, and the other organisation's."""
    page = statement(f"{word}企业", number=2, look=look(1))
    earlier = make_package(service, who, f"{word}去年")
    old = {"enterprise": OTHER, "uscc": OTHER_USCC}
    judge(service, earlier, result(**old, documents=[patent(PATENT, f"{word}企业")]), [page])
    batch = make_batch(service, who, f"{word}批次")
    for name, uscc in (("一", OWN_USCC), ("二", None)):
        made = make_package(service, who, f"{word}{name}", batch=batch)
        enterprise = f"{word}企业{name}"
        judged = result(
            enterprise=enterprise, uscc=uscc, documents=[patent(PATENT, enterprise)], findings=[finding(Verdict.SUPPORTED)]
        )
        judge(service, made, judged, [page])
    return batch
