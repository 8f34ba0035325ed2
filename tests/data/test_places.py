"""Where data sets are kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from fullstride.data import data_home


def test_the_environment_names_the_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("FULLSTRIDE_DATA_DIR", "/somewhere/else")
    assert data_home() == Path("/somewhere/else")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("FULLSTRIDE_DATA_DIR", "~/data")
    assert data_home() == tmp_path / "data"


@pytest.mark.parametrize("empty", [False, True])
def test_else_it_is_in_the_cache_of_the_user(monkeypatch, tmp_path, empty):
    if empty:
        monkeypatch.setenv("FULLSTRIDE_DATA_DIR", "")
    else:
        monkeypatch.delenv("FULLSTRIDE_DATA_DIR")
    monkeypatch.setenv("FULLSTRIDE_CACHE_DIR", "/for/compiled/code/alone")
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert data_home() == tmp_path / "xdg" / "fullstride" / "data"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert data_home() == tmp_path / ".cache" / "fullstride" / "data"
    assert not list(tmp_path.iterdir()), "asking makes nothing"
