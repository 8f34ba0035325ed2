"""`fullstride dump`: what runs, as text on stdout or in a file."""

from __future__ import annotations

import sys
from pathlib import Path

from fullstride.cli.console import discard_stdout
from fullstride.formats import write_text
from fullstride.network import load


def dump(model: Path, stage: str, layer: str | None, purpose: str, out: Path | None) -> None:
    """Print one stage of a model; a reader that has seen enough (`| head`) ends it without a word."""
    text = load(model).dump(stage, layer, purpose)
    if out is not None:
        write_text(out, text)
        return
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        discard_stdout()
