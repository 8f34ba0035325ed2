"""Network: layers, their parameters, and what people do with them."""

from __future__ import annotations

import copy
import os
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fullstride.data import Preprocessing
from fullstride.errors import ArgumentError, DataError, DtypeError, ShapeError
from fullstride.geometry import whole_number
from fullstride.layers import Layer
from fullstride.mapping import Mapped
from fullstride.network import arguments, storage
from fullstride.network.engines import Executors, native_part
from fullstride.network.judgeable import Judgeable
from fullstride.network.predictor import Predictor, make_predictor
from fullstride.network.summary import Summary, summarize
from fullstride.program import ParameterStore, lower
from fullstride.program.profile import Profile
from fullstride.program.table import Array
from fullstride.training import chunks, evaluate, image_bytes, r_squared


class Network(Judgeable):
    """A chain of layers that classifies images, or that estimates numbers from them.

    Parameters
    ----------
    *layers : Layer
        In the order in which an image passes them; the last must give one number a class, or one for each number that
        is to be estimated, as `Dense(n)` does.
    input_shape : (n_H, n_W, n_C)
        Of one image.
    seed : int in 0..2**64 - 1
        Draws the parameters: the same seed gives the same bits.
    dtype : "float32" or "float64"
        Of parameters and arithmetic.
    exact : bool
        Whether every convolution adds up its products as they stand. Without it those with 3x3 filters, stride 1 and
        enough channels are computed by Winograd's algorithm: about twice as fast, with rounding errors a few times as
        large (docs/performance.md has the table).
    loss : "cross_entropy" or "mean_squared_error"
        What training makes smaller. With the mean squared error the network estimates n numbers for each image: y has
        shape (m, n) (or (m,) where n = 1) and holds finite numbers, `predict` gives such an array, and `score` is R^2.

    Attributes
    ----------
    layers : tuple of Layer
    input_shape, dtype, seed, exact, loss
        As given.
    program : Program
        The layers as operations over named values.
    preprocessing : Preprocessing or None
        How an image file becomes an input. In all methods uint8 images are multiplied by its `scale`, and then
        normalized by its `mean` and `std` where it has them; without it they are taken as 0..255.
    class_names : tuple of str or None
    configuration : dict
        How the network was made, as plain JSON; it is stored in the model file and means nothing to the
        network.

    Raises
    ------
    ShapeError
        If a layer does not fit the one before it; the message names it.
    ArgumentError, DtypeError
        If an argument is out of range or of the wrong type.

    Notes
    -----
    In all methods X has shape (m, n_H, n_W, n_C), or (m, n_H, n_W) where n_C = 1, and y has shape (m,).
    Images of uint8 are scaled and normalized as `preprocessing` says; other integers and floats are cast to
    the network's dtype and taken as they are. X and y are never modified. `engine="native"` compiles the network
    for this processor and runs on `threads` threads (None: as many as the machine and its settings allow);
    `engine="steps"` walks the readable steps on one. Neither is ever put in place of the other.

    Examples
    --------
    >>> import numpy as np
    >>> from fullstride import Conv, Dense, Flatten, MaxPool, Network, ReLU
    >>> network = Network(Conv(4, 3), ReLU(), MaxPool(2), Flatten(), Dense(2), input_shape=(4, 4, 1), seed=0)
    >>> X = np.zeros((8, 4, 4, 1), np.float32)
    >>> X[::2] = 1  # dark and light images, alternating
    >>> y = np.array([1, 0] * 4)
    >>> history = network.fit(X, y, epochs=20, batch_size=4, lr=0.1, engine="steps")
    >>> network.predict(X, engine="steps")
    array([1, 0, 1, 0, 1, 0, 1, 0])
    """

    def __init__(
        self,
        *layers: Layer,
        input_shape: Sequence[int],
        seed: int = 0,
        dtype: str = "float32",
        exact: bool = False,
        loss: str = "cross_entropy",
    ) -> None:
        self._build(
            layers,
            arguments.input_shape(input_shape),
            arguments.seed(seed, "Network"),
            arguments.dtype_name(dtype),
            arguments.exact(exact),
            arguments.loss(loss),
        )
        self._store.initialize(self.seed)

    def _build(
        self,
        layers: Sequence[Layer],
        shape: tuple[int, int, int],
        seed: int,
        dtype: str,
        exact: bool,
        loss: str,
    ) -> None:
        self.layers = tuple(layers)
        self.input_shape, self.seed, self.dtype, self.exact, self.loss = shape, seed, dtype, exact, loss
        self.program = lower(self.layers, shape, dtype, exact, arguments.LOSSES[loss])
        self._store = ParameterStore(self.program)
        self._executors = Executors(self._store)
        self._preprocessing: Preprocessing | None = None
        self._class_names: tuple[str, ...] | None = None
        self.configuration: dict[str, Any] = {}

    @classmethod
    def _with_parameters(
        cls,
        layers: Sequence[Layer],
        shape: tuple[int, int, int],
        seed: int,
        dtype: str,
        exact: bool,
        loss: str,
        parameters: Mapping[str, Array],
    ) -> Network:
        """A network with these parameters, which fit."""
        network = cls.__new__(cls)
        network._build(layers, shape, seed, dtype, exact, loss)
        network._set(parameters)
        return network

    def _set(self, parameters: Mapping[str, Array]) -> None:
        for name, value in parameters.items():
            self._store.values[name][...] = value

    def __repr__(self) -> str:
        layers = "".join(f"{layer!r}, " for layer in self.layers)
        exact = ", exact=True" if self.exact else ""
        loss = f", loss={self.loss!r}" if self.loss != "cross_entropy" else ""
        return (
            f"Network({layers}input_shape={self.input_shape}, seed={self.seed}, dtype={self.dtype!r}"
            f"{exact}{loss})"
        )

    def _repr_html_(self) -> str:
        """In notebooks: the summary, and what the numbers are."""
        return summarize(self.program).html([f"{self.loss.replace('_', ' ')}, {self.dtype}"])

    # What it is

    @property
    def parameters(self) -> Mapping[str, Array]:
        """Name -> the parameter itself; `network.parameters["conv1.W"][...] = W` writes into the network.

        The states are among them, such as the running statistics of a batch normalization.
        """
        return MappingProxyType(self._store.values)

    @property
    def n_outputs(self) -> int:
        """How many numbers the network gives for an image: one a class, or those that it estimates."""
        return self.program.shapes[self.program.output][0]

    @property
    def n_classes(self) -> int:
        """The number of classes; an ArgumentError where there are none."""
        self._check_classifies("Network.n_classes")
        return self.n_outputs

    @property
    def preprocessing(self) -> Preprocessing | None:
        """How an image file becomes an input."""
        return self._preprocessing

    @preprocessing.setter
    def preprocessing(self, value: Preprocessing | None) -> None:
        if value is not None and not isinstance(value, Preprocessing):
            raise DtypeError(
                f"Network: preprocessing must be a Preprocessing, or None; got a {type(value).__name__}"
            )
        if value is not None and value.input_shape != self.input_shape:
            raise ShapeError(
                f"Network: preprocessing must make images of the network's input_shape, {self.input_shape}; "
                f"got one for {value.input_shape}"
            )
        self._preprocessing = value

    @property
    def class_names(self) -> tuple[str, ...] | None:
        """A name for each class, in the order of the labels."""
        return self._class_names

    @class_names.setter
    def class_names(self, value: Sequence[str] | None) -> None:
        if value is not None:
            self._check_classifies("Network.class_names")
        self._class_names = arguments.class_names(value, self.n_outputs)

    def summary(self) -> Summary:
        """The layers as a table: output shape, parameters, multiply-adds, receptive field."""
        return summarize(self.program)

    def profile(self, batch_size: int = 64, threads: int | None = None) -> Profile:
        """Measure what each layer costs natively: memory, and time in a prediction and in a training step.

        The same code that trains and predicts runs for a second or two, with a clock around each call and without any,
        in turn, on images without meaning. The training step is that of plain SGD with nothing augmented, on a copy
        of the parameters. Nothing else should run meanwhile.

        Parameters
        ----------
        batch_size : int >= 1
        threads : int >= 1, optional
            As many as the machine and its settings allow.

        Returns
        -------
        Profile
            A table (`print` it) whose times add up to the whole.

        Raises
        ------
        DtypeError, ArgumentError
            If an argument does not fit.
        EngineError
            If the native engine cannot run here.
        """
        where = "Network.profile"
        m = whole_number(batch_size, where, "batch_size", 1)
        count = arguments.threads(threads, where)
        measure = native_part("profile", "profile", where)
        measured: Profile = measure(self.program, self._store, self._inputs, m, count)
        return measured

    def implementation(
        self, *, engine: str = "native", threads: int | None = None
    ) -> tuple[tuple[str, str], ...]:
        """What runs each operation: pairs such as ("conv1", "steps/convolution.py")."""
        return self._executors.get(engine, threads, "Network.implementation").implementation()

    def dump(self, stage: str, layer: str | None = None, purpose: str = "training") -> str:
        """What runs natively, as text, from the layers to the processor's instructions.

        Parameters
        ----------
        stage : "program", "plan", "ir" or "asm"
        layer : str, optional
            Such as "conv1"; None for all.
        purpose : "training" or "inference"

        Raises
        ------
        ArgumentError
            If there is no such stage, layer or purpose.
        EngineError
            If there is no native code for this network here.
        """
        from fullstride.native.listing import dump

        return dump(self.program, stage, layer, purpose)

    # What it does; `fit` and `find_lr` stand in `Trainable`, `judge` and `grad_cam` in `Judgeable`

    def predict_proba(
        self, X: NDArray[Any], threads: int | None = None, engine: str = "native"
    ) -> NDArray[Any]:
        """The probability of each class.

        Parameters
        ----------
        X : ndarray of shape (m, n_H, n_W, n_C), m >= 0

        Returns
        -------
        ndarray of shape (m, n), of the network's dtype
            In 0..1; each row has the sum 1, but for rounding.

        Raises
        ------
        ShapeError, DtypeError, DataError, ArgumentError, EngineError
            As `fit`; an ArgumentError too where the loss is the mean squared error.
        """
        self._check_classifies("Network.predict_proba")
        return self._outputs(X, threads, engine, "Network.predict_proba")

    def predict(self, X: NDArray[Any], threads: int | None = None, engine: str = "native") -> NDArray[Any]:
        """The label of the most probable class of each image; of equals the first. Or the numbers it estimates.

        Parameters
        ----------
        X : ndarray of shape (m, n_H, n_W, n_C), m >= 0

        Returns
        -------
        ndarray of shape (m,), int64; with the loss "mean_squared_error" of shape (m, n) and the network's dtype

        Raises
        ------
        ShapeError, DtypeError, DataError, ArgumentError, EngineError
            As `fit`.
        """
        outputs = self._outputs(X, threads, engine, "Network.predict")
        return np.asarray(outputs.argmax(axis=1), np.int64) if self._classifies else outputs

    def predictor(self, threads: int | None = None) -> Predictor:
        """The network as it is now, made ready once for predictions that must come quickly.

        Parameters
        ----------
        threads : int >= 1, optional
            The result is the same to the bit with any number.

        Returns
        -------
        Predictor
            `predictor(X)` gives what `predict_proba(X)` gives now, `predictor.predict(X)` the labels; with the loss
            "mean_squared_error" both give what `predict(X)` gives. Later training does not reach it.

        Raises
        ------
        DtypeError, ArgumentError
            If threads is not a whole number >= 1, or None.
        EngineError
            If the native engine cannot run here.
        """
        return make_predictor(self._store, self._inputs, threads)

    def score(
        self, X: NDArray[Any], y: NDArray[Any], threads: int | None = None, engine: str = "native"
    ) -> float:
        """The accuracy, in 0..1: the part of the images whose most probable class is their label.

        With the loss "mean_squared_error" it is R^2, the part of the targets' variance that is explained: 1 - the sum
        of squared errors / the sum of squared distances from the mean, the mean over the outputs. A constant target
        counts 1 where it is met exactly, else 0.

        Parameters
        ----------
        X : ndarray of shape (m, n_H, n_W, n_C), m >= 1; m >= 2 for R^2
        y : ndarray of shape (m,), labels in 0..n-1; or (m, n), as `fit` takes it

        Raises
        ------
        ShapeError, DtypeError, DataError, ArgumentError, EngineError
            As `fit`.
        """
        where = "Network.score"
        part = self._part(X, y, where)
        if not self._classifies and len(part) < 2:
            raise DataError(f"{where}: R^2 needs at least two images, m >= 2; got m={len(part)}")
        executor = self._executors.get(engine, threads, where)
        if self._classifies:
            accuracy = evaluate(executor, part, self._inputs).accuracy
            assert accuracy is not None
            return accuracy
        return r_squared(executor, part, self._inputs)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the model file, whole or not at all.

        It holds layers, parameters, class names, preprocessing and configuration. The same network gives the
        same bytes; `fullstride.load` reads it.

        Raises
        ------
        ArgumentError
            If a parameter is not finite, or the configuration is not plain JSON.
        OutputError
            If the file cannot be written.
        """
        storage.save(self, path)

    # How

    @property
    def _classifies(self) -> bool:
        return self.loss == "cross_entropy"

    def _check_classifies(self, where: str) -> None:
        if not self._classifies:
            raise ArgumentError(
                f'{where}: there are no classes where the loss is "{self.loss}": the network estimates '
                f"n_outputs={self.n_outputs} numbers, which predict gives"
            )

    def _outputs(self, X: object, threads: object, engine: object, where: str) -> NDArray[Any]:
        A = arguments.images(X, self.input_shape, self.dtype, where)
        executor = self._executors.get(engine, threads, where)
        outputs = np.empty((len(A), self.n_outputs), self.dtype)
        mapped = Mapped(A)
        for chunk in chunks(len(A), image_bytes(A)):
            outputs[chunk] = executor.forward(A[chunk], self._inputs)
            mapped.release(A[chunk].nbytes)
        return outputs

    # Copies and pickles: no executor, and nothing shared (the parameters are written into a new store)

    def __getstate__(self) -> dict[str, Any]:
        return {
            "layers": self.layers,
            "input_shape": self.input_shape,
            "seed": self.seed,
            "dtype": self.dtype,
            "exact": self.exact,
            "loss": self.loss,
            "parameters": dict(self._store.values),
            "preprocessing": self._preprocessing,
            "class_names": self._class_names,
            "configuration": copy.deepcopy(self.configuration),
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._build(*(state[name] for name in ("layers", "input_shape", "seed", "dtype", "exact", "loss")))
        self._set(state["parameters"])
        self._preprocessing = state["preprocessing"]
        self._class_names = state["class_names"]
        self.configuration = state["configuration"]
