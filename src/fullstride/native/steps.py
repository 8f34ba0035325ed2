"""Operations without a kernel: their steps run in Python between the jobs of a plan, on the memory of the batch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from numpy.lib.stride_tricks import as_strided

from fullstride.program.graph import Node, Program
from fullstride.program.placement import image_shape
from fullstride.program.plan import StepCall, Whole
from fullstride.program.table import Array

MOST_OF_A_BATCH = 512
"""Images of a prediction that go through together where one phase leaves them to another."""


class Steps:
    """What `Runner.run` hands the steps of one run to.

    Parameters
    ----------
    program : Program
    parameters : mapping of names to values, which the steps read
    batch : ndarray, memory of the batch, as a job leaves it and finds it
    m : int, images of the batch
    gradients : mapping of names to arrays that take the parameters' gradients; None: of a prediction
    """

    def __init__(
        self,
        program: Program,
        parameters: Mapping[str, Array],
        batch: Array,
        m: int,
        gradients: Mapping[str, Array] | None = None,
    ) -> None:
        self.caches: dict[str, Any] = {}
        """Node -> what its forward left for its backward."""
        self._program, self._parameters, self._batch, self._m = program, parameters, batch, m
        self._gradients = gradients

    def __call__(self, call: StepCall) -> None:
        node = next(node for node in self._program.nodes if node.output == call.node)
        (self._backward if call.backward else self._forward)(call, node)

    def _forward(self, call: StepCall, node: Node) -> None:
        inputs = tuple(self._read(place) for place in call.inputs if place is not None)
        parameters = {role: self._parameters[name] for role, name in self._program.roles(node).items()}
        if self._gradients is None:
            output = node.row.predicted(inputs, parameters, node.attributes)
        else:
            output, self.caches[call.node] = node.row.forward(inputs, parameters, node.attributes)
        self._write(call.output, output, adds=False)

    def _backward(self, call: StepCall, node: Node) -> None:
        assert self._gradients is not None
        dZ = self._read(call.output)
        d_inputs, d_parameters = node.row.backward(dZ, self.caches[call.node], node.attributes)
        for place, gradient, adds in zip(call.inputs, d_inputs, call.adds, strict=True):
            if place is not None:
                self._write(place, gradient, adds)
        for role, gradient in d_parameters.items():
            self._gradients[f"{call.node}.{role}"][...] = gradient

    def _view(self, place: Whole) -> Array:
        """The inside of a buffer, (m, n_H, n_W, n_C)."""
        distances = (place.view.image, place.view.row, place.view.pixel, 1)
        strides = [self._batch.itemsize * distance for distance in distances]
        return as_strided(self._batch[place.start.offset :], (self._m, *image_shape(place.shape)), strides)

    def _read(self, place: Whole) -> Array:
        """A copy, because the memory is written again and a cache may live on."""
        return self._view(place).copy().reshape(self._m, *place.shape)

    def _write(self, place: Whole, numbers: Array, adds: bool) -> None:
        view = self._view(place)
        shaped = numbers.reshape(view.shape)
        view[...] = view + shaped if adds else shaped
