"""Judging a network: what its predictions are worth, image by image, and where it looked."""

from fullstride.judging.calibration import BINS, Calibration, calibrate
from fullstride.judging.estimates import NumberJudgment
from fullstride.judging.grad_cam import grad_cam, last_feature_map
from fullstride.judging.interval import wilson_interval
from fullstride.judging.joined import joined
from fullstride.judging.judge import judge
from fullstride.judging.judgment import Judgment
from fullstride.judging.pictures import confusion_pixels, confusion_strength, heat, overlay, visible

__all__ = [
    "BINS",
    "Calibration",
    "Judgment",
    "NumberJudgment",
    "calibrate",
    "confusion_pixels",
    "confusion_strength",
    "grad_cam",
    "heat",
    "joined",
    "judge",
    "last_feature_map",
    "overlay",
    "visible",
    "wilson_interval",
]
