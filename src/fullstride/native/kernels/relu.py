"""ReLU where it stands alone; most are done by the operation before them (forward) or behind them (backward)."""

from fullstride.native.kernels.registry import kernel
from fullstride.native.kernels.rows import describe_rows, emit_rows
from fullstride.program.stages import Relu

kernel(Relu, describe_rows("relu"))(emit_rows)
