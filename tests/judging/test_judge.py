"""Predictions chunk by chunk: the same with chunks of any size, from a mapped file, and what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from fullstride import Conv, Dense, Flatten, Judgment, Network, NumberJudgment, ReLU
from fullstride.errors import DataError, DtypeError, ShapeError
from fullstride.training import metrics, part
from tests.support.close import assert_close

WHERE = r"^Network\.judge: "


def network(loss: str = "cross_entropy", n: int = 3) -> Network:
    return Network(Conv(4, 3), ReLU(), Flatten(), Dense(n), input_shape=(6, 5, 1), seed=3, loss=loss)


def images(m: int = 50) -> np.ndarray:
    return np.random.default_rng(0).standard_normal((m, 6, 5, 1)).astype(np.float32)


def test_the_size_of_the_chunks_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    X, y = images(), np.arange(50) % 3
    whole = network().judge(X, y)
    monkeypatch.setattr(part, "CHUNK", 7)
    pieces = network().judge(X, y)
    assert isinstance(whole, Judgment)
    assert isinstance(pieces, Judgment)
    assert (whole.predicted == pieces.predicted).all()
    assert (whole.y == y).all()
    assert (whole.confidence == pieces.confidence).all()
    assert (whole.top_5_correct, whole.correct) == (pieces.top_5_correct, pieces.correct)
    assert_close([whole.loss, whole.brier], [pieces.loss, pieces.brier], rtol=1e-12)


def test_it_agrees_with_score_and_predict(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(part, "CHUNK", 16)
    X, y = images(), np.arange(50) % 3
    found = network().judge(X, y)
    assert isinstance(found, Judgment)
    assert found.accuracy == network().score(X, y)
    assert (found.predicted == network().predict(X)).all()
    p = network().predict_proba(X)
    assert_close(found.confidence, p.max(axis=1).astype(np.float64))
    assert_close(found.loss, metrics.total_cross_entropy(p, y) / 50, rtol=1e-12)
    assert found.class_names == ("class 0", "class 1", "class 2")


def test_images_in_a_mapped_file(tmp_path: Path) -> None:
    X, y = images(), np.arange(50) % 3
    np.save(tmp_path / "X.npy", X)
    mapped = np.load(tmp_path / "X.npy", mmap_mode="r")
    assert (
        network().judge(mapped, y, engine="steps").to_dict()
        == network().judge(X, y, engine="steps").to_dict()
    )


def test_numbers_are_estimated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(part, "CHUNK", 16)
    X = images()
    T = np.random.default_rng(1).standard_normal((50, 2))
    estimating = network("mean_squared_error", 2)
    found = estimating.judge(X, T)
    assert isinstance(found, NumberJudgment)
    assert_close(found.predicted, estimating.predict(X).astype(np.float64))
    assert_close(found.r_squared.mean(), estimating.score(X, T), rtol=1e-6)
    one = network("mean_squared_error", 1).judge(X[:1], np.array([2.5]), engine="steps")
    assert one.count == 1
    assert one.y.tolist() == [[2.5]]


def test_a_single_image() -> None:
    found = network().judge(images(1), np.array([2]), engine="steps")
    assert isinstance(found, Judgment)
    assert found.count == 1
    assert found.support.tolist() == [0, 0, 1]
    assert str(found).splitlines()[-1].startswith("accuracy ")


def test_an_output_that_is_not_finite_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(part, "CHUNK", 4)
    X = images(9)
    X[6] = 3e38
    large = network()
    large.parameters["conv1.W"][...] = 10
    with pytest.raises(
        DataError, match=WHERE + r"every output of the network must be finite; those for image 6 "
    ):
        large.judge(X, np.zeros(9, np.int64), engine="steps")


def test_arguments_that_do_not_fit() -> None:
    X, y = images(4), np.array([0, 1, 2, 0])
    for given, error, sentence in (
        ((X[:0], y[:0]), DataError, "X must hold at least one image"),
        ((X, y[:3]), ShapeError, r"y must have shape \(m,\) with m=4"),
        ((X, y.astype(float)), DtypeError, "y must hold integers"),
        ((X, y + 1), DataError, "y must hold class indices"),
    ):
        with pytest.raises(error, match=WHERE + sentence):
            network().judge(*given, engine="steps")
