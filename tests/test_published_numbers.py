"""The numbers that the course publishes with its exercises.

They are printed to eight decimals (means to twelve digits) and compared to half a unit of the last one.
np.random.seed(n) and np.random.randn are RandomState(n).randn. Editions that add the bias once a product
publish others (for pad 2, stride 1 a mean of 0.155859324889); those are not reproduced.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np
import pytest

import fullstride
from fullstride import steps
from tests.support.close import assert_close

IMPLEMENTATIONS = [pytest.param(steps, id="steps"), pytest.param(fullstride, id="native")]
PRINTED = {"rtol": 0.0, "atol": 6e-9}
MEAN = {"rtol": 1e-11, "atol": 0.0}

pytestmark = pytest.mark.parametrize("implementation", IMPLEMENTATIONS)


def course_arrays(*shapes: tuple[int, ...]) -> list[Any]:
    random = np.random.RandomState(1)
    return [random.randn(*shape) for shape in shapes]


def test_zero_pad(implementation: ModuleType) -> None:
    (X,) = course_arrays((4, 3, 3, 2))
    X_pad = implementation.zero_pad(X, 2)
    assert X_pad.shape == (4, 7, 7, 2)
    published = [[0.90085595, -0.68372786], [-0.12289023, -0.93576943], [-0.26788808, 0.53035547]]
    assert_close(X[1, 1], published, **PRINTED)
    assert_close(X_pad[1, 1], np.zeros((7, 2)))
    assert_close(X_pad[1, 3, 2:5], published, **PRINTED)


def test_conv_single_step(implementation: ModuleType) -> None:
    a_slice_prev, W, b = course_arrays((4, 4, 3), (4, 4, 3), (1, 1, 1))
    assert_close(implementation.conv_single_step(a_slice_prev, W, b), -6.99908945068, **MEAN)


def test_conv_forward_pad_2_stride_2(implementation: ModuleType) -> None:
    A_prev, W, b = course_arrays((10, 4, 4, 3), (2, 2, 3, 8), (1, 1, 1, 8))
    Z, cache = implementation.conv_forward(A_prev, W, b, {"pad": 2, "stride": 2})
    assert_close(np.mean(Z), 0.0489952035289, **MEAN)
    published = [-0.61490741, -6.7439236, -2.55153897, 1.75698377]
    published += [3.56208902, 0.53036437, 5.18531798, 8.75898442]
    assert_close(Z[3, 2, 1], published, **PRINTED)
    assert_close(cache[0][1][2][3], [-0.20075807, 0.18656139, 0.41005165], **PRINTED)


def test_conv_forward_rectangular_image(implementation: ModuleType) -> None:
    A_prev, W, b = course_arrays((2, 5, 7, 4), (3, 3, 4, 8), (1, 1, 1, 8))
    Z, cache = implementation.conv_forward(A_prev, W, b, {"pad": 1, "stride": 2})
    assert_close(np.mean(Z), 0.5511276474566768, **MEAN)
    published = [-2.17796037, 8.07171329, -0.5772704, 3.36286738]
    published += [4.48113645, -2.89198428, 10.99288867, 3.03171932]
    assert_close(Z[0, 2, 1], published, **PRINTED)
    assert_close(cache[0][1][2][3], [-1.1191154, 1.9560789, -0.3264995, -1.34267579], **PRINTED)


def test_conv_backward(implementation: ModuleType) -> None:
    A_prev, W, b = course_arrays((10, 4, 4, 3), (2, 2, 3, 8), (1, 1, 1, 8))
    Z, cache = implementation.conv_forward(A_prev, W, b, {"pad": 2, "stride": 2})
    gradients = implementation.conv_backward(Z, cache)
    assert [gradient.shape for gradient in gradients] == [A_prev.shape, W.shape, b.shape]
    means = [1.45243777754, 1.72699145831, 7.83923256462]
    assert_close([np.mean(gradient) for gradient in gradients], means, **MEAN)


POOLED = {
    # (shape of A_prev, f, stride, mode, where to look): what is published there
    "f 3, stride 2, max": (
        ((2, 4, 4, 3), 3, 2, "max", ...),
        [[[[1.74481176, 0.86540763, 1.13376944]]], [[[1.13162939, 1.51981682, 2.18557541]]]],
    ),
    "f 3, stride 2, average": (
        ((2, 4, 4, 3), 3, 2, "average", ...),
        [[[[0.02105773, -0.20328806, -0.40389855]]], [[[-0.22154621, 0.51716526, 0.48155844]]]],
    ),
    "f 4, stride 1, max": (
        ((2, 4, 4, 3), 4, 1, "max", ...),
        [[[[1.74481176, 1.6924546, 2.10025514]]], [[[1.19891788, 1.51981682, 2.18557541]]]],
    ),
    "f 4, stride 1, average": (
        ((2, 4, 4, 3), 4, 1, "average", ...),
        [[[[-0.09498456, 0.11180064, -0.14263511]]], [[[-0.09525108, 0.28325018, 0.33035185]]]],
    ),
    "5x5, f 3, stride 1, max": (
        ((2, 5, 5, 3), 3, 1, "max", (1, 1)),
        [
            [1.96710175, 0.84616065, 1.27375593],
            [1.96710175, 0.84616065, 1.23616403],
            [1.62765075, 1.12141771, 1.2245077],
        ],
    ),
    "5x5, f 3, stride 1, average": (
        ((2, 5, 5, 3), 3, 1, "average", (1, 1)),
        [
            [0.44497696, -0.00261695, -0.31040307],
            [0.50811474, -0.23493734, -0.23961183],
            [0.11872677, 0.17255229, -0.22112197],
        ],
    ),
    "5x5, f 3, stride 2, max": (
        ((2, 5, 5, 3), 3, 2, "max", 0),
        [
            [[1.74481176, 0.90159072, 1.65980218], [1.74481176, 1.6924546, 1.65980218]],
            [[1.13162939, 1.51981682, 2.18557541], [1.13162939, 1.6924546, 2.18557541]],
        ],
    ),
    "5x5, f 3, stride 2, average": (
        ((2, 5, 5, 3), 3, 2, "average", 1),
        [
            [[-0.17313416, 0.32377198, -0.34317572], [0.02030094, 0.14141479, -0.01231585]],
            [[0.42944926, 0.08446996, -0.27290905], [0.15077452, 0.28911175, 0.00123239]],
        ],
    ),
}


@pytest.mark.parametrize(("geometry", "published"), POOLED.values(), ids=POOLED)
def test_pool_forward(implementation: ModuleType, geometry: Any, published: Any) -> None:
    shape, f, stride, mode, place = geometry
    (A_prev,) = course_arrays(shape)
    A, _ = implementation.pool_forward(A_prev, {"f": f, "stride": stride}, mode=mode)
    assert_close(A[place], published, **PRINTED)


def test_create_mask_from_window(implementation: ModuleType) -> None:
    (x,) = course_arrays((2, 3))
    assert_close(
        x, [[1.62434536, -0.61175641, -0.52817175], [-1.07296862, 0.86540763, -2.3015387]], **PRINTED
    )
    assert implementation.create_mask_from_window(x).tolist() == [[True, False, False], [False, False, False]]


def test_distribute_value(implementation: ModuleType) -> None:
    assert implementation.distribute_value(2, (2, 2)).tolist() == [[0.5, 0.5], [0.5, 0.5]]


@pytest.mark.parametrize(
    ("mode", "published"),
    [
        ("max", [[0.0, 0.0], [5.05844394, -1.68282702], [0.0, 0.0]]),
        ("average", [[0.08485462, 0.2787552], [1.26461098, -0.25749373], [1.17975636, -0.53624893]]),
    ],
)
def test_pool_backward(implementation: ModuleType, mode: str, published: Any) -> None:
    A_prev, dA = course_arrays((5, 5, 3, 2), (5, 4, 2, 2))
    _, cache = implementation.pool_forward(A_prev, {"stride": 1, "f": 2}, mode=mode)
    assert_close(np.mean(dA), 0.145713902729, **MEAN)
    assert_close(implementation.pool_backward(dA, cache, mode=mode)[1, 1], published, **PRINTED)


def test_softmax_of_integers(implementation: ModuleType) -> None:
    published = [
        [9.80897665e-01, 8.94462891e-04, 1.79657674e-02, 1.21052389e-04, 1.21052389e-04],
        [8.78679856e-01, 1.18916387e-01, 8.01252314e-04, 8.01252314e-04, 8.01252314e-04],
    ]
    A = implementation.softmax(np.array([[9, 2, 5, 0, 0], [7, 5, 0, 0, 0]]))
    assert_close(A, published, rtol=1e-8)
