"""The page: what is on it, for models and data of every kind; that it asks for nothing; that it is always the same."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import fullstride
from fullstride import Conv, CustomLayer, Dense, Flatten, Judgment, Network, NumberJudgment, ReLU
from fullstride.data import DataSet, from_arrays
from fullstride.errors import DataError, FileFormatError, OutputError
from fullstride.layers import KINDS
from fullstride.network import load
from fullstride.report import write_report
from fullstride.report.write import POLICY
from fullstride.runs import fit, stored_history
from fullstride.training import History, Interrupted, Run
from tests.report.page import Element, parsed
from tests.support.runs import Killed, kill, press, small_data, small_job
from tests.support.training import At


class Negative(CustomLayer):
    def forward(self, A_prev: Any) -> Any:
        return -A_prev, None

    def backward(self, dA: Any, cache: Any) -> Any:
        return -dA


class Noisy(Negative):
    """Another number in training than in a prediction."""

    def forward(self, A_prev: Any) -> Any:
        return -3 * A_prev, None

    def inference(self, A_prev: Any) -> Any:
        return -A_prev


for own in (Negative, Noisy):
    KINDS.pop(own.kind)  # other tests know nothing of them

EVIL = ("<script>alert(1)</script>", 'a "quoted" & b', "\udcff\n'")


def written(folder: Path, network: Network, data: DataSet, **options: Any) -> tuple[Any, Element]:
    options = {"engine": "steps", **options}
    judged = write_report(network, data, folder / "report.html", **options)
    assert [path.name for path in folder.iterdir()] == ["report.html"]
    page = (folder / "report.html").read_text(encoding="utf-8")
    check_that_it_asks_for_nothing(page)
    return judged, parsed(page)


def check_that_it_asks_for_nothing(page: str) -> None:
    tree = parsed(page)
    policy = tree.all("meta")[1]
    assert policy.attributes == {"http-equiv": "Content-Security-Policy", "content": POLICY}
    assert POLICY == "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
    for forbidden in ("script", "link", "iframe", "object", "embed", "form", "base"):
        assert tree.all(forbidden) == []
    assert all(
        (image.attributes["src"] or "").startswith("data:image/png;base64,") for image in tree.all("img")
    )
    assert all(image.attributes["alt"] for image in tree.all("img"))
    assert all((link.attributes["href"] or "").startswith("#") for link in tree.all("a"))
    assert not any(word in tree.all("style")[0].text for word in ("url(", "@import", "@font-face"))


def network_of(classes: int = 3, **options: Any) -> Network:
    layers = (Conv(2, 3), ReLU(), Flatten(), Dense(classes))
    network = Network(*layers, input_shape=(6, 6, 1), seed=1, **options)
    network.preprocessing = small_data().preprocessing
    return network


def facts(page: Element) -> dict[str, str]:
    """What stands under "How to repeat it"."""
    names, values = (page.named("repeat").all(tag) for tag in ("dt", "dd"))
    return {name.text: value.text for name, value in zip(names, values, strict=True)}


def pixels(image: Element) -> np.ndarray:
    content = base64.b64decode((image.attributes["src"] or "").partition(",")[2])
    with Image.open(io.BytesIO(content)) as opened:
        return np.asarray(opened)


def test_the_report_of_a_run(tmp_path: Path) -> None:
    job = small_job({"engine": "steps"})
    history = fit(job)
    commands = ["fullstride evaluate runs/small-1"]
    judged, page = written(tmp_path, job.network, job.data, history=history, commands=commands)
    assert isinstance(judged, Judgment)
    assert judged.accuracy == job.network.score(job.data.X_test, job.data.y_test, engine="steps")
    assert page.all("p", "headline")[0].text == f"{100 * judged.accuracy:.2f} % accuracy"
    low, high = judged.accuracy_interval
    assert f"95 % interval {100 * low:.2f} to {100 * high:.2f} %" in page.text

    assert [link.text for link in page.all("a")] == [heading.text for heading in page.all("h2")]
    rows = page.named("classes").rows()
    assert rows[0] == ["class", "images", "precision", "recall", "F1"]
    assert [(row[0], row[1], row[3]) for row in rows[1:]] == [
        (str(c), "6", f"{100 * judged.recall[c]:.1f}\u00a0%") for c in range(3)
    ]
    cells = [row[1:] for row in page.named("confusion").rows()[1:]]
    assert cells == [[str(count) if count else "·" for count in row] for row in judged.confusion.tolist()]
    assert len(page.named("calibration").rows()) == 1 + np.count_nonzero(judged.calibration.count)
    assert len(page.named("learning").all("polyline")) == 3
    assert "4 epochs" in page.named("learning").text
    assert "small: images of 6x6x1: 54 to train, 18 to test" in page.named("data").text
    assert page.named("data").rows()[1:] == [[str(c), "18", "6"] for c in range(3)]
    assert page.named("network").rows()[1] == ["conv1", "6×6×4", "40", "1,296", "3×3"]
    assert page.named("configuration").all("pre")[0].text == job.configuration.to_toml()
    assert page.named("repeat").all("pre")[0].text == commands[0]
    assert fullstride.__version__ in page.named("repeat").text
    assert job.digest in page.named("repeat").text


def test_data_that_has_changed_since_the_training(tmp_path: Path) -> None:
    job, other = small_job(), small_data(seed=1)
    said = "These images or labels are others than those that the model was trained on"
    (tmp_path / "own").mkdir()
    _, page = written(tmp_path / "own", job.network, job.data)
    assert said not in page.text
    assert facts(page)["judged data, SHA-256"] == job.digest
    assert "training data, SHA-256" not in facts(page)
    (tmp_path / "other").mkdir()
    _, page = written(tmp_path / "other", job.network, replace(other, digest=""))
    assert said in page.named("data").text
    assert facts(page)["judged data, SHA-256"] == other.digest != job.digest
    assert facts(page)["training data, SHA-256"] == job.digest
    (tmp_path / "foreign").mkdir()
    _, page = written(tmp_path / "foreign", job.network, replace(other, name="foreign"))
    assert said not in page.text
    assert facts(page)["training data, SHA-256"] == job.digest


@pytest.mark.parametrize("loss", ["cross_entropy", "mean_squared_error"])
def test_every_image_whatever_part_it_stands_in(tmp_path: Path, loss: str) -> None:
    small = small_data()
    network = network_of(3 if loss == "cross_entropy" else 1, loss=loss)
    data = replace(small, X_validation=small.X_train[50:], y_validation=small.y_train[50:])
    X = np.concatenate([data.X_train, small.X_train[50:], data.X_test])
    y = np.concatenate([data.y_train, small.y_train[50:], data.y_test])
    judged, page = written(tmp_path, network, data, part="all")
    whole = network.judge(X, y if loss == "cross_entropy" else y[:, np.newaxis].astype(float), engine="steps")
    assert (judged.count, type(judged)) == (76, type(whole))
    assert np.allclose(judged.predicted, whole.predicted)
    theirs, ours = whole.to_dict(), judged.to_dict()
    assert ours.keys() == theirs.keys()
    for key in ("kind", "count", "correct", "confusion"):
        assert ours.get(key) == theirs.get(key)
    for key in theirs.keys() & {"loss", "brier", "expected_calibration_error", "r_squared"}:
        assert ours[key] == pytest.approx(theirs[key], rel=1e-5)
    assert "fullstride's report on 76 images" in page.text
    assert "Judged on every image: 76 of 76 images." in page.named("data").text
    shown = page.named("mistakes").all("figure")[:24]
    for figure, row in zip(shown, judged.worst(24), strict=False):
        assert (pixels(figure.all("img")[0]) == X[row]).all()


def test_the_worst_mistakes_and_where_the_network_looked(tmp_path: Path) -> None:
    data, network = small_data(), network_of()
    network.class_names = ("ant", "bee", "cow")
    network.preprocessing = None
    data = replace(data, class_names=network.class_names, preprocessing=None)
    judged, page = written(tmp_path, network, data)
    first = int(judged.worst(1)[0])
    cards = page.named("mistakes").all("figure")
    assert len(cards) == min(24, judged.count - judged.correct)
    image, looked = (pixels(one) for one in cards[0].all("img"))
    # Stored pixels are shown as they are, 0..255.
    assert (image == data.X_test[first]).all()
    (L,) = network.grad_cam(
        data.X_test[first : first + 1], judged.predicted[first : first + 1], engine="steps"
    )
    assert (looked == fullstride.judging.overlay(image, L)).all()
    name, taken = (network.class_names[label[first]] for label in (judged.y, judged.predicted))
    caption = cards[0].all("figcaption")[0]
    assert caption.text == f"{name}, taken for {taken} ({100 * judged.confidence[first]:.1f}\u00a0%)"
    assert caption.all("strong")[0].text == taken


def test_names_are_text_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small = small_data()
    X, y = small.X_train, small.y_train
    data = from_arrays(
        X, y, small.X_test, small.y_test, class_names=EVIL, name="<img src=x onerror=alert(1)>"
    )
    network = network_of()
    network.class_names = EVIL
    monkeypatch.chdir(tmp_path)
    Path("<b>").touch()
    Path("page").mkdir()
    network.configuration = {"run": {"data": {"name": "</style><script>"}}}
    judged, page = written(Path("page"), network, data, model="<b>", commands=["echo '<i>'"])
    assert judged.class_names == EVIL
    text = Path("page/report.html").read_text(encoding="utf-8")
    assert "<script" not in text
    assert "<img src=x" not in text
    assert [row[0] for row in page.named("classes").rows()[1:]] == [EVIL[0], EVIL[1], "\\udcff\n'"]
    assert page.all("h1")[0].text == "<b> on <img src=x onerror=alert(1)>"
    assert page.all("title")[0].text == page.all("h1")[0].text


def test_made_twice_it_is_the_same_to_the_byte(tmp_path: Path) -> None:
    job = small_job({"engine": "steps"})
    (tmp_path / "run").mkdir()
    history = fit(job, tmp_path / "run")
    pages = []
    for name in ("a.html", "b.html"):
        write_report(
            job.network, job.data, tmp_path / name, history=history, model=tmp_path / "run", threads=1
        )
        pages.append((tmp_path / name).read_bytes())
    assert pages[0] == pages[1]
    assert b"model file written" in pages[0]


def test_without_a_history_and_without_a_configuration_it_says_so(tmp_path: Path) -> None:
    for history in (None, History()):
        _, page = written(tmp_path, network_of(), small_data(), history=history)
        assert "There are none" in page.named("learning").text
        assert page.named("learning").all("svg") == []
    assert "does not say how" in page.named("configuration").text
    assert page.named("repeat").all("pre") == []


STOPS: dict[str, Any] = {
    "engine": "steps",
    "training.early_stopping": 9,
    "training.lr": 0.3,
    "training.epochs": 8,
}


def test_the_best_epoch_is_named_where_its_parameters_came_back(tmp_path: Path) -> None:
    job = small_job(STOPS)
    history = fit(job)
    assert history.best_epoch is not None
    _, page = written(tmp_path, job.network, job.data, history=history)
    words = f"The parameters are those of epoch {history.best_epoch}, which had the lowest validation loss."
    assert words in page.named("learning").text


@pytest.mark.parametrize("end", [press, kill])
def test_a_run_that_did_not_end_has_no_best_parameters(tmp_path: Path, end: Callable[[Run], None]) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    with pytest.raises((Interrupted, Killed)):
        fit(
            small_job(STOPS), folder, every=1, callbacks=[At(18, end)]
        )  # in the fourth of 8 epochs of 5 steps
    history, network = stored_history(folder), load(folder / "model.safetensors")
    assert history is not None
    assert history.best_epoch is not None
    (tmp_path / "page").mkdir()
    _, page = written(tmp_path / "page", network, small_data(), history=history)
    said = page.named("learning").text
    assert (
        "The run did not come to its end; epochs completed: 3 of 8. The parameters are those that it" in said
    )
    assert "lowest validation loss" not in said


def test_a_history_alone_tells_of_an_interruption_too(tmp_path: Path) -> None:
    history = replace(fit(small_job(STOPS)), interrupted=True)
    _, page = written(tmp_path, network_of(), small_data(), history=history)
    assert (
        "The run did not come to its end; epochs completed: 8. The parameters" in page.named("learning").text
    )


def test_a_model_without_names_and_with_classes_that_do_not_occur(tmp_path: Path) -> None:
    judged, page = written(tmp_path, network_of(7), small_data())
    assert judged.class_names[6] == "class 6"
    assert page.named("classes").rows()[7][:2] == ["class 6", "0"]
    assert page.named("classes").rows()[7][3] == "–"
    assert "top-5 accuracy" in page.text
    assert "nan" not in page.named("classes").text.lower()


def test_many_classes_are_a_picture(tmp_path: Path) -> None:
    judged, page = written(tmp_path, network_of(30), small_data())
    (map_,) = page.named("confusion").all("img")
    shown = pixels(map_)
    assert shown.shape == (30, 30, 4)
    assert ((shown[..., 3] > 0) == (judged.confusion > 0)).all()
    assert len(page.named("confusion").all("table")) == 1


def test_a_single_image_that_is_right(tmp_path: Path) -> None:
    small, network = small_data(), network_of()
    right = network.predict(small.X_test[:1], engine="steps")
    data = from_arrays(small.X_train, small.y_train, small.X_test[:1], right)
    judged, page = written(tmp_path, network, data)
    assert (judged.count, judged.correct) == (1, 1)
    assert "fullstride's report on 1 image of its test part" in page.text
    assert page.named("mistakes").all("h2")[0].text == "Least sure"
    assert len(page.named("mistakes").all("figure")) == 1
    assert "No image was taken for another class." in page.named("confusion").text


def test_a_model_that_estimates_numbers(tmp_path: Path) -> None:
    judged, page = written(tmp_path, network_of(1, loss="mean_squared_error"), small_data())
    assert isinstance(judged, NumberJudgment)
    assert page.all("p", "headline")[0].text == f"mean squared error {judged.loss:.4g}"
    assert page.named("estimates").rows()[1] == [
        "0",
        f"{judged.squared_error[0]:.4g}",
        f"{judged.absolute_error[0]:.4g}",
        f"{judged.r_squared[0]:.4f}",
    ]
    assert len(page.named("estimates").all("circle")) == 18
    assert page.named("mistakes").all("h2")[0].text == "Largest errors"
    assert len(page.named("mistakes").all("figure")) == 18


def test_without_a_convolution_there_are_images_alone(tmp_path: Path) -> None:
    network = Network(Flatten(), Dense(3), input_shape=(6, 6, 1), seed=1)
    _, page = written(tmp_path, network, small_data())
    mistakes = page.named("mistakes")
    assert "There is no Grad-CAM" in mistakes.text
    assert len(mistakes.all("img")) == len(mistakes.all("figure"))


def test_layers_of_one_s_own_behind_the_map(tmp_path: Path) -> None:
    """Maps as of all layers; none where a prediction has no backward, and the page says whose."""
    for layer, count in ((Negative(), 2), (Noisy(), 1)):
        network = Network(Conv(2, 3), Flatten(), layer, Dense(3), input_shape=(6, 6, 1), seed=1)
        network.preprocessing = small_data().preprocessing
        _, page = written(tmp_path, network, small_data())
        mistakes = page.named("mistakes")
        assert len(mistakes.all("img")) == count * len(mistakes.all("figure")) > 0
        said = f"There is no Grad-CAM: behind the last feature map stands {layer}, which predicts with"
        assert (said in mistakes.text) == (count == 1)


def test_large_images_of_floats_are_made_smaller(tmp_path: Path) -> None:
    generator = np.random.default_rng(0)
    X = generator.standard_normal((6, 200, 400, 2)).astype(np.float32)
    y = np.array([0, 1, 0, 1, 0, 1])
    network = Network(Conv(1, 9, stride=9), Flatten(), Dense(2), input_shape=(200, 400, 2))
    _, page = written(tmp_path, network, from_arrays(X[:4], y[:4], X[4:], y[4:]), engine="native")
    image = page.named("mistakes").all("img")[0]
    assert pixels(image).shape == (80, 160, 3)
    assert (image.attributes["width"], image.attributes["height"]) == ("160", "80")


def test_what_cannot_be_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"^cannot write "):
        write_report(network_of(), small_data(), tmp_path / "missing" / "report.html", engine="steps")
    with pytest.raises(DataError, match="has no validation part of its own"):
        write_report(network_of(), small_data(), tmp_path / "report.html", part="validation")
    with pytest.raises(FileFormatError, match=r"^there is no model file "):
        write_report(network_of(), small_data(), tmp_path / "report.html", model=tmp_path, engine="steps")
    assert list(tmp_path.iterdir()) == []
