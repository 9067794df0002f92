"""Declared figures from outside: files and JSON texts to ``Declaration``, and what to say where that fails."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.errors import Unusable
from api.settings import MB
from api.work.clean import checked
from extractor.claims.declared import DeclarationError, load_declaration, parse_declaration
from extractor.intake import IntakeError, Limits, sniff
from extractor.intake.apart import apart
from extractor.intake.errors import ParserCrashed, TookTooLong
from extractor.model import Declaration, Page

if TYPE_CHECKING:
    from extractor.claims.application import ReadDeclaration

NOT_USED = "申报数据未采用"
"""How the remark begins that says why; it goes when a usable declaration is handed in."""
_MOST_BYTES = 20 * MB


def declaration_of_file(path: Path, name: str, day: date | None) -> Declaration:
    """The declared figures of a JSON, CSV or XLSX file.

    Args:
        path: where the bytes lie.
        name: the file's own name, for messages and its suffix.
        day: the day on which things must be valid, instead of the file's own.

    Raises:
        DeclarationError: it cannot be read, or a row is not understood.
    """
    if path.stat().st_size > _MOST_BYTES:
        raise DeclarationError(f"申报文件“{name}”超过 {_MOST_BYTES // MB} MB，不是填报表；请用模板重新填报")
    with tempfile.TemporaryDirectory(prefix="declared-") as folder:
        link = Path(folder) / Path(name).name
        link.symlink_to(path.resolve())
        load = partial(load_declaration, link, default_as_of=day or date.today())
        # A workbook is a ZIP of XML; this may be the process that answers everybody's requests.
        return on_day(_apart(load, name) if link.suffix.lower() == ".xlsx" else load(), day)


def _apart(load: Callable[[], Declaration], name: str) -> Declaration:
    try:
        return apart(load, Limits())
    except (ParserCrashed, TookTooLong) as error:
        raise DeclarationError(f"申报文件“{name}”：{error.message}") from error


def declaration_of_text(text: str, day: date | None) -> Declaration:
    """The declared figures of a JSON text; numbers keep their decimals as written.

    Raises:
        DeclarationError: it is no JSON, or an entry is not understood.
    """
    try:
        data: Any = json.loads(text, parse_float=Decimal, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        where = f"第{error.lineno}行第{error.colno}列"
        raise DeclarationError(f"申报数据不是正确的 JSON（{where}），请检查逗号、引号和括号") from error
    except (RecursionError, ValueError, InvalidOperation) as error:
        raise DeclarationError("申报数据不是可以使用的 JSON：嵌套过深，或数字过长") from error
    return on_day(parse_declaration(data, default_as_of=day or date.today()), day)


def declaration_in_body(body: bytes, day: date | None) -> Declaration:
    """The member ``declaration`` of a JSON body, read anew so that ``8123.40`` keeps its two decimals.

    Raises:
        Unusable: it is not understood.
    """
    try:
        data = json.loads(body, parse_float=Decimal, parse_constant=_no_constant)
        return on_day(parse_declaration(data["declaration"], default_as_of=day or date.today()), day)
    except DeclarationError as error:
        raise Unusable(str(error)) from error
    except (RecursionError, ValueError, InvalidOperation) as error:
        raise Unusable("申报数据不是可以使用的 JSON：嵌套过深，或数字过长") from error


def is_form_file(path: Path, name: str) -> bool:
    """Whether a declaration file can only be read as an application form (DOCX, PDF, picture), by a worker."""
    try:
        return sniff.sniff(path, name) in {sniff.DOCX, sniff.PDF, *sniff.IMAGES}
    except (IntakeError, OSError):
        return False  # the declaration's own reader says what is wrong


def declaration_of_pages(pages: Sequence[Page], name: str, media_type: str, day: date | None) -> ReadDeclaration:
    """The declared figures of an application form whose pages have been read.

    Raises:
        DeclarationError: it is no form, or declares nothing that can be checked.
    """
    # Heavy, and needed only where a form was handed in.
    from extractor.claims.application import ReadDeclaration, read_application
    from extractor.documents.application_form import looks_like_form
    from extractor.documents.application_form_fields import COVER, SIGNED, form_entries

    if not looks_like_form(pages):
        raise DeclarationError(
            f"“{name}”看不出是申请书：没有申请书、申报书一类的标题；请核对文件，或用 JSON、CSV、XLSX 填报"
        )  # fmt: skip
    found = read_application(
        form_entries(pages), default_as_of=day or date.today(), signed=SIGNED, cover=COVER, paged=media_type != sniff.DOCX
    )
    return ReadDeclaration(on_day(found.declaration, day), found.notes)


def on_day(declaration: Declaration, day: date | None) -> Declaration:
    """The declaration for another day; None leaves it.

    Raises:
        DeclarationError: it holds characters that cannot be kept.
    """
    try:
        checked(declaration.model_dump(mode="json"))
    except ValueError as error:
        raise DeclarationError(f"申报数据{error}") from error
    return declaration if day is None else declaration.model_copy(update={"as_of": day.isoformat()})


def _no_constant(name: str) -> Decimal:
    raise DeclarationError(f"申报数据中有 {name}，不是可以核对的数字，请更正")


def not_used(why: object) -> str:
    """The remark about a declaration that could not be used."""
    return f"{NOT_USED}：{why}。材料已收下，请改正后重新提交申报数据"
