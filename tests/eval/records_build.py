"""Hand-made records, with everything that a test does not care about filled in."""

from eval.records import ClaimRecord, DocumentRecord, FieldRecord, FindingRecord, PageRecord


def page(number=1, expected="audit_report", got="audit_report", starts=(0, 0), package="p1", **more):
    return PageRecord(
        package=package,
        page=number,
        expected_type=expected,
        got_type=got,
        expected_starts=starts[0],
        got_starts=starts[1],
        **more,
    )


def field(expected="甲", got="甲", confidence=0.9, package="p1", **more):
    given = {"type": "patent_certificate", "field": "title", "exact": expected == got, "present": got is not None}
    return FieldRecord(package=package, expected=expected, got=got, confidence=confidence, **(given | more))


def claim(expected=1.0, got=1.0, package="p1", **more):
    given = {"type": "audit_report", "metric": "revenue", "period": "2020", "right": expected == got}
    return ClaimRecord(package=package, expected=expected, got=got, **(given | more))


def finding(expected="supported", got="supported", confidence=0.9, package="p1", **more):
    given = {"metric": "revenue", "period": "2020"}
    return FindingRecord(package=package, expected=expected, got=got, confidence=confidence, **(given | more))


def document(expected="audit_report", got="audit_report", package="p1", **more):
    return DocumentRecord(package=package, expected=expected, got=got, right=expected == got, **more)
