"""A layer's gradients as a network computes them, against the course's function."""

from __future__ import annotations

import numpy as np
import pytest

from fullstride.bench.layer import LayerGradient
from fullstride.native.functions import conv_backward
from tests.support.close import assert_close

SHAPES = {
    "few channels": ((5, 7, 6, 1), (3, 3, 1, 4), {"stride": 1, "pad": 1}),
    "Winograd's": ((9, 8, 7, 16), (3, 3, 16, 18), {"stride": 1, "pad": 1}),
    "Winograd's without a border": ((2, 9, 9, 16), (3, 3, 16, 16), {"stride": 1, "pad": 0}),
    "stride 2": ((3, 8, 8, 4), (3, 3, 4, 5), {"stride": 2, "pad": 1}),
}


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("name", SHAPES)
def test_gradients(name: str, threads: int) -> None:
    shape, filters, hparameters = SHAPES[name]
    rng = np.random.default_rng(3)
    stride, pad = hparameters["stride"], hparameters["pad"]
    n_H, n_W = ((n + 2 * pad - 3) // stride + 1 for n in shape[1:3])
    arrays = {
        "A_prev": rng.standard_normal(shape, np.float32),
        "W": rng.standard_normal(filters, np.float32),
        "b": np.zeros((1, 1, 1, filters[3]), np.float32),
        "dZ": rng.standard_normal((shape[0], n_H, n_W, filters[3]), np.float32),
    }
    cache = arrays["A_prev"], arrays["W"], arrays["b"], hparameters
    expected = dict(zip(("dA_prev", "dW", "db"), conv_backward(arrays["dZ"], cache), strict=True))
    for direction, results in (("dA", ["dA_prev"]), ("dW", ["dW", "db"])):
        found = LayerGradient(arrays, hparameters, direction, threads).results()
        assert list(found) == results
        for result in results:
            assert_close(found[result], expected[result], rtol=1e-4, atol=1e-3)
