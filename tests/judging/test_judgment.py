"""What is counted of predictions of classes: by hand, and against scikit-learn."""

from __future__ import annotations

import json
import warnings

import numpy as np
import pytest
from numpy.typing import NDArray

from fullstride import Dense, Flatten, Judgment, Network
from tests.support.close import assert_close


def judged(p: NDArray[np.float64], y: NDArray[np.int64], names: tuple[str, ...] | None = None) -> Judgment:
    """What `Network.judge` finds of a network whose probabilities are p: its logits are the pixels, log(p)."""
    n = p.shape[1]
    network = Network(Flatten(), Dense(n), input_shape=(1, n, 1), dtype="float64")
    network.parameters["dense1.W"][...] = np.eye(n)
    network.class_names = names
    found = network.judge(np.log(np.maximum(p, 1e-300)).reshape(-1, 1, n, 1), y, engine="steps")
    assert isinstance(found, Judgment)
    return found


def at_random(m: int, n: int, seed: int = 0) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Probabilities, and labels that are the most probable class rather often."""
    generator = np.random.default_rng(seed)
    y = generator.integers(0, n, m)
    Z = generator.standard_normal((m, n)) * 1.5
    Z[np.arange(m), y] += 1
    p = np.exp(Z)
    return p / p.sum(axis=1, keepdims=True), y


# label:       a    a    a    a    b    b    b    c    c    c
# predicted:   a    a    b    b    b    b    a    c    c    c       (d has no image)
LABELS = np.array([0, 0, 0, 0, 1, 1, 1, 2, 2, 2])
PREDICTED = np.array([0, 0, 1, 1, 1, 1, 0, 2, 2, 2])


def by_hand() -> Judgment:
    p = np.zeros((10, 4))
    p[np.arange(10), PREDICTED] = 0.75
    p[:, 3] = 0.25
    return judged(p, LABELS, ("a", "b", "c", "d"))


def test_a_confusion_made_by_hand() -> None:
    found = by_hand()
    assert found.confusion.tolist() == [[2, 2, 0, 0], [1, 2, 0, 0], [0, 0, 3, 0], [0, 0, 0, 0]]
    assert (found.correct, found.count, found.accuracy) == (7, 10, 0.7)
    assert found.support.tolist() == [4, 3, 3, 0]
    assert_close(found.precision, [2 / 3, 1 / 2, 1, np.nan])
    assert_close(found.recall, [1 / 2, 2 / 3, 1, np.nan])
    assert_close(found.f1, [4 / 7, 4 / 7, 1, np.nan])
    # Seven images with 3/4: log(4/3); three with 1e-300 * 1e0, of which the loss is 300 * log(10)
    assert_close(found.loss, (7 * np.log(4 / 3) + 3 * 300 * np.log(10)) / 10)
    # Right: 1/16 + 1/16. Wrong: 1 + 9/16 + 1/16.
    assert_close(found.brier, (7 * 0.125 + 3 * 1.625) / 10)
    assert found.top_5_accuracy is None
    # All in one bin: |0.7 - 0.75|
    assert_close(found.calibration.expected_error, 0.05, rtol=1e-12)


def test_what_to_look_at_first() -> None:
    found = by_hand()
    assert found.hardest(9).tolist() == [0, 1, 2]
    assert found.hardest(1).tolist() == [0]
    assert found.most_confused(9) == [(0, 1, 2), (1, 0, 1)]
    assert found.most_confused(1) == [(0, 1, 2)]
    assert found.worst(2).tolist() == [2, 3]


def test_the_surest_mistake_comes_first_and_without_mistakes_the_least_sure() -> None:
    p = np.array([[0.6, 0.4], [0.1, 0.9], [0.8, 0.2], [0.3, 0.7]])
    assert judged(p, np.array([1, 0, 0, 1])).worst(5).tolist() == [1, 0]
    assert judged(p, np.array([0, 1, 0, 1])).worst(3).tolist() == [0, 3, 2]


@pytest.mark.parametrize(("m", "n"), [(1, 2), (5, 1), (300, 3), (400, 12)])
def test_the_numbers_are_scikit_learn_s(m: int, n: int) -> None:
    metrics = pytest.importorskip("sklearn.metrics", reason="the oracle needs the extra `sklearn`")
    p, y = at_random(m, n, seed=n)
    found = judged(p, y)
    predicted, classes = p.argmax(axis=1), np.arange(n)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of classes that do not occur
        theirs = metrics.precision_recall_fscore_support(y, predicted, labels=classes, zero_division=np.nan)
        confusion = metrics.confusion_matrix(y, predicted, labels=classes)
    assert_close(found.precision, theirs[0])
    assert_close(found.recall, theirs[1])
    assert_close(found.f1, theirs[2])
    assert found.support.tolist() == theirs[3].tolist()
    assert found.confusion.tolist() == confusion.tolist()
    assert_close(found.accuracy, metrics.accuracy_score(y, predicted))
    assert_close(found.confidence, p.max(axis=1))
    if n > 1:
        assert_close(found.loss, metrics.log_loss(y, p, labels=classes))
        assert_close(found.brier, metrics.brier_score_loss(y, p, labels=classes, scale_by_half=False))
    if n > 5:
        assert found.top_5_accuracy is not None
        assert_close(found.top_5_accuracy, metrics.top_k_accuracy_score(y, p, k=5, labels=classes))
        assert 0.1 < found.accuracy < found.top_5_accuracy < 0.9
    else:
        assert found.top_5_accuracy is None


def test_of_equally_probable_classes_the_first_come_first() -> None:
    p = np.full((3, 8), 1 / 8)
    found = judged(p, np.array([0, 4, 5]))
    assert found.predicted.tolist() == [0, 0, 0]
    assert found.top_5_correct == 2  # 0 and 4 are among the first five


def test_the_dictionary_is_plain_json_and_has_no_nan() -> None:
    found = by_hand()
    text = json.dumps(found.to_dict(), allow_nan=False)
    read = json.loads(text)
    assert list(read) == [
        "kind",
        "count",
        "correct",
        "accuracy",
        "accuracy_interval",
        "top_5_accuracy",
        "loss",
        "brier",
        "expected_calibration_error",
        "calibration",
        "classes",
        "confusion",
    ]
    assert read["kind"] == "classes"
    assert read["top_5_accuracy"] is None
    assert read["classes"][1] == {"name": "b", "count": 3, "precision": 0.5, "recall": 2 / 3, "f1": 4 / 7}
    assert read["classes"][3] == {"name": "d", "count": 0, "precision": None, "recall": None, "f1": None}
    assert read["confusion"][0] == [2, 2, 0, 0]
    assert len(read["calibration"]) == 15
    assert read["calibration"][0] == {
        "above": 0.0,
        "to": 1 / 15,
        "count": 0,
        "confidence": None,
        "accuracy": None,
    }
    filled = [one for one in read["calibration"] if one["count"]]
    assert [one["accuracy"] for one in filled] == [0.7]
    assert filled[0]["above"] < 0.75 <= filled[0]["to"]


def test_it_says_what_it_is() -> None:
    assert repr(by_hand()) == "Judgment(70.00 % of 10 images, 4 classes)"
    assert str(by_hand()).splitlines()[-1].startswith("accuracy 70.00 % (7/10), 95 % interval ")
