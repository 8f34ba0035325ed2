"""Ctrl-C while a network trains: a step is done wholly or not at all."""

from __future__ import annotations

import signal
import threading
from types import FrameType, TracebackType
from typing import Any

from fullstride.training.history import History


class Interrupted(KeyboardInterrupt):
    """Ctrl-C ended the training; the network holds the parameters of a whole step.

    Attributes
    ----------
    history : History, of the epochs that were completed; `history.interrupted` is True
    """

    def __init__(self, message: str, history: History) -> None:
        super().__init__(message)
        self.history = history


class Uninterrupted:
    """A block that the first Ctrl-C does not break: the handler in force is called when the block has ended.

    A second Ctrl-C inside the block is handed on at once. Where the block ends with an exception of its own,
    that one goes on and the Ctrl-C is dropped. Signals arrive in the main thread; in another thread the block
    changes nothing.
    """

    def __init__(self) -> None:
        self._handler: Any = None
        self._pending = False

    def __enter__(self) -> None:
        self._pending = False
        self._handler = None
        if threading.current_thread() is threading.main_thread():
            handler = signal.getsignal(signal.SIGINT)
            if callable(handler):  # not SIG_IGN, SIG_DFL, nor a handler that another language has set
                self._handler = handler
                signal.signal(signal.SIGINT, self._note)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._handler is not None:
            signal.signal(signal.SIGINT, self._handler)
            if self._pending and kind is None:
                self._handler(signal.SIGINT, None)

    def _note(self, number: int, frame: FrameType | None) -> None:
        if self._pending:
            self._handler(number, frame)
        self._pending = True
