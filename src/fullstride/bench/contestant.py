"""The parent's end of a worker: it runs while it has a request to answer, and is stopped while it has none."""

from __future__ import annotations

import json
import os
import signal
import site
import subprocess
import sys
from pathlib import Path
from typing import Any

PAUSABLE = hasattr(signal, "SIGSTOP")
"""Without these signals a waiting worker is trusted to sleep."""

UNSET = (
    "OPENBLAS_CORETYPE",
    "OPENBLAS_L2_SIZE",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "FULLSTRIDE_NUM_THREADS",
    "OMP_WAIT_POLICY",
    "OMP_PROC_BIND",
    "OMP_PLACES",
)
UNSET_PREFIXES = ("ONEDNN_", "DNNL_", "KMP_", "GOMP_")


class ContestantError(Exception):
    """A worker said that it failed, or ended."""


def environment(threads: int, cache: Path) -> dict[str, str]:
    """The same for all sides: so many threads, no tuning, this very package, an object cache of its own."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in UNSET and not name.startswith(UNSET_PREFIXES)
    }
    home = str(Path(__file__).resolve().parents[2])
    paths = [kept.get("PYTHONPATH"), None if home in site.getsitepackages() else home]
    return {
        **kept,
        "OMP_NUM_THREADS": str(threads),
        "FULLSTRIDE_CACHE_DIR": str(cache),
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
    }


class Contestant:
    """A worker process in a group of its own; a context manager that ends it, stopped or not.

    Parameters
    ----------
    name : "ours", "torch", "onnxruntime" or "numpy"
        Who computes.
    threads : int
    cache : Path
        Folder of the object cache.
    """

    def __init__(self, name: str, threads: int, cache: Path) -> None:
        self.name = name
        # In a group of its own, but in this session: should this process die, the system ends a stopped group.
        self._process = subprocess.Popen(
            [sys.executable, "-m", "fullstride.bench.worker", name, str(threads)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            env=environment(threads, cache),
            process_group=0 if PAUSABLE else None,
        )
        self._paused = False

    def ask(self, do: str, **arguments: Any) -> dict[str, Any]:
        """Wakes the worker, sends a request, waits for the reply, and stops the worker again."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        self._signal(pause=False)
        try:
            stdin.write(json.dumps({"do": do, **arguments}) + "\n")
            stdin.flush()
            line = stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            raise ContestantError(f"{self.name}: the worker ended with status {self._process.wait()}")
        self._signal(pause=True)
        reply: dict[str, Any] = json.loads(line)
        if "error" in reply:
            raise ContestantError(f"{self.name}: {do}: {reply['error']}")
        return reply

    @property
    def paused(self) -> bool:
        """Whether the worker is stopped."""
        return self._paused

    @property
    def pid(self) -> int:
        return self._process.pid

    def __enter__(self) -> Contestant:
        return self

    def __exit__(self, *error: object) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.kill()
        self._process.wait()
        self._process.stdin.close()
        self._process.stdout.close()

    def _signal(self, pause: bool) -> None:
        if PAUSABLE and self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGSTOP if pause else signal.SIGCONT)
            if pause:  # until every thread stands still; the status is left for `Popen`
                os.waitid(os.P_PID, self._process.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
            self._paused = pause


class Sides:
    """The contestants of a run, each started when it is first needed; a context manager that ends them all."""

    def __init__(self, threads: int, cache: Path) -> None:
        self.threads, self.cache = threads, cache
        self._started: dict[str, Contestant] = {}

    def get(self, name: str) -> Contestant:
        if name not in self._started:
            self._started[name] = self.fresh(name)
        return self._started[name]

    def fresh(self, name: str, cache: Path | None = None) -> Contestant:
        """A contestant for one purpose, to be used in a `with`."""
        return Contestant(name, self.threads, cache or self.cache)

    def end(self) -> None:
        """Ends the contestants; `get` starts new ones."""
        while self._started:
            _, side = self._started.popitem()
            side.__exit__()

    def __enter__(self) -> Sides:
        return self

    def __exit__(self, *error: object) -> None:
        self.end()
