"""The worst mistakes as pictures: the image, and beside it where the network looked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fullstride.judging import Judgment, NumberJudgment, last_feature_map, overlay, visible
from fullstride.network import Network
from fullstride.report.markup import Html, h, images_of, section, together
from fullstride.report.pictures import LARGEST, at_most, picture

MOST = 24


def gallery(
    network: Network,
    judged: Judgment | NumberJudgment,
    parts: Sequence[NDArray[Any]],
    threads: int | None,
    engine: str,
) -> Html:
    """The section of the worst images; `parts` are the judged ones, one after the other."""
    chosen = judged.worst(MOST)
    images = _images(parts, chosen)
    outputs = _asked_for(judged, chosen)
    maps: Sequence[NDArray[np.float64] | None] = [None] * len(chosen)
    cut = last_feature_map(network.program)
    if cut is None:
        looked = "There is no Grad-CAM: this network has no feature map that a convolution makes."
    elif (layer := cut.without_gradient) is not None:
        looked = (
            f"There is no Grad-CAM: behind the last feature map stands {layer}, which predicts with an inference of "
            "its own, and that has no backward."
        )
    else:
        maps = list(network.grad_cam(images, outputs, threads, engine))
        looked = (
            "Beside each image Grad-CAM (Selvaraju et al., 2017): orange where the last feature map speaks for what "
            "the model said. A map without orange: nothing there speaks for it."
        )
    maximum = 255 if network.preprocessing is None else network.preprocessing.maximum
    cards = []
    for i, shown, L in zip(chosen.tolist(), visible(images, maximum), maps, strict=True):
        said, words = _words(judged, i)
        cards.append(_card(at_most(shown), L, i, said, words))
    return section(
        "mistakes",
        _title(judged),
        h("p", _what(judged, len(chosen)), " ", looked),
        h("ul", *cards, class_="gallery"),
    )


def _images(parts: Sequence[NDArray[Any]], chosen: NDArray[np.int64]) -> NDArray[Any]:
    """Of shape (len(chosen), n_H, n_W, n_C): no more than these are read."""
    ends = np.cumsum([len(X) for X in parts])
    of = np.searchsorted(ends, chosen, side="right")
    # i - ends[k] is negative: it counts from the end of the part.
    return np.stack([parts[k][i - ends[k]] for i, k in zip(chosen, of, strict=True)])


def _card(
    shown: NDArray[np.uint8], L: NDArray[np.float64] | None, i: int, said: str, words: list[object]
) -> Html:
    smooth = "smooth" if max(shown.shape[:2]) >= LARGEST // 2 else None
    pair = [picture(shown, f"Image {i}: {said}", smooth)]
    if L is not None:
        pair.append(picture(overlay(shown, L), f"Grad-CAM of image {i}", smooth))
    return h("li", h("figure", h("div", *pair, class_="pair"), h("figcaption", together(words))))


def _asked_for(judged: Judgment | NumberJudgment, chosen: NDArray[np.int64]) -> NDArray[np.int64]:
    """The class that was predicted; of estimates the output that is most wrong."""
    if isinstance(judged, Judgment):
        return judged.predicted[chosen]
    return np.asarray(np.abs(judged.errors[chosen]).argmax(axis=1), np.int64)


def _words(judged: Judgment | NumberJudgment, i: int) -> tuple[str, list[object]]:
    """What is said of an image: in words alone, and below it."""
    if isinstance(judged, NumberJudgment):
        k = int(np.abs(judged.errors[i]).argmax())
        target, estimate = f"{judged.y[i, k]:.4g}", f"{judged.predicted[i, k]:.4g}"
        of = f" (output {k})" if judged.y.shape[1] > 1 else ""
        return f"{target}, estimated as {estimate}", [target, ", estimated as ", h("strong", estimate), of]
    name, taken = judged.class_names[judged.y[i]], judged.class_names[judged.predicted[i]]
    sure = f"{100 * judged.confidence[i]:.1f}\u00a0%"
    if judged.right[i]:
        return f"{name}, {sure}", [h("strong", name), f", {sure}"]
    return f"{name}, taken for {taken}, {sure}", [name, ", taken for ", h("strong", taken), f" ({sure})"]


def _title(judged: Judgment | NumberJudgment) -> str:
    if isinstance(judged, NumberJudgment):
        return "Largest errors"
    return "Least sure" if judged.right.all() else "Worst mistakes"


def _what(judged: Judgment | NumberJudgment, shown: int) -> str:
    if isinstance(judged, NumberJudgment):
        return f"{images_of(shown)}, those that are estimated worst first."
    wrong = judged.count - judged.correct
    if not wrong:
        return f"There is no mistake in {images_of(judged.count)}; least sure was the model here."
    few = "" if shown == wrong else f"; here are the {shown:,} surest"
    return f"{wrong:,} of {images_of(judged.count)} taken for something else, the surest first{few}."
