"""How much of mapped files is in memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

MIB = 1 << 20


def resident() -> int:
    """Bytes of files that count as this process's memory."""
    status = Path("/proc/self/status")
    for line in status.read_text().splitlines() if status.exists() else ():
        if line.startswith("RssFile:"):
            return int(line.split()[1]) << 10
    pytest.skip("this system does not say how much of a file is in memory")


def sparse_images(path: Path) -> NDArray[Any]:
    """65,536 images of 32x32, all 0: 64 MiB, mapped from a file that takes no room on the disk."""
    np.lib.format.open_memmap(path, "w+", np.uint8, (65_536, 32, 32, 1)).flush()
    X: NDArray[Any] = np.load(path, mmap_mode="r")
    return X
