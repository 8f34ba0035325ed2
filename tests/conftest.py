"""Options and fixtures of all tests."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--refresh-golden",
        action="store_true",
        help="write the golden files anew instead of comparing with them",
    )
    parser.addoption(
        "--every-target",
        action="store_true",
        help="float64 on every target too; without it on the widest alone, and on AArch64",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Compiling takes most of the time: what differs in width and dtype at once is for those who change kernels."""
    if config.getoption("--every-target"):
        return
    left_out = [item for item in items if _narrow_and_double(item)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in set(left_out)]


def _narrow_and_double(item: pytest.Item) -> bool:
    params = getattr(getattr(item, "callspec", None), "params", {})
    return params.get("dtype") == "float64" and params.get("target") in ("x86-64-v3", "128")


@pytest.fixture(scope="session")
def object_cache(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A folder for compiled code that lasts as long as the tests."""
    folder = tmp_path_factory.mktemp("objects")
    folder.chmod(0o700)
    return str(folder)


@pytest.fixture(autouse=True)
def _own_object_cache(object_cache: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test compiles into a temporary folder: the user's own is neither read nor written."""
    monkeypatch.setenv("FULLSTRIDE_CACHE_DIR", object_cache)
