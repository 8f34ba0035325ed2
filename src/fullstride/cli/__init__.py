"""The `fullstride` command: how it starts and how it ends.

Nothing heavy is imported here or in `app`; each command imports what it needs when it runs.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code: 0, 1 after an error, 2 for wrong usage, 130 after Ctrl-C.

    After SIGTERM and SIGHUP, which end it as Ctrl-C does, it is 128 + the signal's number: 143, 129.

    Parameters
    ----------
    arguments : what follows `fullstride` in the shell; by default the process's own
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    options = given[: given.index("--")] if "--" in given else given
    debug = "--debug" in options  # it serves before and after the name of the command
    given = [word for word in options if word != "--debug"] + given[len(options) :]
    from fullstride.cli.console import Stop, error_line, one_interrupt, warnings_as_lines

    _open_missing_streams()
    ended = Stop()
    try:
        with one_interrupt(ended), warnings_as_lines():
            from fullstride.cli.app import run

            for stream in (sys.stdout, sys.stderr):
                if hasattr(stream, "reconfigure"):  # a file name may hold what the terminal cannot show
                    stream.reconfigure(errors="backslashreplace")
            code = run(given)
            sys.stdout.flush()
            return code
    except KeyboardInterrupt as stop:
        _tell(str(stop) or "interrupted")
        return 128 + ended.number  # what shells report for a command that a signal ended
    except Exception as error:
        if debug:
            import traceback

            _tell(traceback.format_exc().rstrip())
        else:
            _tell(error_line(error))
        return int(getattr(error, "exit_code", 1))  # the parser's errors carry theirs: 2


def _open_missing_streams() -> None:
    """Python has None where a stream was closed before it started (`>&-`): what goes there goes nowhere."""
    import os

    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 - open as long as the process


def _tell(text: str) -> None:
    """To stderr, if it can still be written; what waits for a broken stdout is dropped."""
    from fullstride.cli.console import discard_stdout

    try:
        sys.stdout.flush()
    except OSError:
        discard_stdout()
    if text:
        with contextlib.suppress(OSError):
            print(text, file=sys.stderr, flush=True)
