"""Metrics from records alone: ``compute(records)``; each name is explained in ``docs/metrics.md``."""

from eval.bootstrap import Estimate
from eval.metrics.compute import SCHEMA, Metrics, Pair, Point, compute, scores, split
from eval.metrics.measures import MEASURES, Measure
from eval.metrics.risk import RiskPoint, risk_coverage

__all__ = [
    "MEASURES",
    "SCHEMA",
    "Estimate",
    "Measure",
    "Metrics",
    "Pair",
    "Point",
    "RiskPoint",
    "compute",
    "risk_coverage",
    "scores",
    "split",
]
