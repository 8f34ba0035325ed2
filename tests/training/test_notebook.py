"""Training in a notebook, in a real kernel."""

from __future__ import annotations

import os
import sys
from typing import Any

import pytest

CODE = """
import numpy as np
from fullstride import Dense, Flatten, Network, Progress
X, y = np.zeros((40, 2, 2, 1), np.float32), np.arange(40) % 2
network = Network(Flatten(), Dense(2), input_shape=(2, 2, 1), seed=0)
history = network.fit(X, y, epochs=3, batch_size=4, validation=0.5, engine="steps", callbacks=[Progress()])
"""
INTERRUPTED = """
from fullstride.training import Callback
class Press(Callback):
    def on_epoch(self, run, record):
        raise KeyboardInterrupt
try:
    network.fit(X, y, epochs=3, engine="steps", callbacks=[Progress(), Press()])
except KeyboardInterrupt:
    pass
"""


@pytest.fixture(scope="module")
def outputs() -> list[list[Any]]:
    """What the cells show at their end."""
    nbformat = pytest.importorskip("nbformat", reason="the extra test is not installed")
    nbclient = pytest.importorskip("nbclient", reason="the extra test is not installed")
    pytest.importorskip("ipykernel", reason="the extra test is not installed")
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [nbformat.v4.new_code_cell(code) for code in (CODE, "history", "network", INTERRUPTED)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    nbclient.NotebookClient(notebook, timeout=300).execute(env=environment)
    return [cell.outputs for cell in notebook.cells]


@pytest.mark.filterwarnings("default")  # of the notebook's libraries
def test_one_output_that_is_replaced(outputs: list[list[Any]]) -> None:
    (shown,) = outputs[0]
    assert shown["output_type"] == "display_data"
    text, html = shown["data"]["text/plain"], shown["data"]["text/html"]
    assert text.startswith("epoch 3/3  loss 0.69")
    assert "images/s" in text
    assert html.count("<polyline") == 2
    assert "<progress" not in html  # the bar is there while training goes on


@pytest.mark.filterwarnings("default")
def test_results_are_tables(outputs: list[list[Any]]) -> None:
    for (shown,), word in ((outputs[1], "validation loss"), (outputs[2], "receptive field")):
        assert shown["output_type"] == "execute_result"
        assert f">{word}</th>" in shown["data"]["text/html"]


@pytest.mark.filterwarnings("default")
def test_an_interruption_leaves_no_bar(outputs: list[list[Any]]) -> None:
    (shown,) = outputs[3]
    assert shown["data"]["text/plain"].endswith("(interrupted)")
    assert "<progress" not in shown["data"]["text/html"]
