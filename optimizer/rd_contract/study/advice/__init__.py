"""Advice on the innovation mode: a checklist of case studies, beside what each mode is worth to the optimizer."""

from .calibration import Calibration, calibrated
from .modes import mode_alone
from .run import advise
from .score import CAUTION, FACTORS, SOURCE, Checklist, Factor, Side, factors_for, probability
from .types import Advice, Agreement, BestContract, CalibrationEffect, FactorPush, ModeWorth

__all__ = [
    "CAUTION",
    "FACTORS",
    "SOURCE",
    "Advice",
    "Agreement",
    "BestContract",
    "Calibration",
    "CalibrationEffect",
    "Checklist",
    "Factor",
    "FactorPush",
    "ModeWorth",
    "Side",
    "advise",
    "calibrated",
    "factors_for",
    "mode_alone",
    "probability",
]
