"""Words by which papers call themselves; in large print or on a line of its own such a word may open one."""

from __future__ import annotations

import re

PAPER = re.compile(
    r"证书|证明|执照|许可|报告|通知|决定|公告|函$|合同|协议|章程|名单|名册|清单|凭证|回执|声明|承诺|申请|申报|批复|标准$|附件"
    r"|专利|商标|著作权|认证|登记|注册|certificat|licen[cs]e",
    re.IGNORECASE,
)
UNCLEAR = "页面方向不明"
"""Why a look at a page says nothing of it: it may be anything."""
