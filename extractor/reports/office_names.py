"""Names of the office files; apart from ``office``, whose writers are heavy to load."""

from __future__ import annotations

LETTER, TICKS, MATERIALS, SUMMARY = "补正通知.docx", "初核表.docx", "材料清单.xlsx", "推荐汇总表.xlsx"
