"""Judging a network: what `Network` has of it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fullstride.errors import ArgumentError
from fullstride.judging import Judgment, NumberJudgment, grad_cam, judge, last_feature_map
from fullstride.network import arguments
from fullstride.network.engines import Executors
from fullstride.network.trainable import Trainable
from fullstride.program import Executor, ParameterStore


class Judgeable(Trainable):
    """A network whose predictions are compared with the truth, and asked for their reasons: the base of `Network`."""

    _class_names: tuple[str, ...] | None

    def judge(
        self, X: NDArray[Any], y: NDArray[Any], threads: int | None = None, engine: str = "native"
    ) -> Judgment | NumberJudgment:
        """Compare the predictions for images with their labels, or with their targets.

        Parameters
        ----------
        X : ndarray of shape (m, n_H, n_W, n_C), m >= 1
            It may be mapped from a file, and larger than the memory.
        y : ndarray of shape (m,), labels in 0..n-1; or (m, n), as `fit` takes it

        Returns
        -------
        Judgment
            Accuracy with its interval, loss, precision and recall of each class, confusion, calibration ...; with the
            loss "mean_squared_error" a NumberJudgment: errors and R^2.

        Raises
        ------
        DataError
            As `fit`; and where an output of the network is not finite.
        ShapeError, DtypeError, ArgumentError, EngineError
            As `fit`.

        Examples
        --------
        >>> from fullstride import Dense, Flatten, Network
        >>> network = Network(Flatten(), Dense(2), input_shape=(1, 1, 1))
        >>> network.parameters["dense1.W"][...] = [[1, -1]]
        >>> X = np.array([2.0, 1.0, -1.0, 0.0], np.float32).reshape(4, 1, 1, 1)
        >>> found = network.judge(X, np.array([0, 1, 1, 0]), engine="steps")
        >>> found.accuracy, found.confusion.tolist()
        (0.75, [[2, 0], [1, 1]])
        """
        where = "Network.judge"
        part = self._part(X, y, where)
        (n,) = self.program.shapes[self.program.output]
        names = self._class_names or [f"class {c}" for c in range(n)]
        return judge(self._executors.get(engine, threads, where), part, self._inputs, names, where)

    def grad_cam(
        self,
        X: NDArray[Any],
        outputs: NDArray[np.integer[Any]] | None = None,
        threads: int | None = None,
        engine: str = "native",
    ) -> NDArray[np.float64]:
        """Which places of the last feature map speak for an output: Grad-CAM.

        Parameters
        ----------
        X : ndarray of shape (m, n_H, n_W, n_C), m >= 0
            All of them are worked on at once, and what stands behind the map with the readable steps: a few at a time.
        outputs : ndarray of shape (m,), integers, optional
            The class that is asked for of each image, or the number that is estimated. By default the largest output.

        Returns
        -------
        ndarray of shape (m, n_H_map, n_W_map), float64, >= 0
            ReLU(sum over the channels k of alpha_k * A_k), with A the map that the last convolution makes (behind its
            normalization, sum and ReLU), and alpha_k the mean over its places of the gradient of the output, before any
            softmax. `fullstride.judging.heat` brings it to the size of the image.

        Raises
        ------
        ArgumentError
            If the network has no feature map, or a `CustomLayer` behind it overrides `inference`, whose gradient
            its `backward` does not give.
        DataError
            If there is no such output, or an image is not finite.
        ShapeError, DtypeError, EngineError
            As `predict`.

        Source
        ------
        R. Selvaraju et al., "Grad-CAM: visual explanations from deep networks via gradient-based localization" (2017).

        Examples
        --------
        >>> from fullstride import Conv, Flatten, GlobalAveragePool, Network
        >>> network = Network(Conv(2, 1), GlobalAveragePool(), input_shape=(2, 2, 1))
        >>> network.parameters["conv1.W"][...] = [[[[1, -1]]]]
        >>> X = np.array([[[1.0, 0.0], [0.0, 3.0]]], np.float32)
        >>> network.grad_cam(X, np.array([0]), engine="steps").tolist()  # a quarter of each pixel
        [[[0.25, 0.0], [0.0, 0.75]]]
        """
        where = "Network.grad_cam"
        n_H, n_W, n_C = self.program.input_shape
        (n,) = self.program.shapes[self.program.output]
        A = arguments.images(X, (n_H, n_W, n_C), self.program.dtype, where)
        cut = last_feature_map(self.program)
        if cut is None:
            raise ArgumentError(
                f"{where}: there must be a feature map, which a convolution makes and the layers behind it read; this "
                "network has none"
            )
        if (layer := cut.without_gradient) is not None:
            raise ArgumentError(
                f"{where}: layers behind the feature map must predict with their forward, whose gradient backward "
                f"gives; {layer} has an inference of its own"
            )
        if outputs is None:
            executor = self._executors.get(engine, threads, where)
            chosen = np.asarray(executor.forward(A, self._inputs).argmax(axis=1), np.int64)
        else:
            chosen = arguments.labels(outputs, len(A), n, where, "outputs")

        def executor_of(store: ParameterStore) -> Executor:
            return Executors(store).get(engine, threads, where)

        return grad_cam(cut, self._store.values, executor_of, A, chosen, self._inputs)
