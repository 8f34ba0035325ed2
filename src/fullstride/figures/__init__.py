"""Drawings of what a layer does, made from its real numbers. They need matplotlib: pip install 'fullstride[plots]'.

    from fullstride import figures

    figures.row(("x", x), "→", ("mask", create_mask_from_window(x)))

A notebook shows the `Drawing` that each function returns; `Drawing.save` writes it as a PNG file. matplotlib is
imported when something is drawn, and used without its global state: no window opens.
"""

from fullstride.figures.drawing import Drawing
from fullstride.figures.grids import Grid, row
from fullstride.figures.images import padded, volume
from fullstride.figures.pipeline import pipeline
from fullstride.figures.windows import corners

__all__ = ["Drawing", "Grid", "corners", "padded", "pipeline", "row", "volume"]
