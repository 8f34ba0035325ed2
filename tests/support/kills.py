"""Processes that kill themselves while they write a file, as a power cut would."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any


def kill_within(name: str, count: int, place: str = "half") -> None:
    """The `count`-th time that this process writes the file `name`, it kills itself with SIGKILL.

    Parameters
    ----------
    name : without the folder
    count : from 1
    place : "half", when half of the bytes are in the temporary file; "replace", just before that becomes the file
    """
    from fullstride.formats import atomic, model_file

    left = [count]

    def die() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def hit(target: Any) -> bool:
        left[0] -= Path(target).name == name
        return Path(target).name == name and left[0] == 0

    def write_bytes(path: Any, content: bytes) -> None:
        with atomic.atomic_path(path) as temporary, open(temporary, "xb") as file:
            if hit(path):
                file.write(content[: len(content) // 2])
                file.flush()
                die()
            file.write(content)

    replace = os.replace

    def replaced(source: Any, target: Any) -> None:
        if hit(target):
            die()
        replace(source, target)

    if place == "half":
        model_file.write_bytes = write_bytes
    else:
        os.replace = replaced
