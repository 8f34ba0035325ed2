"""The classifier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import ClassifierMixin
from sklearn.utils.class_weight import compute_class_weight
from sklearn.utils.multiclass import _check_partial_fit_first_call, check_classification_targets

from fullstride import checks
from fullstride.layers import Layer
from fullstride.network import Network
from fullstride.program import Optimizer
from fullstride.sklearn.base import CNNEstimator, Samples
from fullstride.sklearn.building import DEFAULT
from fullstride.steps import Augmentation
from fullstride.training import Schedule


class CNNClassifier(ClassifierMixin, CNNEstimator):  # type: ignore[misc]
    """A network that tells classes apart, as an estimator of scikit-learn.

    Parameters
    ----------
    architecture : "default", "small", "lenet5", "vgg", "resnet20" ..., or a sequence of layers
        A name of `fullstride.architectures`; or all layers but the last, behind which `Dense(number of classes)` is
        put. The default network has blocks of a convolution, ReLU and a max pool, as `fullstride train` has it; for
        images of fewer than 4 rows, such as rows of features, a dense layer of 64 outputs and ReLU.
    image_shape : (n_H, n_W, n_C), optional
        How the features of a row of a two-dimensional X stand in an image, in row-major order. None: a row is an image
        of height 1 with one channel. Where X has axes of its own they are what counts, and must agree.
    epochs : int >= 1, optional
        None: 30, or 3 with 10,000 images and more, but at least as many as make 500 steps.
    batch_size : int >= 1
    lr : float >= 0
        The learning rate, which the schedule multiplies.
    optimizer : "adam", "adamw", "sgd", or SGD, Adam, AdamW
    weight_decay : float >= 0, optional
        Of an optimizer that is given by its name; None: 0, of "adamw" 0.01.
    schedule : "constant", "cosine", "one-cycle", or a Schedule
    clip : float > 0, optional
        The largest norm of all gradients of a step together.
    augmentation : Augmentation, optional
        How training images are changed, anew in every epoch.
    validation : float in (0, 1), optional
        The part of the samples that is taken away from training and evaluated after each epoch.
    patience : int >= 0
        After so many epochs without a lower validation loss training ends, with the parameters of the epoch that had
        the lowest. 0: never. It needs a validation part.
    class_weight : dict, "balanced", or None
        {label: finite weight >= 0}, which multiplies `sample_weight`; a label that is not named weighs 1.
    label_smoothing : float in [0, 1)
        The part of each label that is spread over all classes.
    dtype : "float32" or "float64"
        Of parameters, arithmetic and probabilities.
    exact : bool
        Whether every convolution adds up its products as they stand, and none is Winograd's.
    engine : "native" or "steps"
    n_jobs : int, optional
        Threads, as scikit-learn counts them: None is 1, but in a context of `joblib.parallel_config` what that says;
        -1 is one a processor; never more than 256. The results are the same to the bit. None, because a search or an
        ensemble runs many fits side by side, and small networks gain nothing from a second thread.
    random_state : int, RandomState, or None
        Draws the first parameters, the order of the samples, the validation part and the augmentation. An int gives the
        same bits again.
    warm_start : bool
        Whether `fit` goes on from the present network, with its classes and its normalization.
    verbose : bool
        Whether to print a line an epoch.

    Attributes
    ----------
    network_ : Network, of normalized images (of uint8 ones where these were fitted: `network_.preprocessing` says how);
        its `class_names` are the labels
    classes_ : ndarray of shape (n_classes,), the labels, sorted
    image_shape_ : (n_H, n_W, n_C)
    n_features_in_ : int, n_H * n_W * n_C
    mean_, scale_ : ndarrays of shape (n_C,), what each channel is normalized with: (x - mean_) / scale_. Of images of
        height 1 with one channel it is each feature, and the shape (n_features, 1).
    history_ : History, what `Network.fit` returned
    loss_curve_ : list of float, the training loss of each epoch

    Notes
    -----
    A sample's loss is multiplied by its weight, and a batch's sum divided by the sum of its weights. Mean and standard
    deviation of the input are weighted too. A weight of 0 is as if the sample were not there, but that its label is one
    of `classes_`; a weight of 2 is as if it were there twice in the same batch.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.random.default_rng(0).random((40, 4, 4))  # images of one channel may come without the axis
    >>> y = np.where(X[:, :2].mean(axis=(1, 2)) > X[:, 2:].mean(axis=(1, 2)), "top", "bottom")
    >>> classifier = CNNClassifier(random_state=0).fit(X, y)
    >>> classifier.score(X, y), classifier.classes_.tolist()
    (1.0, ['bottom', 'top'])
    """

    _loss = "cross_entropy"

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
        class_weight: Mapping[Any, float] | str | None = None,
        label_smoothing: float = 0.0,
        dtype: str = "float32",
        exact: bool = False,
        engine: str = "native",
        n_jobs: int | None = None,
        random_state: int | np.random.RandomState | None = None,
        warm_start: bool = False,
        verbose: bool = False,
    ) -> None:
        super().__init__(
            architecture,
            image_shape,
            epochs=epochs,
            batch_size=batch_size,
            lr=lr,
            optimizer=optimizer,
            weight_decay=weight_decay,
            schedule=schedule,
            clip=clip,
            augmentation=augmentation,
            validation=validation,
            patience=patience,
            dtype=dtype,
            exact=exact,
            engine=engine,
            n_jobs=n_jobs,
            random_state=random_state,
            warm_start=warm_start,
            verbose=verbose,
        )
        self.class_weight = class_weight
        self.label_smoothing = label_smoothing

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> CNNClassifier:
        """Train a new network; with `warm_start` the one that is there, if there is one.

        Parameters
        ----------
        X : array of shape (m, n_H, n_W, n_C), (m, n_H, n_W) or (m, n_features), or a list of images or rows
            Finite numbers. An array of uint8 is not copied.
        y : array of shape (m,), labels of any kind, of at least two classes that weigh more than 0
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
        fresh = self._fresh()
        rows, y = self._validated(X, y, anew=fresh)
        check_classification_targets(y)
        if fresh:
            self.classes_ = np.unique(y)
        samples = self._encoded(self._samples(rows, y, sample_weight))
        network = self._begin_classes(samples, np.unique(samples.truth)) if fresh else self.network_
        self._train(network, samples, label_smoothing=self.label_smoothing)
        return self

    def partial_fit(self, X: Any, y: Any, classes: Any = None, sample_weight: Any = None) -> CNNClassifier:
        """Train for one epoch more, on these samples, at the learning rate `lr`.

        The first call decides how X is normalized. The optimizer goes on from call to call; behind `fit` it starts
        afresh. `epochs`, `schedule`, `validation` and `patience` are those of `fit` alone.

        Parameters
        ----------
        X, y, sample_weight
            As `fit` takes them.
        classes : array of all labels that will ever come; the first call needs it

        Returns
        -------
        self

        Raises
        ------
        ValueError, TypeError
            As `fit`; and where a label is not one of the classes.
        """
        if self.class_weight == "balanced":
            raise ValueError(
                f'{self._where}: class_weight="balanced" needs all labels at once, which partial_fit does not have; '
                "give the weights as a dict"
            )
        _check_partial_fit_first_call(self, classes)
        anew = not hasattr(self, "network_")
        rows, y = self._validated(X, y, anew)
        check_classification_targets(y)
        samples = self._encoded(self._samples(rows, y, sample_weight))
        network = self._begin_classes(samples, np.arange(len(self.classes_))) if anew else self.network_
        self._train_on(network, samples, label_smoothing=self.label_smoothing)
        return self

    def predict(self, X: Any) -> NDArray[Any]:
        """The label of the most probable class of each image, shape (m,); of equals the first."""
        labels: NDArray[Any] = self._outputs(X, "predict")
        return np.asarray(self.classes_[labels])

    def predict_proba(self, X: Any) -> NDArray[Any]:
        """The probability of each class, in the order of `classes_`, shape (m, n_classes)."""
        return self._outputs(X, "predict_proba")

    def _begin_classes(self, samples: Samples, trained: NDArray[np.int64]) -> Network:
        """A new network, which knows what its classes are called; `trained` are the places of those that will come."""
        if len(trained) < 2:
            weighing = "" if len(self.classes_) < 2 else " that weigh more than 0"
            raise ValueError(
                f"{self._where}: y must hold at least two classes{weighing}; "
                f"got one class, {self.classes_[trained[0]]!r}"
            )
        network = self._begin(samples, len(self.classes_))
        names = tuple(map(str, self.classes_))
        network.class_names = names if len({*names}) == len(names) else None
        return network

    def _encoded(self, samples: Samples) -> Samples:
        """Labels as places in `classes_`; what a class weighs is part of its samples' weights."""
        known = np.isin(samples.truth, self.classes_)
        if not known.all():
            raise ValueError(
                f"{self._where}: y must hold labels of classes_ = {self.classes_.tolist()}; "
                f"got {samples.truth[~known][0]!r}"
            )
        labels = np.searchsorted(self.classes_, samples.truth)
        if self.class_weight is None:
            return Samples(samples.rows, labels, samples.weights)
        if isinstance(self.class_weight, Mapping):
            for label, weight in self.class_weight.items():
                checks.real_number(weight, self._where, f"class_weight[{label!r}]")
        # What is balanced are the classes that are there: of one whose samples weigh nothing there is none left.
        classes = np.unique(samples.truth) if self.class_weight == "balanced" else self.classes_
        of_classes = compute_class_weight(self.class_weight, classes=classes, y=samples.truth)
        own = 1.0 if samples.weights is None else samples.weights
        of_samples = of_classes[np.searchsorted(classes, samples.truth)]
        return self._weighed(samples.rows, labels, own * of_samples)
