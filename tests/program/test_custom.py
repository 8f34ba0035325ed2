"""Layers of one's own: what they may return, what is said of what they may not, and where they are known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import fullstride
from fullstride import Conv, CustomLayer, Dense, Flatten, MaxPool, Network, ParameterSpec, ReLU, Residual
from fullstride.errors import ArgumentError, DtypeError, FileFormatError, ShapeError
from fullstride.layers import KINDS
from tests.support.close import assert_close
from tests.support.kernels import assert_same_bits


class Leaky(CustomLayer):
    slope: float = 0.25

    def forward(self, A_prev: Any) -> Any:
        return np.where(A_prev > 0, A_prev, self.slope * A_prev), A_prev

    def backward(self, dA: Any, cache: Any) -> Any:
        return np.where(cache > 0, dA, self.slope * dA)


class Scale(CustomLayer):
    """gamma * A_prev, and the mean of what it has seen."""

    def parameters(self, shape: Any) -> Any:
        each = (*(1 for _ in shape), shape[-1])
        return {
            "gamma": ParameterSpec(each, 0, initial=1.0),
            "seen": ParameterSpec((), 0, trained=False),
        }

    def forward(self, A_prev: Any, gamma: Any, seen: Any) -> Any:
        return gamma * A_prev, (A_prev, gamma)

    def inference(self, A_prev: Any, gamma: Any, seen: Any) -> Any:
        return gamma * A_prev + seen

    def backward(self, dA: Any, cache: Any) -> Any:
        A_prev, gamma = cache
        return gamma * dA, {"gamma": (dA * A_prev).sum(axis=tuple(range(dA.ndim - 1)), keepdims=True)}

    def advance(self, cache: Any, gamma: Any, seen: Any) -> Any:
        return {"seen": np.asarray(cache[0].mean())}


class Halves(CustomLayer):
    """Every second row and column: another shape."""

    def output_shape(self, shape: Any) -> Any:
        return (shape[0] // 2, shape[1] // 2, shape[2])

    def forward(self, A_prev: Any) -> Any:
        n_H, n_W, _ = self.output_shape(A_prev.shape[1:])
        return A_prev[:, : 2 * n_H : 2, : 2 * n_W : 2], A_prev.shape

    def backward(self, dA: Any, cache: Any) -> Any:
        dA_prev = np.zeros(cache, dA.dtype)
        dA_prev[:, : 2 * dA.shape[1] : 2, : 2 * dA.shape[2] : 2] = dA
        return dA_prev

    def window(self, shape: Any) -> Any:
        return (1, 1), (2, 2)

    def multiply_adds(self, shape: Any) -> int:
        return 7


OWN = {
    layer.kind: KINDS.pop(layer.kind) for layer in (Leaky, Scale, Halves)
}  # other tests know nothing of them


@pytest.fixture(autouse=True)
def own_kinds() -> None:
    KINDS.update(OWN)


def made(*layers: Any, dtype: str = "float32") -> Network:
    return Network(*layers, Flatten(), Dense(3), input_shape=(6, 5, 2), seed=1, dtype=dtype)


def data(m: int = 24) -> tuple[Any, Any]:
    rng = np.random.default_rng(0)
    return rng.standard_normal((m, 6, 5, 2)).astype(np.float32), rng.integers(0, 3, m)


MIX = (
    Conv(4, 3, pad=1),
    Leaky(),
    Scale(),
    Residual(Conv(4, 3, pad=1), Leaky(0.5)),
    Halves(),
    ReLU(),
    MaxPool(2),
)


def test_engines_agree_and_layers_are_named() -> None:
    X, y = data()
    networks = []
    for engine in ("native", "steps"):
        network = made(*MIX)
        network.fit(X, y, epochs=3, batch_size=8, lr=0.05, engine=engine)
        networks.append(network)
    fast, slow = networks
    assert [node.output for node in fast.program.nodes][:5] == [
        "conv1",
        "leaky1",
        "scale1",
        "conv2",
        "leaky2",
    ]
    for name, value in slow.parameters.items():
        assert_close(fast.parameters[name], value, rtol=1e-4, atol=1e-5)
    assert fast.parameters["scale1.seen"] != 0
    assert (fast.parameters["scale1.gamma"] != 1).all()
    assert_close(fast.predict_proba(X), slow.predict_proba(X), rtol=1e-4, atol=1e-5)


def test_the_same_bits_in_two_runs() -> None:
    X, y = data()
    blocks = []
    for threads in (1, 2):
        network = made(*MIX)
        network.fit(X, y, epochs=2, batch_size=8, threads=threads)
        blocks.append(np.concatenate([value.ravel() for value in network.parameters.values()]))
    assert_same_bits(*blocks)


def test_summary() -> None:
    summary = made(*MIX).summary()
    assert str(summary).endswith("\nin Python, whatever the engine: leaky1, scale1, leaky2, halves1")
    rows = {row.layer: row for row in summary.rows}
    assert rows["halves1"].output_shape == (3, 2, 4)
    assert rows["halves1"].multiply_adds == 7
    assert rows["scale1"].parameters == 4
    assert rows["scale1"].states == 1
    assert rows["max_pool1"].receptive_field == (7, 7)  # 3, 5 behind the second convolution, and a step of 2


def test_saved_and_loaded(tmp_path: Path) -> None:
    network, (X, _) = made(*MIX), data()
    network.save(tmp_path / "own.safetensors")
    loaded = fullstride.load(tmp_path / "own.safetensors")
    assert loaded.layers == network.layers
    assert_same_bits(loaded.predict_proba(X), network.predict_proba(X))


def test_a_file_whose_class_is_missing_is_refused(tmp_path: Path) -> None:
    made(Leaky()).save(tmp_path / "own.safetensors")
    del KINDS["leaky"]
    with pytest.raises(FileFormatError, match="class of a layer of one's own must be defined before"):
        fullstride.load(tmp_path / "own.safetensors")


def test_a_class_defined_again_takes_the_place_of_the_first() -> None:
    again = type(
        "Leaky", (CustomLayer,), {"forward": Leaky.forward, "backward": Leaky.backward, "slope": 1.0}
    )
    assert KINDS["leaky"] is again


def test_names_of_fullstride_s_own_layers_are_taken() -> None:
    with pytest.raises(
        ArgumentError, match=r"^Conv: .* another name than fullstride's; got 'conv', which is Conv$"
    ):
        type("Conv", (CustomLayer,), {})
    assert KINDS["conv"] is Conv


def test_without_forward_or_backward() -> None:
    half = type("Half", (CustomLayer,), {"forward": Leaky.forward})
    with pytest.raises(TypeError, match="backward"):
        half()


def own(name: str = "Own", **methods: Any) -> CustomLayer:
    """A Leaky with other methods."""
    kept = {"forward": lambda self, A: (A, None), "backward": lambda self, dA, cache: dA}
    layer: CustomLayer = type(name, (CustomLayer,), {**kept, **methods})()
    return layer


ONE = {"W": ParameterSpec((2,), 1)}

WRONG = {
    "no cache": (
        {"forward": lambda self, A: A},
        DtypeError,
        r"Own\(\)\.forward: it must return \(A, cache\); got a ndarray",
    ),
    "A of another shape": (
        {"forward": lambda self, A: (A[:, 1:], None)},
        ShapeError,
        r"forward: A must be of shape \(4, 6, 5, 2\); got \(4, 5, 5, 2\)",
    ),
    "A of strings": (
        {"forward": lambda self, A: (A.astype(str), None)},
        DtypeError,
        "forward: A must be an array of real numbers; got <U",
    ),
    "a list": ({"forward": lambda self, A: ([1], None)}, DtypeError, "array of real numbers; got list"),
    "dA_prev of another shape": (
        {"backward": lambda self, dA, cache: dA[:1]},
        ShapeError,
        r"backward: dA_prev must be of shape \(4, 6, 5, 2\); got \(1, 6, 5, 2\)",
    ),
    "no gradient for a parameter": (
        {"parameters": lambda self, shape: ONE, "forward": lambda self, A, W: (A, None)},
        ArgumentError,
        r"there must be a gradient for each of \['W'\]; got none",
    ),
    "a gradient too many": (
        {"backward": lambda self, dA, cache: (dA, {"b": dA})},
        ArgumentError,
        r"a gradient for each of no parameters; got \['b'\]",
    ),
    "a gradient of another shape": (
        {
            "parameters": lambda self, shape: ONE,
            "forward": lambda self, A, W: (A, None),
            "backward": lambda self, dA, cache: (dA, {"W": np.ones(3)}),
        },
        ShapeError,
        r"the gradient of W must be of shape \(2,\); got \(3,\)",
    ),
    "gradients that are no dict": (
        {"backward": lambda self, dA, cache: (dA, [])},
        DtypeError,
        r"it must return dA_prev, or \(dA_prev, \{name: gradient\}\)",
    ),
    "a state that does not exist": (
        {"advance": lambda self, cache: {"mean": np.zeros(1)}},
        ArgumentError,
        "advance: names of no parameters; got 'mean'",
    ),
    "an argument that is changed": (
        {"forward": lambda self, A: (A.__imul__(2), None)},
        ValueError,
        "read-only",
    ),
}


@pytest.mark.parametrize("engine", ["native", "steps"])
@pytest.mark.parametrize("name", WRONG)
def test_what_it_may_not_return(name: str, engine: str) -> None:
    methods, kind, sentence = WRONG[name]
    network, (X, y) = made(Conv(2, 1), own(**methods)), data(4)
    before = {name: value.copy() for name, value in network.parameters.items()}
    with pytest.raises(kind, match=sentence):
        network.fit(X, y, epochs=1, batch_size=4, engine=engine)
    for parameter, value in network.parameters.items():
        assert_same_bits(value, before[parameter])


@pytest.mark.parametrize(
    ("methods", "kind", "sentence"),
    [
        (
            {"output_shape": lambda self, shape: [1, 2]},
            ShapeError,
            r"output_shape: it must be \(n_H, n_W, n_C\)",
        ),
        ({"output_shape": lambda self, shape: (0,)}, ShapeError, r"whole numbers >= 1; got \(0,\)"),
        (
            {"parameters": lambda self, shape: {"W": (3, 3)}},
            ArgumentError,
            r"with a ParameterSpec each.*got 'W'",
        ),
        ({"parameters": lambda self, shape: {"2W": ONE["W"]}}, ArgumentError, "got '2W'"),
    ],
)
def test_what_it_may_not_say_of_itself(methods: Any, kind: Any, sentence: str) -> None:
    with pytest.raises(kind, match=sentence):
        made(own(**methods))


def test_numbers_are_rounded_to_the_network_s_dtype() -> None:
    network, (X, y) = made(own(forward=lambda self, A: (A.astype(np.float64) / 3, None))), data(4)
    probabilities = network.predict_proba(X)
    assert probabilities.dtype == np.float32
    assert_close(probabilities, network.predict_proba(X, engine="steps"), rtol=1e-5)
    network.fit(X, y, epochs=1, batch_size=4)
