"""Which fields of a paper say whose it is and tell it from others (keys of ``fields.yaml``)."""

from __future__ import annotations

HOLDER_FIELD: dict[str, str] = {
    "audit_report": "entity",
    "financial_statements": "entity",
    "rd_audit_report": "entity",
    "tax_return": "entity",
    "patent_certificate": "patentees",
    "software_copyright": "owners",
    "trademark_certificate": "owner",
    "iso_certificate": "holder",
    "high_tech_certificate": "holder",
    "social_security_list": "organization",
    "business_license": "name",
}
"""The field that says whose paper it is, by document type."""

NUMBER_FIELDS: tuple[str, ...] = ("patent_no", "registration_no", "certificate_no")
"""Fields that tell one certificate from another."""
