"""Every key has a Chinese name; unknown keys stay visible."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from extractor.model import Verdict
from extractor.reports import labels

_CATALOGUE = Path(labels.__file__).parent.parent / "documents" / "fields.yaml"


def test_every_verdict_has_its_own_symbol_and_word() -> None:
    assert set(labels.VERDICTS) == set(Verdict)
    assert len({v.symbol for v in labels.VERDICTS.values()}) == len(Verdict)
    assert len({v.word for v in labels.VERDICTS.values()}) == len(Verdict)


def test_risk_comes_first_and_supported_last() -> None:
    assert [v.value for v in labels.VERDICTS] == [
        "contradicted", "unsure", "wrong_entity", "expired", "missing", "supported",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("metric", "label"),
    [
        ("revenue", "营业收入"),
        ("certificate_valid_until:00118Q30001R0M", "证书有效期（00118Q30001R0M）"),
        ("never_heard_of", "never_heard_of"),
        ("never:heard", "never:heard"),
    ],
)
def test_metric_label(metric: str, label: str) -> None:
    assert labels.metric_label(metric) == label


@pytest.mark.parametrize(
    ("period", "label"),
    [
        ("2020", "2020年"),
        ("2020-06", "2020年6月"),
        ("now", "基准日"),
        ("2020Q1", "2020Q1"),
        ("２０２０", "２０２０"),
        ("", ""),
    ],
)
def test_period_label(period: str, label: str) -> None:
    assert labels.period_label(period) == label


def test_unknown_document_field_and_check_show_their_keys() -> None:
    assert labels.document_label("odd_paper") == "odd_paper"
    assert labels.field_label("odd_paper", "odd_field") == "odd_field"
    assert labels.check_label("odd_check") == "odd_check"


def test_every_field_of_the_catalogue_has_a_label() -> None:
    if not _CATALOGUE.exists():
        pytest.skip("the field catalogue is not there yet")
    yaml = pytest.importorskip("yaml")
    catalogue: dict[str, dict[str, Any]] = yaml.safe_load(_CATALOGUE.read_text(encoding="utf-8"))
    assert [t for t in catalogue if t not in labels.DOCUMENT_TYPES] == []
    unnamed = [
        f"{document}.{key}"
        for document, fields in catalogue.items()
        for key in fields or {}
        if labels.field_label(document, key) == key
    ]
    assert unnamed == []
