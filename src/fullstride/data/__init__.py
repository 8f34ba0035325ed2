"""Data: sets of images with labels, downloads, IDX files, ordinary image files, splits, statistics and checks."""

from fullstride.data.checks import check_finite, first_bad_image
from fullstride.data.download import Progress
from fullstride.data.idx import read_idx, write_idx
from fullstride.data.images import read_image
from fullstride.data.known import KNOWN_NAMES
from fullstride.data.places import data_home
from fullstride.data.preprocessing import Preprocessing
from fullstride.data.sets import DataSet, load
from fullstride.data.splits import split_validation
from fullstride.data.statistics import channel_statistics

__all__ = [
    "KNOWN_NAMES",
    "DataSet",
    "Preprocessing",
    "Progress",
    "channel_statistics",
    "check_finite",
    "data_home",
    "first_bad_image",
    "load",
    "read_idx",
    "read_image",
    "split_validation",
    "write_idx",
]
