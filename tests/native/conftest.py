"""The native tests start from the native target and two threads, whatever the shell says."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _plain_environment(object_cache: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert stat.S_IMODE(Path(object_cache).stat().st_mode) == 0o700
    monkeypatch.delenv("FULLSTRIDE_TARGET", raising=False)
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.setenv("FULLSTRIDE_NUM_THREADS", "2")
