"""The Program and what is done with it: the table of operations, lowering, planning, the interpreter."""

from fullstride.program import operations as _operations  # fills the table
from fullstride.program.custom import CustomLayer
from fullstride.program.executor import Executor
from fullstride.program.gradient_check import GradientCheck, check_gradients
from fullstride.program.graph import Node, Program
from fullstride.program.inputs import AS_STORED, Inputs
from fullstride.program.interpreter import Interpreter
from fullstride.program.losses import PLAIN, Cost
from fullstride.program.lowering import lower
from fullstride.program.machine import Machine
from fullstride.program.optimizers import SGD, START, Adam, AdamW, Optimizer, OptimizerState
from fullstride.program.parameters import ParameterStore
from fullstride.program.table import OPERATIONS, Operation, ParameterSpec
from fullstride.program.update import AdamUpdate, AnyUpdate, Update

__all__ = [
    "AS_STORED",
    "OPERATIONS",
    "PLAIN",
    "SGD",
    "START",
    "Adam",
    "AdamUpdate",
    "AdamW",
    "AnyUpdate",
    "Cost",
    "CustomLayer",
    "Executor",
    "GradientCheck",
    "Inputs",
    "Interpreter",
    "Machine",
    "Node",
    "Operation",
    "Optimizer",
    "OptimizerState",
    "ParameterSpec",
    "ParameterStore",
    "Program",
    "Update",
    "check_gradients",
    "lower",
]
del _operations
