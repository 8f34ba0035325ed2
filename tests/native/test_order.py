"""The promised order of summation, replayed with an exact fused multiply-add: equal to the last bit.

An output starts from its bias and adds its terms in the order (vertical, horizontal, channel). A filter's gradient is
summed over positions in row-major order within an image, image sums are added in index order within a shard (image i
of m belongs to shard floor(8 i / m)), and the eight shards as a tree. A dense layer has one position an image, whose
product is added to the shard's sum with one rounding.

Batch normalization sums in float64: one chain a channel and shard, over images and positions in order, and the shards
as the same tree. Coefficients are rounded once to the dtype.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from fullstride.geometry import Window
from fullstride.layers import BatchNorm, Dense
from fullstride.native import functions
from fullstride.native.executor import NativeExecutor
from fullstride.program import Update, stages
from fullstride.program.plan import SHARDS
from tests.support import normalization
from tests.support.exact import fma
from tests.support.kernels import DTYPES, KernelCase, assert_same_bits, machine_of, run_case
from tests.support.programs import batch, chain, store_of, typed, without_loss

every_dtype = pytest.mark.parametrize("dtype", DTYPES)

GEOMETRIES = {
    "3 images": (3, (4, 3), 2, 3, (2, 2), 1, 1),
    "stride 2": (3, (5, 4), 1, 2, (3, 2), 2, ((1, 0), (0, 1))),
    "11 images, several a shard": (11, (2, 3), 1, 2, (1, 2), 1, 0),
    "stride larger than the filter": (2, (4, 5), 1, 1, (1, 2), 3, 0),
}


def arrays(name: str, dtype: str) -> tuple[Any, Any, Any, Any, Window, dict[str, Any]]:
    m, n, n_C_prev, n_C, f, stride, pad = GEOMETRIES[name]
    generator = np.random.default_rng(m)
    window, size = Window.over(n, f, stride, pad, "test")
    shapes = (m, *n, n_C_prev), (*f, n_C_prev, n_C), (1, 1, 1, n_C), (m, *size, n_C)
    A_prev, W, b, dZ = (generator.standard_normal(shape).astype(dtype) for shape in shapes)
    return A_prev, W, b, dZ, window, {"stride": stride, "pad": pad}


def tree(shards: list[Any]) -> Any:
    while len(shards) > 1:
        shards = [left + right for left, right in zip(shards[::2], shards[1::2], strict=True)]
    return shards[0]


def over_shards(image_sums: list[Any]) -> Any:
    """Image sums in index order within a shard, the shards as a tree; an empty shard is zero."""
    m = len(image_sums)
    shards = [np.zeros_like(image_sums[0]) for _ in range(SHARDS)]
    for i, image in enumerate(image_sums):
        shards[i * SHARDS // m] = shards[i * SHARDS // m] + image
    return tree(shards)


def taps(window: Window, h: int, w: int, n: tuple[int, int]) -> Any:
    """(v, k, row, column) of every tap of a window that lies on the image, in the order (vertical, horizontal)."""
    top, _, left, _ = window.corners(h, w)
    for v in range(window.f[0]):
        for k in range(window.f[1]):
            row, column = top + v - window.pad[0][0], left + k - window.pad[1][0]
            if 0 <= row < n[0] and 0 <= column < n[1]:
                yield v, k, row, column


@every_dtype
@pytest.mark.parametrize("name", GEOMETRIES)
def test_convolution_forward(name: str, dtype: str) -> None:
    A_prev, W, b, dZ, window, hparameters = arrays(name, dtype)
    expected = np.empty_like(dZ)
    for i, h, w, c in np.ndindex(dZ.shape):
        total = b[0, 0, 0, c]
        for v, k, row, column in taps(window, h, w, A_prev.shape[1:3]):
            for channel in range(A_prev.shape[3]):
                total = fma(A_prev[i, row, column, channel], W[v, k, channel, c], total)
        expected[i, h, w, c] = total
    Z, _ = functions.conv_forward(A_prev, W, b, hparameters)
    assert_same_bits(Z, expected)


@every_dtype
@pytest.mark.parametrize("name", GEOMETRIES)
def test_convolution_backward(name: str, dtype: str) -> None:
    A_prev, W, b, dZ, window, hparameters = arrays(name, dtype)
    m, n_H, n_W, n_C = dZ.shape
    dA_prev, dW_images, db_images = np.zeros_like(A_prev), [], []
    for i in range(m):
        dW, db = np.zeros_like(W), np.zeros_like(b)
        for h in range(n_H):
            for w in range(n_W):
                db[0, 0, 0] += dZ[i, h, w]
                for v, k, row, column in taps(window, h, w, A_prev.shape[1:3]):
                    for channel in range(A_prev.shape[3]):
                        for c in range(n_C):
                            x, dz = A_prev[i, row, column, channel], dZ[i, h, w, c]
                            dW[v, k, channel, c] = fma(x, dz, dW[v, k, channel, c])
                            # dA meets the outputs in row-major order, each with its channels in order.
                            here = (i, row, column, channel)
                            dA_prev[here] = fma(W[v, k, channel, c], dz, dA_prev[here])
        dW_images.append(dW)
        db_images.append(db)
    cache = (A_prev, W, b, hparameters)
    results = functions.conv_backward(dZ, cache)
    expected = (dA_prev, over_shards(dW_images), over_shards(db_images))
    for result, replay in zip(results, expected, strict=True):
        assert_same_bits(result + 0, replay + 0)  # the sign of a zero is not promised


@every_dtype
@pytest.mark.parametrize("m", [3, 19])
def test_linear(m: int, dtype: str) -> None:
    """The loss's kernel makes dZ from the replayed Z; all else is replayed."""
    program = typed(chain(Dense(3), shape=(4,)), dtype)
    store = store_of(program)
    X, y, rows = batch(program, m)
    Z = linear_forward(X[rows], store.values["dense1.W"], store.values["dense1.b"])
    assert_same_bits(NativeExecutor(without_loss(program), store).forward(X[rows]), Z)

    losses, dZ = loss_and_gradient(Z, y, rows)
    dW, db = linear_gradients(X[rows], dZ)
    total_loss = np.float64(0)
    for one in losses:
        total_loss += np.float64(one)
    loss, gradients = NativeExecutor(program, store).gradients(X, y, rows)
    assert_same_bits(gradients["dense1.W"], dW)
    assert_same_bits(gradients["dense1.b"], db)
    assert loss == total_loss / m


def linear_forward(x: Any, W: Any, b: Any) -> Any:
    Z = np.repeat(b, len(x), axis=0)
    for i, c in np.ndindex(Z.shape):
        for k in range(len(W)):
            Z[i, c] = fma(x[i, k], W[k, c], Z[i, c])
    return Z


def linear_gradients(x: Any, dZ: Any) -> tuple[Any, Any]:
    """dW and db, each product added to a shard's sum with one rounding."""
    (m, n_C_prev), n_C = x.shape, dZ.shape[1]
    dW, db = np.zeros((SHARDS, n_C_prev, n_C), x.dtype), np.zeros((SHARDS, 1, n_C), x.dtype)
    for i in range(m):
        s = i * SHARDS // m
        for k, c in np.ndindex(n_C_prev, n_C):
            dW[s, k, c] = fma(x[i, k], dZ[i, c], dW[s, k, c])
        db[s] = db[s] + dZ[i]
    return tree(list(dW)), tree(list(db))


def in_shards(sums: Any, *arrays: Any) -> Any:
    """sums(part of each array) of each shard, one chain from zero: (SHARDS, 2, n_C)."""
    m, n_C = len(arrays[0]), arrays[0].shape[-1]
    first = [-(-shard * m // SHARDS) for shard in range(SHARDS + 1)]
    parts = [slice(start, stop) for start, stop in pairwise(first)]
    return np.stack([sums(*(array[part] for array in arrays), np.zeros((2, n_C))) for part in parts])


@every_dtype
@pytest.mark.parametrize("m", [3, 11])
def test_batch_normalization(m: int, dtype: str) -> None:
    """Between two dense layers: forward, all gradients, and the running statistics after a step."""
    program = typed(chain(Dense(2), BatchNorm(0.01, 0.25), Dense(3), shape=(2,)), dtype)
    store = store_of(program)
    X, y, rows = batch(program, m)
    p = {name: values.copy() for name, values in store.values.items()}
    x = linear_forward(X[rows], p["dense1.W"], p["dense1.b"])
    gamma, beta = p["batch_norm1.gamma"][0], p["batch_norm1.beta"][0]
    mean, variance = normalization.mean_and_variance(in_shards(normalization.channel_sums, x), m)
    coefficients = normalization.coefficients(mean, variance, gamma, beta, 0.01)
    y_normal = normalization.normalized(x, coefficients)
    Z = linear_forward(y_normal, p["dense2.W"], p["dense2.b"])
    _, dZ = loss_and_gradient(Z, y, rows)
    dY = linear_forward(dZ, np.ascontiguousarray(p["dense2.W"].T), np.zeros((1, 2), dtype))

    rounded = coefficients[normalization.MEAN, :2]
    sums = in_shards(lambda d, v, zero: normalization.gradient_sums(d, v, rounded, zero), dY, x)
    coefficients = normalization.with_shares(coefficients, sums, m)
    dbeta, moment = tree(list(sums))
    dgamma = moment * coefficients[normalization.INVERSE, :2].astype(np.float64)
    dW, db = linear_gradients(X[rows], normalization.input_gradient(dY, x, coefficients))
    native = NativeExecutor(program, store)
    _, gradients = native.gradients(X, y, rows)
    assert_same_bits(gradients["dense2.W"], linear_gradients(y_normal, dZ)[0])
    assert_same_bits(gradients["batch_norm1.beta"][0], dbeta.astype(dtype))
    assert_same_bits(gradients["batch_norm1.gamma"][0], dgamma.astype(dtype))
    assert_same_bits(gradients["dense1.W"], dW)
    assert_same_bits(gradients["dense1.b"], db)

    native.train_step(X, y, rows, Update(0.1, 0.9))
    for name, value in (("mean", mean), ("variance", variance * (m / (m - 1)))):
        old = p[f"batch_norm1.running_{name}"][0]
        momentum = np.full(2, 0.25, dtype)
        expected = normalization.fused(momentum, value.astype(dtype) - old, old)
        assert_same_bits(store.values[f"batch_norm1.running_{name}"][0], expected)


def loss_and_gradient(Z: Any, y: Any, rows: Any) -> tuple[Any, Any]:
    m, n_C = Z.shape
    dtype = Z.dtype.name
    operands = {
        "Z": Z.reshape(-1),
        "dZ": np.zeros(Z.size, dtype),
        "losses": np.zeros(m, dtype),
        "labels": y,
        "rows": rows,
        "m": np.array([m]),
    }
    case = KernelCase(stages.SoftmaxCrossEntropy(dtype, n_C, n_C, n_C), operands, {}, m)
    after = run_case(case, machine_of("128"))
    return after["losses"], after["dZ"].reshape(Z.shape)


@every_dtype
def test_update(dtype: str) -> None:
    """v = momentum v + g, p = p - lr v, each with one rounding, from the gradients that are reported."""
    program = typed(chain(Dense(3), shape=(4,)), dtype)
    store = store_of(program)
    native = NativeExecutor(program, store)
    X, y, rows = batch(program, 5)
    _, gradients = native.gradients(X, y, rows)
    number = np.dtype(dtype).type
    lr, momentum = number(0.1), number(0.9)
    expected = {}
    for name, gradient in gradients.items():
        values, velocity = store.values[name].copy(), store.velocity[name].copy()
        for place in np.ndindex(gradient.shape):
            velocity[place] = fma(momentum, velocity[place], gradient[place])
            values[place] = fma(-lr, velocity[place], values[place])
        expected[name] = values, velocity
    native.train_step(X, y, rows, Update(0.1, 0.9))
    for name, (values, velocity) in expected.items():
        assert_same_bits(store.values[name], values)
        assert_same_bits(store.velocity[name], velocity)


def test_a_fused_multiply_add_is_not_a_product_and_a_sum() -> None:
    """The oracle itself: (1 + e)(1 - e) - 1 = -e**2 exactly, which a rounded product loses; ties go to even."""
    one, e = np.float32(1), np.float32(2.0**-23)
    assert fma(one + e, one - e, -one) == -np.float32(2.0**-46)
    assert fma(one, one, e / 2) == one  # halfway between 1 and 1 + e: the last digit of 1 is even
    assert fma(one + e, one, e / 2) == one + 2 * e
    assert fma(np.float64(0.1), np.float64(10), np.float64(-1)) == 2.0**-54
    assert fma(np.float32(2.0**-75), np.float32(2.0**-75), np.float32(0)) == 0  # a tie with the least number
    assert fma(np.float32(2.0**-74), np.float32(2.0**-75), np.float32(0)) == np.float32(2.0**-149)
