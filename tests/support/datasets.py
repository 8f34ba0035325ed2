"""Where the tests find MNIST and its kin; without them a test is skipped and says so."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

VARIABLE = "FULLSTRIDE_TEST_DATA"


def data_folder(name: str) -> Path:
    """The folder that holds the folder `name` with its IDX files, to be given as `data_dir`."""
    beside_the_repository = Path(__file__).parents[3] / "shared" / "data"
    base = Path(os.environ.get(VARIABLE, beside_the_repository))
    if not (base / name).is_dir():
        pytest.skip(f"{name} is not on this machine; set {VARIABLE} to the folder that holds {name}/")
    return base
