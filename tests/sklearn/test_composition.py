"""In scikit-learn's pipelines, searches and ensembles, with images of four axes; and from one process to another."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="scikit-learn is not installed")

import joblib
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import StackingClassifier, VotingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from fullstride import Adam, Augmentation, Conv, Cosine, Dense, Flatten, MaxPool, ReLU
from fullstride.data import load
from fullstride.sklearn import CNNClassifier, CNNRegressor
from tests.support.kernels import assert_same_bits

LAYERS = (Conv(8, 3, pad=1), ReLU(), MaxPool(2), Flatten())


@pytest.fixture(scope="module")
def digits() -> Any:
    """Half of the digits to train on."""
    data = load("digits")
    return data.X_train[::2], data.y_train[::2], data.X_test, data.y_test


@pytest.fixture
def _no_workers_left() -> Iterator[None]:
    yield
    joblib.externals.loky.get_reusable_executor().shutdown(wait=True)


def quick(**more: Any) -> CNNClassifier:
    return CNNClassifier(**{"architecture": LAYERS, "epochs": 10, "lr": 0.01, "random_state": 0, **more})


def test_clone() -> None:
    """Layers, optimizers, schedules and augmentations among the parameters."""
    how = {"optimizer": Adam(beta1=0.8), "schedule": Cosine(), "augmentation": Augmentation(shift=1)}
    classifier = quick(**how)
    again = clone(classifier)
    assert again.get_params() == classifier.get_params()
    assert not hasattr(again, "network_")
    X, y = np.random.default_rng(0).random((20, 6, 6)), np.arange(20) % 2
    assert_same_bits(classifier.fit(X, y).predict_proba(X), clone(classifier).fit(X, y).predict_proba(X))


def test_pipelines(digits: Any) -> None:
    X, y, X_test, y_test = digits
    images = make_pipeline(FunctionTransformer(lambda X: X / 16.0), quick())
    assert images.fit(X, y).score(X_test, y_test) > 0.95
    rows = make_pipeline(StandardScaler(), quick(image_shape=(8, 8, 1)))
    assert rows.fit(X.reshape(len(X), -1), y).score(X_test.reshape(len(X_test), -1), y_test) > 0.95


def test_cross_validation(digits: Any) -> None:
    X, y, _, _ = digits
    assert (cross_val_score(quick(), X, y, cv=3) > 0.85).all()


@pytest.mark.usefixtures("_no_workers_left")
def test_a_search_in_two_processes_finds_what_one_finds(digits: Any) -> None:
    X, y, X_test, y_test = digits
    grid = {"lr": [1e-5, 0.01], "optimizer": ["adam", "adamw"]}
    one, two = (GridSearchCV(quick(epochs=4), grid, cv=2, n_jobs=n).fit(X, y) for n in (1, 2))
    for key in ("split0_test_score", "split1_test_score"):
        assert two.cv_results_[key].tolist() == one.cv_results_[key].tolist()
    assert two.best_params_["lr"] == 0.01
    assert two.score(X_test, y_test) > 0.93


def test_stacking_and_voting(digits: Any) -> None:
    X, y, X_test, y_test = digits
    members = [
        ("one", quick()),
        ("other", quick(architecture=(Flatten(), Dense(32), ReLU()), random_state=1)),
    ]
    stacking = StackingClassifier(members, LogisticRegression(max_iter=1000), cv=2).fit(X, y)
    assert stacking.score(X_test, y_test) > 0.94
    voting = VotingClassifier(members, voting="soft").fit(X, y)
    assert voting.score(X_test, y_test) > 0.94
    expected = sum(clone(member).fit(X, y).predict_proba(X_test) for _, member in members) / 2
    np.testing.assert_allclose(voting.predict_proba(X_test), expected, rtol=1e-6)


def test_calibration(digits: Any) -> None:
    X, y, X_test, y_test = digits
    calibrated = CalibratedClassifierCV(quick(), cv=2).fit(X, y, sample_weight=np.ones(len(X)))
    assert calibrated.score(X_test, y_test) > 0.94
    assert log_loss(y_test, calibrated.predict_proba(X_test)) < 0.5


@pytest.mark.parametrize("kind", [CNNClassifier, CNNRegressor])
def test_another_process_predicts_the_same(kind: Any, tmp_path: Path) -> None:
    generator = np.random.default_rng(0)
    X, y = generator.random((20, 6, 6)), np.arange(20) % 2
    estimator = kind(random_state=0, epochs=2).fit(X, y)
    expected = estimator.predict(X)
    joblib.dump((estimator, X), tmp_path / "model")
    code = "import joblib, sys; e, X = joblib.load(sys.argv[1]); joblib.dump(e.predict(X), sys.argv[2])"
    paths = [str(tmp_path / "model"), str(tmp_path / "predicted")]
    subprocess.run([sys.executable, "-c", code, *paths], check=True, timeout=120)
    assert_same_bits(joblib.load(tmp_path / "predicted"), expected)


def test_a_pickle_trains_on_as_the_original() -> None:
    X, y = np.random.default_rng(0).random((20, 6, 6)), np.arange(20) % 2
    original = quick().partial_fit(X, y, classes=[0, 1])
    again = pickle.loads(pickle.dumps(original))
    assert_same_bits(again.partial_fit(X, y).predict_proba(X), original.partial_fit(X, y).predict_proba(X))
    assert again.loss_curve_ == original.loss_curve_
