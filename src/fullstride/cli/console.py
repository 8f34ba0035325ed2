"""Lines: what the commands print, and the one line that an error is."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import sys
import threading
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from types import FrameType
from typing import Any


class Output:
    """Lines on stdout. Once training has begun, a broken stdout must not cost the model: see `patient`."""

    def __init__(self) -> None:
        self._patient = False
        self._trouble: OSError | None = None

    def line(self, text: str) -> None:
        """Print one line at once."""
        if self._trouble is not None:
            return
        try:
            print(printable(text), flush=True)
        except OSError as error:
            if not self._patient:
                raise
            self._trouble = error

    @contextlib.contextmanager
    def patient(self) -> Iterator[None]:
        """Inside, lines that cannot be written are dropped; the first error is raised after the block."""
        self._patient = True
        try:
            yield
        finally:
            self._patient = False
        if self._trouble is not None:
            raise self._trouble


def printable(text: str) -> str:
    """`text` on one line, with control characters (of a file name, say) as escapes."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def error_line(error: Exception) -> str:
    """The line that is printed for `error`; empty where silence is right (nobody reads stdout any more)."""
    from fullstride.errors import FullstrideError

    text = " ".join(str(error).split())
    if isinstance(error, FullstrideError):
        return f"error: {printable(text)}"
    if hasattr(error, "format_message"):  # the parser's: wrong usage
        context = getattr(error, "ctx", None)
        command = context.command_path if context is not None else "fullstride"
        sentence = " ".join(error.format_message().split()).rstrip(".")
        return f"error: {printable(sentence)} ({command} --help explains)"
    if isinstance(error, BrokenPipeError):
        return ""
    if isinstance(error, OSError) and error.strerror:
        reason = error.strerror.lower()
        if error.filename is None and error.errno in (errno.ENOSPC, errno.EIO, errno.EBADF):
            return f"error: cannot write the output: {reason}"
        return f"error: {printable(str(error.filename))}: {reason}" if error.filename else f"error: {reason}"
    if isinstance(error, MemoryError):
        return f"error: not enough memory{': ' + text if text else ''}"
    what = f"unexpected {type(error).__name__}: {printable(text)}"
    return f"error: {what} (run again with --debug for the traceback)"


def warning_line(text: str) -> None:
    """Print a warning on stderr, if it can still be written."""
    with contextlib.suppress(OSError):
        print(f"warning: {printable(' '.join(text.split()))}", file=sys.stderr, flush=True)


def discard_stdout() -> None:
    """What waits in a broken stdout goes nowhere: Python would try to write it again at its end, and complain."""
    with contextlib.suppress(OSError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


@contextlib.contextmanager
def warnings_as_lines() -> Iterator[None]:
    """Inside, a warning is a line on stderr, without the place in the code that raised it."""

    def show(message: Warning | str, *place: object, **more: object) -> None:
        warning_line(str(message))

    with warnings.catch_warnings():
        warnings.showwarning = show
        yield


@dataclass
class Stop:
    """Which signal ended the command."""

    number: int = signal.SIGINT


@contextlib.contextmanager
def one_interrupt(stop: Stop) -> Iterator[None]:
    """Inside, the first Ctrl-C raises KeyboardInterrupt and every later one is ignored.

    So what follows the first one, saving the model and saying so, is not torn by an impatient second. It
    stays so after the block: the command is about to end. SIGTERM and SIGHUP are as a Ctrl-C, unless whoever
    started the command has them ignored, as nohup does; `stop` says which one it was.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    fired = False

    def first(number: int, frame: FrameType | None) -> None:
        nonlocal fired
        if not fired:
            fired = True
            raise KeyboardInterrupt

    def as_ctrl_c(number: int, frame: FrameType | None) -> None:
        if not fired:
            stop.number = number
            handler = signal.getsignal(signal.SIGINT)  # during a training step that of `Uninterrupted`
            if callable(handler):
                handler(signal.SIGINT, frame)

    before: dict[int, Any] = {signal.SIGINT: signal.signal(signal.SIGINT, first)}
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows has no SIGHUP
        if number is not None and signal.getsignal(number) == signal.SIG_DFL:
            before[number] = signal.signal(number, as_ctrl_c)
    try:
        yield
    finally:
        # Ignored, not handled: Python ends with default handlers put back, and the next press would kill it.
        for number, handler in before.items():
            signal.signal(number, signal.SIG_IGN if fired else handler)
