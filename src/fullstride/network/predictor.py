"""Predictor: a network as it is now, made ready once, for predictions that must come quickly."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from fullstride.network import arguments
from fullstride.network.engines import native_part
from fullstride.program import Inputs, ParameterStore, Program
from fullstride.program.table import Array

WHERE = "Predictor"
MOST_BY_PRODUCT = 1 << 13
"""Numbers of an image up to which a product with zeros says sooner than a look at each whether all are finite."""


class Predicting(Protocol):
    """What a Predictor hands its images to."""

    threads: int

    def one(self, X: NDArray[Any]) -> Array:
        """The output for one image, (1, *input_shape)."""
        ...

    def many(self, X: NDArray[Any]) -> Array:
        """The outputs for images, C-contiguous."""
        ...

    def close(self) -> None:
        """Gives back code and memory."""
        ...


class Predictor:
    """Predicts with the parameters that a network had when `Network.predictor` was called.

    Filters are brought into the form that the machine code reads once, not at every call, batch normalization
    folded into them; and where an image is work enough, several threads share it. The probabilities are those
    of `Network.predict_proba`, to the bit; where there are no classes, the numbers are those of `Network.predict`.

    Attributes
    ----------
    input_shape : (n_H, n_W, n_C)
    dtype : str
    threads : int

    Notes
    -----
    It is a snapshot: neither training nor writing into `network.parameters` reaches it, nor does a new
    `network.preprocessing`. Several Python threads may call it; their calls follow each other. `close`, or leaving a
    `with` block, gives its memory back.

    Examples
    --------
    >>> import numpy as np
    >>> from fullstride import Dense, Flatten, Network
    >>> network = Network(Flatten(), Dense(2), input_shape=(2, 2, 1), seed=0)
    >>> X = np.ones((3, 2, 2, 1), np.float32)
    >>> with network.predictor() as predictor:
    ...     np.array_equal(predictor(X), network.predict_proba(X))
    True
    """

    def __init__(self, native: Predicting, program: Program) -> None:
        n_H, n_W, n_C = program.input_shape
        self.input_shape: tuple[int, int, int] = (n_H, n_W, n_C)
        self.dtype = program.dtype
        self._classifies = program.loss != "mean_squared_error"
        self.threads = native.threads
        self._native = native
        self._one = (1, *self.input_shape)
        self._uint8, self._float = np.dtype(np.uint8), np.dtype(self.dtype)
        size = n_H * n_W * n_C
        self._zeros = np.zeros(size, self.dtype) if size <= MOST_BY_PRODUCT else None

    def __call__(self, X: NDArray[Any]) -> NDArray[Any]:
        """The probability of each class, or the numbers that the network estimates.

        Parameters
        ----------
        X : ndarray of shape (m, n_H, n_W, n_C), m >= 0
            As `Network.predict_proba` takes it.

        Returns
        -------
        ndarray of shape (m, n), of the network's dtype

        Raises
        ------
        ShapeError, DtypeError, DataError
            If X does not fit; the sentence says what was expected.
        EngineError
            If the predictor was closed.
        """
        # One image that needs no conversion is answered at once. 0 times a number is 0 unless the number is not finite.
        if type(X) is np.ndarray and X.shape == self._one:
            kind = X.dtype
            if kind is self._uint8:
                return self._native.one(X)
            if kind is self._float and self._zeros is not None and np.vdot(X, self._zeros) == 0:
                return self._native.one(X)
        return self._native.many(arguments.images(X, self.input_shape, self.dtype, WHERE))

    def predict(self, X: NDArray[Any]) -> NDArray[Any]:
        """The label of the most probable class of each image; of equals the first. Or the numbers it estimates.

        Parameters
        ----------
        X : ndarray of shape (m, n_H, n_W, n_C), m >= 0

        Returns
        -------
        ndarray of shape (m,), int64; with the loss "mean_squared_error" what a call gives

        Raises
        ------
        ShapeError, DtypeError, DataError, EngineError
            As a call.
        """
        outputs = self(X)
        return np.asarray(outputs.argmax(axis=1), np.int64) if self._classifies else outputs

    def close(self) -> None:
        """Gives back code and memory; a later call raises an EngineError."""
        self._native.close()

    def __enter__(self) -> Predictor:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Predictor(input_shape={self.input_shape}, dtype={self.dtype!r}, threads={self.threads})"


def make_predictor(store: ParameterStore, inputs: Inputs, threads: object) -> Predictor:
    """Of the parameters as they are; `Network.predictor` checks nothing else."""
    count = arguments.threads(threads, "Network.predictor")
    made = native_part("predictor", "NativePredictor", "Network.predictor")(
        store.program, store, inputs=inputs, threads=count
    )
    return Predictor(made, store.program)
