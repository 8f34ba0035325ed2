"""Training a network: what `Network` has of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from numpy.typing import NDArray

from fullstride.data import Preprocessing
from fullstride.errors import ArgumentError
from fullstride.layers import Layer
from fullstride.network import arguments, settings
from fullstride.network.engines import Executors
from fullstride.program import AS_STORED, Inputs, Optimizer, ParameterStore, Program
from fullstride.steps import Augmentation
from fullstride.training import (
    Callback,
    Finding,
    History,
    Part,
    Schedule,
    State,
    find_lr,
    first_non_finite,
    train,
)


class Trainable:
    """Layers with parameters that images and labels improve: the base of `Network`."""

    layers: tuple[Layer, ...]
    program: Program
    _store: ParameterStore
    _executors: Executors
    _preprocessing: Preprocessing | None

    def fit(
        self,
        X: NDArray[Any],
        y: NDArray[Any],
        epochs: int = 1,
        batch_size: int = 64,
        lr: float = 0.05,
        momentum: float | None = None,
        seed: int = 0,
        validation: tuple[NDArray[Any], NDArray[Any]] | float | None = None,
        threads: int | None = None,
        engine: str = "native",
        callbacks: Iterable[Callback] = (),
        *,
        optimizer: Optimizer | str | None = None,
        schedule: Schedule | str = "constant",
        augmentation: Augmentation | None = None,
        label_smoothing: float = 0.0,
        class_weights: Sequence[float] | str | None = None,
        image_weights: NDArray[Any] | None = None,
        clip: float | None = None,
        patience: int = 0,
        state: State | None = None,
    ) -> History:
        """Train by gradient descent, from the present parameters.

        Parameters
        ----------
        X : ndarray of shape (m, n_H, n_W, n_C), m >= 1
            Finite images; see the notes of the class.
        y : ndarray of shape (m,), integers
            Labels in 0..n-1. With the loss "mean_squared_error" numbers of shape (m, n), or (m,) where n = 1.
            X and y may be mapped from files (`np.load(path, mmap_mode="r")`): images of uint8 or of the network's
            dtype are then read where they stand, and memory stays flat however many there are.
        epochs, batch_size : int >= 1
            The last batch of an epoch holds what is left, and is trained on as it is.
        lr : float >= 0
            Learning rate, which the schedule multiplies.
        momentum : float in [0, 1), optional
            Of the usual optimizer, SGD: v = momentum * v + gradient, parameter = parameter - lr * v. 0.9 unless given.
        seed : int in 0..2**64 - 1
            Of the shuffling, the augmentation, and the choice of a validation part; it draws no parameters.
        validation : (X, y), a fraction in (0, 1), or None
            Evaluated after each epoch. A fraction of the images is taken away from training, with the classes
            in their proportions; where targets are numbers, any of them.
        threads : int >= 1, optional
            The result is the same to the bit with any number.
        engine : "native" or "steps"
        callbacks : iterable of fullstride.training.Callback
        optimizer : SGD, Adam, AdamW, or "sgd", "adam", "adamw"
            SGD(momentum=momentum) unless given; one that is given has its own momentum, and none may stand beside it.
            Every call starts with its velocities and moments at 0.
        schedule : Schedule, or "constant", "cosine", "one-cycle"
            What the learning rate is in each step: `fullstride.Cosine(warmup=1)`, for one.
        augmentation : Augmentation, optional
            How training images are changed, anew in every epoch, each by numbers drawn for it alone. Validation
            images never are.
        label_smoothing : float in [0, 1)
            The part of each label that is spread over all classes. Of a cross-entropy, in training alone.
        class_weights : one number > 0 a class, "balanced", or None
            How much an image of each class counts. Of a cross-entropy, in training alone. "balanced": images of rare
            classes weigh more, m / (n * m_c) for the m_c of class c, so that every class weighs the same in all.
        image_weights : ndarray of shape (m,), each > 0, optional
            How much each image counts, times the weight of its class, in training alone: the losses of a batch are
            multiplied by its weights and divided by their sum, so that only the proportions within a batch matter.
        clip : float > 0, optional
            The largest norm of all gradients together; longer ones are shortened to it.
        patience : int >= 0
            After so many epochs without a lower validation loss training ends. Then, and after the last epoch too,
            the parameters are those of the epoch with the lowest one, which `history.best_epoch` names: of equals the
            first. 0: it never ends early, and the parameters are those of the last epoch. It needs a validation part.
        state : State, optional
            Of a `Run`, as a callback has it from `run.state()`: go on from there. With the same data and the same
            other arguments the parameters and the history are, to the bit, those of a training that was never stopped.

        Returns
        -------
        History

        Raises
        ------
        DataError
            If the data is empty, a label is out of range or an image not finite; the first bad one is named.
        ShapeError, DtypeError, ArgumentError
            If an argument does not fit.
        EngineError
            If the engine cannot run here.
        TrainingError
            If the loss, a parameter, or with a clip the norm of the gradients is no longer finite: it names step, epoch
            and the first tensor that is not; the parameters are then those of the last good epoch.
        Interrupted
            (a KeyboardInterrupt) After Ctrl-C; the parameters are those of the last whole step, and its
            `history` tells of the epochs that were completed.

        Warns
        -----
        TrainingWarning
            After epochs 1, 2, 4, 8 ..., each said once: filters that no image reaches any more, and gradients that
            explode while the network does not learn.

        Examples
        --------
        See `Network`; with early stopping, Adam and a rate that falls along a cosine:

        >>> import numpy as np
        >>> from fullstride import Adam, Cosine, Dense, Flatten, Network
        >>> network = Network(Flatten(), Dense(2), input_shape=(2, 2, 1), seed=0)
        >>> y = np.arange(40) % 2
        >>> X = np.ones((40, 2, 2, 1), np.float32) * y.reshape(40, 1, 1, 1)
        >>> history = network.fit(X, y, epochs=30, batch_size=8, lr=0.1, engine="steps", optimizer=Adam(),
        ...                       schedule=Cosine(warmup=1), validation=0.25, patience=5)
        >>> history.best_epoch, network.score(X, y, engine="steps")
        (30, 1.0)
        """
        where = arguments.FIT
        chosen = settings.settings(
            where,
            self._inputs,
            epochs=epochs,
            batch_size=batch_size,
            lr=lr,
            momentum=momentum,
            seed=seed,
            optimizer=optimizer,
            schedule=schedule,
            augmentation=augmentation,
            label_smoothing=label_smoothing,
            clip=clip,
            patience=patience,
        )
        told = arguments.callbacks(callbacks)
        self._check_trainable(where)
        part, validation_part = arguments.validation_parts(
            self._part(X, y, where, image_weights), validation, chosen.seed, self._part
        )
        if chosen.patience and validation_part is None:
            raise ArgumentError(f"{where}: patience needs a validation part; got validation=None")
        chosen = settings.with_class_weights(chosen, class_weights, part, self.program, where)
        executor = self._executors.get(engine, threads, where)
        # Compiles now, so that the pace of the first step is that of a step.
        update = chosen.optimizer.update(chosen.lr, clip=chosen.clip)
        executor.prepare(part.X, update, chosen.inputs, chosen.cost, part.weights)
        return train(self, executor, self._store, part, chosen, validation_part, told, state)

    def find_lr(
        self,
        X: NDArray[Any],
        y: NDArray[Any],
        batch_size: int = 64,
        lowest: float = 1e-5,
        highest: float = 10.0,
        steps: int = 100,
        seed: int = 0,
        threads: int | None = None,
        engine: str = "native",
        *,
        optimizer: Optimizer | str | None = None,
        augmentation: Augmentation | None = None,
        label_smoothing: float = 0.0,
        class_weights: Sequence[float] | str | None = None,
        image_weights: NDArray[Any] | None = None,
        clip: float | None = None,
    ) -> Finding:
        """Look for a learning rate: a short training at ever larger rates, of which nothing stays.

        Parameters
        ----------
        X, y, batch_size, seed, threads, engine, optimizer, augmentation, label_smoothing, class_weights,
        image_weights, clip
            As `fit` takes them.
        lowest, highest : float, 0 < lowest < highest
            The first rate, and the last one, if the loss has not grown before.
        steps : int >= 10
            Each with the same multiple of the rate before it.

        Returns
        -------
        Finding
            Its `suggestion` is a rate to try. The same arguments give the same answer; parameters and states are
            afterwards what they were.

        Raises
        ------
        DataError, ShapeError, DtypeError, ArgumentError, EngineError
            As `fit`.
        TrainingError
            If the loss, or with a clip the norm of the gradients, is not finite at the lowest rate already.

        Source
        ------
        L. Smith, "Cyclical learning rates for training neural networks" (2017), section 3.3.
        """
        where = "Network.find_lr"
        chosen = settings.settings(
            where,
            self._inputs,
            epochs=1,
            batch_size=batch_size,
            lr=0.0,
            momentum=None,
            seed=seed,
            optimizer=optimizer,
            schedule="constant",
            augmentation=augmentation,
            label_smoothing=label_smoothing,
            clip=clip,
            patience=0,
        )
        rates = settings.rates(lowest, highest, steps, where)
        self._check_trainable(where)
        part = self._part(X, y, where, image_weights)
        chosen = settings.with_class_weights(chosen, class_weights, part, self.program, where)
        executor = self._executors.get(engine, threads, where)
        return find_lr(executor, self._store, part, chosen, *rates)

    # How

    def _check_trainable(self, where: str) -> None:
        if not self.program.trained:
            raise ArgumentError(
                f"{where}: there is nothing to train: a layer must have parameters, as Conv and Dense do; "
                f"got only {', '.join(map(repr, self.layers))}"
            )
        bad = first_non_finite(self._store.values)
        if bad is not None:
            raise ArgumentError(f"{where}: every parameter must be finite before training; {bad} is not")

    @property
    def _inputs(self) -> Inputs:
        how = self._preprocessing
        return AS_STORED if how is None else Inputs(how.scale, how.mean, how.std)

    def _part(self, X: object, y: object, where: str, image_weights: object = None) -> Part:
        return arguments.part(X, y, self.program, where, image_weights)
