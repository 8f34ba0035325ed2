"""The room without scikit-learn, and the names at the front door."""

from __future__ import annotations

import importlib
import sys

import pytest

import fullstride


def test_without_scikit_learn_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("fullstride.sklearn")]:
        monkeypatch.delitem(sys.modules, name)
    for name in ("CNNClassifier", "CNNRegressor"):
        monkeypatch.delitem(vars(fullstride), name, raising=False)
    monkeypatch.setitem(sys.modules, "sklearn", None)  # as if it were not there
    sentence = r"^fullstride.sklearn needs scikit-learn: pip install 'fullstride\[sklearn\]'$"
    for name in ("CNNClassifier", "CNNRegressor"):
        with pytest.raises(ModuleNotFoundError, match=sentence):
            getattr(fullstride, name)
    assert "CNNClassifier" in dir(fullstride)
    assert "CNNClassifier" not in fullstride.__all__, "a star import works without the extra"


def test_an_error_inside_scikit_learn_is_not_taken_for_its_absence(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("sklearn", reason="scikit-learn is not installed")
    for name in [
        name for name in sys.modules if name.split(".")[0] == "sklearn" or "fullstride.sklearn" in name
    ]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "scipy", None)
    with pytest.raises(ModuleNotFoundError, match="scipy"):
        importlib.import_module("fullstride.sklearn")


def test_the_names_at_the_front_door() -> None:
    pytest.importorskip("sklearn", reason="scikit-learn is not installed")
    room = importlib.import_module("fullstride.sklearn")
    assert fullstride.CNNClassifier is room.CNNClassifier
    assert fullstride.CNNRegressor is room.CNNRegressor
