"""Results into the repository: `python -m fullstride.bench.publish bench.json`, run from its root.

Writes docs/benchmarks.json, the picture docs/benchmarks.png, and the tables in README.md and docs/performance.md.
Results of a machine that was not quiet are refused, unless --even-if-busy asks for them; the pages then say so.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from fullstride.bench.load import BUSY, in_words, is_busy
from fullstride.bench.report import (
    GROUPS,
    OTHERS,
    all_layers,
    cases_table,
    in_short,
    milliseconds,
    others_table,
    ratios,
    rows_of,
)
from fullstride.formats import write_text

RESULTS, PICTURE = "docs/benchmarks.json", "docs/benchmarks.png"
_BETWEEN = re.compile(r"(<!-- speed table -->\n).*?(<!-- end of speed table -->)", re.DOTALL)


def summary(document: dict[str, Any]) -> str:
    """Markdown: the networks, and the ratios of the layers in short."""
    lines = [where(document), "", "| what | fullstride | best peer | ratio |", "| --- | --- | --- | --- |"]
    for kind, heading in GROUPS.items():
        rows = [row for row in rows_of(document, kind) if row["best"]]
        if kind.startswith("layer") and rows:
            lines.append(f"| {heading}, {len(rows)} shapes | | | {in_short(ratios(rows))} |")
            continue
        for row in rows:
            best = row["peers"][row["best"]]
            lines.append(
                f"| {kind}, {row['label']} | {milliseconds(row['ours'])} ms | {row['best']} "
                f"{milliseconds(best['seconds'])} ms | {best['ratio']:.2f} |"
            )
    return "\n".join(lines) + "\n"


def full(document: dict[str, Any]) -> str:
    """Markdown: a table for each kind of cases, then what is no case: compilation, memory, company."""
    parts = [where(document)]
    peak = document["machine"]["peak_flops_per_second"]
    for kind, heading in GROUPS.items():
        rows = rows_of(document, kind)
        if rows:
            values = ratios(rows)
            parts += ["", f"### {heading}", ""]
            parts += [f"{in_short(values).capitalize()}.", ""] if len(values) > 1 else []
            parts += _markdown(*cases_table(rows, peak, wide=True))
    if line := all_layers(document):
        parts += ["", f"{line}."]
    others = [row for row in document["rows"] if "ours" not in row]
    if others:
        parts += ["", f"### {OTHERS}", "", *_markdown(*others_table(others))]
    return "\n".join(parts) + "\n"


def where(document: dict[str, Any]) -> str:
    """A paragraph: the machine, the date, how quiet it was, and what the numbers are."""
    machine, versions = document["machine"], document["versions"]
    peers = ", ".join(f"{name} {versions[name]}" for name in ("torch", "onnxruntime") if name in versions)
    load = in_words(machine["load_of_others"])
    warning = "; **these numbers are not to be trusted**" if is_busy(machine["load_of_others"]) else ""
    return (
        f"{machine['processor']}, {document['threads']} threads, multiply-add peak "
        f"{machine['peak_flops_per_second'] / 1e9:.0f} GFLOP/s; {peers}; {document['date'][:10]}; load of other "
        f"processes: {load}{warning}. Medians of {document['rounds']} rounds in turn; a ratio is the best peer's time "
        "divided by fullstride's."
    )


def with_table(page: str, table: str) -> str:
    """The page with this table in its place."""
    changed, count = _BETWEEN.subn(lambda match: match[1] + table + match[2], page)
    assert count == 1, "the page has no place for the table"
    return changed


def refusal(document: dict[str, Any], even_if_busy: bool) -> str | None:
    """Why these results may not be published, or None."""
    if document["failures"]:
        return f"the results are not whole: {document['failures'][0]}"
    cores = document["machine"]["load_of_others"]
    if is_busy(cores) and not even_if_busy:
        return (
            f"the results are not to be trusted: other processes kept {in_words(cores)} busy, more than {BUSY}; "
            "run fullstride bench on a quiet machine (--even-if-busy publishes them, and says so)"
        )
    return None


def main(arguments: Sequence[str] | None = None, root: Path | None = None) -> int:
    """Writes the pages; 1 if the results may not be published."""
    parser = argparse.ArgumentParser(prog="python -m fullstride.bench.publish")
    parser.add_argument("results", type=Path, help="what fullstride bench --json has written")
    parser.add_argument("--even-if-busy", action="store_true")
    options = parser.parse_args(arguments)
    folder = root or Path.cwd()
    text = options.results.read_text(encoding="utf-8")
    document = json.loads(text)
    if reason := refusal(document, options.even_if_busy):
        print(reason, file=sys.stderr)
        return 1
    from fullstride.bench.picture import draw

    write_text(folder / RESULTS, text)
    draw(document, folder / PICTURE)
    for name, make in PAGES.items():
        page = (folder / name).read_text(encoding="utf-8")
        write_text(folder / name, with_table(page, make(document)))
    return 0


PAGES: dict[str, Callable[[dict[str, Any]], str]] = {"README.md": summary, "docs/performance.md": full}


def _markdown(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    lines = [[column.replace("\n", " ") for column in columns], ["---"] * len(columns), *rows]
    return [f"| {' | '.join(cells)} |" for cells in lines]


if __name__ == "__main__":
    sys.exit(main())
