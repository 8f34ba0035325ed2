"""The Program and what is done with it: the table of operations, lowering, planning, the interpreter."""

from fullstride.program import operations as _operations  # fills the table
from fullstride.program.executor import Executor
from fullstride.program.graph import Node, Program
from fullstride.program.inputs import AS_STORED, Inputs
from fullstride.program.interpreter import Interpreter
from fullstride.program.lowering import lower
from fullstride.program.machine import Machine
from fullstride.program.parameters import ParameterStore
from fullstride.program.table import OPERATIONS, Operation, ParameterSpec
from fullstride.program.update import Update

__all__ = [
    "AS_STORED",
    "OPERATIONS",
    "Executor",
    "Inputs",
    "Interpreter",
    "Machine",
    "Node",
    "Operation",
    "ParameterSpec",
    "ParameterStore",
    "Program",
    "Update",
    "lower",
]
del _operations
