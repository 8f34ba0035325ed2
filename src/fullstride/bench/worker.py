"""A contestant's process: `python -m fullstride.bench.worker NAME THREADS`.

It reads requests from stdin and answers on stdout, a line of JSON each. Between requests it waits in `readline`; what
its threads do meanwhile does not matter, since the other end stops the process (see `contestant`).
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from dataclasses import asdict
from typing import Any

import numpy as np

from fullstride.bench.cases import from_dict
from fullstride.bench.job import Job, measure


class Worker:
    """Answers requests; every method but `answer` is one, by its name."""

    def __init__(self, contestant: str, threads: int) -> None:
        module = contestant if contestant == "ours" else f"peer_{contestant}"
        self._side: Any = importlib.import_module(f"fullstride.bench.{module}")
        self._threads = threads
        self._jobs: dict[str, Job] = {}

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        arguments = {key: value for key, value in request.items() if key != "do"}
        try:
            reply: dict[str, Any] = getattr(self, request["do"])(**arguments)
        except Exception as error:  # the other end says it and goes on with the next case
            return {"error": f"{type(error).__name__}: {error}"}
        return reply

    def about(self) -> dict[str, Any]:
        """Versions."""
        found: dict[str, Any] = self._side.about(self._threads)
        return found

    def pin(self, cores: list[int]) -> dict[str, Any]:
        """Keeps the threads that are made from now on to these cores."""
        os.sched_setaffinity(0, cores)
        return {}

    def prepare(self, case: dict[str, Any]) -> dict[str, Any]:
        """Makes the jobs of a case, compiled and run once."""
        self._jobs = {}  # those of the case before are given back first
        self._jobs = self._side.make(from_dict(case), self._threads)
        for job in self._jobs.values():
            job.run()
        return {"variants": list(self._jobs)}

    def results(self, variant: str, path: str) -> dict[str, Any]:
        """Writes the results of a variant to a file of arrays."""
        np.savez(path, **self._jobs[variant].results())  # type: ignore[arg-type]  # names are no flag of savez
        return {}

    def measure(self, seconds: float, only: str | None = None) -> dict[str, Any]:
        """A block of every variant, or of one."""
        jobs = self._jobs if only is None else {only: self._jobs[only]}
        return {name: asdict(measure(job.run, seconds)) for name, job in jobs.items()}

    def memory(self, case: dict[str, Any], variant: str, seconds: float) -> dict[str, Any]:
        """The most memory that this process has held, after some steps of one variant. For a fresh process."""
        job = self._side.make(from_dict(case), self._threads)[variant]
        measure(job.run, seconds)
        return {"peak": _peak()}

    def first_step(self, case: dict[str, Any]) -> dict[str, Any]:
        """From nothing to the end of the first step. For a fresh process."""
        found: dict[str, Any] = self._side.first_step(from_dict(case), self._threads)
        return found

    def machine_peak(self, seconds: float) -> dict[str, Any]:
        """Operations a second of independent multiply-adds."""
        from fullstride.bench.peak import Peak

        return {"flops_per_second": Peak(self._threads).measure(seconds)}


def _peak() -> int:
    """Bytes. Not from `getrusage` where it can be avoided: that number is inherited from the process before `exec`."""
    try:
        with open("/proc/self/status", encoding="ascii") as file:
            (line,) = (line for line in file if line.startswith("VmHWM:"))
        return 1024 * int(line.split()[1])
    except (OSError, ValueError):
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def main(contestant: str, threads: str) -> None:
    """Answers until stdin ends."""
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever a library prints must not stand between the replies
    worker = Worker(contestant, int(threads))
    for line in sys.stdin:
        print(json.dumps(worker.answer(json.loads(line))), file=replies, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
