"""The notebook of the course: it runs from top to bottom, and prints what stands in it."""

from __future__ import annotations

import ast
import base64
import inspect
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import fullstride
from tests import test_published_numbers

nbformat = pytest.importorskip("nbformat", reason="notebooks are run with the extra `test`")
pytest.importorskip("matplotlib", reason="the figures need the extra `plots`")

NOTEBOOK = Path(__file__).parents[2] / "examples" / "course.ipynb"
LARGEST = 600_000  # bytes: pictures are most of it
TIME = "time"  # the tag of a cell whose output is another on every machine


def executed(notebook: Any, folder: Path) -> Any:
    """The notebook after it has run, in a kernel of its own."""
    from nbclient import NotebookClient

    NotebookClient(
        notebook,
        timeout=300,
        kernel_name="python3",
        coalesce_streams=True,
        record_timing=False,
        resources={"metadata": {"path": str(folder)}},
    ).execute()
    notebook.metadata.language_info = {"name": "python"}  # no version
    return notebook


def code_cells(notebook: Any) -> Iterator[Any]:
    yield from (cell for cell in notebook.cells if cell.cell_type == "code")


def outputs(cell: Any) -> list[tuple[str, str]]:
    """What a cell left behind: (kind, text); of a picture only that it is there."""
    left = []
    for output in cell.outputs:
        if output.output_type == "stream":
            left.append((output.name, output.text))
        elif "image/png" in output.data:
            left.append(("picture", ""))
        else:
            data = output.data
            left.append(("text", data.get("text/markdown", data["text/plain"])))
    return left


@pytest.fixture
def committed() -> Any:
    return nbformat.read(NOTEBOOK, as_version=4)


def test_it_prints_what_stands_in_it(
    committed: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(fullstride.__file__).parents[1]))
    fresh = executed(nbformat.from_dict(committed), tmp_path)
    if request.config.getoption("--refresh-golden"):
        nbformat.write(fresh, NOTEBOOK)
        return
    assert list(tmp_path.iterdir()) == []  # it leaves nothing behind
    for then, now in zip(code_cells(committed), code_cells(fresh), strict=True):
        if TIME not in then.metadata.get("tags", []):
            assert outputs(now) == outputs(then), f"cell {now.id}: refresh with --refresh-golden, and look"
        assert [kind for kind, _ in outputs(now)] == [kind for kind, _ in outputs(then)]


def test_it_was_run_once_from_the_top(committed: Any) -> None:
    counts = [cell.execution_count for cell in code_cells(committed)]
    assert counts == list(range(1, len(counts) + 1))
    assert "stderr" not in {kind for cell in code_cells(committed) for kind, _ in outputs(cell)}
    assert NOTEBOOK.stat().st_size < LARGEST


def test_its_pictures_are_pictures(committed: Any) -> None:
    pictures = [
        output.data["image/png"]
        for cell in code_cells(committed)
        for output in cell.outputs
        if "image/png" in output.get("data", {})
    ]
    assert len(pictures) >= 12
    for picture in pictures:
        with Image.open(io.BytesIO(base64.b64decode(picture))) as image:
            assert 200 <= image.width <= 1100
            assert len(np.unique(np.asarray(image.convert("L")))) > 10


def test_it_checks_the_numbers_that_the_course_publishes(committed: Any) -> None:
    known = set(re.findall(r"\d+\.\d{4,}", inspect.getsource(test_published_numbers)))
    checked = set()
    for cell in code_cells(committed):
        checked |= set(re.findall(r"\d+\.\d{4,}", cell.source))
    assert checked <= known
    assert len(checked) > 60
    printed = "".join(text for cell in code_cells(committed) for _, text in outputs(cell))
    assert printed.count("as published") >= 20


def test_its_checks_stop_it(committed: Any) -> None:
    (helpers,) = (cell.source for cell in code_cells(committed) if "def published(" in cell.source)
    names: dict[str, Any] = {"np": np, "ast": ast, "inspect": inspect}
    exec(compile(helpers, "course.ipynb", "exec"), names)
    names["published"]("right", 1.0 + 4e-9, 1.0)
    names["equal"]("right", np.ones(2), np.ones(2))
    with pytest.raises(AssertionError, match="a mean"):
        names["published"]("a mean", 1.0 + 1e-8, 1.0)
    with pytest.raises(AssertionError, match="dW"):
        names["equal"]("dW", np.array([1.0, 1.0 + 1e-8]), np.ones(2))
