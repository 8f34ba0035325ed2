"""Batch normalization on the blackboard: every channel gets mean 0 and deviation 1 over the batch, then its own.

Its sums are taken in float64 whatever the dtype: channels far from 0, such as a mean of 1000 with a deviation of 0.01,
lose nothing but the rounding of the result.
"""

from __future__ import annotations

import numpy as np

from fullstride import checks
from fullstride.checks import Array
from fullstride.steps._quiet import quiet


@quiet
def batch_norm_forward(
    Z: Array, gamma: Array, beta: Array, epsilon: float = 1e-5
) -> tuple[Array, tuple[Array, Array, Array, float, Array, Array]]:
    """Normalize every channel over the batch, as in training.

    Parameters
    ----------
    Z : ndarray of shape (m, n_H, n_W, n_C) or (m, n_C)
        What is normalized; m may be 0.
    gamma, beta : ndarray of shape (1, 1, 1, n_C) or (1, n_C)
        The deviation and the mean that each channel gets.
    epsilon : float > 0
        Added to the variance, so that a constant channel is not divided by 0.

    Returns
    -------
    Z_tilde : ndarray of the shape of Z
        gamma * Z_norm + beta, with Z_norm = (Z - mean) / sqrt(variance + epsilon); the mean and the (biased)
        variance of a channel are those over m, n_H and n_W.
    cache : tuple (Z, gamma, beta, epsilon, mean, variance)
        The arguments as they came, and the statistics of the batch in float64, for `batch_norm_backward` and
        `running_statistics`.

    Raises
    ------
    ShapeError
        Z has neither four nor two axes, or gamma or beta is not one number a channel.
    DtypeError
        Z, gamma and beta do not share float32 or float64. Integers count as float64.
    ArgumentError
        epsilon is not positive.

    Source
    ------
    S. Ioffe, C. Szegedy, "Batch normalization" (2015), algorithm 1: its four formulas, beside their lines.

    Examples
    --------
    >>> Z = np.array([[1.0, 10.0], [3.0, 30.0]])
    >>> gamma, beta = np.array([[1.0, 5.0]]), np.array([[0.0, 7.0]])
    >>> batch_norm_forward(Z, gamma, beta)[0].round(3)
    array([[-1.,  2.],
           [ 1., 12.]])
    """
    cache = Z, gamma, beta, epsilon
    Z, gamma, beta, epsilon = checks.batch_norm_arguments(Z, gamma, beta, epsilon, "batch_norm_forward")
    n_C = Z.shape[-1]
    numbers = max(Z.size // n_C, 1)  # of a channel; 1 for an empty batch, whose sums are 0

    mean, variance = np.zeros(gamma.shape), np.zeros(gamma.shape)
    Z_tilde = np.zeros(Z.shape, Z.dtype)

    for c in range(n_C):
        z = Z[..., c].astype(np.float64)
        mean[..., c] = np.sum(z) / numbers  # (1)
        variance[..., c] = (
            np.sum((z - mean[..., c]) ** 2) / numbers
        )  # (2), of differences: squares would cancel
        z_norm = (z - mean[..., c]) / np.sqrt(variance[..., c] + epsilon)  # (3)
        Z_tilde[..., c] = gamma[..., c] * z_norm + beta[..., c]  # (4)

    return Z_tilde, (*cache, mean, variance)


@quiet
def batch_norm_backward(
    dZ_tilde: Array, cache: tuple[Array, Array, Array, float, Array, Array]
) -> tuple[Array, Array, Array]:
    """The gradients of a batch normalization; every number of a channel moves its mean and its variance.

    Parameters
    ----------
    dZ_tilde : ndarray of the shape of Z
        Gradient of the cost with respect to Z_tilde.
    cache : tuple (Z, gamma, beta, epsilon, mean, variance)
        What `batch_norm_forward` returned.

    Returns
    -------
    dZ : ndarray of the shape of Z
    dgamma, dbeta : ndarray of the shape of gamma
        Zeros for an empty batch.

    Raises
    ------
    ShapeError, DtypeError
        dZ_tilde does not have the shape of Z, or not its dtype.
    ArgumentError
        The cache is not that of a batch normalization.

    Source
    ------
    S. Ioffe, C. Szegedy, "Batch normalization" (2015), section 3: its six gradients, beside their lines. A term of
    (3) is left out: it has the factor Σ (z - mean), which is 0.

    Examples
    --------
    >>> Z, gamma, beta = np.array([[1.0], [2.0], [3.0]]), np.array([[1.0]]), np.array([[0.0]])
    >>> Z_tilde, cache = batch_norm_forward(Z, gamma, beta)
    >>> dZ, dgamma, dbeta = batch_norm_backward(np.array([[1.0], [0.0], [0.0]]), cache)
    >>> bool(abs(dZ.sum()) < 1e-12), dgamma.round(3), dbeta  # moving all of Z changes nothing
    (True, array([[-1.225]]), array([[1.]]))
    """
    dZ_tilde, (Z, gamma, beta, epsilon, mean, variance) = checks.batch_norm_gradient_arguments(
        dZ_tilde, cache, "batch_norm_backward"
    )
    n_C = Z.shape[-1]
    numbers = max(Z.size // n_C, 1)

    dZ = np.zeros(Z.shape, Z.dtype)
    dgamma, dbeta = np.zeros(gamma.shape, gamma.dtype), np.zeros(beta.shape, beta.dtype)

    for c in range(n_C):
        z, dz_tilde = Z[..., c].astype(np.float64), dZ_tilde[..., c].astype(np.float64)
        difference, deviation = z - mean[..., c], np.sqrt(variance[..., c] + epsilon)
        dz_norm = dz_tilde * gamma[..., c]  # (1)
        dvariance = np.sum(dz_norm * difference) * -0.5 / deviation**3  # (2)
        dmean = -np.sum(dz_norm) / deviation  # (3)
        dZ[..., c] = dz_norm / deviation + dvariance * 2 * difference / numbers + dmean / numbers  # (4)
        dgamma[..., c] = np.sum(dz_tilde * difference / deviation)  # (5)
        dbeta[..., c] = np.sum(dz_tilde)  # (6)

    return dZ, dgamma, dbeta


@quiet
def batch_norm_inference(
    Z: Array,
    gamma: Array,
    beta: Array,
    running_mean: Array,
    running_variance: Array,
    epsilon: float = 1e-5,
) -> Array:
    """Normalize with the statistics of the training: an image is alone, whatever stands beside it in the batch.

    Parameters
    ----------
    Z : ndarray of shape (m, n_H, n_W, n_C) or (m, n_C)
        m may be 0.
    gamma, beta, running_mean, running_variance : ndarray of shape (1, 1, 1, n_C) or (1, n_C)
    epsilon : float > 0

    Returns
    -------
    Z_tilde : ndarray of the shape of Z
        gamma * (Z - running_mean) / sqrt(running_variance + epsilon) + beta.

    Raises
    ------
    ShapeError, DtypeError, ArgumentError
        As `batch_norm_forward`.

    Source
    ------
    S. Ioffe, C. Szegedy, "Batch normalization" (2015), algorithm 2, line 11.

    Examples
    --------
    >>> Z, one = np.array([[5.0], [8.0]]), np.array([[1.0]])
    >>> batch_norm_inference(Z, one, 0 * one, running_mean=2 * one, running_variance=9 * one).round(3)
    array([[1.],
           [2.]])
    """
    where = "batch_norm_inference"
    Z, gamma, beta, epsilon = checks.batch_norm_arguments(Z, gamma, beta, epsilon, where)
    running_mean, running_variance = checks.running_arguments(Z, running_mean, running_variance, where)

    Z_tilde = np.zeros(Z.shape, Z.dtype)

    for c in range(Z.shape[-1]):
        z = Z[..., c].astype(np.float64)
        z_norm = (z - running_mean[..., c]) / np.sqrt(running_variance[..., c].astype(np.float64) + epsilon)
        Z_tilde[..., c] = gamma[..., c] * z_norm + beta[..., c]

    return Z_tilde


@quiet
def running_statistics(
    cache: tuple[Array, Array, Array, float, Array, Array],
    running_mean: Array,
    running_variance: Array,
    momentum: float = 0.1,
) -> tuple[Array, Array]:
    """The statistics for predictions, after a batch: a part of the way from the old ones to those of the batch.

    Parameters
    ----------
    cache : tuple (Z, gamma, beta, epsilon, mean, variance)
        What `batch_norm_forward` returned.
    running_mean, running_variance : ndarray of the shape of gamma
        The old ones; 0 and 1 before training.
    momentum : float in (0, 1]
        The part: 1 forgets the old ones.

    Returns
    -------
    running_mean, running_variance : ndarray of the shape of gamma
        running + momentum * (batch - running). The batch's variance is the unbiased one, Σ (z - mean)^2 / (N - 1) for
        the N = m * n_H * n_W numbers of a channel; with N = 1 it is 0. An empty batch changes nothing.

    Raises
    ------
    ShapeError, DtypeError
        A running statistic does not have the shape of gamma, or not its dtype.
    ArgumentError
        momentum is out of range, or the cache is not that of a batch normalization.

    Source
    ------
    S. Ioffe, C. Szegedy, "Batch normalization" (2015), algorithm 2, line 10, with a moving average instead of that of
    several batches.

    Examples
    --------
    >>> Z, one = np.array([[1.0], [3.0]]), np.array([[1.0]])
    >>> Z_tilde, cache = batch_norm_forward(Z, one, 0 * one)
    >>> running_statistics(cache, 0 * one, one, momentum=0.5)  # the batch: mean 2, variance (1 + 1) / (2 - 1)
    (array([[1.]]), array([[1.5]]))
    """
    where = "running_statistics"
    Z, _, _, _, mean, variance = checks.batch_norm_cache(cache, where, "batch_norm_forward")
    running_mean, running_variance = checks.running_arguments(Z, running_mean, running_variance, where)
    momentum = checks.positive_number(momentum, where, "momentum", at_most=1)
    numbers = Z.size // Z.shape[-1]
    if numbers == 0:
        return running_mean.copy(), running_variance.copy()
    unbiased = variance * numbers / (numbers - 1) if numbers > 1 else variance
    new_mean = running_mean + momentum * (mean - running_mean)
    new_variance = running_variance + momentum * (unbiased - running_variance)
    return new_mean.astype(running_mean.dtype), new_variance.astype(running_variance.dtype)
