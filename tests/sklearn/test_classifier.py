"""The classifier: labels, weights, going on, and what is refused."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="scikit-learn is not installed")

from joblib import parallel_config
from sklearn.datasets import load_iris, make_blobs
from sklearn.ensemble import VotingClassifier
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression

from fullstride import Conv, Flatten, MaxPool, Network, ReLU
from fullstride.data import load
from fullstride.native.team import count_threads
from fullstride.sklearn import CNNClassifier
from fullstride.training import Interrupted, Run
from tests.support.close import assert_close
from tests.support.kernels import assert_same_bits

SMALL = (Conv(2, 3), ReLU(), MaxPool(2), Flatten())


def pictures(m: int = 60, channels: int = 1, seed: int = 0) -> tuple[Any, Any]:
    """Images of uint8, light on the left, on the right, or below, in random noise."""
    generator = np.random.default_rng(seed)
    y = np.arange(m) % 3
    X = generator.integers(0, 100, (m, 6, 6, channels)).astype(np.uint8)
    for image, label in zip(X, y, strict=True):
        image[
            (slice(None), slice(None), slice(3, None))[label], (slice(3), slice(3, None), slice(None))[label]
        ] += 120
    return X, y


def small(**more: Any) -> CNNClassifier:
    return CNNClassifier(**{"architecture": SMALL, "epochs": 3, "batch_size": 16, "random_state": 0, **more})


def probabilities(classifier: CNNClassifier, X: Any, y: Any, **more: Any) -> Any:
    return classifier.fit(X, y, **more).predict_proba(X)


# What it learns


def test_sixty_samples_are_enough() -> None:
    """With nothing but defaults: rows of features of very different sizes."""
    X, y = make_blobs(60, centers=3, n_features=4, random_state=1)
    scaled = X * [1e6, 1e-3, 1, 100] + [0, 7, 1e4, 0]
    assert CNNClassifier(random_state=0).fit(scaled, y).score(scaled, y) == 1.0


def test_iris_held_out() -> None:
    X, y = load_iris(return_X_y=True)
    test = np.arange(len(X)) % 3 == 0
    assert CNNClassifier(random_state=0).fit(X[~test], y[~test]).score(X[test], y[test]) > 0.93


def test_digits_held_out() -> None:
    """4-D images of uint8, and two epochs."""
    digits = load("digits")
    classifier = CNNClassifier(random_state=0, epochs=2).fit(digits.X_train, digits.y_train)
    assert classifier.score(digits.X_test, digits.y_test) > 0.9
    assert len(classifier.loss_curve_) == 2
    assert classifier.loss_curve_ == [record["loss"] for record in classifier.history_.epochs]
    assert classifier.n_features_in_ == 64
    assert classifier.image_shape_ == (8, 8, 1)


@pytest.mark.parametrize(
    "labels", [np.array(["c", "a", "b"]), np.array([2.0, -1.0, 7.0]), np.array([5, 1, 3])]
)
def test_labels_of_any_kind(labels: Any) -> None:
    X, y = pictures()
    named, plain = small().fit(X, labels[y]), small().fit(X, np.argsort(np.argsort(labels))[y])
    assert named.classes_.tolist() == sorted(labels.tolist())
    assert_same_bits(named.predict_proba(X), plain.predict_proba(X))
    predicted = named.predict(X)
    assert predicted.dtype == labels.dtype
    assert predicted.tolist() == named.classes_[plain.predict(X)].tolist()
    assert named.network_.class_names == tuple(str(label) for label in sorted(labels.tolist()))


def test_labels_that_read_alike_name_no_classes() -> None:
    class Label(str):
        """Sorted by what it is, and printed as what it is not."""

        def __str__(self) -> str:
            return "one"

    X, y = pictures()
    labels = np.array([Label("a"), Label("b"), Label("c")], object)
    assert small().fit(X, labels[y]).network_.class_names is None


def test_bytes_and_floats_are_the_same_images() -> None:
    """(x - mean) / scale by the network's first kernel, or here; and whichever comes to a fitted one."""
    X, y = pictures(channels=3)
    by_bytes, by_floats = (
        small(dtype="float64").fit(X, y),
        small(dtype="float64").fit(X.astype(np.float64), y),
    )
    assert by_bytes.network_.preprocessing is not None
    assert by_floats.network_.preprocessing is None
    expected = by_floats.predict_proba(X)
    for given in (X, X.astype(np.float32), X.astype(np.int64)):
        assert_close(by_bytes.predict_proba(given), expected, rtol=1e-9, atol=1e-12)
    assert_close(by_bytes.mean_, X.mean(axis=(0, 1, 2)), rtol=1e-12)
    assert_close(by_bytes.scale_, X.std(axis=(0, 1, 2)), rtol=1e-12)
    assert_close(by_floats.mean_, by_bytes.mean_, rtol=1e-12)


def test_one_image_in_several_forms() -> None:
    X, y = pictures()
    expected = probabilities(small(), X, y)
    assert_same_bits(probabilities(small(), X[..., 0], y), expected)
    rows = X.reshape(len(X), -1)
    classifier = small(image_shape=(6, 6, 1))
    assert_same_bits(probabilities(classifier, rows, y), expected)
    for given in (X, X[..., 0], rows, rows.tolist()):
        assert_close(classifier.predict_proba(given), expected, rtol=1e-5, atol=1e-7)


def test_images_in_a_list() -> None:
    """And in a tuple, with a channel's axis and without."""
    X, y = pictures()
    expected = probabilities(small(), X, y)
    for given in ([*X], (*X[..., 0],)):
        assert_same_bits(probabilities(small(), given, y), expected)
    lists = X.tolist()
    classifier = small().fit(lists, y)
    assert classifier.image_shape_ == (6, 6, 1)
    assert_close(classifier.predict_proba(lists), expected, rtol=1e-5, atol=1e-7)


def test_nothing_that_is_passed_is_changed() -> None:
    X, y = pictures()
    weights, before = np.linspace(0, 2, len(X)), [a.tobytes() for a in (X, y)]
    small().fit(X, y, sample_weight=weights).predict(X)
    assert [a.tobytes() for a in (X, y)] == before
    assert (weights == np.linspace(0, 2, len(X))).all()


# The same again


def test_the_same_random_state_gives_the_same_bits_with_any_number_of_threads() -> None:
    X, y = pictures()
    one, other = (small(n_jobs=n).fit(X, y) for n in (1, 2))
    assert one.network_.parameters["conv1.W"].tobytes() == other.network_.parameters["conv1.W"].tobytes()
    assert small(random_state=1).fit(X, y).loss_curve_ != one.loss_curve_
    drawn = [small(random_state=None).fit(X, y).loss_curve_ for _ in range(2)]
    assert drawn[0] != drawn[1]
    generator = np.random.RandomState(0)
    assert small(random_state=generator).fit(X, y).loss_curve_ == one.loss_curve_
    assert small(random_state=generator).fit(X, y).loss_curve_ != one.loss_curve_


def test_threads_are_counted_as_scikit_learn_does(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []
    predict = Network.predict

    def spy(self: Any, X: Any, threads: Any, engine: str) -> Any:
        seen.append(threads)
        return predict(self, X, threads, engine)

    X, y = pictures()
    classifier = small().fit(X, y)
    monkeypatch.setattr(Network, "predict", spy)
    classifier.predict(X)
    with parallel_config(backend="threading", n_jobs=2):
        classifier.predict(X)
    classifier.set_params(n_jobs=3).predict(X)
    assert seen == [1, 2, 3]
    monkeypatch.setattr("fullstride.sklearn.base.effective_n_jobs", lambda n_jobs: 384)  # a large machine
    classifier.set_params(n_jobs=-1, engine="steps").predict(X)
    assert seen[3:] == [256]
    assert count_threads(256) == 256, "what the engine takes"


def test_both_engines_train_alike() -> None:
    X, y = pictures(20)
    native, steps = (small(engine=name, dtype="float64", epochs=2).fit(X, y) for name in ("native", "steps"))
    assert_close(native.loss_curve_, steps.loss_curve_, rtol=1e-10)
    assert_close(native.predict_proba(X), steps.predict_proba(X), rtol=1e-8, atol=1e-10)


# Weights


def test_a_weight_of_zero_is_as_if_the_sample_were_not_there() -> None:
    X, y = pictures()
    weights = np.where(np.arange(len(X)) % 4 == 0, 0.0, 1.5)
    some = weights > 0
    with_zeros = small().fit(X, y, sample_weight=weights)
    without = small().fit(X[some], y[some], sample_weight=weights[some])
    assert_same_bits(with_zeros.predict_proba(X), without.predict_proba(X))


@pytest.mark.parametrize(
    "form", [lambda X: X, lambda X: X.astype(np.float64), lambda X: X.reshape(len(X), -1) / 9]
)
def test_a_weight_of_two_is_as_if_the_sample_were_there_twice(form: Any) -> None:
    """To rounding, where one batch holds all: images of uint8, of floats, and rows of features."""
    X, y = pictures(12)
    X, counts = form(X), np.arange(12) % 3 + 1
    twice = np.repeat(np.arange(12), counts)
    flat = {"architecture": "default"} if X.ndim == 2 else {}
    how = {"dtype": "float64", "batch_size": 64, "epochs": 20, **flat}
    weighted = small(**how).fit(X, y, sample_weight=counts)
    repeated = small(**how).fit(X[twice], y[twice])
    assert_close(weighted.mean_, repeated.mean_, rtol=1e-12)
    assert_close(weighted.predict_proba(X), repeated.predict_proba(X), rtol=1e-7, atol=1e-10)
    unweighted = small(**how).fit(X, y).predict_proba(X)
    assert np.abs(unweighted - weighted.predict_proba(X)).max() > 1e-3


def without_one(y: Any) -> Any:
    """Weights of 0 for one class of three."""
    return np.where(y == 1, 0.0, 1.0)


@pytest.mark.parametrize("class_weight", [None, {0: 2.0, 1: 3.0, 2: 1.0}])
def test_a_class_whose_samples_weigh_nothing_is_still_a_class(class_weight: Any) -> None:
    """Trained as if the samples were not there, epoch by epoch, and it were known that the class may come."""
    X, y = pictures()
    classifier, parts = (small(class_weight=class_weight) for _ in range(2))
    found = probabilities(classifier, X, y, sample_weight=without_one(y))
    for _ in range(3):
        parts.partial_fit(X[y != 1], y[y != 1], classes=[0, 1, 2], sample_weight=np.ones(40))
    assert classifier.classes_.tolist() == [0, 1, 2]
    assert_same_bits(found, parts.predict_proba(X))


def test_it_votes_with_others_where_a_class_weighs_nothing() -> None:
    X, y = pictures()
    rows, y = X.reshape(60, -1).astype(float), np.array(["a", "b", "c"])[y]
    own = small(image_shape=(6, 6, 1), epochs=30)
    members = [("own", own), ("other", LogisticRegression(max_iter=1000))]
    voting = VotingClassifier(members, voting="soft").fit(rows, y, sample_weight=without_one(y == "b"))
    assert voting.predict_proba(rows).shape == (60, 3)
    assert (voting.predict(rows)[y != "b"] == y[y != "b"]).all()


def test_balanced_weights_are_those_of_the_classes_that_are_there() -> None:
    X, y = pictures()
    y[:30] = np.where(y[:30] == 2, 0, y[:30])
    of_classes = np.where(y == 1, 0, len(y[y != 1]) / 2 / np.bincount(y)[y])
    expected = probabilities(small(), X, y, sample_weight=of_classes)
    balanced = small(class_weight="balanced")
    assert_same_bits(probabilities(balanced, X, y, sample_weight=without_one(y)), expected)


def test_weights_of_classes_are_weights_of_their_samples() -> None:
    X, y = pictures()
    y = np.array(["left", "right", "below"])[y]
    of_classes = {"left": 3.0, "below": 0.25}
    expected = probabilities(small(class_weight=of_classes), X, y)
    own = np.array([{"right": 1.0, **of_classes}[label] for label in y])
    assert_same_bits(probabilities(small(), X, y, sample_weight=own), expected)
    both = probabilities(small(class_weight=of_classes), X, y, sample_weight=np.linspace(1, 2, len(X)))
    assert_same_bits(both, probabilities(small(), X, y, sample_weight=own * np.linspace(1, 2, len(X))))


def test_balanced_classes() -> None:
    """Of 60 samples 40, 12 and 8: 60 / (3 * 40) and so on."""
    X, _ = pictures()
    y = np.repeat([0, 1, 2], [40, 12, 8])
    by_hand = {0: 60 / 120, 1: 60 / 36, 2: 60 / 24}
    balanced = probabilities(small(class_weight="balanced"), X, y)
    assert_same_bits(balanced, probabilities(small(class_weight=by_hand), X, y))


# Going on


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_epochs_one_by_one_are_epochs(optimizer: str) -> None:
    X, y = pictures()
    whole = small(optimizer=optimizer).fit(X, y)
    parts = small(optimizer=optimizer)
    for epoch in range(3):
        assert parts.partial_fit(X, y, classes=[0, 1, 2] if epoch == 0 else None) is parts
    assert_same_bits(parts.predict_proba(X), whole.predict_proba(X))
    assert parts.loss_curve_ == whole.loss_curve_


def test_parts_of_other_sizes_and_classes_to_come() -> None:
    X, y = pictures()
    classifier = small().partial_fit(X[y == 0], y[y == 0], classes=[0, 1, 2])
    mean = classifier.mean_
    classifier.partial_fit(X, y).partial_fit(X[:7], y[:7], sample_weight=np.arange(1, 8))
    assert classifier.predict_proba(X).shape == (60, 3)
    assert classifier.mean_ is mean
    assert len(classifier.loss_curve_) == 3


def test_partial_fit_after_fit_goes_on_from_there() -> None:
    X, y = pictures()
    classifier = small().fit(X, y)
    by_hand = copy.deepcopy(classifier.network_)
    classifier.partial_fit(X, y)
    seed = int(np.random.RandomState(0).randint(np.iinfo(np.int32).max))
    by_hand.fit(X, y, epochs=1, batch_size=16, lr=0.003, seed=seed, optimizer="adam")
    assert_same_bits(classifier.network_.parameters["conv1.W"], by_hand.parameters["conv1.W"])
    assert len(classifier.loss_curve_) == 1


def test_warm_start() -> None:
    X, y = pictures()
    classifier = small(warm_start=True).fit(X, y)
    assert classifier.loss_curve_ == small().fit(X, y).loss_curve_
    network, first = classifier.network_, classifier.loss_curve_
    classifier.fit(X, y)
    assert classifier.network_ is network
    assert classifier.loss_curve_[0] < first[0]
    with pytest.raises(
        ValueError, match=r"^CNNClassifier: y must hold labels of classes_ = \[0, 1, 2\]; got .*7"
    ):
        classifier.fit(X, np.where(y == 2, 7, y))
    with pytest.raises(ValueError, match="X has 9 features, but CNNClassifier is expecting 36"):
        classifier.fit(X[:, :3, :3], y)


def test_validation_and_patience() -> None:
    X, y = pictures()
    y = np.random.default_rng(0).integers(0, 3, 60)  # nothing to be learned: soon the validation loss grows
    classifier = small(validation=0.25, patience=2, epochs=200, lr=0.05).fit(X, y)
    epochs = classifier.history_.epochs
    assert len(epochs) < 200
    assert classifier.history_.best_epoch == len(epochs) - 2
    assert epochs[-1]["validation_loss"] is not None


def test_a_line_an_epoch(capsys: pytest.CaptureFixture[str]) -> None:
    X, y = pictures()
    classifier = small(verbose=True).fit(X, y)
    first = f"epoch 1 of 3: loss {classifier.loss_curve_[0]:.4f}"
    assert capsys.readouterr().out.splitlines()[0] == first
    small(verbose=True, validation=0.2).fit(X, y)
    assert "epoch 3 of 3: loss " in (printed := capsys.readouterr().out)
    assert ", validation loss " in printed
    small().fit(X, y)
    assert capsys.readouterr().out == ""


def test_what_was_learned_before_ctrl_c_can_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(_: Any, run: Run, record: Any) -> None:
        if record["epoch"] == 2:
            raise KeyboardInterrupt

    X, y = pictures()
    monkeypatch.setattr("fullstride.sklearn.base._Print.on_epoch", stop)
    classifier = small(verbose=True, epochs=50)
    with pytest.raises(Interrupted):
        classifier.fit(X, y)
    assert classifier.history_.interrupted
    assert_same_bits(classifier.predict_proba(X), probabilities(small(epochs=2), X, y))


# What is refused


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ({"architecture": "lenet6"}, "CNNClassifier: architecture must be one of default, lenet5, "),
        ({"architecture": [1]}, "CNNClassifier: architecture must be .* or a sequence of layers; got"),
        ({"architecture": "lenet5"}, r"lenet5: input_shape must be \(n_H, n_W, n_C\) with n_H >= 12"),
        (
            {"image_shape": (5, 5, 1)},
            r"CNNClassifier: X must hold images of shape .* = \(5, 5, 1\), .*; got shape",
        ),
        (
            {"image_shape": (6, 6)},
            r"CNNClassifier: image_shape must be \(n_H, n_W, n_C\), or None; got \(6, 6\)",
        ),
        ({"image_shape": (6, 6, 0)}, r"CNNClassifier: image_shape\[2\] must be .*; got 0"),
        ({"epochs": 0}, "Network.fit: epochs must be"),
        ({"batch_size": 0}, "CNNClassifier: batch_size must be"),
        ({"lr": -1.0}, "Network.fit: lr must be"),
        ({"optimizer": "adagrad"}, "optimizers.from_dict: kind must be one of"),
        ({"optimizer": "adam", "weight_decay": -1}, "Adam: weight_decay must be"),
        ({"schedule": "staircase"}, "Network.fit: schedule must be"),
        ({"validation": (np.ones(2), np.ones(2))}, "CNNClassifier: validation must be a finite number"),
        ({"validation": 1.5}, "Network.fit: validation must be a fraction"),
        ({"patience": 3}, "Network.fit: patience needs a validation part"),
        ({"label_smoothing": 1}, "Network.fit: label_smoothing must be"),
        (
            {"class_weight": {0: 0, 1: 0, 2: 0}},
            "CNNClassifier: at least one sample must have a weight > 0; all have 0",
        ),
        (
            {"class_weight": {0: 1, 1: -0.5}},
            r"CNNClassifier: class_weight\[1\] must be a number, 0 <= .*; got -0.5",
        ),
        ({"class_weight": {2: np.nan}}, r"CNNClassifier: class_weight\[2\] must be a number.*; got nan"),
        ({"class_weight": {2: np.inf}}, r"CNNClassifier: class_weight\[2\] must be a number.*; got inf"),
        ({"class_weight": {2: "much"}}, r"CNNClassifier: class_weight\[2\] must be a number.*; got 'much'"),
        (
            {"class_weight": {0: 0, 1: 0, 2: 1}},
            "CNNClassifier: y must hold at least two classes that weigh more than 0; got one class, .*2",
        ),
        ({"engine": "cuda"}, 'Network.fit: engine must be "native" or "steps"'),
        ({"dtype": "float16"}, 'Network: dtype must be "float32" or "float64"'),
    ],
)
def test_parameters_that_are_refused(how: Any, sentence: str) -> None:
    """By `fit`, which leaves no network behind."""
    X, y = pictures()
    classifier = small().fit(X, y).set_params(**how)
    with pytest.raises((ValueError, TypeError), match=f"^{sentence}"):
        classifier.fit(X, y)
    with pytest.raises(NotFittedError, match="This CNNClassifier instance is not fitted yet"):
        classifier.predict(X)


@pytest.mark.parametrize(
    ("X", "sentence"),
    [
        (np.full((60, 6, 6, 1), np.nan), "Input X contains NaN"),
        (np.full((60, 36), np.inf), "Input X contains infinity"),
        (np.ones(60), "Expected 2D array, got 1D array instead"),
        (
            np.ones((60, 6, 6, 1, 1)),
            r"^CNNClassifier: X must have shape \(m, n_H, n_W, n_C\), .*; got shape \(60, 6, 6, 1, 1\)",
        ),
        (
            [np.ones((6, 6, 1, 1))] * 60,
            r"^CNNClassifier: X must have shape .*; got shape \(60, 6, 6, 1, 1\)",
        ),
        (
            [np.ones((6, 6)), np.ones((6, 5))] * 30,
            "^CNNClassifier: the images, or rows, of a list X must be of one shape; got several",
        ),
        ([1.0] * 60, "Expected 2D array, got 1D array instead"),
        (np.ones((0, 6, 6, 1)), r"Found array with 0 sample\(s\)"),
        (np.ones((60, 6, 0, 1)), r"Found array with 0 feature\(s\)"),
        (np.ones((60, 6, 6), complex), "Complex data not supported"),
        (np.ones((59, 6, 6)), "inconsistent numbers of samples"),
    ],
)
def test_images_that_are_refused(X: Any, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        small(architecture="default").fit(X, pictures()[1])


def test_labels_that_are_refused() -> None:
    X, y = pictures()
    with pytest.raises(
        ValueError, match=r"^CNNClassifier: y must hold at least two classes; got one class, .*3"
    ):
        small().fit(X, np.full(60, 3))
    with pytest.raises(
        ValueError,
        match=r"^CNNClassifier: y must hold at least two classes that weigh more than 0; got one class, .*2",
    ):
        small().fit(X, y, sample_weight=y == 2)
    with pytest.raises(ValueError, match="Unknown label type: continuous"):
        small().fit(X, y + 0.5)
    with pytest.raises(ValueError, match="classes must be passed on the first call to partial_fit"):
        small().partial_fit(X, y)
    classifier = small()
    with pytest.raises(
        ValueError, match=r"^CNNClassifier: y must hold labels of classes_ = \[0, 1\]; got .*2"
    ):
        classifier.partial_fit(X, y, classes=[0, 1])
    with pytest.raises(ValueError, match="is not the same as on last call"):
        classifier.partial_fit(X, y, classes=[0, 1, 2])
    with pytest.raises(ValueError, match=r'^CNNClassifier: class_weight="balanced" needs all labels at once'):
        small(class_weight="balanced").partial_fit(X, y, classes=[0, 1, 2])


def test_weights_that_are_refused() -> None:
    X, y = pictures()
    for weights, sentence in (
        (np.full(60, -1.0), "Negative values"),
        (np.ones(3), r"sample_weight.shape == \(3,\)"),
    ):
        with pytest.raises(ValueError, match=sentence):
            small().fit(X, y, sample_weight=weights)


def test_other_images_than_those_that_were_fitted() -> None:
    X, y = pictures()
    classifier = small().fit(X, y)
    with pytest.raises(ValueError, match="X has 35 features, but CNNClassifier is expecting 36 features"):
        classifier.predict(np.ones((2, 35)))
    with pytest.raises(
        ValueError, match=r"^CNNClassifier: X must hold images of shape .*; got shape \(2, 4, 9, 1\)"
    ):
        classifier.predict_proba(np.ones((2, 4, 9, 1)))
    rows = small(image_shape=(5, 5, 1))
    with pytest.raises(ValueError, match=r"X must have n_H .* = 25 features for image_shape=.*; got 36"):
        rows.fit(X.reshape(60, -1), y)
