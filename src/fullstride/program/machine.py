"""The machine that a plan is made for: a value, so that other processors can be planned for and tested anywhere."""

from __future__ import annotations

from dataclasses import dataclass

MOST_THREADS = 256
"""That work together on one program."""


@dataclass(frozen=True)
class Machine:
    """What the planner and the emitters need to know of a processor.

    Attributes
    ----------
    name : str
        The vector instructions, as it stands in the names of kernels: "avx512", "avx2", "v128" or "neon".
    triple, cpu, features : str
        For LLVM.
    vector_bits : int
        Width of a vector register.
    registers : int
        Number of vector registers.
    l2_bytes : int
        Part of the second-level cache that one thread may count on. It chooses tile sizes only, never an order of
        summation.
    """

    name: str
    triple: str
    cpu: str
    features: str
    vector_bits: int
    registers: int
    l2_bytes: int = 1 << 20

    def lanes(self, dtype: str) -> int:
        """Elements in a vector register."""
        return self.vector_bits // (32 if dtype == "float32" else 64)
