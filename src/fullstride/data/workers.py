"""Processes that decode image files for this one (`decoding.serve`), each fed by a thread.

They are started with `subprocess`, not `multiprocessing`: the caller's script is not imported again, so it needs no
guard around its main part, and no lock is inherited by a fork.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from typing import IO

from fullstride.data.decoding import Decoded, answer, decode, request
from fullstride.data.preprocessing import Preprocessing
from fullstride.errors import DataError

# The paths of modules are handed on: a script may have changed them, and no environment variable says so.
_PROGRAM = """
import json, sys
sys.path[:] = json.loads(sys.argv[1])
from fullstride.data.decoding import serve
serve()
"""
_FEW_FILES, _FEW_BYTES = 256, 4 << 20  # starting processes takes as long as decoding so much


def decode_all(
    chunks: Sequence[Sequence[str]], preprocessing: Preprocessing, watch_grey: bool, size: int
) -> Generator[Decoded, None, None]:
    """`decode` for each chunk of paths, in order; `size` is the number of bytes of all files.

    Only a few chunks are decoded ahead, so that memory stays flat. When the iterator is closed, by an exception or
    Ctrl-C too, no process is left.
    """
    count = _processes(chunks, size)
    if count == 0:
        for chunk in chunks:
            yield decode(chunk, preprocessing, watch_grey)
        return
    team = _Team(count)
    try:
        ahead: deque[Future[Decoded]] = deque()
        for chunk in chunks:
            ahead.append(team.submit(chunk, preprocessing, watch_grey))
            if len(ahead) > 2 * count:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()
    finally:
        team.close()


def _processes(chunks: Sequence[Sequence[str]], size: int) -> int:
    """How many processes to start; 0 where it does not pay, or where Python is part of another program."""
    if size <= _FEW_BYTES and sum(len(chunk) for chunk in chunks) <= _FEW_FILES:
        return 0
    if not sys.executable or getattr(sys, "frozen", False):
        return 0
    from fullstride.native.team import count_threads

    return min(count_threads(), len(chunks))


class _Team:
    """Worker processes and the threads that feed them."""

    def __init__(self, count: int) -> None:
        self._workers: list[_Worker] = []
        self._free: SimpleQueue[_Worker] = SimpleQueue()
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="fullstride-decoding")
        try:
            for _ in range(count):
                self._workers.append(_Worker())
                self._free.put(self._workers[-1])
        except BaseException:
            self.close()
            raise

    def submit(self, paths: Sequence[str], preprocessing: Preprocessing, watch_grey: bool) -> Future[Decoded]:
        return self._threads.submit(self._decode, paths, preprocessing, watch_grey)

    def _decode(self, paths: Sequence[str], preprocessing: Preprocessing, watch_grey: bool) -> Decoded:
        worker = self._free.get()
        try:
            return worker.decode(paths, preprocessing, watch_grey)
        finally:
            self._free.put(worker)

    def close(self) -> None:
        for worker in self._workers:
            worker.kill()  # a thread that waits for it wakes up
        self._threads.shutdown(wait=True, cancel_futures=True)
        for worker in self._workers:
            worker.close()


class _Worker:
    """One process that runs `decoding.serve`."""

    def __init__(self) -> None:
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process
        self._killed = threading.Event()
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-c", _PROGRAM, json.dumps(sys.path)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._complaints,
                start_new_session=True,  # Ctrl-C in a terminal reaches this process alone
            )
        except BaseException:
            self._complaints.close()
            raise

    def decode(self, paths: Sequence[str], preprocessing: Preprocessing, watch_grey: bool) -> Decoded:
        try:
            self._input.write(request(paths, preprocessing, watch_grey))
            self._input.flush()
            line = self._output.readline()
            if line:
                return answer(line, self._read, preprocessing.input_shape)
        except (BrokenPipeError, EOFError):
            pass  # said below, as where the line is missing
        raise self._ended(paths)

    def kill(self) -> None:
        self._killed.set()
        self._process.kill()

    def close(self) -> None:
        self._process.wait()
        for stream in (self._input, self._output, self._complaints):
            try:
                stream.close()
            except BrokenPipeError:
                continue  # a request that the dead process did not take

    @property
    def _input(self) -> IO[bytes]:
        assert self._process.stdin is not None
        return self._process.stdin

    @property
    def _output(self) -> IO[bytes]:
        assert self._process.stdout is not None
        return self._process.stdout

    def _read(self, count: int) -> bytes:
        pixels = self._output.read(count)
        if len(pixels) < count:
            raise EOFError
        return pixels

    def _ended(self, paths: Sequence[str]) -> DataError:
        if self._killed.is_set():
            return DataError("decoding was given up")
        code = self._process.wait()
        self._complaints.seek(0)
        lines = self._complaints.read()[-2000:].decode(errors="replace").strip().splitlines()
        last = f": {lines[-1]}" if lines else ""
        return DataError(
            f"a process that decodes images ended with code {code} between {paths[0]} and {paths[-1]}{last}"
        )
