"""The formats that are fuzzed: their seeds, mutators and tokens, and what of their readers' errors is foreseen."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pydantic import ValidationError

from api.settings import SettingsUnusable
from corpora.exchange.funsd import FunsdError
from corpora.exchange.label_studio_import import LabelStudioError
from corpora.format import CorpusError
from corpora.page_count import FileUnreadable
from corpora.split import ShareError
from eval.fuzz import loaders, seeds, seeds_text, seeds_zipped
from eval.fuzz import tokens as words
from eval.fuzz.mutate import Mutator
from eval.fuzz.mutate_parts import pdf_mutated, png_mutated, zip_mutated
from eval.fuzz.mutate_tree import json_mutated, lines_mutated, packed_mutated, yaml_mutated
from eval.records import ObservationsError
from extractor.claims.declared import DeclarationError
from extractor.criteria.decisions import DecisionError
from extractor.criteria.load import PolicyError, UnknownPolicy
from extractor.intake import IntakeError
from extractor.intake.limits import LimitError
from extractor.model import Line, Page
from models.calibration.record import CalibrationError

Load = Callable[[Path], object]


@dataclass(frozen=True)
class Format:
    """One kind of input.

    Attributes:
        key: what ``--formats`` calls it.
        suffix: of its files; the content decides, but what a person sees is the name.
        seeds: makes good files.
        knowing: the mutator that knows how the format is put together; None: bytes only.
        tokens: words of the format.
        load: reads a file that is no evidence; None: it is evidence, and goes the way of a package.
        expected: what ``load`` may raise.
        chinese: whether what is raised is shown to people, and so must be Chinese.
        share: how often it comes, beside the others.
        form: whether its pages are read as an application form, too.
    """

    key: str
    suffix: str
    seeds: Callable[[], tuple[bytes, ...]]
    knowing: Mutator | None = None
    tokens: tuple[bytes, ...] = ()
    load: Load | None = None
    expected: tuple[type[Exception], ...] = ()
    chinese: bool = True
    share: int = 2
    form: bool = False


@lru_cache(maxsize=1)
def _kept_pages() -> tuple[bytes, ...]:
    line = Line(text="营业收入", box=(0.1, 0.2, 0.3, 0.4), spans=((0.1, 0.2),) * 4)
    pages = [Page(file=0, page=1, width=10, height=10, source="text", lines=lines) for lines in ((line,), ())]
    return tuple(gzip.compress(page.model_dump_json(by_alias=True).encode(), mtime=0) for page in pages)


@lru_cache(maxsize=1)
def _counted() -> tuple[bytes, ...]:
    return (*seeds.pdfs(), *seeds.tiffs(), *seeds.pngs(), *seeds.xlss(), *seeds_zipped.xlsxs())


@lru_cache(maxsize=1)
def _true_lines() -> tuple[bytes, ...]:
    return (seeds_text.as_json([{"page": 1, "text": "甲", "box": seeds_text.BOX}]),)


@lru_cache(maxsize=1)
def _values() -> tuple[bytes, ...]:
    return (b"500\n1000000\n30\n2\n",)


_EVIDENCE = (
    Format("pdf", "pdf", seeds.pdfs, pdf_mutated, words.PDF, share=6, form=True),
    Format("png", "png", seeds.pngs, png_mutated, words.PNG, share=3),
    Format("jpeg", "jpg", seeds.jpegs, None, words.JPEG, share=3),
    Format("tiff", "tif", seeds.tiffs, None, words.TIFF, share=4),
    Format("bmp-webp-gif", "bmp", seeds.other_pictures, None, words.BITMAP, share=3),
    Format("zip", "zip", seeds_zipped.packages, zip_mutated, words.ZIP, share=5),
    Format("xlsx", "xlsx", seeds_zipped.xlsxs, zip_mutated, words.XLSX, share=5),
    Format("xls", "xls", seeds.xlss, None, words.XLS, share=3),
    Format("csv", "csv", seeds_text.csvs, None, words.CSV, share=3),
    Format("docx", "docx", seeds_zipped.docxs, zip_mutated, words.DOCX, share=5),
    Format("form", "docx", seeds_zipped.forms, zip_mutated, words.DOCX, share=3, form=True),
    Format("ofd", "ofd", seeds_zipped.ofds, zip_mutated, words.OFD, share=7),
)
_DECLARED, _CORPUS = (DeclarationError,), (CorpusError, ShareError)
_LOADED = (
    Format(
        "declaration-json", "json", seeds_text.declarations, json_mutated, words.DECLARED, loaders.declaration, _DECLARED, share=3
    ),
    Format(
        "declaration-text", "json", seeds_text.declarations, json_mutated, words.DECLARED, loaders.declaration_text, _DECLARED
    ),
    Format(
        "declaration-xlsx",
        "xlsx",
        seeds_text.declaration_sheets,
        zip_mutated,
        words.XLSX,
        loaders.declaration,
        _DECLARED,
        share=3,
    ),
    Format("declaration-csv", "csv", seeds_text.declaration_lists, None, words.CSV, loaders.declaration, _DECLARED),
    Format("batch-csv", "csv", seeds_text.batch_sheets, None, words.CSV, loaders.batch_sheet, _DECLARED),
    Format("batch-xlsx", "xlsx", seeds_text.batch_workbooks, zip_mutated, words.XLSX, loaders.batch_sheet, _DECLARED),
    Format("batch-zip", "zip", seeds_zipped.packages, zip_mutated, words.ZIP, loaders.batch_zip, (IntakeError,)),
    Format(
        "policy", "yaml", seeds_text.policies, yaml_mutated, words.POLICY, loaders.policy, (PolicyError, UnknownPolicy), share=4
    ),
    Format("metrics", "yaml", seeds_text.metrics, yaml_mutated, words.POLICY, loaders.metrics, (PolicyError,)),
    Format("decisions", "json", seeds_text.decisions, json_mutated, words.POLICY, loaders.decisions, (DecisionError,)),
    Format("corpus-info", "json", seeds_text.corpus_infos, json_mutated, words.CORPUS, loaders.corpus_info, _CORPUS, share=1),
    Format("corpus-labels", "jsonl", seeds_text.labels, lines_mutated, words.CORPUS, loaders.labels, _CORPUS, share=3),
    Format("corpus-file", "bin", _counted, None, words.PDF, loaders.corpus_file, (FileUnreadable,)),
    Format("corpus-text", "json", _true_lines, json_mutated, words.CORPUS, loaders.text_lines, _CORPUS, share=1),
    Format(
        "label-studio", "json", seeds_text.label_studio, json_mutated, words.CORPUS, loaders.label_studio, (LabelStudioError,)
    ),
    Format("funsd", "json", seeds_text.funsd, json_mutated, words.CORPUS, loaders.funsd, (FunsdError,)),
    Format("mapping", "json", seeds_text.mappings, json_mutated, words.CORPUS, loaders.mapping, (FunsdError,), share=1),
    Format("result", "json", seeds_text.results, json_mutated, words.RESULT, loaders.result, (ValidationError,), False, share=3),
    Format("state", "json", seeds_text.states, json_mutated, words.RESULT, loaders.state, share=1),
    Format(
        "calibration",
        "json",
        seeds_text.calibrations,
        json_mutated,
        words.RESULT,
        loaders.calibration,
        (CalibrationError,),
        share=1,
    ),
    Format(
        "observations",
        "jsonl",
        seeds_text.observations,
        lines_mutated,
        words.RESULT,
        loaders.observations,
        (ObservationsError,),
        share=1,
    ),
    Format("page-cache", "gz", _kept_pages, packed_mutated, words.RESULT, loaders.page_cache, (ValueError,), False, share=1),
    Format("settings", "env", seeds_text.settings, None, words.SETTINGS, loaders.settings, (SettingsUnusable,)),
    Format("limits", "env", _values, None, words.SETTINGS, loaders.environment, (LimitError,), share=1),
)
FORMATS: dict[str, Format] = {f.key: f for f in (*_EVIDENCE, *_LOADED)}
"""All formats by key."""
