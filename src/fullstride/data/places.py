"""Where data sets are kept that did not come with fullstride."""

from __future__ import annotations

import os
from pathlib import Path


def data_home() -> Path:
    """The folder for downloaded and prepared data: `FULLSTRIDE_DATA_DIR`, else `data` in fullstride's cache folder.

    On Linux that is `~/.cache/fullstride/data`, or `fullstride/data` below `XDG_CACHE_HOME`. The folder need not exist.
    """
    named = os.environ.get("FULLSTRIDE_DATA_DIR")
    if named:
        return Path(named).expanduser()
    from fullstride.native.cache import user_cache

    return user_cache() / "data"
