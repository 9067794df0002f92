"""All document types, in the order in which they are asked about a page."""

from __future__ import annotations

from extractor.documents import (
    application_form,
    audit_report,
    business_license,
    financial_statements,
    high_tech_certificate,
    iso_certificate,
    patent_certificate,
    rd_audit_report,
    social_security_list,
    software_copyright,
    tax_return,
    trademark_certificate,
)
from extractor.documents.base import DocumentType

TYPES: dict[str, DocumentType] = {
    module.TYPE.type: module.TYPE
    for module in (
        rd_audit_report,
        audit_report,
        financial_statements,
        patent_certificate,
        software_copyright,
        trademark_certificate,
        iso_certificate,
        high_tech_certificate,
        business_license,
        social_security_list,
        tax_return,
        application_form,
    )
}
"""Type name to module object."""

ATTACHMENT_MULTI_PAGE = frozenset({"contract", "standard_document", "credit_report", "rd_institution_approval", "other"})
"""Attachment types whose further pages have no cue of their own."""

STATEMENT_FAMILY = frozenset({"audit_report", "rd_audit_report", "financial_statements"})
