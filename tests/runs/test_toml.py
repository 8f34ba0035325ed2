"""Writing TOML: Python's reader reads what was written."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fullstride.runs.toml import to_toml

TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
FLAT = st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False) | TEXT
VALUES = st.recursive(
    FLAT, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=3), max_leaves=12
)


def same(a: Any, b: Any) -> bool:
    """Equal, and of the same types all the way down: True is not 1, and 1 is not 1.0."""
    if type(a) is not type(b):
        return False
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[name], b[name]) for name in a)
    if isinstance(a, list):
        return len(a) == len(b) and all(map(same, a, b))
    return repr(a) == repr(b)  # -0.0 is not 0.0


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.dictionaries(TEXT, VALUES, max_size=5))
def test_what_is_written_is_read(document: dict[str, Any]) -> None:
    tables = [name for name, value in document.items() if isinstance(value, dict)]
    in_order = {name: value for name, value in document.items() if name not in tables}
    in_order |= {name: document[name] for name in tables}
    assert same(tomllib.loads(to_toml(document)), in_order)


def test_a_document_as_people_would_write_it() -> None:
    document = {
        "training": {"lr": 0.1, "epsilon": 1e-08},
        "seed": 3,
        "network": {"exact": True, "layers": [{"kind": "conv", "f": (3, 3)}, {"kind": "relu"}]},
        "a key": 'two\nlines, a "quote", a \\ and \x7f',
        "empty": {},
    }
    assert to_toml(document) == (
        "seed = 3\n"
        '"a key" = "two\\nlines, a \\"quote\\", a \\\\ and \\u007F"\n'
        "\n[training]\nlr = 0.1\nepsilon = 1e-08\n"
        '\n[network]\nexact = true\nlayers = [\n    {kind = "conv", f = [3, 3]},\n    {kind = "relu"},\n]\n'
        "\n[empty]\n"
    )
    assert to_toml({}) == ""


def test_what_toml_has_not_is_our_own_mistake() -> None:
    with pytest.raises(AssertionError, match=r"^unreachable: a configuration holds no NoneType$"):
        to_toml({"training": {"clip": None}})
