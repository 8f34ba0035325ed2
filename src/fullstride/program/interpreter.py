"""The interpreter: walks a program with the steps. Slow, exact, and every number can be looked at."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from fullstride import steps
from fullstride.program.executor import Images, Indices, Truth, Weights
from fullstride.program.graph import INPUT, Node, Program
from fullstride.program.inputs import AS_STORED, Inputs
from fullstride.program.losses import PLAIN, Cost
from fullstride.program.parameters import ParameterStore
from fullstride.program.table import Array
from fullstride.program.update import AnyUpdate, Update


class Interpreter:
    """An executor made of `fullstride.steps`."""

    def __init__(self, program: Program, store: ParameterStore) -> None:
        self.program = program
        self.store = store
        self.last_norm: float | None = None

    def walk_forward(self, A: Array) -> tuple[dict[str, Array], dict[str, Any]]:
        """Every value of the program in training on the images A, and every node's cache."""
        values: dict[str, Array] = {INPUT: A}
        caches: dict[str, Any] = {}
        for node in self.program.nodes:
            inputs = tuple(values[name] for name in node.inputs)
            values[node.output], caches[node.output] = node.row.forward(
                inputs, _parameters(node, self.store), node.attributes
            )
        return values, caches

    def walk_inference(self, A: Array) -> dict[str, Array]:
        """Every value of the program in a prediction for the images A."""
        values: dict[str, Array] = {INPUT: A}
        for node in self.program.nodes:
            inputs = tuple(values[name] for name in node.inputs)
            values[node.output] = node.row.predicted(inputs, _parameters(node, self.store), node.attributes)
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
        self,
        X: Images,
        y: Truth,
        rows: Indices,
        inputs: Inputs = AS_STORED,
        cost: Cost = PLAIN,
        weights: Weights | None = None,
    ) -> tuple[float, dict[str, Array]]:
        loss, d_parameters, _ = self._descend(X, y, rows, inputs, cost, weights)
        return loss, d_parameters

    def train_step(
        self,
        X: Images,
        y: Truth,
        rows: Indices,
        update: AnyUpdate,
        inputs: Inputs = AS_STORED,
        cost: Cost = PLAIN,
        weights: Weights | None = None,
    ) -> float:
        loss, d_parameters, caches = self._descend(X, y, rows, inputs, cost, weights)
        self.last_norm = None
        if update.clip is not None:
            clipped, self.last_norm = steps.clip_gradients(list(d_parameters.values()), update.clip)
            d_parameters = dict(zip(d_parameters, clipped, strict=True))
        if math.isfinite(loss) and (self.last_norm is None or math.isfinite(self.last_norm)):
            for name, gradient in d_parameters.items():
                self._update(name, gradient, update)
            advance(self.program.nodes, self.store, caches)
        return loss

    def prepare(
        self,
        X: Images,
        update: AnyUpdate,
        inputs: Inputs = AS_STORED,
        cost: Cost = PLAIN,
        weights: Weights | None = None,
    ) -> None:
        """Nothing has to be made ready; what does not belong together is refused."""
        cost.check(self.program, "Interpreter")

    def _descend(
        self, X: Images, y: Truth, rows: Indices, inputs: Inputs, cost: Cost, weights: Weights | None
    ) -> tuple[float, dict[str, Array], dict[str, Any]]:
        """The loss, the gradients of the parameters, and the caches."""
        _, caches, loss, dZ = self.walk_loss(X, y, rows, inputs, cost, weights)
        _, d_parameters = self.walk_backward(dZ, caches)
        return loss, d_parameters, caches

    def walk_loss(
        self, X: Images, y: Truth, rows: Indices, inputs: Inputs, cost: Cost, weights: Weights | None = None
    ) -> tuple[dict[str, Array], dict[str, Any], float, Array]:
        """Every value and cache of a training step on X[rows], its loss, and the gradient of the output."""
        cost.check(self.program, "Interpreter")
        values, caches = self.walk_forward(inputs.batch(X, rows, self.program.dtype))
        own = None if weights is None else weights[rows]
        loss, dZ = self._loss(values[self.program.output], y[rows], cost, own)
        return values, caches, loss, dZ

    def _loss(self, Z: Array, truth: Truth, cost: Cost, own: Weights | None) -> tuple[float, Array]:
        """The loss of a batch whose images have weights of their own, and its gradient."""
        if self.program.loss == "mean_squared_error":
            loss, kept = steps.mean_squared_error_forward(Z, truth, own)
            return float(loss), steps.mean_squared_error_backward(kept)
        if cost.plain and own is None:
            loss, cache = steps.cross_entropy_forward(Z, truth)
            return float(loss), steps.cross_entropy_backward(cache)
        weights = None if cost.class_weights is None else np.array(cost.class_weights)
        loss, weighted = steps.weighted_cross_entropy_forward(Z, truth, cost.smoothing, weights, own)
        return float(loss), steps.weighted_cross_entropy_backward(weighted)

    def _update(self, name: str, gradient: Array, update: AnyUpdate) -> None:
        """A parameter, and what is kept of it between steps, after the step."""
        store = self.store
        value, velocity = store.values[name], store.velocity[name]
        decay = update.weight_decay if self.program.parameters[name].decays else 0.0
        if isinstance(update, Update):
            value[...], velocity[...] = steps.sgd_update(
                value, gradient, velocity, update.lr, update.momentum, update.nesterov, decay
            )
            return
        square = store.square[name]
        value[...], velocity[...], square[...] = steps.adam_update(
            value,
            gradient,
            velocity,
            square,
            update.lr,
            (update.power1, update.power2),
            update.beta1,
            update.beta2,
            update.epsilon,
            decay,
            update.decoupled,
        )

    def forward(self, X: Images, inputs: Inputs = AS_STORED) -> Array:
        output = self.walk_inference(inputs.images(X, self.program.dtype))[self.program.output]
        return steps.softmax(output) if self.program.loss == "softmax_cross_entropy" else output

    def implementation(self) -> tuple[tuple[str, str], ...]:
        return tuple((node.output, f"steps/{node.row.stem}.py") for node in self.program.nodes)

    def close(self) -> None:
        """Holds nothing to give back."""


def advance(nodes: Iterable[Node], store: ParameterStore, caches: Mapping[str, Any]) -> None:
    """The states of nodes after a step of training that left these caches."""
    for node in nodes:
        if node.row.advance is not None:
            new = node.row.advance(caches[node.output], _parameters(node, store), node.attributes)
            for role, value in new.items():
                store.values[f"{node.output}.{role}"][...] = value


def _parameters(node: Node, store: ParameterStore) -> dict[str, Array]:
    return {role: store.values[name] for role, name in store.program.roles(node).items()}
