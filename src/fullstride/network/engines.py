"""The executors of one network: an engine is asked for by name, and never another put in its place."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from fullstride.errors import EngineError
from fullstride.network import arguments
from fullstride.program import Executor, Interpreter, ParameterStore


class Executors:
    """Made at the first call for an engine and a number of threads, and kept; all compute with one store."""

    def __init__(self, store: ParameterStore) -> None:
        self._store = store
        self._made: dict[tuple[str, int | None], Executor] = {}

    def get(self, engine: object, threads: object, where: str) -> Executor:
        """The executor; `where` is the public function for the message.

        Raises
        ------
        ArgumentError, DtypeError
            If there is no such engine, or threads is not a whole number >= 1 (or None).
        EngineError
            If the engine cannot run here.
        """
        name, count = arguments.engine(engine, where), arguments.threads(threads, where)
        key = name, None if name == "steps" else count
        if key not in self._made:
            if name == "steps":
                self._made[key] = Interpreter(self._store.program, self._store)
            else:
                native = native_part("executor", "NativeExecutor", where)
                self._made[key] = native(self._store.program, self._store, threads=count)
        return self._made[key]


def native_part(module: str, name: str, where: str) -> Any:
    """A class of the native room, imported when it is first needed: it loads LLVM."""
    try:
        return getattr(import_module(f"fullstride.native.{module}"), name)
    except ImportError as error:
        raise EngineError(
            f'{where}: engine="native" cannot run here: {error}; engine="steps" walks the readable steps'
        ) from error
