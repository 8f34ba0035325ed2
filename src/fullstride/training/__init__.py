"""Training: the loop over a compiled program, what it is told, what it tells others, and what it leaves behind."""

from fullstride.training.blame import first_non_finite
from fullstride.training.callbacks import Callback, Run
from fullstride.training.finder import Finding, find_lr
from fullstride.training.health import TrainingWarning
from fullstride.training.history import EpochRecord, History
from fullstride.training.interruption import Interrupted
from fullstride.training.loop import train
from fullstride.training.metrics import Evaluation, evaluate, r_squared
from fullstride.training.part import CHUNK, Part, chunks, image_bytes
from fullstride.training.progress import Progress
from fullstride.training.schedules import Constant, Cosine, OneCycle, Schedule, StepDecay
from fullstride.training.settings import Settings
from fullstride.training.state import State

__all__ = [
    "CHUNK",
    "Callback",
    "Constant",
    "Cosine",
    "EpochRecord",
    "Evaluation",
    "Finding",
    "History",
    "Interrupted",
    "OneCycle",
    "Part",
    "Progress",
    "Run",
    "Schedule",
    "Settings",
    "State",
    "StepDecay",
    "TrainingWarning",
    "chunks",
    "evaluate",
    "find_lr",
    "first_non_finite",
    "image_bytes",
    "r_squared",
    "train",
]
