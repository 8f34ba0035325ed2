"""Options and fixtures of all tests."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from fullstride.layers import KINDS

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # As a shell starts what it starts in the background. The tests send themselves Ctrl-C, and their processes inherit.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--refresh-golden",
        action="store_true",
        help="write the golden files anew instead of comparing with them",
    )


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


@pytest.fixture(autouse=True)
def _same_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is drawn where does not depend on where the tests run: on a terminal, in a job of CI, from cron."""
    for name in ("CI", "COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")


@pytest.fixture(autouse=True)
def _own_kinds() -> Iterator[None]:
    """Classes of layers that a test makes are forgotten behind it."""
    before = dict(KINDS)
    yield
    KINDS.clear()
    KINDS.update(before)


@pytest.fixture(autouse=True)
def _own_data_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Downloads go to a temporary folder, and nothing but this machine is ever asked for one: not by a mistake, not in
    a process that a test starts. What is not on the loopback interface is sought at a proxy that is not there.
    """
    monkeypatch.setenv("FULLSTRIDE_DATA_DIR", str(tmp_path_factory.getbasetemp() / "no-data"))
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
