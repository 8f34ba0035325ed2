"""The regressor."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import MultiOutputMixin, RegressorMixin
from sklearn.preprocessing import StandardScaler

from fullstride.network import Network
from fullstride.sklearn.base import CNNEstimator, Samples


class CNNRegressor(MultiOutputMixin, RegressorMixin, CNNEstimator):  # type: ignore[misc]
    """A network that estimates one or several numbers, as an estimator of scikit-learn.

    It makes the mean squared error of normalized targets smaller: (y - target_mean_) / target_scale_.

    Parameters
    ----------
    architecture, image_shape, epochs, batch_size, lr, optimizer, weight_decay, schedule, clip, augmentation, validation
    patience, dtype, exact, engine, n_jobs, random_state, warm_start, verbose
        As of `CNNClassifier`; behind a sequence of layers `Dense(number of outputs)` is put.

    Attributes
    ----------
    network_ : Network, which gives normalized targets of normalized images
    target_mean_, target_scale_ : ndarrays of shape (n_outputs,), mean and standard deviation of the targets; 1 for what
        is constant
    n_outputs_ : int
    image_shape_, n_features_in_, mean_, scale_, history_, loss_curve_
        As of `CNNClassifier`. Losses are those of normalized targets.

    Notes
    -----
    Weights of samples count as those of `CNNClassifier` do, in mean and standard deviation of the targets too.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.random.default_rng(0).random((60, 4, 4, 1))
    >>> y = np.stack([X[:, :2].sum(axis=(1, 2, 3)), X[:, 2:].sum(axis=(1, 2, 3))], axis=1)  # two numbers an image
    >>> regressor = CNNRegressor(random_state=0).fit(X, y)
    >>> regressor.predict(X).shape, bool(regressor.score(X, y) > 0.9)
    ((60, 2), True)
    """

    _loss = "mean_squared_error"

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> CNNRegressor:
        """Train a new network; with `warm_start` the one that is there, if there is one.

        Parameters
        ----------
        X : array of shape (m, n_H, n_W, n_C), (m, n_H, n_W) or (m, n_features), or a list of images or rows
        y : array of numbers of shape (m,) or (m, n_outputs)
        sample_weight : array of shape (m,), each >= 0, optional

        Returns
        -------
        self

        Raises
        ------
        ValueError, TypeError
            If X, y or a parameter cannot be used; the sentence says why.
        Interrupted
            (a KeyboardInterrupt) After Ctrl-C; the network is that of the last whole step.
        """
        self._train(*self._targets(X, y, sample_weight, anew=self._fresh()))
        return self

    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> CNNRegressor:
        """Train for one epoch more, on these samples, at the learning rate `lr`.

        The first call decides how X and y are normalized. The optimizer goes on from call to call; behind `fit` it
        starts afresh. `epochs`, `schedule`, `validation` and `patience` are those of `fit` alone.

        Parameters
        ----------
        X, y, sample_weight
            As `fit` takes them.

        Returns
        -------
        self

        Raises
        ------
        ValueError, TypeError
            As `fit`.
        """
        self._train_on(*self._targets(X, y, sample_weight, anew=not hasattr(self, "network_")))
        return self

    def predict(self, X: Any) -> NDArray[np.float64]:
        """The numbers that are estimated: (m, n_outputs), or (m,) where the y that was fitted had one axis."""
        normalized = self._outputs(X, "predict").astype(np.float64)
        numbers: NDArray[np.float64] = normalized * self.target_scale_ + self.target_mean_
        return numbers[:, 0] if self._one_axis else numbers

    def _targets(self, X: Any, y: Any, sample_weight: Any, anew: bool) -> tuple[Network, Samples]:
        """The network, a new one with `anew`, and samples with normalized targets."""
        rows, y = self._validated(X, y, anew, multi_output=True, y_numeric=True)
        samples = self._samples(rows, y.reshape(len(y), -1), sample_weight)
        n = samples.truth.shape[1]
        if anew:
            scaler = StandardScaler().fit(samples.truth, sample_weight=samples.weights)
            self.target_mean_, self.target_scale_ = scaler.mean_, scaler.scale_
            self.n_outputs_, self._one_axis = n, y.ndim == 1
        elif n != self.n_outputs_:
            raise ValueError(
                f"{self._where}: y must have n_outputs_={self.n_outputs_} numbers a sample, as before; "
                f"got shape {y.shape}"
            )
        network = self._begin(samples, n) if anew else self.network_
        normalized = (samples.truth - self.target_mean_) / self.target_scale_
        return network, Samples(samples.rows, normalized, samples.weights)
