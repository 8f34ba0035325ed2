"""The tree is the pipeline: who may import whom, what is named where, and one stem an operation."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import fullstride
from fullstride.program import OPERATIONS

ROOT = Path(__file__).parents[1]
PACKAGE = Path(fullstride.__file__).parent
TESTS = ROOT / "tests"

ROOMS = (
    "errors",
    "geometry",
    "checks",
    "angles",
    "mapping",
    "lazy",
    "random",
    "steps",
    "layers",
    "program",
    "native",
    "formats",
    "data",
    "training",
    "judging",
    "network",
    "architectures",
    "runs",
    "sklearn",
    "plots",
    "figures",
    "report",
    "bench",
    "cli",
)
"""Lowest floor first, as docs/architecture.md has it: a room imports only from itself and from rooms before it."""

DOORS = {"__init__", "__main__"}
"""The package's front door names all rooms, and the command's starts the last; no room may import from a door ..."""

VERSION = {
    (path, "fullstride")
    for path in (
        "native/cache.py",
        "report/background.py",
        "bench/ours.py",
        "cli/app.py",
        "cli/evaluate.py",
        "cli/info.py",
    )
}
"""... but for the version, which stands there. (file, module)"""

DRAWN = {("training/history.py", "fullstride.plots")}
"""A method that draws what it belongs to leads up to the room of the figures when it is called. (file, module)"""

KNOWN = {*VERSION, *DRAWN}


def modules() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py"))


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path: Path) -> Iterator[str]:
    """The modules of the package that a file imports anywhere: at its top, in functions, for the type checker."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports within the package are absolute"
            if node.module == "fullstride":
                # A name of the front door, or a room.
                rooms = [alias.name for alias in node.names if alias.name in ROOMS]
                names = [f"fullstride.{name}" for name in rooms]
                if len(rooms) < len(node.names):
                    names.append("fullstride")
            else:
                names = [node.module or ""]
        else:
            continue
        yield from (name for name in names if name.split(".")[0] == "fullstride")


def test_every_file_is_in_a_room() -> None:
    found = {room_of(path) for path in modules()}
    assert found - DOORS == set(ROOMS)


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_from_rooms_below_it(room: str) -> None:
    allowed = {*ROOMS[: ROOMS.index(room)], room}
    wrong = []
    for path in modules():
        if room_of(path) != room:
            continue
        for module in imported(path):
            name = path.relative_to(PACKAGE).as_posix()
            parts = module.split(".")
            if (name, module) in KNOWN or (len(parts) > 1 and parts[1] in allowed):
                continue
            wrong.append(f"{name} imports {module}")
    assert wrong == []


def test_exceptions_are_still_needed() -> None:
    found = {(path.relative_to(PACKAGE).as_posix(), name) for path in modules() for name in imported(path)}
    assert found >= KNOWN


def test_every_room_is_named_in_the_architecture_page_in_its_order() -> None:
    page = ROOT / "docs" / "architecture.md"
    assert page.is_file(), "docs/architecture.md is missing"
    text = page.read_text(encoding="utf-8")
    rows = [line.split("|")[1].strip().strip("`") for line in text.splitlines() if line.startswith("| `")]
    named = [row.removesuffix("/").removesuffix(".py") for row in rows]
    assert [name for name in named if name in ROOMS] == list(ROOMS)
    for room in ROOMS:
        is_folder = (PACKAGE / room).is_dir()
        assert rows[named.index(room)] == (f"{room}/" if is_folder else f"{room}.py")


@pytest.mark.parametrize("stem", sorted({row.stem for row in OPERATIONS.values() if row.has_kernel}))
def test_one_stem_an_operation(stem: str) -> None:
    for path in (
        PACKAGE / "steps" / f"{stem}.py",
        PACKAGE / "native" / "kernels" / f"{stem}.py",
        TESTS / "steps" / f"test_{stem}.py",
        TESTS / "native" / "kernels" / f"test_{stem}.py",
    ):
        assert path.is_file(), f"{path} is missing"


def test_importing_loads_numpy_and_nothing_heavier() -> None:
    heavy = ("llvmlite", "PIL", "rich", "typer", "matplotlib", "safetensors", "pooch", "torch", "sklearn")
    code = (
        "import sys, fullstride\n"
        f"print([name for name in {heavy!r} if name in sys.modules])\n"
        "print([name for name in sys.modules if name.startswith('fullstride.')])"
    )
    environment = {"PYTHONPATH": str(PACKAGE.parent), "PATH": ""}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    assert done.stdout.splitlines() == ["[]", "[]"]


@pytest.mark.parametrize("name", fullstride.__all__)
def test_public_names_resolve(name: str) -> None:
    assert getattr(fullstride, name) is not None
    assert name in dir(fullstride)


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(AttributeError, match=r"^module 'fullstride' has no attribute 'nonsense'$"):
        fullstride.nonsense  # noqa: B018


@pytest.mark.parametrize("room", [room for room in ROOMS if (PACKAGE / room).is_dir()])
def test_names_that_a_room_offers_exist(room: str) -> None:
    if room == "sklearn":
        pytest.importorskip("sklearn", reason="scikit-learn is not installed")
    module = importlib.import_module(f"fullstride.{room}")
    for name in getattr(module, "__all__", ()):
        assert hasattr(module, name), f"{room}.{name}"
