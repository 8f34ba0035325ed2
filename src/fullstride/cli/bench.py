"""`fullstride bench`: measures, prints the tables, writes the JSON and the picture."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

from fullstride.bench import report
from fullstride.bench.run import Request, bench, chosen
from fullstride.errors import ArgumentError
from fullstride.formats import write_text


def list_items(request: Request) -> None:
    """Prints the names of what would be measured."""
    for name in _some(request):
        print(name)


def run_bench(request: Request, json_path: Path | None, picture: Path | None) -> bool:
    """Measures; False when a case failed.

    Raises
    ------
    ArgumentError
        If nothing has such a name, or a picture is asked for without matplotlib.
    OutputError
        If a file cannot be written.
    """
    _some(request)
    if picture is not None and importlib.util.find_spec("matplotlib") is None:
        raise ArgumentError("--picture needs matplotlib: pip install 'fullstride[plots]'")
    for path in (json_path, picture):
        if path is not None and not path.absolute().parent.is_dir():
            raise ArgumentError(f"{path}: its folder does not exist")  # said before the minutes, not after
    console = report.new_console()
    document = bench(request, lambda line: console.print(line, soft_wrap=True))
    report.print_tables(console, document)
    if json_path is not None:
        write_text(json_path, json.dumps(document, indent=1) + "\n")
        console.print(f"written: {json_path}")
    if picture is not None:
        from fullstride.bench.picture import draw

        draw(document, picture)
        console.print(f"written: {picture}")
    return not document["failures"]


def _some(request: Request) -> list[str]:
    found = list(chosen(request))
    if not found:
        raise ArgumentError(
            f"--only: nothing that can be measured has a name like {request.only!r} (--list shows all)"
        )
    return found
