"""Data: sets of images with labels, IDX files, ordinary image files, splits and checks."""

from fullstride.data.checks import check_finite, first_bad_image
from fullstride.data.idx import read_idx, write_idx
from fullstride.data.images import read_image
from fullstride.data.preprocessing import Preprocessing
from fullstride.data.sets import KNOWN_NAMES, DataSet, load
from fullstride.data.splits import split_validation

__all__ = [
    "KNOWN_NAMES",
    "DataSet",
    "Preprocessing",
    "check_finite",
    "first_bad_image",
    "load",
    "read_idx",
    "read_image",
    "split_validation",
    "write_idx",
]
