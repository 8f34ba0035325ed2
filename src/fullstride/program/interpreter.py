"""The interpreter: walks a program with the steps. Slow, exact, and every number can be looked at."""

from __future__ import annotations

from typing import Any

from fullstride import steps
from fullstride.program.executor import Images, Indices
from fullstride.program.graph import INPUT, Node, Program
from fullstride.program.inputs import AS_STORED, Inputs
from fullstride.program.parameters import ParameterStore
from fullstride.program.table import Array
from fullstride.program.update import Update


class Interpreter:
    """An executor made of `fullstride.steps`."""

    def __init__(self, program: Program, store: ParameterStore) -> None:
        self.program = program
        self.store = store

    def walk_forward(self, A: Array) -> tuple[dict[str, Array], dict[str, Any]]:
        """Every value of the program in training on the images A, and every node's cache."""
        values: dict[str, Array] = {INPUT: A}
        caches: dict[str, Any] = {}
        for node in self.program.nodes:
            inputs = tuple(values[name] for name in node.inputs)
            values[node.output], caches[node.output] = node.row.forward(
                inputs, self._parameters(node), node.attributes
            )
        return values, caches

    def walk_inference(self, A: Array) -> dict[str, Array]:
        """Every value of the program in a prediction for the images A."""
        values: dict[str, Array] = {INPUT: A}
        for node in self.program.nodes:
            inputs = tuple(values[name] for name in node.inputs)
            row, parameters = node.row, self._parameters(node)
            if row.inference is None:
                values[node.output], _ = row.forward(inputs, parameters, node.attributes)
            else:
                values[node.output] = row.inference(inputs, parameters, node.attributes)
        return values

    def walk_backward(self, dZ: Array, caches: dict[str, Any]) -> tuple[dict[str, Array], dict[str, Array]]:
        """The gradients of every value and of every trained parameter, from dZ, the gradient of the output."""
        d_values: dict[str, Array] = {self.program.output: dZ}
        d_parameters: dict[str, Array] = {}
        for node in reversed(self.program.nodes):
            d_inputs, by_role = node.row.backward(d_values[node.output], caches[node.output], node.attributes)
            for name, gradient in zip(node.inputs, d_inputs, strict=True):
                d_values[name] = d_values[name] + gradient if name in d_values else gradient
            for role, name in self.program.roles(node).items():
                if name in self.program.trained:
                    d_parameters[name] = by_role[role]
        return d_values, d_parameters

    def gradients(
        self, X: Images, y: Indices, rows: Indices, inputs: Inputs = AS_STORED
    ) -> tuple[float, dict[str, Array]]:
        cost, d_parameters, _ = self._descend(X, y, rows, inputs)
        return cost, d_parameters

    def train_step(
        self, X: Images, y: Indices, rows: Indices, update: Update, inputs: Inputs = AS_STORED
    ) -> float:
        cost, d_parameters, caches = self._descend(X, y, rows, inputs)
        for name, gradient in d_parameters.items():
            value, velocity = self.store.values[name], self.store.velocity[name]
            value[...], velocity[...] = steps.sgd_update(
                value, gradient, velocity, update.lr, update.momentum
            )
        self._advance(caches)
        return cost

    def _descend(
        self, X: Images, y: Indices, rows: Indices, inputs: Inputs
    ) -> tuple[float, dict[str, Array], dict[str, Any]]:
        """The cost, the gradients of the parameters, and the caches."""
        values, caches = self.walk_forward(inputs.batch(X, rows, self.program.dtype))
        cost, cache = steps.cross_entropy_forward(values[self.program.output], y[rows])
        _, d_parameters = self.walk_backward(steps.cross_entropy_backward(cache), caches)
        return float(cost), d_parameters, caches

    def _advance(self, caches: dict[str, Any]) -> None:
        """The states after a step."""
        for node in self.program.nodes:
            if node.row.advance is not None:
                roles = self.program.roles(node)
                new = node.row.advance(caches[node.output], self._parameters(node), node.attributes)
                for role, value in new.items():
                    self.store.values[roles[role]][...] = value

    def forward(self, X: Images, inputs: Inputs = AS_STORED) -> Array:
        output = self.walk_inference(inputs.images(X, self.program.dtype))[self.program.output]
        return output if self.program.loss is None else steps.softmax(output)

    def implementation(self) -> tuple[tuple[str, str], ...]:
        return tuple((node.output, f"steps/{node.row.stem}.py") for node in self.program.nodes)

    def close(self) -> None:
        """Holds nothing to give back."""

    def _parameters(self, node: Node) -> dict[str, Array]:
        return {role: self.store.values[name] for role, name in self.program.roles(node).items()}
