"""Judgments of several parts as one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from fullstride.judging.estimates import NumberJudgment
from fullstride.judging.judgment import Judgment


def joined(found: Sequence[Judgment | NumberJudgment]) -> Judgment | NumberJudgment:
    """One judgment of all images, those of the first judgment first.

    Parameters
    ----------
    found : sequence of at least one Judgment, or of NumberJudgment, all of one network

    Examples
    --------
    >>> y, confidence = np.array([0, 1]), np.array([0.9, 0.8])
    >>> right = Judgment(("ant", "bee"), y, y, confidence, loss=0.2, brier=0.1, top_5_correct=2)
    >>> wrong = Judgment(("ant", "bee"), y[:1], y[1:], confidence[:1], loss=1.4, brier=1.6, top_5_correct=1)
    >>> both = joined([right, wrong])
    >>> both.correct, both.count, round(both.loss, 9), round(both.brier, 9), both.top_5_correct
    (2, 3, 0.6, 0.6, 3)
    """
    if len(found) == 1:
        return found[0]
    y = np.concatenate([one.y for one in found])
    predicted = np.concatenate([one.predicted for one in found])
    classes = [one for one in found if isinstance(one, Judgment)]
    if not classes:
        return NumberJudgment(y, predicted)
    counts = [one.count for one in classes]
    return Judgment(
        classes[0].class_names,
        y,
        predicted,
        np.concatenate([one.confidence for one in classes]),
        float(np.average([one.loss for one in classes], weights=counts)),
        float(np.average([one.brier for one in classes], weights=counts)),
        sum(one.top_5_correct for one in classes),
    )
