"""The accuracies that the pages print: runs of the configurations under examples/, with several seeds.

    python benchmarks/accuracy.py mnist.toml mnist --data-dir path/to/mnist --seeds 0 1 2
    python benchmarks/accuracy.py cifar10.toml path/to/cifar10 --seeds 0
    python benchmarks/accuracy.py mnist.toml mnist --data-dir path/to/mnist --torch    # PyTorch's time for it
    python benchmarks/accuracy.py --tables                                             # write the pages anew

Each run is a `fullstride train` of its own; what it printed and took is written to docs/accuracy.json at once, and the
tables in README.md and docs/training.md are made from that. PyTorch is timed over two epochs (`torch_epochs.py`), of
which the second counts, and its time is that of all epochs.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
import tomllib
from operator import itemgetter
from pathlib import Path
from typing import Any

from fullstride.bench.report import machine
from fullstride.formats import write_text

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "docs" / "accuracy.json"
PAGES = ("README.md", "docs/training.md")
BETWEEN = re.compile(r"(<!-- accuracy table -->\n).*?(<!-- end of accuracy table -->)", re.DOTALL)
LAST_LINE = re.compile(r"test accuracy [\d.]+ % \((\d+)/(\d+)\) in ([\d.]+) s")


def run(config: str, data: list[str], seed: int, threads: int) -> dict[str, Any]:
    """One training: correct and all test images, the seconds that it says, and those of the whole command."""
    with tempfile.TemporaryDirectory() as folder:
        command = [
            sys.executable,
            "-m",
            "fullstride",
            "train",
            *data,
            "--config",
            str(ROOT / "examples" / config),
        ]
        command += ["--seed", str(seed), "--threads", str(threads), "--out", str(Path(folder, "run"))]
        start = time.perf_counter()
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        wall = time.perf_counter() - start
    print(done.stdout, flush=True)
    correct, count, seconds = LAST_LINE.fullmatch(done.stdout.splitlines()[-1]).groups()  # type: ignore[union-attr]
    return {"correct": int(correct), "count": int(count), "seconds": float(seconds), "wall": round(wall, 1)}


def torch_seconds(config: str, data: list[str], threads: int) -> dict[str, Any]:
    """PyTorch's seconds for an epoch, the second of two."""
    script = Path(__file__).with_name("torch_epochs.py")
    command = [sys.executable, str(script), str(ROOT / "examples" / config), *data, "--threads", str(threads)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    print(done.stdout, flush=True)
    version, epoch = re.findall(r"torch (\S+): \d+ epochs at ([\d.]+) s", done.stdout)[0]
    return {"version": version, "epoch": float(epoch)}


def table(document: dict[str, Any]) -> str:
    """Markdown: a line for each configuration."""
    where, rows = document["machine"], []
    for row in sorted(document["runs"], key=itemgetter("config", "images")):
        config = row["config"]
        results = [row["seeds"][seed] for seed in sorted(row["seeds"], key=int)]
        percents = [100 * result["correct"] / result["count"] for result in results]
        mean, spread = sum(percents) / len(percents), ""
        if len(percents) > 1:
            spread = f" ({min(percents):.2f} to {max(percents):.2f}, {len(percents)} seeds)"
        seconds = sorted(result["seconds"] for result in results)[len(results) // 2]
        peer = row.get("torch")
        theirs = f"{duration(peer['epoch'] * row['epochs'])} ({peer['version']})" if peer else "not measured"
        rows.append(
            f"| [{config}](examples/{config}) | {row['images']} | {row['epochs']} | {mean:.2f} %{spread} | "
            f"{duration(seconds)} | {theirs} |"
        )
    head = [
        f"{where['processor']}, {document['threads']} threads, {document['date']}. The time is that of training, "
        "compilation included; PyTorch's is that of two epochs, extrapolated.",
        "",
        "| configuration | data | epochs | test accuracy | time | PyTorch's |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    return "\n".join([*head, *rows]) + "\n"


def duration(seconds: float) -> str:
    """Seconds below two minutes, else minutes."""
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.1f} min"


def with_table(page: str, name: str, document: dict[str, Any]) -> str:
    """A page with the table of the results; links are relative to the page."""
    text = table(document)
    if name != "README.md":
        text = text.replace("](examples/", "](../examples/")
    return BETWEEN.sub(lambda match: f"{match[1]}{text}{match[2]}", page)


def read() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(RESULTS.read_text()) if RESULTS.exists() else {"runs": []}
    return found


def row_of(document: dict[str, Any], config: str, images: str | None) -> dict[str, Any]:
    """The row of a configuration and of images, as they stand in the table; without images the configuration's."""
    for row in document["runs"]:
        if row["config"] == config and images in (None, row["images"]):
            return row
    if images is None:
        raise SystemExit(f"error: {config} has no row yet: say with --images what stands there for the data")
    document["runs"].append({"config": config, "images": images, "seeds": {}})
    return document["runs"][-1]


def keep(document: dict[str, Any], threads: int) -> None:
    document |= {"machine": machine(), "threads": threads, "date": time.strftime("%Y-%m-%d")}
    write_text(RESULTS, json.dumps(document, indent=1, sort_keys=True) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("config", nargs="?")
    parser.add_argument("data", nargs="?")
    parser.add_argument("--data-dir")
    parser.add_argument(
        "--images", help="what stands in the table for the data: a configuration has a row for each"
    )
    parser.add_argument("--seeds", type=int, nargs="*", default=[])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--torch", action="store_true")
    parser.add_argument("--tables", action="store_true")
    given = parser.parse_args()
    document = read()
    if given.config:
        options = ["--data-dir", given.data_dir] if given.data_dir else []
        row = row_of(document, given.config, given.images)
        training = tomllib.loads((ROOT / "examples" / given.config).read_text())["training"]
        row["epochs"] = training["epochs"]
        for seed in given.seeds:
            row["seeds"][str(seed)] = run(given.config, [given.data, *options], seed, given.threads)
            keep(document, given.threads)
        if given.torch:
            row["torch"] = torch_seconds(given.config, [given.data, *options], given.threads)
            keep(document, given.threads)
    if given.tables:
        for name in PAGES:
            page = ROOT / name
            write_text(page, with_table(page.read_text(), name, document))


if __name__ == "__main__":
    main()
