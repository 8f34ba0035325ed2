"""Training: the loop over a compiled program, what it tells others, and what it leaves behind."""

from fullstride.training.callbacks import Callback, Run
from fullstride.training.history import EpochRecord, History
from fullstride.training.interruption import Interrupted
from fullstride.training.loop import Settings, first_non_finite, train
from fullstride.training.metrics import CHUNK, Evaluation, Part, chunks, evaluate

__all__ = [
    "CHUNK",
    "Callback",
    "EpochRecord",
    "Evaluation",
    "History",
    "Interrupted",
    "Part",
    "Run",
    "Settings",
    "chunks",
    "evaluate",
    "first_non_finite",
    "train",
]
