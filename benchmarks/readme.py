"""Tables of speed for README.md and docs/performance.md, from the committed results.

`python -m benchmarks.readme` writes them anew after a run of `python -m benchmarks` on a quiet machine.
"""

from __future__ import annotations

import json
import re
import sys
from math import prod
from pathlib import Path
from typing import Any

from benchmarks.load import BUSY, in_words

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results.json"
_BETWEEN = re.compile(r"(<!-- speed table -->\n).*?(<!-- end of speed table -->)", re.DOTALL)


def summary(results: dict[str, Any]) -> str:
    """Markdown: the training step, and the ratios of the layers in short."""
    rows = [_where(results), "", "| what | fullstride | torch | ratio |", "| --- | --- | --- | --- |"]
    rows += [_row(case) for case in _cases(results, "training_step")]
    for kind in ("conv_forward", "conv_backward"):
        ratios = [case["ratio"] for case in _cases(results, kind)]
        mean = prod(ratios) ** (1 / len(ratios))
        rows.append(
            f"| {kind.replace('_', ' ')}, {len(ratios)} shapes | | | {mean:.1f} (geometric mean), "
            f"{min(ratios):.2f} to {max(ratios):.1f} |"
        )
    return "\n".join(rows) + "\n"


def full(results: dict[str, Any]) -> str:
    """Markdown: a row for each case, with the spread of the rounds."""
    rows = [
        _where(results),
        "",
        "| what | fullstride | torch | ratio | lowest..highest round |",
        "| --- | --- | --- | --- | --- |",
    ]
    for case in results["cases"]:
        rows.append(f"{_row(case)} {case['lowest']:.2f}..{case['highest']:.2f} |")
    return "\n".join(rows) + "\n"


def with_table(page: str, table: str) -> str:
    """The page with this table in its place."""
    changed, count = _BETWEEN.subn(lambda match: match[1] + table + match[2], page)
    assert count == 1, "the page has no place for the table"
    return changed


def refusal(results: dict[str, Any]) -> str | None:
    """Why these results may not be published, or None."""
    cores = results["machine"]["load_of_others"]
    if cores is not None and cores > BUSY:
        return (
            f"the results are not to be trusted: other processes kept {in_words(cores)} busy, more than {BUSY}; "
            "run python -m benchmarks on a quiet machine"
        )
    return None


def main() -> int:
    """Writes the pages; 1 if the results may not be published."""
    results = json.loads(RESULTS.read_text())
    if reason := refusal(results):
        print(reason, file=sys.stderr)
        return 1
    for name, make in PAGES.items():
        (ROOT / name).write_text(with_table((ROOT / name).read_text(), make(results)))
    return 0


def _cases(results: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [case for case in results["cases"] if case["name"].startswith(kind)]


def _where(results: dict[str, Any]) -> str:
    machine, versions = results["machine"], results["versions"]
    return (
        f"{machine['processor']}, {results['threads']} threads, torch {versions['torch']}, {results['date'][:10]}; "
        f"load of other processes: {in_words(machine['load_of_others'])}. Medians of rounds in turn, and torch's time "
        "divided by fullstride's."
    )


def _row(case: dict[str, Any]) -> str:
    kind, _, rest = case["name"].partition(" ")
    title = f"{kind.replace('_', ' ')}, {rest}"
    return f"| {title} | {1000 * case['ours']:.3g} ms | {1000 * case['peer']:.3g} ms | {case['ratio']:.2f} |"


PAGES = {"README.md": summary, "docs/performance.md": full}


if __name__ == "__main__":
    sys.exit(main())
