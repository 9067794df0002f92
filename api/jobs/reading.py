"""Planning and reading the pages of runs inside a worker: whatever is done is stored at once and never done twice."""

from __future__ import annotations

import logging
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import delete, select

from api.jobs import state
from api.jobs.gate import Gate
from api.jobs.opening import Opener, ParserDied
from api.jobs.turn import Turns
from api.service import Service
from api.store.staging import lay_out, page_numbers, run_files, source_file
from api.store.tables import PackageRow, Run, RunFile, UploadedFile
from extractor.intake import IntakeError, PageSource, SourceFile, page_sources, sniff
from extractor.model import Page
from extractor.reading.worker import ReadingWorker

LOG = logging.getLogger(__name__)
CRASHED = "打开这个文件时程序异常退出（文件可能已损坏），请重新扫描或另存后上传"
PER_TURN = 3
"""Pages for each reading process that are read in one turn."""
NOTHING = "材料包里没有可核对的文件；请重新上传，除申报数据外至少放入一份证明材料"
# Listing the pages of these takes a parser; the others' follow from their number.
_OPENED = {sniff.XLSX, sniff.XLS, sniff.CSV, sniff.DOCX}


class NothingToRead(Exception):
    """The package holds no evidence; the message is plain Chinese."""


@dataclass(frozen=True)
class Leaf:
    """One page of a run: where it lies and how it is kept. ``source`` None: ``why`` it cannot be opened."""

    file: RunFile
    number: int
    source: PageSource | None
    why: str = ""


@dataclass(frozen=True)
class _Leaves:
    """The pages of a run, and the folder for copies of its files."""

    folder: Path
    pages: list[Leaf]


class Reading:
    """The pages of all runs that one worker works on; used from several threads.

    Args:
        service: settings, database, blobs, pages.
        name: the worker's name.
        reader: the child processes with the text engine.
        gate: where threads come to rest when the worker ends.
        processes: how many pages ``reader`` reads at the same time.
    """

    def __init__(self, service: Service, name: str, reader: ReadingWorker, gate: Gate, processes: int = 1) -> None:
        self._service = service
        self._name = name
        self._reader = reader
        self._gate = gate
        self._processes = processes
        self._turns = Turns()
        self._opener = Opener()
        self._leaves: dict[str, _Leaves] = {}
        self._work = service.settings.data_dir / "work" / name
        self._limits = service.settings.intake

    @property
    def at_once(self) -> int:
        """How many pages are read in one turn."""
        return PER_TURN * self._processes

    def plan(self, run_id: str) -> int | None:
        """Unpack the package and list its files and pages; how many pages, None where the run is to stop.

        Raises:
            NothingToRead: there is no evidence in it.
            IntakeError, BlobStoreError: the files cannot be had.
        """
        store = self._service.store
        if not state.advance(store, run_id, ("queued", "planning"), "planning", doing="清点文件"):
            # Done before by a worker that died before it could say so.
            with store.begin() as session:
                run = session.get(Run, run_id)
            return run.pages_total if run is not None and run.state in ("reading", "judging") else None
        with self._folder() as folder:
            files = self._open(self._evidence(run_id), folder)
            for file in files:
                if file.sha256 and file.path.is_file() and not self._service.blobs.exists(file.sha256):
                    self._service.blobs.put(file.path)
        pages = sum(f.pages for f in files if f.error is None)
        reader = self._service.pages.reader
        with store.begin() as session:
            if not state.advanced(session, run_id, ("planning",), "reading", pages_total=pages, reader=reader, doing=""):
                return None
            session.execute(delete(RunFile).where(RunFile.run_id == run_id))
            session.add_all(_row(run_id, f) for f in files)
        return pages

    def read(self, run_id: str, first: int, last: int) -> bool:
        """Read those pages of a run, from ``first`` to before ``last`` (0-based), that nobody has read yet.

        Returns False where the run is to stop.
        """
        with self._service.store.begin() as session:
            run = session.get(Run, run_id)
        if run is None:
            return False
        leaves = self._leaves_of(run_id)[first:last]
        for start in range(0, len(leaves), self.at_once):
            part = leaves[start : start + self.at_once]
            if not self._missing(run, part):
                going_on = self._progress(run, first + start + len(part), part[-1])
            else:
                with self._turns.turn(interactive=run.interactive, org=run.org_id) as end_turn, self._gate.work():
                    going_on = self._read_part(run, part, first + start, end_turn)
            if not going_on:
                return False
        return True

    def forget(self, run_id: str) -> None:
        """The run is over: remove its temporary files."""
        leaves = self._leaves.pop(run_id, None)
        if leaves is not None:
            shutil.rmtree(leaves.folder, ignore_errors=True)

    def close(self) -> None:
        """Stop the child processes."""
        self._opener.close()
        self._reader.__exit__(None, None, None)

    # Each pass has folders of its own: a worker that was stalled may get the same run again while the old pass still goes on.

    def _new_folder(self) -> Path:
        self._work.mkdir(parents=True, exist_ok=True, mode=0o700)
        return Path(tempfile.mkdtemp(dir=self._work))

    @contextmanager
    def _folder(self) -> Iterator[Path]:
        folder = self._new_folder()
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    # --- plan ----------------------------------------------------------------

    def _evidence(self, run_id: str) -> list[UploadedFile]:
        """What was handed in, without the declared figures where they have been read already."""
        with self._service.store.begin() as session:
            run = session.get_one(Run, run_id)
            package = session.get_one(PackageRow, run.package_id)
            wanted = select(UploadedFile).where(UploadedFile.package_id == package.id).order_by(UploadedFile.position)
            out = package.declared_file if package.declaration is not None else None
            files = [f for f in session.scalars(wanted) if f.position != out]
        if not files:
            raise NothingToRead(NOTHING)
        return files

    def _open(self, uploaded: Sequence[UploadedFile], folder: Path) -> list[SourceFile]:
        unpacked, laid_out = folder / "unpacked", folder / "files"
        unpacked.mkdir()
        laid_out.mkdir()
        place = lay_out(uploaded, self._service.blobs, laid_out)
        try:
            return list(self._opener.open(place, unpacked, self._limits))
        except ParserDied:
            LOG.warning("opening a package crashed the parser; its files are tried one by one")
        found: list[SourceFile] = []
        for one in uploaded:
            for file in self._open_alone(one, laid_out / one.name if place.is_dir() else place, unpacked):
                found.append(SourceFile(len(found), *_without_index(file)))
        return found

    def _open_alone(self, uploaded: UploadedFile, path: Path, unpacked: Path) -> list[SourceFile]:
        try:
            files = self._opener.open(path, unpacked, self._limits)
        except ParserDied:
            return [SourceFile(0, uploaded.name, uploaded.sha256, sniff.UNKNOWN, 0, CRASHED, None, path)]
        whole = len(files) == 1 and files[0].path == path
        names = [uploaded.name if whole else f"{uploaded.name}/{f.name}" for f in files]
        return [SourceFile(f.index, n, *_without_index(f)[1:]) for f, n in zip(files, names, strict=True)]

    # --- read ----------------------------------------------------------------

    def _read_part(self, run: Run, part: Sequence[Leaf], before: int, end_turn: Callable[[], None]) -> bool:
        """Read what is missing of a few pages, storing each at once; ``before`` pages of the run come before them.

        The turn ends as soon as a process has nothing more to do, which then reads for the next one.
        """
        missing = self._missing(run, part)
        opened = [leaf for leaf in missing if leaf.source is not None]
        if missing and not self._progress(run, before, missing[0]):
            return False
        for leaf in missing:
            if leaf.source is None:
                self._keep(run, leaf, _failed(leaf))
        pages = self._reader.read_and_show(leaf.source for leaf in opened if leaf.source is not None)
        left = len(opened)
        for leaf, shown in zip(opened, pages, strict=True):
            left -= 1
            if left < self._processes:
                end_turn()
            self._keep(run, leaf, shown.page)
            self._service.pictures.keep(leaf.file.sha256, run.reader or self._service.pages.reader, leaf.number, shown)
            self._gate.pause()
            if not self._progress(run, before + part.index(leaf) + 1, leaf, fresh=1):
                return False
        return self._progress(run, before + len(part), part[-1])

    def _missing(self, run: Run, part: Sequence[Leaf]) -> list[Leaf]:
        """The pages that nobody has read yet, each content once."""
        reader = run.reader or self._service.pages.reader
        has = self._service.pages.has
        found: dict[tuple[str, int], Leaf] = {}
        for leaf in part:
            if not has(leaf.file.sha256, leaf.number, reader=reader, run_id=run.id):
                found.setdefault((leaf.file.sha256, leaf.number), leaf)
        return list(found.values())

    def _keep(self, run: Run, leaf: Leaf, page: Page) -> None:
        self._service.pages.keep(leaf.file.sha256, page, reader=run.reader or self._service.pages.reader, run_id=run.id)

    def _progress(self, run: Run, done: int, leaf: Leaf, fresh: int = 0) -> bool:
        return state.progress(self._service.store, run.id, self._name, done, f"{leaf.file.name} 第{leaf.number}页", fresh)

    def _leaves_of(self, run_id: str) -> list[Leaf]:
        """All pages of a run in order; the files are fetched where they lie elsewhere."""
        if run_id not in self._leaves:
            files = run_files(self._service.store, run_id)
            into = self._new_folder()
            self._leaves[run_id] = _Leaves(into, [leaf for file in files for leaf in self._leaves_in(file, into)])
        return self._leaves[run_id].pages

    def _leaves_in(self, file: RunFile, into: Path) -> list[Leaf]:
        numbers = page_numbers(file)
        if not numbers:
            return []
        opened = source_file(file, self._service.blobs.local(file.sha256, into))
        try:
            listed = (
                self._opener.sources(opened, self._limits) if file.media_type in _OPENED else page_sources(opened, self._limits)
            )
            sources = {s.page: s for s in listed}
            why = CRASHED
        except ParserDied:
            sources, why = {}, CRASHED
        except IntakeError as error:
            sources, why = {}, error.message
        return [Leaf(file, n, sources.get(n), why) for n in numbers]


def _failed(leaf: Leaf) -> Page:
    return Page(file=leaf.file.position, page=leaf.number, width=1, height=1, source="blank", note=leaf.why)


def _without_index(f: SourceFile) -> tuple[str, str, str, int, str | None, str | None, Path]:
    return f.name, f.sha256, f.media_type, f.pages, f.error, f.note, f.path


def _row(run_id: str, f: SourceFile) -> RunFile:
    """Names are cut where the column ends; they serve for showing only."""
    return RunFile(
        run_id=run_id, position=f.index, name=f.name[:1000], sha256=f.sha256, media_type=f.media_type[:100], pages=f.pages,
        error=f.error, note=f.note,
    )  # fmt: skip
