"""The mutations of `tests/mutations.py` still fit the code: a text that has moved is found here, not months later."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mutations import MUTATIONS, ROOT, source


@pytest.mark.parametrize("name", list(MUTATIONS))
def test_the_text_to_break_stands_once_in_the_code(name: str) -> None:
    mutation = MUTATIONS[name]
    path, text = source(ROOT / "src" / "fullstride", mutation)
    assert path.is_file()
    assert mutation.old != mutation.new
    assert text.count(mutation.old) == 1


def test_there_is_a_mutation_for_each_kernel_file_that_sums() -> None:
    files = {Path(mutation.file).name for mutation in MUTATIONS.values()}
    assert {"convolution.py", "pooling.py", "linear.py", "softmax.py", "sgd.py"} <= files
