"""The folder of a run: new or empty or, to go on, that of the run itself; held by one process at a time.

The holder has a lock of the system on the file `.lock` in it. Whatever ends the process ends the lock too, also where
the file stays behind: the next run takes it over.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

from fullstride.errors import ArgumentError, OutputError
from fullstride.formats import MODEL_NAME, ensure_writable_folder, new_run_folder

HISTORY_NAME = "history.jsonl"
CHECKPOINT_NAME = "checkpoint.safetensors"
CONFIGURATION_NAME = "run.toml"
CURVE_NAME = "learning_curve.png"
MISTAKES_NAME = "mistakes.png"
RUN_FILES = (MODEL_NAME, HISTORY_NAME, CHECKPOINT_NAME, CONFIGURATION_NAME, CURVE_NAME, MISTAKES_NAME)
"""The files of a run. The first four tell that a folder is one's; pictures may be anybody's."""

BEGUN = "# This run has not come to its first checkpoint.\n"
"""The first line of a configuration beside which nothing is saved yet."""

LOCK_NAME = ".lock"
_TRIES = 100
_LEFTOVER = re.compile(  # half-written, or what `ensure_writable_folder` writes: another process may be at it just now
    r"\.(writable-\d+-\d+|"
    + "|".join(rf"{re.escape(Path(n).stem)}-\d+-\d+{re.escape(Path(n).suffix)}" for n in RUN_FILES)
    + ")"
)
_held: set[int] = set()
"""The locked descriptors of this process."""


@contextlib.contextmanager
def run_folder(out: str | os.PathLike[str] | None, name: str, *, resume: bool = False) -> Iterator[Path]:
    """Inside, a folder for a run that can be written to and that no other run has.

    Parameters
    ----------
    out : the folder, or None for `runs/name-N` with the first free number
    name : a plain name
    resume : whether `out` may hold a run, which goes on; else at most one that saved nothing before it ended

    Yields
    ------
    Path
        The folder, without what a killed process left of half-written files. If it was made here, and nothing has come
        into it in the end, it is removed again.

    Raises
    ------
    OutputError
        If the folder cannot be made, written or locked; if another run has it; or if it holds other files than it may.
    ArgumentError
        If `name` is no plain name, or `resume` comes without a folder.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as base, run_folder(Path(base, "mine"), "digits") as folder:
    ...     [path.name for path in folder.iterdir()]
    ['.lock']
    """
    if out is None and resume:
        raise ArgumentError("run_folder: resume=True needs out, the folder of the run that goes on; got None")
    process, made = os.getpid(), _missing(Path("runs" if out is None else out))
    try:
        if out is None:
            folder = new_run_folder("runs", name)
            made.insert(0, folder)
        else:
            folder = Path(out)
            if not os.path.lexists(folder / LOCK_NAME):  # nothing is written into what is somebody else's
                _check_content(folder, resume)
            _make(folder)
        with _locked(folder):
            _check_content(folder, resume)  # once more: another training may have ended just before
            _remove_leftovers(folder)
            yield folder
    finally:
        if os.getpid() == process:  # and not in a child, whose folder it is not
            for empty in made:
                with contextlib.suppress(OSError):
                    empty.rmdir()


def latest_run_folder(base: Path, name: str) -> Path | None:
    """Of the folders `base/name-N` the one with the largest N, or None."""
    found = {
        int(path.name.removeprefix(f"{name}-")): path
        for path in (base.iterdir() if base.is_dir() else ())
        if re.fullmatch(rf"{re.escape(name)}-[0-9]+", path.name)
    }
    return found[max(found)] if found else None


def has_begun(folder: Path) -> bool:
    """Whether the configuration in a folder is of a run that began and saved nothing else; its first line tells."""
    path = folder / CONFIGURATION_NAME
    if not path.is_file():
        return False
    try:
        with open(path, "rb") as file:  # a configuration that somebody wrote by hand lacks the line
            return file.read(len(BEGUN)) == BEGUN.encode()
    except OSError as error:
        raise OutputError(f"cannot read {path}: {_reason(error)}") from error


def _missing(folder: Path) -> list[Path]:
    """The folder and those above it that do not exist, the innermost first."""
    return [path for path in (folder, *folder.parents) if not os.path.lexists(path)]


def _make(folder: Path) -> None:
    """A folder that can be written to; made again where another run, ending without results, removes it just then."""
    for turn in range(_TRIES):
        try:
            ensure_writable_folder(folder)
            return
        except OutputError as error:
            if turn == _TRIES - 1 or not isinstance(error.__cause__, FileNotFoundError):
                raise


# What is in it


def _check_content(folder: Path, resume: bool) -> None:
    try:
        names = {path.name for path in folder.iterdir()}
    except (FileNotFoundError, NotADirectoryError):  # the one is made, the other found, when it is written to
        return
    except OSError as error:
        raise OutputError(f"cannot read the folder {folder}: {_reason(error)}") from error
    foreign = sorted(name for name in names if name != LOCK_NAME and not _LEFTOVER.fullmatch(name))
    if not foreign or (foreign == [CONFIGURATION_NAME] and has_begun(folder)):
        return
    if not resume:
        raise OutputError(f"the folder {folder} is not empty; nothing is overwritten: choose another --out")
    if names.isdisjoint(RUN_FILES[:4]):
        raise OutputError(
            f"the folder {folder} holds no run that could go on, but {foreign[0]}; "
            "nothing is overwritten: choose another --out"
        )


def _remove_leftovers(folder: Path) -> None:
    """Half-written files of a process that was killed; whoever holds the lock is the only one who writes here."""
    for path in list(folder.iterdir()):
        if _LEFTOVER.fullmatch(path.name):
            with contextlib.suppress(OSError):
                path.unlink()


# The lock


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Inside, the lock is held; the file is removed at the end."""
    process, path = os.getpid(), folder / LOCK_NAME
    descriptor = _take(folder, path)
    _held.add(descriptor)
    try:
        yield
    finally:
        if os.getpid() == process:
            _held.discard(descriptor)
            # Before the lock is given up: whoever has opened the file by then finds that it is the file no more.
            with contextlib.suppress(OSError):
                if _is_file(path, descriptor):
                    path.unlink()
            os.close(descriptor)


def _take(folder: Path, path: Path) -> int:
    """A descriptor of the file `path`, locked."""
    try:
        import fcntl
    except ImportError as error:
        raise OutputError(
            f"cannot lock the folder {folder}: this system has no flock, which keeps a second training away"
        ) from error
    for _ in range(_TRIES):
        descriptor = None
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o666)
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _is_file(path, descriptor):
                taken, descriptor = descriptor, None
                return taken
        except BlockingIOError as error:
            raise OutputError(
                f"another training writes into the folder {folder}: wait until it has ended, "
                "or choose another --out"
            ) from error
        except FileNotFoundError:  # another training has ended without results, and taken its folder away
            _make(folder)
        except OSError as error:
            raise OutputError(f"cannot lock {path}: {_reason(error)}") from error
        finally:
            if descriptor is not None:
                os.close(descriptor)
    raise OutputError(f"cannot lock {path}: the file is replaced again and again")


def _is_file(path: Path, descriptor: int) -> bool:
    """Whether what stands at `path` is what the descriptor is of: another run may have removed it meanwhile."""
    try:
        return os.path.samestat(os.stat(path, follow_symlinks=False), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def _leave_to_parent() -> None:
    """In the child of a fork: the lock belongs to all who have the descriptor, and must end with the parent."""
    while _held:
        with contextlib.suppress(OSError):
            os.close(_held.pop())


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_leave_to_parent)
