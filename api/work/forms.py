"""Uploads as they arrive: multipart bodies streamed into files on disk, within the limits, never whole in memory.

The framework's own parser keeps every file open till the end, which two thousand files would not survive.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any

import python_multipart
from fastapi import Depends, Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from api.access import Identity, require
from api.errors import BadRequest, NoRoom, TooLarge
from api.service import service
from api.settings import MB, UPLOADS, ServiceSettings
from extractor.intake.names import decode_name

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

_MOST_FIELDS = 200
_MOST_FIELD_BYTES = 4 * MB
NO_ROOM = "服务器磁盘已满，这次上传没有保存；请管理员清出空间后重新上传"
_NO_PLACE = "服务器的数据目录无法写入，这次上传没有保存；请管理员检查数据目录的权限与磁盘后重新上传"
_BROKEN = "上传的内容不完整或格式有误；请重新上传，程序调用请用 multipart/form-data"


def _file(text: str) -> dict[str, Any]:
    return {"type": "string", "format": "binary", "description": text}


def _body(required: str, properties: dict[str, Any]) -> dict[str, Any]:
    schema = {"type": "object", "required": [required], "properties": properties}
    return {"required": True, "content": {"multipart/form-data": {"schema": schema}}}


UPLOAD_BODY = _body(
    "files",
    {
        "files": {"type": "array", "minItems": 1, "items": _file("材料文件，文件名为相对路径")},
        "declared": _file("申报数据：JSON、CSV、XLSX 或申请书"),
        "declaration": {"type": "string", "description": "申报数据（declared.json 的内容）"},
        "name": {"type": "string", "description": "名称，默认取文件夹名或企业名"},
        "as_of": {"type": "string", "format": "date", "description": "材料须在这一天有效，默认取申报数据中的日期"},
        "policies": {"type": "array", "items": {"type": "string"}, "description": "按哪些政策核对（编号）"},
    },
)
BATCH_BODY = _body(
    "files",
    {
        "files": {"type": "array", "minItems": 1, "items": _file("一个 ZIP，或许多文件，文件名为相对路径")},
        "declared": _file("申报总表：XLSX、CSV，一行一个数"),
        "name": {"type": "string", "description": "批次名称，默认取文件夹或 ZIP 的名称"},
        "as_of": {"type": "string", "format": "date", "description": "材料须在这一天有效，默认取申报数据中的日期"},
        "policies": {"type": "array", "items": {"type": "string"}, "description": "按哪些政策核对（编号）"},
    },
)
DECLARATION_BODY = _body(
    "declared",
    {
        "declared": _file("申报数据：JSON、CSV、XLSX"),
        "as_of": {"type": "string", "format": "date", "description": "材料须在这一天有效，默认取申报数据中的日期"},
        "version": {"type": "integer", "description": "所看到的版本"},
    },
)
"""Request bodies for the OpenAPI document; the framework does not see what this module reads."""


@dataclass(frozen=True)
class Taken:
    """A file that has arrived: the form field it came in, the name as sent, where its bytes lie now."""

    field: str
    name: str
    path: Path
    size: int


@dataclass
class Form:
    """What was sent: files in order, and the texts of the other fields."""

    files: list[Taken] = field(default_factory=list)
    fields: dict[str, list[str]] = field(default_factory=dict)

    def named(self, name: str) -> list[Taken]:
        """The files of one field; empty file inputs left out."""
        return [f for f in self.files if f.field == name and (f.name or f.size)]

    def text(self, name: str) -> str | None:
        """The last text of a field, None where it is missing or blank."""
        found = [t for t in self.fields.get(name, []) if t.strip()]
        return found[-1].strip() if found else None

    def texts(self, name: str) -> list[str]:
        """All texts of a field, blanks left out."""
        return [t.strip() for t in self.fields.get(name, []) if t.strip()]


async def upload_form(
    request: Request, who: Annotated[Identity, Depends(require("submitter"))]
) -> AsyncIterator[Form]:  # fmt: skip
    """The form of a request, its files in a temporary folder that goes when the request ends.

    Raises:
        BadRequest: the body is no multipart form, or breaks off.
        TooLarge: more files or more bytes than the settings allow.
        NoRoom: the disk is full, or the data folder cannot be written.
    """
    settings = service(request).settings
    over = _over(settings)
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > _most_bytes(settings):
        raise over
    kind, options = parse_options_header(request.headers.get("content-type"))
    boundary = options.get(b"boundary", b"")
    if kind != b"multipart/form-data" or not boundary or len(boundary) > 200:
        raise BadRequest(_BROKEN)
    # Beside the data, not in the system's temporary folder, which may be small or in memory.
    folder = await run_in_threadpool(_staging, settings.data_dir / UPLOADS)
    receiver = _Receiver(folder, settings)
    try:
        parser = python_multipart.MultipartParser(boundary, receiver.callbacks())
        size = 0
        try:
            async for chunk in request.stream():
                size += len(chunk)
                if size > _most_bytes(settings):
                    raise over
                await run_in_threadpool(parser.write, chunk)
            parser.finalize()
        except (FormParserError, ClientDisconnect) as error:
            raise BadRequest(_BROKEN) from error
        if not receiver.whole:
            raise BadRequest(_BROKEN)
        yield receiver.form
    finally:
        receiver.close()
        await run_in_threadpool(shutil.rmtree, folder, ignore_errors=True)


def _staging(home: Path) -> Path:
    """A new folder for one request, by whose name it is seen which process it belongs to.

    Raises:
        NoRoom: it cannot be made.
    """
    with _kept_out():
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=f"up-{os.getpid()}-", dir=home))


@contextmanager
def _kept_out() -> Iterator[None]:
    """What arrives cannot be kept: the machine's fault, not the sender's."""
    try:
        yield
    except OSError as error:
        raise NoRoom(NO_ROOM if error.errno in (errno.ENOSPC, errno.EDQUOT) else _NO_PLACE) from error


def _most_bytes(settings: ServiceSettings) -> int:
    return settings.max_upload_mb * MB


def _over(settings: ServiceSettings) -> TooLarge:
    return TooLarge(f"一次最多上传 {settings.max_upload_mb} MB；请分成几次上传，或请管理员调大上限")


class _Receiver:
    """What the parser tells, turned into files and texts."""

    def __init__(self, folder: Path, settings: ServiceSettings) -> None:
        self.form = Form()
        self.whole = False
        self._folder = folder
        self._most_files = settings.max_upload_files
        self._head: list[bytearray] = [bytearray(), bytearray()]
        self._disposition = b""
        self._name = ""
        self._file_name: str | None = None
        self._text = bytearray()
        self._out: IO[bytes] | None = None
        self._parts = 0

    def callbacks(self) -> MultipartCallbacks:
        """For ``python_multipart.MultipartParser``."""
        return {
            "on_part_begin": self._begin,
            "on_header_field": lambda data, start, end: self._header(0, data[start:end]),
            "on_header_value": lambda data, start, end: self._header(1, data[start:end]),
            "on_header_end": self._header_end,
            "on_headers_finished": self._headers_done,
            "on_part_data": lambda data, start, end: self._data(data[start:end]),
            "on_part_end": self._end,
            "on_end": self._done,
        }

    def close(self) -> None:
        """Close the file in hand, where the body broke off."""
        if self._out is not None:
            # On a full disk, closing tries to write once more.
            with suppress(OSError):
                self._out.close()
            self._out = None

    def _begin(self) -> None:
        self._head, self._disposition = [bytearray(), bytearray()], b""
        self._text = bytearray()

    def _header(self, part: int, data: bytes) -> None:
        self._head[part] += data

    def _header_end(self) -> None:
        name, value = self._head
        if name.lower() == b"content-disposition":
            self._disposition = bytes(value)
        self._head = [bytearray(), bytearray()]

    def _headers_done(self) -> None:
        _, options = parse_options_header(self._disposition)
        if b"name" not in options:
            raise BadRequest(_BROKEN)
        self._name = _decoded(options[b"name"])
        self._file_name = decode_name(options[b"filename"]) if b"filename" in options else None
        self._parts += 1
        if self._file_name is None:
            if self._parts - len(self.form.files) > _MOST_FIELDS:
                raise BadRequest(_BROKEN)
            return
        if len(self.form.files) >= self._most_files:
            raise TooLarge(f"一次最多上传 {self._most_files} 个文件；请压缩成 ZIP 或分成几次上传")
        with _kept_out():
            self._out = (self._folder / f"{len(self.form.files):06d}").open("xb")

    def _data(self, data: bytes) -> None:
        if self._out is not None:
            with _kept_out():
                self._out.write(data)
            return
        self._text += data
        if len(self._text) > _MOST_FIELD_BYTES:
            raise TooLarge("表单里的文字过长；申报数据请作为文件上传")

    def _end(self) -> None:
        if self._out is None:
            self.form.fields.setdefault(self._name, []).append(_decoded(bytes(self._text)))
            return
        with _kept_out():
            self._out.flush()
        size, path = self._out.tell(), Path(self._out.name)
        self.close()
        self.form.files.append(Taken(self._name, self._file_name or "", path, size))

    def _done(self) -> None:
        self.whole = True


def _decoded(data: bytes) -> str:
    """UTF-8 text.

    Raises:
        BadRequest: it is none, or holds what no database keeps.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadRequest("表单里的文字不是 UTF-8 编码，请改用 UTF-8") from error
    if "\x00" in text:
        raise BadRequest("表单里的文字含有无法保存的控制字符，请删去后重试")
    return text
