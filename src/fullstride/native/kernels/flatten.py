"""Flattening where it needs a copy: out of, or back into, an image with a border."""

from fullstride.native.kernels.registry import kernel
from fullstride.native.kernels.rows import describe_rows, emit_rows
from fullstride.program.stages import Flatten

kernel(Flatten, describe_rows("flatten"))(emit_rows)
