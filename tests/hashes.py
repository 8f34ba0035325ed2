"""SHA-256 of networks' parameters after 100 steps of training: the promise of the same bits, as numbers.

python -m tests.hashes              trains every network, prints its hash, and says whether it is the committed one
python -m tests.hashes lenet5       only this one
python -m tests.hashes --threads    with 1, 2, 3 and 4 threads, for every target: hashes and speed-ups
python -m tests.hashes --aarch64    on an emulated AArch64 processor too (slow)
python -m tests.hashes --refresh    writes the committed hashes anew (hashes.json)
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from fullstride import Conv, Dense, Flatten, MaxPool, Network, ReLU, architectures
from fullstride.errors import EngineError
from fullstride.native.executor import NativeExecutor
from fullstride.native.machine import detect
from fullstride.program import Update
from fullstride.random import Purpose, Stream
from fullstride.training import TrainingWarning

GOLDEN = Path(__file__).with_name("hashes.json")
TARGETS = ("native", "x86-64-v4", "x86-64-v3", "128")
THREADS = (1, 2, 3, 4)
STEPS = 100
BATCH = 50
"""Divided neither by the shards nor by any tile."""
IMAGES = 490
"""So that the last batch of an epoch holds 40 images; ten epochs are 100 steps."""
CLASSES = 10


def tiny(shape: tuple[int, int, int], classes: int) -> Network:
    """So small that an emulated processor trains it in seconds."""
    layers = Conv(5, 3, pad=1), ReLU(), MaxPool(2), Conv(6, 3), ReLU(), Flatten(), Dense(classes)
    return Network(*layers, input_shape=shape)


def vgg(shape: tuple[int, int, int], classes: int) -> Network:
    blocks = [
        part
        for n_C in (16, 32)
        for part in (Conv(n_C, 3, pad=1), ReLU(), Conv(n_C, 3, pad=1), ReLU(), MaxPool(2))
    ]
    return Network(*blocks, Flatten(), Dense(32), ReLU(), Dense(classes), input_shape=shape)


@dataclass(frozen=True)
class Net:
    """A network by its function and the shape of its images."""

    make: Callable[[Any, int], Network]
    shape: tuple[int, int, int]


NETS = {
    "tiny": Net(tiny, (8, 8, 1)),
    "small": Net(architectures.small, (28, 28, 1)),
    "lenet5": Net(architectures.lenet5, (28, 28, 1)),
    "vgg": Net(vgg, (12, 12, 3)),
    "resnet20": Net(architectures.resnet20, (8, 8, 3)),
}
"""One line a network."""


def images(net: Net, count: int = IMAGES) -> tuple[Any, Any]:
    """Images in whole 256ths, and labels: from the project's own generator, so that they are the same everywhere."""
    size = int(np.prod(net.shape))
    words = Stream(1, Purpose.SPLIT, 7).raw(-(-count * size // 8))
    X = (words.view(np.uint8)[: count * size].reshape(count, *net.shape) / np.float32(256)).astype(np.float32)
    y = (Stream(2, Purpose.SPLIT, 7).raw(count) % np.uint64(CLASSES)).astype(np.int64)
    X[np.arange(count), 0, y % net.shape[1]] = 3  # something to learn
    return X, y


def trained(net: Net, threads: int | None = None) -> Network:
    """The network after 100 steps."""
    network = net.make(net.shape, CLASSES)
    X, y = images(net)
    steps_per_epoch = -(-IMAGES // BATCH)
    with warnings.catch_warnings():  # what is learned here is noise, and a filter may well die of it
        warnings.simplefilter("ignore", TrainingWarning)
        network.fit(X, y, epochs=STEPS // steps_per_epoch, batch_size=BATCH, lr=0.01, threads=threads)
    return network


def hash_of(network: Network) -> str:
    """Of every parameter's name, shape, dtype and bits."""
    digest = hashlib.sha256()
    for name, value in sorted(network.parameters.items()):
        digest.update(f"{name} {value.shape} {value.dtype}\n".encode())
        digest.update(np.ascontiguousarray(value).astype(value.dtype.newbyteorder("<")).tobytes())
    return digest.hexdigest()


def golden() -> dict[str, str]:
    """The committed hashes."""
    found: dict[str, str] = json.loads(GOLDEN.read_text(encoding="utf-8"))
    return found


def targets() -> list[str]:
    """Those that this processor can run."""
    possible = []
    for target in TARGETS:
        try:
            detect(target)
        except EngineError:
            continue
        possible.append(target)
    return possible


def step_milliseconds(net: Net, threads: int, seconds: float = 0.3) -> float:
    """The shortest of the training steps that fit into some time."""
    network, (X, y) = net.make(net.shape, CLASSES), images(net)
    executor, rows = NativeExecutor(network.program, network._store, threads), np.arange(BATCH)
    executor.train_step(X, y, rows, Update(0.0, 0.0))  # compiles
    best, end = float("inf"), time.perf_counter() + seconds
    while time.perf_counter() < end:
        start = time.perf_counter()
        executor.train_step(X, y, rows, Update(0.0, 0.0))
        best = min(best, time.perf_counter() - start)
    return 1e3 * best


def _table(names: list[str]) -> int:
    """Hashes and speed-ups by target and threads; returns how many hashes are not the committed ones."""
    wrong, expected = 0, golden()
    for name in names:
        for target in targets():
            os.environ["FULLSTRIDE_TARGET"] = target
            one = step_milliseconds(NETS[name], 1)
            for threads in THREADS:
                found = hash_of(trained(NETS[name], threads))
                wrong += found != expected[name]
                speed = one / step_milliseconds(NETS[name], threads)
                verdict = "equal" if found == expected[name] else "DIFFERENT"
                print(
                    f"{name:8} {target:10} {threads} threads  {found[:16]}  {verdict}  speed {speed:.2f}",
                    flush=True,
                )
    return wrong


def _emulated(names: list[str]) -> int:
    from tests.native.aarch64 import loop, qemu

    wrong, expected = 0, golden()
    with tempfile.TemporaryDirectory() as folder:
        workshop = qemu.Workshop(Path(folder))
        for name in names:
            found = loop.emulated_hash(NETS[name], workshop, threads=2)
            wrong += found != expected[name]
            print(
                f"{name:8} AArch64    2 threads  {found[:16]}  {'equal' if found == expected[name] else 'DIFFERENT'}"
            )
    return wrong


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Hashes of networks after 100 steps of training.")
    parser.add_argument("names", nargs="*", metavar="NET", help=f"of {', '.join(NETS)}; all unless named")
    parser.add_argument("--threads", action="store_true", help="every target, 1 to 4 threads, with speed-ups")
    parser.add_argument("--aarch64", action="store_true", help="on an emulated AArch64 processor too")
    parser.add_argument("--refresh", action="store_true", help=f"write {GOLDEN.name} anew")
    given = parser.parse_args(arguments)
    names = given.names or list(NETS)
    if unknown := [name for name in names if name not in NETS]:
        parser.error(f"NET must be of {', '.join(NETS)}; got {', '.join(unknown)}")
    known = golden() if GOLDEN.is_file() else {}
    found = {name: hash_of(trained(NETS[name])) for name in names}
    for name, value in found.items():
        print(f"{name:8} {value}  {'as committed' if known.get(name) == value else 'not as committed'}")
    if given.refresh:
        kept = {name: value for name, value in {**known, **found}.items() if name in NETS}
        GOLDEN.write_text(json.dumps(kept, indent=2, sort_keys=True) + "\n", encoding="utf-8")
        known = kept
    wrong = sum(known.get(name) != value for name, value in found.items())
    wrong += _table(names) if given.threads else 0
    wrong += _emulated(names) if given.aarch64 else 0
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
