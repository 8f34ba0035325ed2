"""Where the tests find MNIST and its kin; without them a test is skipped and says so."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

VARIABLE = "FULLSTRIDE_TEST_DATA"


def data_folder(name: str) -> Path:
    """The folder that holds the folder `name` with its IDX files, to be given as `data_dir`."""
    base = os.environ.get(VARIABLE)
    if not base:
        pytest.skip(f"{VARIABLE} is not set; it names the folder that holds {name}/")
    if not Path(base, name).is_dir():
        pytest.skip(f"{VARIABLE} names {base}, which does not hold {name}/")
    return Path(base)
