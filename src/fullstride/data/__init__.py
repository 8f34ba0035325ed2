"""Data: sets of images with labels, folders of images, downloads, image files, splits, statistics and reports."""

from fullstride.data.arrays import digest_of, from_arrays, identified
from fullstride.data.checks import check_finite, first_bad_image
from fullstride.data.digest import data_digest, fingerprint
from fullstride.data.download import OnProgress
from fullstride.data.folder import FolderSet, Source, load_folder
from fullstride.data.idx import read_idx, write_idx
from fullstride.data.images import read_image
from fullstride.data.known import KNOWN_NAMES, known_name
from fullstride.data.listing import is_image_folder
from fullstride.data.places import data_home
from fullstride.data.preprocessing import Preprocessing
from fullstride.data.report import Report, describe
from fullstride.data.sets import DataSet, load, set_name
from fullstride.data.splits import split_validation
from fullstride.data.statistics import channel_statistics

__all__ = [
    "KNOWN_NAMES",
    "DataSet",
    "FolderSet",
    "OnProgress",
    "Preprocessing",
    "Report",
    "Source",
    "channel_statistics",
    "check_finite",
    "data_digest",
    "data_home",
    "describe",
    "digest_of",
    "fingerprint",
    "first_bad_image",
    "from_arrays",
    "identified",
    "is_image_folder",
    "known_name",
    "load",
    "load_folder",
    "read_idx",
    "read_image",
    "set_name",
    "split_validation",
    "write_idx",
]
