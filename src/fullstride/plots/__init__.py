"""Figures of a training run and of what came of it. They need matplotlib: pip install 'fullstride[plots]'.

Each function returns its figure, and writes it as PNG where it is given a path. matplotlib is imported when a figure is
drawn, and used without its global state: no window opens.
"""

from fullstride.plots.batch import show_batch
from fullstride.plots.curves import learning_curve, lr_curve
from fullstride.plots.images import mistakes
from fullstride.plots.judged import calibration, confusion_matrix, per_class
from fullstride.plots.maps import grad_cam, worst_mistakes

__all__ = [
    "calibration",
    "confusion_matrix",
    "grad_cam",
    "learning_curve",
    "lr_curve",
    "mistakes",
    "per_class",
    "show_batch",
    "worst_mistakes",
]
