"""What both estimators have in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from joblib import effective_n_jobs
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.utils import check_random_state
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from fullstride import checks
from fullstride.geometry import whole_number
from fullstride.layers import Layer
from fullstride.network import Network
from fullstride.program import Optimizer
from fullstride.program.machine import MOST_THREADS
from fullstride.sklearn import images
from fullstride.sklearn.building import DEFAULT, layers_of, optimizer_of, usual_epochs
from fullstride.steps import Augmentation
from fullstride.training import Callback, EpochRecord, History, Interrupted, Run, Schedule, State


@dataclass(frozen=True)
class Samples:
    """What is trained on: validated rows; labels or targets; a weight > 0 for each, or None."""

    rows: NDArray[Any]
    truth: NDArray[Any]
    weights: NDArray[np.float64] | None


class CNNEstimator(BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Parameters, validation, training and prediction; the subclass knows what y is."""

    _loss: str

    def __init__(
        self,
        architecture: str | Sequence[Layer] = DEFAULT,
        image_shape: tuple[int, int, int] | None = None,
        *,
        epochs: int | None = None,
        batch_size: int = 32,
        lr: float = 0.003,
        optimizer: str | Optimizer = "adam",
        weight_decay: float | None = None,
        schedule: str | Schedule = "constant",
        clip: float | None = None,
        augmentation: Augmentation | None = None,
        validation: float | None = None,
        patience: int = 0,
        dtype: str = "float32",
        exact: bool = False,
        engine: str = "native",
        n_jobs: int | None = None,
        random_state: int | np.random.RandomState | None = None,
        warm_start: bool = False,
        verbose: bool = False,
    ) -> None:
        self.architecture = architecture
        self.image_shape = image_shape
        self.epochs = epochs
        self.batch_size = batch_size
        self.lr = lr
        self.optimizer = optimizer
        self.weight_decay = weight_decay
        self.schedule = schedule
        self.clip = clip
        self.augmentation = augmentation
        self.validation = validation
        self.patience = patience
        self.dtype = dtype
        self.exact = exact
        self.engine = engine
        self.n_jobs = n_jobs
        self.random_state = random_state
        self.warm_start = warm_start
        self.verbose = verbose

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        return tags

    @property
    def _where(self) -> str:
        return type(self).__name__

    # What comes in

    def _validated(self, X: Any, y: Any, anew: bool, **how: Any) -> tuple[NDArray[Any], NDArray[Any]]:
        """Rows of X, and y, by scikit-learn's rules; `anew` takes the images' shape from X.

        From here on until a new training has ended there is no network: an error cannot leave one that does not fit.
        """
        if anew:
            self.__dict__.pop("network_", None)
        X = images.stacked(X, self._where)
        rows, y = validate_data(self, images.flat(X), y, reset=anew, dtype=images.DTYPES, **how)
        if anew:
            self.image_shape_ = images.shape_of(X, rows, self.image_shape, self._where)
        else:
            images.check_shape(X, self.image_shape_, self._where)
        return rows, y

    def _samples(self, rows: NDArray[Any], y: NDArray[Any], sample_weight: Any) -> Samples:
        if sample_weight is None:
            return Samples(rows, y, None)
        weights = _check_sample_weight(sample_weight, rows, dtype=np.float64, ensure_non_negative=True)
        return self._weighed(rows, y, weights)

    def _weighed(self, rows: NDArray[Any], y: NDArray[Any], weights: NDArray[np.float64]) -> Samples:
        """Without the samples that weigh nothing: they are as if they were not there."""
        some = weights > 0
        if some.all():
            return Samples(rows, y, weights)
        if not some.any():
            raise ValueError(f"{self._where}: at least one sample must have a weight > 0; all have 0")
        return Samples(rows[some], y[some], weights[some])

    # Training

    def _fresh(self) -> bool:
        """Whether `fit` makes a new network."""
        return not (self.warm_start and hasattr(self, "network_"))

    def _begin(self, samples: Samples, n_outputs: int) -> Network:
        """A new network for such images, and how they are normalized."""
        shape: images.Shape = self.image_shape_
        self._seed = int(check_random_state(self.random_state).randint(np.iinfo(np.int32).max))
        self._state: State | None = None
        self.mean_, self.scale_ = images.statistics(samples.rows, shape, samples.weights)
        layers = layers_of(self.architecture, shape, n_outputs, self._where)
        network = Network(
            *layers,
            input_shape=shape,
            seed=self._seed,
            dtype=self.dtype,
            exact=self.exact,
            loss=self._loss,
        )
        network.preprocessing = images.preprocessing(samples.rows, shape, self.mean_, self.scale_)
        return network

    def _train(self, network: Network, samples: Samples, **how: Any) -> None:
        """`fit`: all epochs, from the present parameters."""
        batch_size = whole_number(self.batch_size, self._where, "batch_size", 1)
        if self.validation is not None:  # the network would take images too, but as they are, not normalized
            checks.positive_number(self.validation, self._where, "validation")
        self._run(
            network,
            samples,
            epochs=usual_epochs(len(samples.rows), batch_size) if self.epochs is None else self.epochs,
            schedule=self.schedule,
            validation=self.validation,
            patience=self.patience,
            **how,
        )
        self._state = None

    def _train_on(self, network: Network, samples: Samples, **how: Any) -> None:
        """`partial_fit`: one epoch more, with the optimizer as the last one left it."""
        keeper, done = _StateKeeper(), 0 if self._state is None else self._state.epochs
        self._run(network, samples, epochs=done + 1, state=self._state, callbacks=[keeper], **how)
        self._state = keeper.state

    def _run(
        self, network: Network, samples: Samples, callbacks: Sequence[Callback] = (), **how: Any
    ) -> None:
        optimizer = optimizer_of(self.optimizer, self.weight_decay, self._where)
        try:
            history = network.fit(
                self._images(network, samples.rows),
                samples.truth,
                batch_size=self.batch_size,
                lr=self.lr,
                seed=self._seed,
                threads=self._threads(),
                engine=self.engine,
                callbacks=[*callbacks, *([_Print()] if self.verbose else [])],
                optimizer=optimizer,
                augmentation=self.augmentation,
                image_weights=samples.weights,
                clip=self.clip,
                **how,
            )
        except Interrupted as stopped:  # what was learned by then can be used
            self._fitted(network, stopped.history)
            raise
        self._fitted(network, history)

    def _fitted(self, network: Network, history: History) -> None:
        self.network_, self.history_ = network, history
        self.loss_curve_ = [record["loss"] for record in history.epochs]

    # Prediction

    def _outputs(self, X: Any, method: str) -> NDArray[Any]:
        """What a method of the network says of X."""
        check_is_fitted(self, "network_")
        X = images.stacked(X, self._where)
        rows = validate_data(self, images.flat(X), reset=False, dtype=images.DTYPES)
        images.check_shape(X, self.image_shape_, self._where)
        A = self._images(self.network_, rows)
        outputs: NDArray[Any] = getattr(self.network_, method)(A, threads=self._threads(), engine=self.engine)
        return outputs

    def _images(self, network: Network, rows: NDArray[Any]) -> NDArray[Any]:
        if network.preprocessing is not None and rows.dtype == np.uint8:
            return rows.reshape(-1, *self.image_shape_)
        return images.normalized(rows, self.image_shape_, self.mean_, self.scale_, network.dtype)

    def _threads(self) -> int:
        threads: int = min(effective_n_jobs(self.n_jobs), MOST_THREADS)
        return threads


class _Print(Callback):
    """A line an epoch."""

    def on_epoch(self, run: Run, record: EpochRecord) -> None:
        loss = record["validation_loss"]
        validated = "" if loss is None else f", validation loss {loss:.4f}"
        print(f"epoch {record['epoch']} of {run.epochs}: loss {record['loss']:.4f}{validated}")


class _StateKeeper(Callback):
    """Where the last epoch ended."""

    state: State | None = None

    def on_epoch(self, run: Run, record: EpochRecord) -> None:
        self.state = run.state()
