"""Confidences as probabilities: curves fitted on a labelled corpus, applied without any learning library."""

from models.calibration.curves import Curve, probability_on
from models.calibration.groups import ALL, group_of
from models.calibration.record import (
    DEFAULT,
    IDENTITY,
    Calibration,
    CalibrationError,
    FittedOn,
    SupportedRisk,
    load_calibration,
    save_calibration,
)

__all__ = [
    "ALL",
    "DEFAULT",
    "IDENTITY",
    "Calibration",
    "CalibrationError",
    "Curve",
    "FittedOn",
    "SupportedRisk",
    "group_of",
    "load_calibration",
    "probability_on",
    "save_calibration",
]
