"""Speed and memory of training on a set that is read from a file, small and large: each in a process of its own.

    python benchmarks/streaming.py                 # 10,000 and 2,000,000 images of 28x28, in turn
    python benchmarks/streaming.py --network lenet5 --images 10000 2000000

The images are drawn (bright squares on noise, ten places, ten classes), written to a temporary folder chunk by chunk as
`.npy`, and mapped. Every process takes the same number of steps, so a small set is seen in many epochs and a large one
in part; shuffling is that of the whole set.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

CHUNK = 10_000
SIDE = 28
CLASSES = 10


def write_images(folder: Path, m: int) -> None:
    """X.npy and y.npy, without ever holding more than a chunk."""
    X = np.lib.format.open_memmap(folder / "X.npy", "w+", np.uint8, (m, SIDE, SIDE, 1))
    y = np.arange(m, dtype=np.int64) % CLASSES
    generator = np.random.default_rng(m)
    for start in range(0, m, CHUNK):
        part = generator.integers(0, 128, (min(CHUNK, m - start), SIDE, SIDE, 1), np.uint8)
        for image, label in zip(part, y[start : start + CHUNK], strict=True):
            row, column = divmod(int(label), 5)
            image[4 + 10 * row : 12 + 10 * row, 1 + 5 * column : 6 + 5 * column] += 60
        X[start : start + len(part)] = part
    X.flush()
    np.save(folder / "y.npy", y)


def train(folder: Path, network: str, steps: int, threads: int) -> None:
    """Train on the mapped images and print what it took as JSON."""
    from fullstride import Augmentation, architectures
    from fullstride.data import Preprocessing
    from fullstride.training import Callback

    X, y = np.load(folder / "X.npy", mmap_mode="r"), np.load(folder / "y.npy")
    made = getattr(architectures, network)((SIDE, SIDE, 1), CLASSES, seed=0)

    made.preprocessing = Preprocessing((SIDE, SIDE, 1), 1 / 255)

    class Stop(Callback):
        seconds, images, done = 0.0, 0, 0

        def on_step(self, run: object) -> None:
            self.done += 1
            if self.done == steps:
                self.seconds, self.images = run.training_seconds, run.images_seen  # type: ignore[attr-defined]
                raise StopIteration

    stop = Stop()
    start = time.perf_counter()
    try:
        made.fit(
            X,
            y,
            epochs=steps,
            batch_size=64,
            lr=0.01,
            threads=threads,
            callbacks=[stop],
            augmentation=Augmentation(shift=2),
        )
    except StopIteration:
        wall = time.perf_counter() - start
    status = Path("/proc/self/status").read_text()  # getrusage would count what the parent had when it forked
    peak = 1024 * int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1])
    print(json.dumps({"rate": stop.images / stop.seconds, "wall_rate": stop.images / wall, "peak": peak}))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--images", type=int, nargs="+", default=[10_000, 2_000_000])
    parser.add_argument("--network", default="small")
    parser.add_argument("--steps", type=int, default=20_000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child is not None:
        train(given.child, given.network, given.steps, given.threads)
        return
    with tempfile.TemporaryDirectory() as base:
        folders = {}
        for m in given.images:
            folders[m] = Path(base, str(m))
            folders[m].mkdir()
            write_images(folders[m], m)
            print(f"{m:,} images written: {m * SIDE * SIDE / 1e6:,.0f} MB", flush=True)
        found: dict[int, list[dict[str, float]]] = {m: [] for m in given.images}
        options = ["--network", given.network, "--steps", str(given.steps), "--threads", str(given.threads)]
        for _ in range(given.rounds):
            for m, folder in folders.items():
                command = [sys.executable, __file__, "--child", str(folder), *options]
                found[m].append(
                    json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
                )
    for m, results in found.items():
        rate, wall, peak = (
            sorted(r[key] for r in results)[len(results) // 2] for key in ("rate", "wall_rate", "peak")
        )
        print(
            f"{m:>10,} images: {rate:>9,.0f} images/s in steps, {wall:>9,.0f} in all; peak {peak / 1e6:,.0f} MB"
        )


if __name__ == "__main__":
    main()
