"""What reviewers say of findings, and the decision about the whole package."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import CursorResult, update

from api import audit
from api.access import Identity
from api.desk.findings import finding_keys
from api.desk.sent import DecisionIn, ReviewIn
from api.errors import Conflict, NotFound, Unusable
from api.people.sign_in import confirm_password
from api.service import Service
from api.store.tables import FindingReview, now
from api.work.lookup import is_live, latest_run, own_package, same_version, undecided
from api.work.results import current
from api.work.storing import store_watch


def review_finding(service: Service, who: Identity, package_id: str, finding: str, said: ReviewIn) -> None:
    """Keep what a reviewer says of a finding.

    Raises:
        NotFound: there is no such package or finding.
        Conflict: it has changed, or a decision has been signed.
        Unusable: a rejection or a comment without words.
    """
    if said.action != "accept" and not said.comment.strip():
        raise Unusable("请写明理由或意见" if said.action == "reject" else "请填写意见内容")
    with service.store.begin() as session:
        row = own_package(session, who, package_id)
        same_version(row, said.version)
        undecided(row)
        result = current(session, service, row).result
        verdicts = dict(zip(finding_keys(result.findings), (f.verdict.value for f in result.findings), strict=True))
        if finding not in verdicts:
            raise NotFound("没有这一项申报数据；请刷新页面")
        session.add(
            FindingReview(
                package_id=row.id,
                finding=finding,
                action=said.action,
                comment=said.comment.strip(),
                version=row.version,
                verdict=verdicts[finding],
                made_by=who.user_id,
            )
        )
        audit.record(
            session, who, "review", f"package:{row.id}", finding=finding, said=said.action, verdict=verdicts[finding],
            version=row.version,
        )  # fmt: skip


def withdraw_review(service: Service, who: Identity, package_id: str, finding: str, version: int | None) -> None:
    """Take back all that the caller said of a finding; the rows stay, and so does the log.

    Raises:
        NotFound: there is no such package, or they said nothing of this finding.
        Conflict: it has changed, or a decision has been signed.
    """
    with service.store.begin() as session:
        row = own_package(session, who, package_id)
        same_version(row, version)
        undecided(row)
        taken_back = session.execute(
            update(FindingReview)
            .where(
                FindingReview.package_id == row.id,
                FindingReview.finding == finding,
                FindingReview.made_by == who.user_id,
                FindingReview.withdrawn_at.is_(None),
            )
            .values(withdrawn_at=now())
        )
        if not cast(CursorResult[Any], taken_back).rowcount:
            raise NotFound("您对这一项没有表过态，或已撤回；请刷新页面")
        audit.record(session, who, "review_withdrawn", f"package:{row.id}", finding=finding, version=row.version)


def decide(service: Service, who: Identity, package_id: str, decision: DecisionIn) -> None:
    """Sign the decision about a package, or withdraw it.

    Raises:
        NotFound: there is no such package.
        Conflict: it has changed, is being read, has no result, has a decision already (or none to withdraw), or the
            password is wrong.
        TooManyAttempts: too many wrong passwords.
        Unusable: no signature, or a negative decision without a reason.
    """
    withdrawn = decision.decision == "withdraw"
    if not withdrawn and not decision.signature.strip():
        raise Unusable("请在签名处填写您的姓名")
    if decision.decision in ("return", "reject") and not decision.note.strip():
        raise Unusable("退回补正或不予推荐须写明理由")
    if decision.password is not None:
        with service.store.begin() as session:
            own_package(session, who, package_id)
        confirm_password(service.store, service.settings, who, decision.password)
    with service.store.begin() as session:
        row = own_package(session, who, package_id)
        same_version(row, decision.version)
        subject = f"package:{row.id}"
        if withdrawn:
            if row.decision is None:
                raise Conflict("还没有审核结论，无可撤回")
            audit.record(session, who, "withdraw", subject, decision=row.decision, version=row.version)
            row.decision = row.decision_note = row.decided_by = row.signature = row.decided_at = None
            store_watch(session, row, current(session, service, row).result)
            return
        undecided(row)
        if row.result is None or is_live(latest_run(session, row)):
            raise Conflict("还没有核对结果；请等处理完成后再作结论")
        row.decision, row.decision_note = decision.decision, decision.note.strip()
        row.decided_by, row.signature, row.decided_at = who.user_id, decision.signature.strip(), now()
        audit.record(
            session, who, "decide", subject, decision=decision.decision, version=row.version, result=row.result,
            password=decision.password is not None,
        )  # fmt: skip
        store_watch(session, row, current(session, service, row).result)
