"""Softmax, and the cross-entropy cost that follows it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fullstride import checks
from fullstride.checks import Array
from fullstride.steps._quiet import quiet


@quiet
def softmax(Z: Array) -> Array:
    """Turn every row of scores into probabilities.

    Parameters
    ----------
    Z : ndarray of shape (m, n_C)
        Scores (logits), one row an example; m may be 0.

    Returns
    -------
    A : ndarray of shape (m, n_C)
        exp(Z) / Σ exp(Z) along a row; every row sums to 1. A row with a NaN or +inf is NaN.

    Raises
    ------
    ShapeError, DtypeError
        Z is not two-dimensional, or not an array of real numbers. Integers become float64.

    Source
    ------
    The row's maximum is subtracted first, which cancels in the fraction and keeps exp from overflowing.

    Examples
    --------
    >>> softmax(np.array([[1000.0, 1000.0], [0.0, np.log(3.0)]]))
    array([[0.5 , 0.5 ],
           [0.25, 0.75]])
    """
    return _softmax(checks.array(Z, "softmax", "Z", ("m", "n_C")))


def _softmax(Z: Array) -> Array:
    exponentials = np.exp(Z - np.max(Z, axis=1, keepdims=True))
    A: Array = exponentials / np.sum(exponentials, axis=1, keepdims=True)
    return A


@quiet
def cross_entropy_forward(Z: Array, Y: NDArray[Any]) -> tuple[Any, tuple[Array, NDArray[Any]]]:
    """The mean over the batch of -log softmax(Z) at the true class.

    Parameters
    ----------
    Z : ndarray of shape (m, n_C)
        Scores (logits), before softmax; m may be 0.
    Y : ndarray of integers of shape (m,)
        The true class of each example, 0 .. n_C - 1.

    Returns
    -------
    cost : NumPy scalar of the dtype of Z
        In nats; 0.0 for an empty batch.
    cache : tuple (Z, Y)
        The arguments as they came, for `cross_entropy_backward`.

    Raises
    ------
    ShapeError, DtypeError
        Z is not (m, n_C), or Y is not m integers.
    DataError
        A label is out of range; the message names the first.

    Source
    ------
    -log softmax(Z)[y] = log Σ exp(Z - max Z) + max Z - Z[y], finite where softmax(Z)[y] itself rounds to 0.

    Examples
    --------
    >>> cost, cache = cross_entropy_forward(np.array([[0.0, np.log(3.0)]]), np.array([0]))
    >>> bool(np.isclose(cost, np.log(4.0)))
    True
    """
    cache = (Z, Y)
    Z, Y = checks.cross_entropy_arguments(Z, Y, "cross_entropy_forward")
    m = Z.shape[0]

    cost = Z.dtype.type(0)
    for i in range(m):
        largest = np.max(Z[i])
        log_sum_exp = np.log(np.sum(np.exp(Z[i] - largest)))
        cost += (log_sum_exp + (largest - Z[i, Y[i]])) / m
    return cost, cache


@quiet
def cross_entropy_backward(cache: tuple[Array, NDArray[Any]]) -> Array:
    """The gradient of the cross-entropy cost with respect to the scores.

    Parameters
    ----------
    cache : tuple (Z, Y)
        What `cross_entropy_forward` returned.

    Returns
    -------
    dZ : ndarray of shape (m, n_C)
        (softmax(Z) - Y one-hot) / m; every row sums to 0.

    Raises
    ------
    ArgumentError
        The cache is not that of a cross-entropy.

    Examples
    --------
    >>> cost, cache = cross_entropy_forward(np.array([[0.0, np.log(3.0)]]), np.array([0]))
    >>> cross_entropy_backward(cache)
    array([[-0.75,  0.75]])
    """
    Z, Y = checks.cached(cache, "cross_entropy_backward", ("Z", "Y"))
    Z, Y = checks.cross_entropy_arguments(Z, Y, "cross_entropy_backward")
    m = Z.shape[0]

    dZ = _softmax(Z)
    for i in range(m):
        dZ[i, Y[i]] -= 1
    dZ /= m
    return dZ


@quiet
def weighted_cross_entropy_forward(
    Z: Array,
    Y: NDArray[Any],
    smoothing: float = 0.0,
    class_weights: Array | None = None,
    image_weights: Array | None = None,
) -> tuple[Any, tuple[Array, NDArray[Any], float, Array | None, Array | None]]:
    """The cross-entropy with smoothed labels and with classes, or single examples, that count more or less.

    Parameters
    ----------
    Z : ndarray of shape (m, n_C)
        Scores (logits), before softmax; m may be 0.
    Y : ndarray of integers of shape (m,)
        The true class of each example, 0 .. n_C - 1.
    smoothing : float, 0 <= smoothing < 1
        The part of a label that is spread evenly over all classes.
    class_weights : ndarray of shape (n_C,), each > 0, or None
        How much an example of each class counts; None: all 1.
    image_weights : ndarray of shape (m,), each > 0, or None
        How much each example counts, times the weight of its class; None: all 1.

    Returns
    -------
    cost : NumPy scalar of the dtype of Z
        In nats, divided by the sum of the weights of the examples; 0.0 for an empty batch.
    cache : tuple (Z, Y, smoothing, class_weights, image_weights)
        The arguments as they came, for `weighted_cross_entropy_backward`.

    Raises
    ------
    ShapeError, DtypeError
        Z is not (m, n_C), Y is not m integers, class_weights is not (n_C,), image_weights is not (m,), or smoothing
        is not a number.
    DataError
        A label is out of range; the message names the first.
    ArgumentError
        smoothing is out of range, or a weight is not positive.

    Source
    ------
    Szegedy et al. 2016, section 7; with weights as torch.nn.CrossEntropyLoss has them: with
    t[k] = smoothing / n_C * weight[k], and (1 - smoothing) * weight[y] more at k = y, all times the example's own
    weight, its loss is -Σ t[k] log softmax(Z)[k].

    Examples
    --------
    >>> cost, cache = weighted_cross_entropy_forward(np.zeros((1, 4)), np.array([2]), smoothing=0.1)
    >>> bool(np.isclose(cost, np.log(4.0)))
    True
    """
    cache = (Z, Y, smoothing, class_weights, image_weights)
    Z, T, weight = _smoothed(*cache, "weighted_cross_entropy_forward")
    m, n_C = Z.shape

    cost = Z.dtype.type(0)
    for i in range(m):
        largest = np.max(Z[i])
        log_sum_exp = np.log(np.sum(np.exp(Z[i] - largest)))
        for k in range(n_C):
            if T[i, k] > 0:
                cost += T[i, k] * (log_sum_exp + (largest - Z[i, k])) / weight
    return cost, cache


@quiet
def weighted_cross_entropy_backward(
    cache: tuple[Array, NDArray[Any], float, Array | None, Array | None],
) -> Array:
    """The gradient of the weighted cross-entropy with respect to the scores.

    Parameters
    ----------
    cache : tuple (Z, Y, smoothing, class_weights, image_weights)
        What `weighted_cross_entropy_forward` returned.

    Returns
    -------
    dZ : ndarray of shape (m, n_C)
        (softmax(Z) * Σ t - t) / the sum of the weights of the examples; every row sums to 0.

    Raises
    ------
    ArgumentError
        The cache is not that of a weighted cross-entropy.

    Examples
    --------
    >>> cost, cache = weighted_cross_entropy_forward(np.zeros((1, 2)), np.array([0]), smoothing=0.5)
    >>> weighted_cross_entropy_backward(cache)
    array([[-0.25,  0.25]])
    """
    where = "weighted_cross_entropy_backward"
    names = ("Z", "Y", "smoothing", "class_weights", "image_weights")
    Z, Y, smoothing, class_weights, image_weights = checks.cached(cache, where, names)
    Z, T, weight = _smoothed(Z, Y, smoothing, class_weights, image_weights, where)
    m, n_C = Z.shape

    A = _softmax(Z)
    dZ = np.empty_like(Z)
    for i in range(m):
        total = np.sum(T[i])
        for k in range(n_C):
            dZ[i, k] = (A[i, k] * total - T[i, k]) / weight
    return dZ


def _smoothed(
    Z: object, Y: object, smoothing: object, class_weights: object, image_weights: object, where: str
) -> tuple[Array, Array, float]:
    """Z, what each class of each example has of its label, and the sum of the weights of the examples."""
    scores, labels = checks.cross_entropy_arguments(Z, Y, where)
    m, n_C = scores.shape
    part = checks.real_number(smoothing, where, "smoothing", below=1.0)
    weights = checks.class_weights(class_weights, where, n_C)
    own = checks.image_weights(image_weights, where, m)

    T = np.zeros((m, n_C), scores.dtype)
    for i in range(m):
        T[i] = own[i] * (part / n_C * weights)
        T[i, labels[i]] += own[i] * (1 - part) * weights[labels[i]]
    return scores, T, float(np.sum(own * weights[labels]))
