"""The promised order of summation, replayed with an exact fused multiply-add: equal to the last bit.

An output starts from its bias and adds its terms in the order (vertical, horizontal, channel). A filter's gradient is
summed over positions in row-major order within an image, image sums are added in index order within a shard (image i
of m belongs to shard floor(8 i / m)), and the eight shards as a tree. A dense layer has one position an image, whose
product is added to the shard's sum with one rounding.

Batch normalization sums in float64: one chain a channel and shard, over images and positions in order, and the shards
as the same tree. Coefficients are rounded once to the dtype.
"""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from fullstride.geometry import Window
from fullstride.layers import BatchNorm, Dense, ReLU
from fullstride.native import functions
from fullstride.native.executor import NativeExecutor
from fullstride.program import SGD, START, Adam, AdamW, Cost, Program, Update, stages
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


def gradients_and_store(dtype: str, program: Program) -> tuple[Any, ...]:
    """An executor, its batch, and the gradients that it reports for it."""
    store = store_of(typed(program, dtype))
    native = NativeExecutor(store.program, store)
    X, y, rows = batch(store.program, 5)
    return store, native, (X, y, rows), native.gradients(X, y, rows)[1]


@every_dtype
def test_update_that_looks_ahead(dtype: str) -> None:
    """Nesterov and decay: g = wd p + g for weights, v = momentum v + g, p = p - lr (momentum v + g)."""
    store, native, given, gradients = gradients_and_store(dtype, chain(Dense(3), shape=(4,)))
    number = np.dtype(dtype).type
    lr, momentum, decay = number(0.1), number(0.9), number(0.01)
    expected = {}
    for name, gradient in gradients.items():
        values, velocity = store.values[name].copy(), store.velocity[name].copy()
        for place in np.ndindex(gradient.shape):
            g = fma(decay, values[place], gradient[place]) if name == "dense1.W" else gradient[place]
            velocity[place] = fma(momentum, velocity[place], g)
            values[place] = fma(-lr, fma(momentum, velocity[place], g), values[place])
        expected[name] = values, velocity
    native.train_step(*given, SGD(0.9, nesterov=True, weight_decay=0.01).update(0.1))
    for name, (values, velocity) in expected.items():
        assert_same_bits(store.values[name], values)
        assert_same_bits(store.velocity[name], velocity)


@every_dtype
@pytest.mark.parametrize("optimizer", [Adam(weight_decay=0.01), AdamW(weight_decay=0.01)])
def test_update_by_adam(dtype: str, optimizer: Adam) -> None:
    """The third step, from moments that are drawn; each number is rounded to the dtype first."""
    store, native, given, gradients = gradients_and_store(dtype, chain(Dense(3), shape=(4,)))
    number = np.dtype(dtype).type
    power1, power2 = 0.9 * 0.9 * 0.9, 0.999 * 0.999 * 0.999
    lr, inverse = number(0.1 / (1 - power1)), number(1 / np.sqrt(1 - power2))
    decay = number(0.0 if optimizer.decoupled else 0.01)
    shrink = number(0.1 * 0.01 if optimizer.decoupled else 0.0)
    expected = {}
    for name, gradient in gradients.items():
        store.square[name][...] = np.abs(store.velocity[name])
        values, velocity, square = (
            views[name].copy() for views in (store.values, store.velocity, store.square)
        )
        for place in np.ndindex(gradient.shape):
            g, p = gradient[place], values[place]
            if name == "dense1.W":
                g, p = fma(decay, p, g), fma(-shrink, p, p)
            velocity[place] = fma(number(0.9), velocity[place], number(1 - 0.9) * g)
            square[place] = fma(number(0.999), square[place], number(1 - 0.999) * g * g)
            share = velocity[place] / fma(np.sqrt(square[place]), inverse, number(1e-8))
            values[place] = fma(-lr, share, p)
        expected[name] = values, velocity, square
    state = optimizer.advance(optimizer.advance(START))
    native.train_step(*given, optimizer.update(0.1, state))
    for name, results in expected.items():
        for views, result in zip((store.values, store.velocity, store.square), results, strict=True):
            assert_same_bits(views[name], result)


@every_dtype
def test_clipping(dtype: str) -> None:
    """Squares in float64, eight chains a block of 1,024 gradients as they stand in memory, blocks in order.

    A wide layer stands behind the others and begins a block of its own.
    """
    program = chain(Dense(9), ReLU(), Dense(3643), ReLU(), Dense(3), shape=(4,))
    store, native, given, gradients = gradients_and_store(dtype, program)
    flat, views = np.zeros(store.block.size, dtype), {}
    for name, view in store.views(flat).items():
        view[...] = gradients[name]
        views[name] = view
    assert 0 < store.block.sharded < store.block.size
    total = np.float64(0)
    for part in (flat[: store.block.sharded], flat[store.block.sharded :]):
        for start in range(0, len(part), 1024):
            chains = [np.float64(0)] * 8
            for k, x in enumerate(part[start : start + 1024].astype(np.float64)):
                chains[k % 8] = fma(x, x, chains[k % 8]) if x else chains[k % 8]
            total += tree(chains)
    norm = np.sqrt(total)
    clip = float(norm) / 3
    factor, lr, momentum = (np.dtype(dtype).type(number) for number in (clip / norm, 0.1, 0.9))
    expected = {}
    for name in ("dense1.W", "dense3.b"):
        values, velocity = store.values[name].copy(), store.velocity[name].copy()
        for place in np.ndindex(values.shape):
            velocity[place] = fma(momentum, velocity[place], factor * views[name][place])
            values[place] = fma(-lr, velocity[place], values[place])
        expected[name] = values, velocity
    native.train_step(*given, Update(0.1, 0.9, clip=clip))
    assert native.last_norm == norm
    for name, (values, velocity) in expected.items():
        assert_same_bits(store.values[name], values)
        assert_same_bits(store.velocity[name], velocity)


@every_dtype
def test_weighted_labels(dtype: str) -> None:
    """From the exponentials that the plain loss makes: the loss in the order of the classes, the label's last."""
    m, n_C, cost = 6, 5, Cost(0.1, (0.5, 1.0, 2.0, 0.25, 4.0))
    program = typed(chain(Dense(n_C), shape=(4,)), dtype)
    store = store_of(program)
    X, y, rows = batch(program, m)
    Z = linear_forward(X[rows], store.values["dense1.W"], store.values["dense1.b"])
    number, hits = np.dtype(dtype).type, [number_ * (1 - 0.1) for number_ in cost.class_weights or ()]
    shares = np.array([0.1 / n_C * weight for weight in cost.class_weights or ()])
    divisor = sum(Fraction(cost.class_weights[label]) for label in y[rows])  # type: ignore[index]
    losses, dZ = [], np.zeros_like(Z)
    for i, label in enumerate(y[rows]):
        log_sum, A = log_sum_and_softmax(Z[i])
        distance = [log_sum - (z - Z[i].max()) for z in Z[i]]
        total = number(0)
        for share, far in zip(shares, distance, strict=True):
            total = fma(number(share), far, total)
        hit = number(hits[label])
        losses.append(fma(hit, distance[label], total))
        whole = hit + number(math.fsum(shares))
        for k in range(n_C):
            dZ[i, k] = fma(A[k], whole, -number(shares[k]))
        dZ[i, label] -= hit
        dZ[i] /= number(float(divisor))
    loss, gradients = NativeExecutor(program, store).gradients(X, y, rows, cost=cost)
    assert_same_bits(gradients["dense1.W"], linear_gradients(X[rows], dZ)[0])
    expected = np.float64(0)
    for one in losses:
        expected += np.float64(one)
    assert loss == expected / float(divisor)


def log_sum_and_softmax(z: Any) -> tuple[Any, Any]:
    """By the kernels: of equal scores but one the loss of that one, and the probabilities."""
    A = run_case(
        KernelCase(
            stages.Softmax(z.dtype.name, len(z), len(z), len(z)), {"Z": z, "A": np.zeros_like(z)}, {}, 1
        ),
        machine_of("128"),
    )["A"]
    largest = int(z.argmax())
    losses, _ = loss_and_gradient(z[None], np.array([largest]), np.array([0]))
    return losses[0], A


@every_dtype
def test_squared_error(dtype: str) -> None:
    """(z - t)^2 by fused multiply-adds in the order of the outputs, then one division; dZ by one factor."""
    m, n = 11, 3
    program = replace(typed(chain(Dense(n), shape=(4,)), dtype), loss="mean_squared_error")
    store = store_of(program)
    X, y, rows = batch(program, m)
    Z = linear_forward(X[rows], store.values["dense1.W"], store.values["dense1.b"])
    number, total = np.dtype(dtype).type, np.float64(0)
    for z, t in zip(Z, y[rows], strict=True):
        squares = number(0)
        for d in z - t:
            squares = fma(d, d, squares)
        total += np.float64(squares / number(n))
    dZ = (Z - y[rows]) * number(np.float64(2) / (n * m))
    loss, gradients = NativeExecutor(program, store).gradients(X, y, rows)
    assert loss == total / m
    assert_same_bits(gradients["dense1.W"], linear_gradients(X[rows], dZ)[0])
    assert_same_bits(gradients["dense1.b"], linear_gradients(X[rows], dZ)[1])


@every_dtype
def test_weights_of_images(dtype: str) -> None:
    """A weight's share of the batch times m, in float64, rounded once; loss and dZ are multiplied by it."""
    m, n_C = 11, 5
    program = typed(chain(Dense(n_C), shape=(4,)), dtype)
    store = store_of(program)
    X, y, rows = batch(program, m)
    own = np.random.default_rng(3).uniform(0.01, 5.0, len(X))
    Z = linear_forward(X[rows], store.values["dense1.W"], store.values["dense1.b"])
    losses, dZ = loss_and_gradient(Z, y, rows)
    total = float(sum(Fraction(weight) for weight in own[rows]))
    factors = (own[rows] / total * m).astype(dtype)
    loss, gradients = NativeExecutor(program, store).gradients(X, y, rows, weights=own)
    assert_same_bits(gradients["dense1.W"], linear_gradients(X[rows], dZ * factors[:, None])[0])
    expected = np.float64(0)
    for one in losses * factors:
        expected += np.float64(one)
    assert loss == expected / m


def test_a_fused_multiply_add_is_not_a_product_and_a_sum() -> None:
    """The oracle itself: (1 + e)(1 - e) - 1 = -e**2 exactly, which a rounded product loses; ties go to even."""
    one, e = np.float32(1), np.float32(2.0**-23)
    assert fma(one + e, one - e, -one) == -np.float32(2.0**-46)
    assert fma(one, one, e / 2) == one  # halfway between 1 and 1 + e: the last digit of 1 is even
    assert fma(one + e, one, e / 2) == one + 2 * e
    assert fma(np.float64(0.1), np.float64(10), np.float64(-1)) == 2.0**-54
    assert fma(np.float32(2.0**-75), np.float32(2.0**-75), np.float32(0)) == 0  # a tie with the least number
    assert fma(np.float32(2.0**-74), np.float32(2.0**-75), np.float32(0)) == np.float32(2.0**-149)
