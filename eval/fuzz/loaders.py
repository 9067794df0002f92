"""What the product does with one file of each kind that is no evidence; run in a process of the fuzzer's."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from functools import lru_cache
from pathlib import Path

from eval.fuzz import seeds, seeds_text
from extractor.intake import Limits

DAY = date(2026, 6, 30)
LIMITS = Limits(
    max_file_bytes=8_000_000,
    max_package_bytes=64_000_000,
    max_pixels=4_000_000,
    max_rows=20_000,
    max_cells=200_000,
    open_seconds=8,
)
"""Smaller than the defaults, so that what is large without harm is refused at once instead of being read."""
_MAPPING = seeds_text.mappings()[0]


@contextmanager
def _folder(**files: bytes) -> Iterator[Path]:
    """A folder with these files; ``__`` in a name stands for a dot."""
    made = Path(tempfile.mkdtemp(prefix="fuzz-"))
    try:
        for name, data in files.items():
            (made / name.replace("__", ".")).write_bytes(data)
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


# --- declarations ---------------------------------------------------------------


def declaration(path: Path) -> object:
    """As ``--declared`` and as an upload (``api.work.declarations``; its process of its own is the fuzzer's here)."""
    from api.work.declarations import is_form_file, on_day
    from extractor.claims.declared import load_declaration

    is_form_file(path, path.name)
    return on_day(load_declaration(path, default_as_of=DAY), DAY)


def declaration_text(path: Path) -> object:
    """As a field of a form, and as a member of a JSON body."""
    from api.errors import Unusable
    from api.work.declarations import declaration_in_body, declaration_of_text
    from extractor.claims.declared import DeclarationError

    data = path.read_bytes()
    try:
        declaration_in_body(b'{"declaration":' + data + b"}", DAY)
    except Unusable as error:
        raise DeclarationError(str(error)) from error
    return declaration_of_text(data.decode("utf-8", "replace"), DAY)


def batch_sheet(path: Path) -> object:
    """As ``zuozheng batch --declared``; the packages' entries are looked up, too."""
    from extractor.claims.declared_many import entry_for, load_declarations

    entries = load_declarations(path, default_as_of=DAY)
    return [entry_for(name, entries) for name in ("甲", "乙", "91350100M000100Y43", "")]


# --- policies -------------------------------------------------------------------


def policy(path: Path) -> object:
    """A file of policies beside good metrics."""
    from extractor.criteria.load import load_policies

    with _folder(metrics__yaml=seeds_text.metrics()[0], gansu__yaml=path.read_bytes()) as folder:
        return load_policies(folder)


def metrics(path: Path) -> object:
    """Metrics beside a good file of policies."""
    from extractor.criteria.load import load_policies

    with _folder(metrics__yaml=path.read_bytes(), gansu__yaml=seeds_text.policies()[0]) as folder:
        return load_policies(folder)


@lru_cache(maxsize=1)
def _book() -> object:
    from extractor.criteria.load import load_policies

    with _folder(metrics__yaml=seeds_text.metrics()[0], gansu__yaml=seeds_text.policies()[0]) as folder:
        return load_policies(folder)


def decisions(path: Path) -> object:
    """What persons decided."""
    from extractor.criteria.decisions import load_decisions

    return load_decisions(path, _book())  # type: ignore[arg-type]


# --- corpora --------------------------------------------------------------------


def corpus_info(path: Path) -> object:
    """``corpus.json`` beside good labels."""
    return _corpus(corpus__json=path.read_bytes(), labels__jsonl=seeds_text.labels()[0])


def labels(path: Path) -> object:
    """``labels.jsonl`` beside a good ``corpus.json``."""
    return _corpus(corpus__json=seeds_text.corpus_infos()[0], labels__jsonl=path.read_bytes())


def text_lines(path: Path) -> object:
    """The file of true lines that a label names."""
    return _corpus(corpus__json=seeds_text.corpus_infos()[0], labels__jsonl=seeds_text.labels()[0], text__json=path.read_bytes())


def _corpus(**files: bytes) -> object:
    """As ``zuozheng corpus check`` and ``stats``."""
    from corpora.format import load
    from corpora.split import assign
    from corpora.statistics import statistics
    from corpora.validate import validate

    good = {"text__json": b"[]", **files}
    with _folder(**good) as root:
        (root / "files").mkdir()
        (root / "files" / "a.csv").write_bytes(seeds_text.csvs()[0])
        (root / "files" / "b.png").write_bytes(seeds.pngs()[0])
        validate(root)
        corpus = load(root)
        assign(corpus.labels)
        return statistics(corpus)


def corpus_file(path: Path) -> object:
    """A file whose pages ``zuozheng corpus check`` counts, by its suffix."""
    from corpora.page_count import page_count

    starts = {b"%PDF": "pdf", b"II": "tif", b"MM": "tif", b"PK": "xlsx", b"\xd0\xcf": "xls"}
    data = path.read_bytes()
    name = next((f"a__{suffix}" for start, suffix in starts.items() if data.startswith(start)), "a__png")
    with _folder(**{name: data}) as folder:
        return page_count(folder / name.replace("__", "."))


def label_studio(path: Path) -> object:
    """An export of Label Studio."""
    from corpora.exchange.label_studio_import import labels_from

    return labels_from(path.read_bytes())


def funsd(path: Path) -> object:
    """Annotated forms, with and without a mapping."""
    from corpora.exchange.funsd import Mapping as Questions
    from corpora.exchange.funsd import label_page, read_pages

    questions = Questions.model_validate_json(_MAPPING)
    return [label_page(page, "files/a.png", (800, 600), q) for page in read_pages(path) for q in (None, questions)]


def mapping(path: Path) -> object:
    """Which question of a form is which field."""
    from corpora.exchange.funsd import read_mapping

    return read_mapping(path)


# --- what the product writes and reads again ------------------------------------


def result(path: Path) -> object:
    """``result.json``; one that is understood is written as all reports."""
    from extractor.model import Result
    from extractor.reports.html_report import render_html
    from extractor.reports.json_report import write_json
    from extractor.reports.xlsx_report import write_xlsx

    found = Result.model_validate_json(path.read_bytes())
    with _folder() as folder:
        write_json(found, folder / "result.json")
        write_xlsx(found, folder / "report.xlsx")
    return render_html(found, lambda file, page: None)


def state(path: Path) -> object:
    """``state.json`` of a package of a batch: used, or the package is checked again."""
    from extractor.cli_batch_jobs import kept

    with _folder(state__json=path.read_bytes(), result__json=b"", report__html=b"", report__xlsx=b"") as folder:
        return kept(folder, "0" * 64)


def calibration(path: Path) -> object:
    """A calibration."""
    from models.calibration.record import load_calibration

    return load_calibration(path).probability(0.5)


def observations(path: Path) -> object:
    """What an evaluation observed."""
    from eval.records import load

    return load(path)


def page_cache(path: Path) -> object:
    """A page as the cache keeps it."""
    from extractor.reading.cache import look_of, page_of

    data = path.read_bytes()
    try:
        return page_of(data, 0)
    except ValueError:
        return look_of(data, 0)


# --- settings -------------------------------------------------------------------


def settings(path: Path) -> object:
    """``.env`` of the service; limits as environment variables."""
    from api.settings import read_settings

    return read_settings(_env_file=path)


def environment(path: Path) -> object:
    """Every line as the value of a limit that the command line takes from the environment."""
    lines = path.read_bytes().replace(b"\0", b"").decode("utf-8", "surrogateescape").split("\n")
    names = ("MAX_FILES", "MAX_PIXELS", "OPEN_SECONDS", "ZIP_DEPTH")
    with _environment({f"ZUOZHENG_INTAKE__{name}": line for name, line in zip(names, lines, strict=False)}):
        return Limits.from_environment()


@contextmanager
def _environment(more: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    try:
        os.environ.update(more)
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


# --- packages -------------------------------------------------------------------


def batch_zip(path: Path) -> object:
    """A ZIP of packages: listed, taken apart, the declaration in each looked for."""
    from extractor.claims.declared import DECLARED_NAMES
    from extractor.intake.batch import folder_name, list_batch, own_declaration, unpacked

    with _folder() as work:
        for parcel in list_batch(path, LIMITS).parcels[:20]:
            folder_name(parcel)
            with unpacked(parcel, LIMITS, work) as (package, _):
                own_declaration(package, DECLARED_NAMES, LIMITS, work)
    return None
