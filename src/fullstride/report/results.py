"""What a model achieves, as parts of a page: headline, classes, confusion, calibration; or errors of estimates."""

from __future__ import annotations

import numpy as np

from fullstride.judging import Judgment, NumberJudgment, confusion_pixels, confusion_strength
from fullstride.report.charts import reliability, scatter
from fullstride.report.markup import Html, h, images_of, scrolling, section, table
from fullstride.report.pictures import data_uri

_TABLE = 20
"""With more classes the confusion is a picture."""
_HARDEST, _CONFUSIONS = 5, 10
_POINTS = 500
"""Images in a scatter plot, at most."""


def headline(judged: Judgment | NumberJudgment) -> Html:
    """The number that counts, and those beside it."""
    if isinstance(judged, NumberJudgment):
        explained = float(judged.r_squared.mean())
        return _headline(
            f"mean squared error {judged.loss:.4g}",
            f"over {images_of(judged.count)}",
            [
                ("R²", _number(explained)),
                ("mean absolute error", f"{judged.absolute_error.mean():.4g}"),
                ("images", f"{judged.count:,}"),
            ],
        )
    low, high = judged.accuracy_interval
    tiles = [(f"right, of {judged.count:,}", f"{judged.correct:,}")]
    if (top := judged.top_5_accuracy) is not None:
        tiles.append(("top-5 accuracy", f"{100 * top:.2f} %"))
    return _headline(
        f"{100 * judged.accuracy:.2f} % accuracy",
        f"95 % interval {100 * low:.2f} to {100 * high:.2f} % (Wilson): what {images_of(judged.count)} leave open",
        [
            *tiles,
            ("loss (cross-entropy)", f"{judged.loss:.4f}"),
            ("Brier score", f"{judged.brier:.4f}"),
            ("calibration error", f"{100 * judged.calibration.expected_error:.2f} %"),
        ],
    )


def _headline(number: str, words: str, tiles: list[tuple[str, str]]) -> Html:
    return h(
        "div",
        h("p", number, class_="headline"),
        h("p", words, class_="quiet"),
        h("dl", *(h("div", h("dt", name), h("dd", value)) for name, value in tiles), class_="tiles"),
    )


def sections(judged: Judgment | NumberJudgment) -> list[Html]:
    """The parts behind the headline."""
    if isinstance(judged, NumberJudgment):
        return [_estimates(judged)]
    return [_classes(judged), _confusion(judged), _calibration(judged)]


# --- classes ----------------------------------------------------------------------------------------------------------


def _classes(judged: Judgment) -> Html:
    hardest = [h("li", *_hard(judged, int(c))) for c in judged.hardest(_HARDEST)]
    rows = [
        [name, f"{count:,}", *(_percent(share) for share in shares)]
        for name, count, *shares in zip(
            judged.class_names,
            judged.support.tolist(),
            judged.precision,
            judged.recall,
            judged.f1,
            strict=True,
        )
    ]
    words = h(
        "div",
        h("p", "The hardest, by recall:"),
        h("ol", *hardest, class_="plain"),
        h(
            "p",
            "Precision: of the images taken for a class, the part that is of it. Recall: of the images of a class, the "
            "part that was taken for it. F1: their harmonic mean. A dash: there is no such image.",
            class_="quiet",
        ),
        class_="words",
    )
    every = table("Every class", ["class", "images", "precision", "recall", "F1"], rows)
    return section("classes", "Classes", h("div", every, words, class_="beside"))


def _hard(judged: Judgment, c: int) -> list[object]:
    """A class, and what it is mostly taken for."""
    row = judged.confusion[c].copy()
    row[c] = 0
    k = int(row.argmax())
    words = f": {_percent(judged.recall[c])} of {judged.support[c]:,}"
    if row[k]:
        words += f"; {row[k]:,} taken for {judged.class_names[k]}"
    return [h("b", judged.class_names[c]), words]


# --- confusion --------------------------------------------------------------------------------------------------------


def _confusion(judged: Judgment) -> Html:
    n = len(judged.class_names)
    pairs = judged.most_confused(_CONFUSIONS)
    drawn = _confusion_table(judged) if n <= _TABLE else _confusion_map(judged)
    rows = [[judged.class_names[c], judged.class_names[k], f"{count:,}"] for c, k, count in pairs]
    most = table("The most frequent confusions", ["class", "taken for", "images"], rows, words=(0, 1))
    rest = most if rows else h("p", "No image was taken for another class.")
    return section("confusion", "Confusion", h("div", drawn, rest, class_="beside"))


def _confusion_table(judged: Judgment) -> Html:
    names = judged.class_names
    head = h("tr", h("td"), *(h("th", h("span", name), scope="col") for name in names))
    body = []
    for c, (name, counts, strength) in enumerate(
        zip(names, judged.confusion.tolist(), confusion_strength(judged).tolist(), strict=True)
    ):
        cells = [
            h(
                "td",
                f"{count:,}" if count else "·",
                class_="none" if not count else "right" if c == k else "wrong",
                style=f"--strength:{strength[k]:.2f}" if count else None,
                title=f"{name}, taken for {names[k]}: {count:,}",
            )
            for k, count in enumerate(counts)
        ]
        body.append(h("tr", h("th", name, scope="row", title=name), *cells))
    caption = "A row for what the images are, a column for what they were taken for"
    drawn = h("table", h("caption", caption), h("thead", head), h("tbody", *body), class_="confusion")
    return scrolling(drawn, "Confusion matrix")


def _confusion_map(judged: Judgment) -> Html:
    n = len(judged.class_names)
    words = f"Confusion matrix of {n} classes: a row for what the images are, a column for what they were taken for"
    drawn = h("img", src=data_uri(confusion_pixels(judged)), alt=words, width=n, height=n, class_="map")
    caption = f"{words}. Blue is right, orange is not; the stronger, the more images of the row."
    return h("figure", drawn, h("figcaption", caption))


# --- calibration ------------------------------------------------------------------------------------------------------


def _calibration(judged: Judgment) -> Html:
    bins = judged.calibration
    title = f"Accuracy over confidence, in {len(bins.count)} bins of equal width"
    chart = reliability(
        title, bins.edges.tolist(), bins.confidence.tolist(), bins.accuracy.tolist(), bins.count.tolist()
    )
    rows = [
        [
            f"{100 * bins.edges[b]:.1f} to {100 * bins.edges[b + 1]:.1f} %",
            f"{bins.count[b]:,}",
            _percent(bins.confidence[b]),
            _percent(bins.accuracy[b]),
        ]
        for b in np.flatnonzero(bins.count).tolist()
    ]
    gap = float(judged.confidence.mean()) - judged.accuracy
    tendency = "surer than it is right" if gap > 0 else "right more often than it is sure"
    return section(
        "calibration",
        "Calibration",
        h(
            "p",
            "Of the images of which the model says 80 %, 80 % should be right: points on the dashed line. On the "
            f"average it is {abs(100 * gap):.2f} points {tendency}. The expected calibration error, "
            f"{100 * bins.expected_error:.2f} %, is the mean distance from the line, weighted by images (Guo et al., "
            "2017).",
        ),
        h(
            "div",
            chart,
            table("Bins that hold images", ["confidence", "images", "its mean", "accuracy"], rows),
            class_="charts",
        ),
    )


# --- estimates --------------------------------------------------------------------------------------------------------


def _estimates(judged: NumberJudgment) -> Html:
    names = [str(k) for k in range(judged.y.shape[1])]
    rows = [
        [name, f"{squared:.4g}", f"{absolute:.4g}", _number(explained)]
        for name, squared, absolute, explained in zip(
            names, judged.squared_error, judged.absolute_error, judged.r_squared, strict=True
        )
    ]
    # Evenly spread over the images, which often stand sorted.
    chosen = np.unique(np.arange(_POINTS) * judged.count // _POINTS)
    charts = [
        scatter(
            f"Estimates of output {name} over its targets",
            judged.y[chosen, k].tolist(),
            judged.predicted[chosen, k].tolist(),
        )
        for k, name in enumerate(names[:4])
    ]
    return section(
        "estimates",
        "Estimates",
        table("Every output", ["output", "mean squared error", "mean absolute error", "R²"], rows),
        h(
            "p",
            f"{len(chosen):,} of {images_of(judged.count)}; on the dashed line they would be right.",
            class_="quiet",
        ),
        h("div", *charts, class_="charts"),
    )


def _percent(share: float) -> str:
    return "–" if np.isnan(share) else f"{100 * share:.1f}\u00a0%"


def _number(value: float) -> str:
    return "undefined" if np.isnan(value) else f"{value:.4f}"
