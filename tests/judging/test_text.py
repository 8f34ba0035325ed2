"""A judgment as text: the whole of one, and what becomes of many classes, of long names and of wide letters."""

from __future__ import annotations

import numpy as np
from rich.cells import cell_len

from fullstride import Judgment, NumberJudgment

LABELS = np.array([0, 0, 0, 0, 1, 1, 1, 2, 2, 2])
PREDICTED = np.array([0, 0, 1, 1, 1, 1, 0, 2, 2, 2])


def counted(y: np.ndarray, predicted: np.ndarray, names: tuple[str, ...]) -> Judgment:
    return Judgment(names, y, predicted, np.full(len(y), 0.75), 0.5, 0.25, len(y))


def test_the_whole_text() -> None:
    # Wilson's interval of 7/10: 0.396778 to 0.892209
    assert str(counted(LABELS, PREDICTED, ("ant", "bee", "cow", "a thing with a very long name"))) == (
        "class                     images  precision   recall       F1\n"
        "ant                            4     66.7 %   50.0 %   57.1 %\n"
        "bee                            3     50.0 %   66.7 %   57.1 %\n"
        "cow                            3    100.0 %  100.0 %  100.0 %\n"
        "a thing with a very lon…       0          -        -        -\n"
        "\n"
        "confusion: a row for what the images are, a column for what they were taken for\n"
        "                           0 1 2 3\n"
        "ant                      0 2 2 . .\n"
        "bee                      1 1 2 . .\n"
        "cow                      2 . . 3 .\n"
        "a thing with a very lon… 3 . . . .\n"
        "\n"
        "calibration: expected error 5.00 % over 15 bins\n"
        "confidence      images  its mean  accuracy\n"
        "73.3 to 80.0 %      10    75.0 %    70.0 %\n"
        "\n"
        "loss 0.5000, Brier score 0.2500\n"
        "known worst: ant 50.0 % (2/4), bee 66.7 % (2/3), cow 100.0 % (3/3)\n"
        "most often confused: ant for bee (2), bee for ant (1)\n"
        "accuracy 70.00 % (7/10), 95 % interval 39.68 to 89.22 %"
    )


def test_where_all_is_right_nothing_is_confused() -> None:
    lines = counted(np.array([0]), np.array([0]), ("a", "b")).lines()
    assert not any(line.startswith("most often") for line in lines)
    assert lines[-1] == "accuracy 100.00 % (1/1), 95 % interval 20.65 to 100.00 %"
    assert "confusion: none" in counted(np.array([0]), np.array([0]), ("a", "b")).lines(width=3)


def test_at_most_three_confusions_the_most_frequent_first() -> None:
    y, predicted = np.array([0, 0, 0, 1, 1, 2, 3]), np.array([1, 1, 1, 2, 2, 3, 0])
    lines = counted(y, predicted, ("a", "b", "c", "d")).lines()
    assert lines[-2] == "most often confused: a for b (3), b for c (2), c for d (1)"
    assert lines[-3].count("%") == 3


def test_twenty_classes_fit_and_a_hundred_are_the_most_frequent_confusions() -> None:
    for n, fits in ((20, True), (100, False)):
        y = np.tile(np.arange(n), 5)
        predicted = np.where(np.arange(len(y)) < n, (y + 1) % n, y)
        predicted[n] = 7  # once more the first class
        lines = counted(y, predicted, tuple(f"kind{k}" for k in range(n))).lines(width=80)
        assert max(map(len, lines[:-3])) <= 80
        assert any(line.startswith("confusion: a row") for line in lines) == fits
        assert ("the most frequent confusions" in lines) != fits
        if not fits:
            start = lines.index("the most frequent confusions")
            assert lines[start + 1 : start + 4] == [
                "class  taken for  images",
                "kind0  kind1           1",
                "kind0  kind7           1",
            ]
            assert lines[0] == "of 100 classes the 10 with the lowest recall"
            assert lines[2].startswith("kind0  ")
            assert lines[11] != ""
            assert lines[12] == ""


def test_wide_letters_keep_the_columns() -> None:
    lines = counted(LABELS, PREDICTED, ("数字", "b", "c", "d")).lines()
    assert len({cell_len(line) for line in lines[1:3]}) == 1
    heads = lines[lines.index("") + 2 :][:5]
    assert len({cell_len(line) for line in heads}) == 1


def test_numbers() -> None:
    # Errors 0, 0, 1 and 1, 1, 1: mean squares 1/3 and 1; the targets 1, 2, 3 spread 2, so R^2 is 1/2 and -1/2.
    y = np.array([[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]])
    judged = NumberJudgment(y, np.array([[1.0, 2.0], [2.0, 3.0], [4.0, 4.0]]))
    assert str(judged) == (
        "output  mean squared error  mean absolute error      R^2\n"
        "0                   0.3333               0.3333   0.5000\n"
        "1                        1                    1  -0.5000\n"
        "\n"
        "R^2 0.0000, mean absolute error 0.6667\n"
        "mean squared error 0.6667 (3 images)"
    )
    assert str(NumberJudgment(y[:1, :1], y[:1, :1])) == (
        "R^2 undefined, mean absolute error 0\nmean squared error 0 (1 image)"
    )
