"""The object cache: who may read it, what is loaded from it, and what happens when it cannot be used."""

from __future__ import annotations

import os
import stat
import tempfile
import warnings
from pathlib import Path

import numpy as np
import pytest

from fullstride.native import cache as cache_module
from fullstride.native import compile as compile_module
from fullstride.native import functions
from fullstride.native.cache import MAGIC, Compiled, ObjectCache, default_folder, key_of
from tests.support.kernels import machine_of

ENTRY = Compiled(b"\x00code\nwith a line\xff", [["node", "kernel"]])


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ObjectCache:
    monkeypatch.setattr(cache_module, "_warned", set())
    return ObjectCache(tmp_path / "objects")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_what_is_saved_is_loaded(store: ObjectCache) -> None:
    assert store.load("key") is None
    store.save("key", ENTRY)
    assert store.load("key") == ENTRY
    assert store.load("another") is None


def test_nobody_else_may_look(store: ObjectCache) -> None:
    store.save("key", ENTRY)
    assert mode(store.folder) == 0o700
    assert [mode(path) for path in store.entries()] == [0o600]


def test_parents_are_made(tmp_path: Path) -> None:
    store = ObjectCache(tmp_path / "a" / "b" / "c")
    store.save("key", ENTRY)
    assert store.load("key") == ENTRY


@pytest.mark.parametrize("bits", [0o750, 0o705, 0o777])
def test_a_folder_that_others_may_read_is_not_used(store: ObjectCache, bits: int) -> None:
    store.save("key", ENTRY)
    store.folder.chmod(bits)
    assert store.load("key") is None
    with pytest.warns(RuntimeWarning, match=r"is not used: it must belong to you alone \(mode 0700\)"):
        store.save("second", ENTRY)
    assert len(store.entries()) == 1


def test_a_folder_of_another_user_is_not_used(store: ObjectCache, monkeypatch: pytest.MonkeyPatch) -> None:
    store.save("key", ENTRY)
    monkeypatch.setattr(os, "getuid", lambda: store.folder.stat().st_uid + 1)
    assert store.load("key") is None
    with pytest.warns(RuntimeWarning, match="must belong to you alone"):
        store.save("key", ENTRY)


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:-1],
        lambda data: data[:10],
        lambda data: b"",
        lambda data: data + b"\x00",
        lambda data: data[:-3] + bytes([data[-3] ^ 1]) + data[-2:],
        lambda data: data[: len(MAGIC)] + bytes(32) + data[len(MAGIC) + 32 :],
        lambda data: b"another object 9\n!!\n" + data[len(MAGIC) :],
    ],
    ids=["cut by one", "cut in its head", "empty", "longer", "one bit", "digest", "magic"],
)
def test_a_damaged_entry_is_not_loaded(store: ObjectCache, damage: object) -> None:
    store.save("key", ENTRY)
    (path,) = store.entries()
    path.write_bytes(damage(path.read_bytes()))  # type: ignore[operator]
    assert store.load("key") is None
    store.save("key", ENTRY)
    assert store.load("key") == ENTRY


def convolve() -> float:
    """A convolution whose runner is made anew."""
    functions._runners._runners.clear()
    A_prev, W, b = np.ones((1, 2, 2, 1)), np.ones((2, 2, 1, 1)), np.ones((1, 1, 1, 1))
    return float(functions.conv_forward(A_prev, W, b, {"stride": 1, "pad": 0})[0][0, 0, 0, 0])


def test_an_entry_under_the_name_of_another_is_not_loaded(store: ObjectCache) -> None:
    store.save("a" * 64, Compiled(b"code", {"n": 1}))
    (store.folder / f"{'a' * 64}.o").rename(store.folder / f"{'b' * 64}.o")
    assert store.load("b" * 64) is None


def test_a_user_without_a_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("FULLSTRIDE_CACHE_DIR", raising=False)
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path))

    def nowhere() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", nowhere)
    assert default_folder().parent == tmp_path


def test_damaged_code_is_compiled_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    convolve()  # the team's own code is compiled once a process: now
    monkeypatch.setenv("FULLSTRIDE_CACHE_DIR", str(tmp_path / "objects"))
    compiled = []
    compile_object = compile_module.compile_object
    monkeypatch.setattr(
        compile_module, "compile_object", lambda *given: compiled.append(1) or compile_object(*given)
    )
    assert convolve() == 5.0
    assert len(compiled) == 1
    assert convolve() == 5.0
    assert len(compiled) == 1, "the second time it comes from the cache"
    (path,) = ObjectCache().entries()
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2] + b"\xcc" * 64 + data[len(data) // 2 + 64 :])
    assert convolve() == 5.0
    assert len(compiled) == 2
    assert path.read_bytes() == data


def test_writing_is_atomic(store: ObjectCache, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed before the renaming: the old entry stays, and nothing half-written is left."""
    store.save("key", ENTRY)

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", fail)
        with pytest.warns(
            RuntimeWarning, match="compiled code cannot be kept in .*: No space left on device"
        ):
            store.save("key", Compiled(b"new", None))
    assert store.load("key") == ENTRY
    assert [path.name for path in store.folder.iterdir()] == ["key.o"]


def test_the_key_names_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is compiled, the target, and the versions."""
    machine, other = machine_of("128"), machine_of("x86-64-v3")
    key = key_of("conv", machine)
    assert key == key_of("conv", machine)
    assert len({key, key_of("pool", machine), key_of("conv", other)}) == 3
    for versions in ("fullstride 9", "llvmlite 9"):
        monkeypatch.setattr(cache_module, "_versions", lambda versions=versions: versions)
        assert key_of("conv", machine) != key


def test_the_versions_are_those_of_both_packages() -> None:
    from importlib.metadata import version

    import fullstride

    assert f"fullstride {fullstride.__version__} " in cache_module._versions()
    assert cache_module._versions().endswith(f" llvmlite {version('llvmlite')}")


def test_a_file_where_the_folder_should_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One warning, and everything works; it is no error that code cannot be kept."""
    monkeypatch.setattr(cache_module, "_warned", set())
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("FULLSTRIDE_CACHE_DIR", str(tmp_path / "file"))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert convolve() == 5.0
        assert convolve() == 5.0
    assert len(caught) == 1
    assert caught[0].category is RuntimeWarning
    assert str(caught[0].message).startswith(f"compiled code cannot be kept in {tmp_path / 'file'}: ")
    assert (tmp_path / "file").read_text() == "not a folder"


def test_size_and_clear(store: ObjectCache) -> None:
    assert (store.entries(), store.size(), store.clear()) == ([], 0, 0)
    for key in ("a", "b"):
        store.save(key, ENTRY)
    assert store.size() == 2 * (store.folder / "a.o").stat().st_size
    assert store.clear() == 2
    assert store.entries() == []


def test_the_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FULLSTRIDE_CACHE_DIR", "/somewhere")
    assert default_folder() == Path("/somewhere")
    monkeypatch.delenv("FULLSTRIDE_CACHE_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr("sys.platform", "linux")
    assert default_folder() == tmp_path / "fullstride"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert default_folder() == tmp_path / ".cache" / "fullstride"
    monkeypatch.setattr("sys.platform", "darwin")
    assert default_folder() == tmp_path / "Library" / "Caches" / "fullstride"
    monkeypatch.setattr("sys.platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "local"))
    assert default_folder() == tmp_path / "local" / "fullstride"
