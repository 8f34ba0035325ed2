"""What every public function does with arguments that it cannot use."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fullstride import checks
from fullstride.errors import ArgumentError, DataError, DtypeError, FullstrideError, ShapeError
from fullstride.geometry import Window

IMAGES = checks.IMAGES
A_PREV, W, B = np.ones((2, 5, 6, 3)), np.ones((3, 3, 3, 4)), np.ones((1, 1, 1, 4))
HPARAMETERS: dict[str, Any] = {"stride": 1, "pad": 0}
NO_PAD = ((0, 0), (0, 0))


def refused(error: type[FullstrideError], sentence: str) -> Any:
    return pytest.raises(error, match=f"^{sentence}")


# numbers and flags


def test_positive_number() -> None:
    for value in (1, 1.0, np.float32(1), np.int64(1)):
        number = checks.positive_number(value, "f", "momentum", at_most=1)
        assert (type(number), number) == (float, 1.0)
    for value in (0, -1, np.inf, np.nan):
        with refused(ArgumentError, r"f: epsilon must be a finite number, 0 < epsilon; got "):
            checks.positive_number(value, "f", "epsilon")
    with refused(ArgumentError, r"f: momentum must be a finite number, 0 < momentum <= 1; got 1.5$"):
        checks.positive_number(1.5, "f", "momentum", at_most=1)
    for wrong in (True, "1", None, 1j, np.ones(1)):
        with refused(DtypeError, r"f: epsilon must be a finite number, 0 < epsilon; got .* of type "):
            checks.positive_number(wrong, "f", "epsilon")


def test_flag() -> None:
    assert checks.flag(np.True_, "f", "bias") is True
    assert checks.flag(False, "f", "bias") is False
    for wrong in (0, 1.0, "no", None):
        with refused(DtypeError, r"f: bias must be True or False; got .* of type "):
            checks.flag(wrong, "f", "bias")


# array


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_array_neither_copies_nor_converts_floats(dtype: Any) -> None:
    value = np.ones((2, 3), dtype)[:, ::2]
    result = checks.array(value, "f", "X", ("m", "n"))
    assert result.dtype == dtype
    assert np.shares_memory(result, value)


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int32, np.int64, np.uint64, ">i4"])
def test_array_makes_integers_float64(dtype: Any) -> None:
    result = checks.array(np.array([1, 2], dtype), "f", "X")
    assert result.dtype == np.float64
    assert result.tolist() == [1.0, 2.0]


@pytest.mark.parametrize("dtype", [">f4", "<f4", ">f8", "<f8"])
def test_array_has_native_byte_order(dtype: Any) -> None:
    result = checks.array(np.array([1.5, 2.0], dtype), "f", "X")
    assert result.dtype.isnative
    assert result.dtype.itemsize == int(dtype[2])
    assert result.tolist() == [1.5, 2.0]


def test_array_takes_subclasses_as_plain_arrays(tmp_path: Any) -> None:
    on_disk = np.memmap(tmp_path / "X", np.float32, "w+", shape=(2, 3))
    for value in (on_disk, np.ones((2, 3)).view(np.recarray)):
        assert type(checks.array(value, "f", "X")) is np.ndarray


@pytest.mark.parametrize(
    ("value", "came"),
    [
        ([[1.0]], "a list: convert it first, with np.array"),
        (((1.0,),), "a tuple: convert it first"),
        (1.0, "a float$"),
        (np.float64(1), "a float64$"),
        (None, "a NoneType$"),
        ("X", "a str$"),
    ],
)
def test_array_refuses_what_is_no_array(value: Any, came: str) -> None:
    with refused(
        DtypeError, rf"conv_forward: A_prev must be a NumPy array of shape \(m, n_H_prev, .*\); got {came}"
    ):
        checks.array(value, "conv_forward", "A_prev", IMAGES)


@pytest.mark.parametrize(
    "dtype", ["bool", "float16", "longdouble", "complex64", "complex128", "object", "U1", "M8[s]"]
)
def test_array_refuses_other_dtypes(dtype: str) -> None:
    value = np.zeros((2, 2), dtype)
    with refused(
        DtypeError,
        r"f: X must be float32 or float64 \(integers are converted to float64\); got dtype .*: convert it "
        r"first, with X.astype\(np.float32\)",
    ) as caught:
        checks.array(value, "f", "X")
    assert f"got dtype {value.dtype}:" in str(caught.value)


def test_array_refuses_masked_arrays() -> None:
    with refused(
        DtypeError, r"f: X must be a NumPy array without a mask .*; got a masked array of shape \(2,\)"
    ):
        checks.array(np.ma.masked_array([1.0, 2.0], [True, False]), "f", "X")


@pytest.mark.parametrize("shape", [(), (6,), (5, 6, 3), (1, 2, 5, 6, 3)])
def test_array_refuses_other_ranks(shape: Any) -> None:
    with refused(
        ShapeError,
        rf"f: X must have shape \(m, n_H_prev, n_W_prev, n_C_prev\), 4 axes; "
        rf"got shape \(.*\), {len(shape)} axes$",
    ):
        checks.array(np.ones(shape), "f", "X", IMAGES)


def test_array_refuses_empty_axes_but_m() -> None:
    assert checks.array(np.ones((0, 5, 6, 3)), "f", "X", IMAGES).shape == (0, 5, 6, 3)
    for axis, symbol in enumerate(IMAGES[1:], 1):
        shape = tuple(0 if position == axis else 2 for position in range(4))
        with refused(
            ShapeError,
            rf"f: X must .* with {symbol} >= 1 \(only m, the number of examples, may be 0\); got shape",
        ):
            checks.array(np.ones(shape), "f", "X", IMAGES)
    with refused(ShapeError, r"f: W must have shape \(n_C_prev, n_C\) with n_C >= 1; got shape \(2, 0\)"):
        checks.array(np.ones((2, 0)), "f", "W", ("n_C_prev", "n_C"))


def test_array_with_open_axes() -> None:
    assert checks.array(np.ones((0, 2, 3)), "f", "X", ("m", "...")).shape == (0, 2, 3)
    with refused(ShapeError, r"f: X must have shape \(m, ...\), at least 2 axes; got shape \(2,\), 1 axes"):
        checks.array(np.ones(2), "f", "X", ("m", "..."))
    with refused(ShapeError, r"f: X must have shape \(m, ...\) with axis 2 >= 1 \(only m"):
        checks.array(np.ones((2, 2, 0)), "f", "X", ("m", "..."))
    with refused(ShapeError, r"f: X must have at least one axis; got shape \(\)"):
        checks.array(np.array(1.0), "f", "X")


# same_dtype, same_shape, of_shape


def test_same_dtype_names_each() -> None:
    checks.same_dtype("f", A=np.ones(1), B=np.ones(2))
    with refused(
        DtypeError,
        r"f: A, B and C must share one dtype, float32 or float64 \(integers count as float64\); "
        r"got: A is float64, B is float32, C is float64$",
    ):
        checks.same_dtype("f", A=np.ones(1), B=np.ones(1, np.float32), C=np.ones(1))


def test_same_shape_names_each() -> None:
    checks.same_shape("f", A=np.ones(2), B=np.ones(2))
    with refused(
        ShapeError, r"f: A and B must have one shape; got: A has shape \(2,\), B has shape \(1, 2\)$"
    ):
        checks.same_shape("f", A=np.ones(2), B=np.ones((1, 2)))


def test_of_shape() -> None:
    checks.of_shape(np.ones((2, 3)), "f", "W", ("n_C_prev", "n_C"), (2, 3), "reasons")
    with refused(
        ShapeError, r"f: W must have shape \(n_C_prev, n_C\) = \(2, 4\) \(reasons\); got shape \(2, 3\)"
    ):
        checks.of_shape(np.ones((2, 3)), "f", "W", ("n_C_prev", "n_C"), (2, 4), "reasons")


# Convolution


def test_conv_arguments() -> None:
    arguments = checks.conv_arguments(A_PREV, W, B, {"stride": (1, 2), "pad": "same"}, "conv_forward")
    assert arguments.A_prev is A_PREV or np.shares_memory(arguments.A_prev, A_PREV)
    assert arguments.window == Window((3, 3), (1, 2), ((1, 1), (0, 1)))
    assert arguments.size == (5, 3)


@pytest.mark.parametrize(
    ("changed", "error", "sentence"),
    [
        (
            {"W": np.ones((3, 3, 4, 8))},
            ShapeError,
            r"W must have shape \(f, f, n_C_prev, n_C\) with n_C_prev=3 \(the channels of A_prev, "
            r"shape \(2, 5, 6, 3\)\); got shape \(3, 3, 4, 8\)",
        ),
        (
            {"W": np.ones((3, 3, 3))},
            ShapeError,
            r"W must have shape \(f_H, f_W, n_C_prev, n_C\), 4 axes; got",
        ),
        ({"W": W.tolist()}, DtypeError, r"W must be a NumPy array of shape .*; got a list"),
        ({"W": W.astype(np.float32)}, DtypeError, r"A_prev, W and b must share one dtype.*W is float32"),
        (
            {"A_prev": A_PREV.astype(np.float32)},
            DtypeError,
            r".*A_prev is float32, W is float64, b is float64",
        ),
        ({"A_prev": A_PREV[0]}, ShapeError, r"A_prev must have shape .*; got shape \(5, 6, 3\), 3 axes"),
        (
            {"b": np.ones((1, 1, 1, 3))},
            ShapeError,
            r"b must have shape \(1, 1, 1, n_C\) = \(1, 1, 1, 4\) \(n_C=4 are the filters of W\); got",
        ),
        ({"b": np.ones((1, 1, 4, 4))}, ShapeError, r"b must have shape \(1, 1, 1, n_C\) = \(1, 1, 1, 4\)"),
        (
            {"b": np.ones(4)},
            ShapeError,
            r"b must have shape \(1, 1, 1, n_C\), 4 axes; got shape \(4,\), 1 axes",
        ),
        (
            {"hparameters": [1, 0]},
            DtypeError,
            r'hparameters must be a dict with the keys "stride", "pad"; got a list',
        ),
        (
            {"hparameters": {"stride": 1}},
            ArgumentError,
            r'hparameters must have the keys "stride", "pad"; "pad" missing in \{\'stride\': 1\}',
        ),
        (
            {"hparameters": {"stride": 1, "pad": 0, "padding": 2, 3: 4}},
            ArgumentError,
            r'hparameters may have the keys "stride", "pad", "f"; got unknown "padding", 3',
        ),
        (
            {"hparameters": {"stride": 1, "pad": 0, "f": 2}},
            ArgumentError,
            r'hparameters\["f"\] must agree with W, whose shape \(3, 3, 3, 4\) makes f=\(3, 3\).*; got 2',
        ),
        (
            {"hparameters": {"stride": 0, "pad": 0}},
            ArgumentError,
            r"stride must be a whole number >= 1; got 0",
        ),
        (
            {"hparameters": {"stride": -1, "pad": 0}},
            ArgumentError,
            r"stride must be a whole number >= 1; got -1",
        ),
        (
            {"hparameters": {"stride": 1.0, "pad": 0}},
            DtypeError,
            r"stride must be a whole number .*got 1.0 of",
        ),
        (
            {"hparameters": {"stride": 1, "pad": -1}},
            ArgumentError,
            r"pad must be a whole number >= 0; got -1",
        ),
        ({"hparameters": {"stride": 1, "pad": "full"}}, ArgumentError, r"pad must be .*; got 'full'"),
        (
            {"W": np.ones((6, 3, 3, 4))},
            ShapeError,
            r"the filter must not be larger than the image, .* got f=\(6, 3\) on an image of 5x6$",
        ),
    ],
)
def test_conv_arguments_refuses(changed: dict[str, Any], error: Any, sentence: str) -> None:
    given: dict[str, Any] = {"A_prev": A_PREV, "W": W, "b": B, "hparameters": HPARAMETERS} | changed
    with refused(error, f"conv_forward: {sentence}"):
        checks.conv_arguments(**given, where="conv_forward")


def test_conv_gradient_arguments() -> None:
    dZ = np.ones((2, 3, 4, 4), int)
    result, arguments = checks.conv_gradient_arguments(dZ, (A_PREV, W, B, HPARAMETERS), "conv_backward")
    assert result.dtype == np.float64
    assert arguments.size == (3, 4)


@pytest.mark.parametrize(
    ("dZ", "cache", "error", "sentence"),
    [
        (
            np.ones((2, 4, 3, 4)),
            (A_PREV, W, B, HPARAMETERS),
            ShapeError,
            r"dZ must have the shape of the output, \(m, n_H, n_W, n_C\) = \(2, 3, 4, 4\); got shape",
        ),
        (
            np.ones((2, 3, 4, 4), np.float32),
            (A_PREV, W, B, HPARAMETERS),
            DtypeError,
            r"dZ and A_prev must share one dtype.*got: dZ is float32, A_prev is float64",
        ),
        (
            np.ones((2, 3, 4, 4)),
            (A_PREV, HPARAMETERS),
            ArgumentError,
            r"cache must be the tuple \(A_prev, W, b, hparameters\) that conv_forward returned; "
            r"got a tuple of 2",
        ),
        (np.ones((2, 3, 4, 4)), None, ArgumentError, r"cache must be the tuple .*; got a NoneType"),
        (np.ones((2, 3, 4, 4)), (A_PREV, W, B, 1), DtypeError, r"hparameters must be a dict .*; got a int"),
    ],
)
def test_conv_gradient_arguments_refuses(dZ: Any, cache: Any, error: Any, sentence: str) -> None:
    with refused(error, f"conv_backward: {sentence}"):
        checks.conv_gradient_arguments(dZ, cache, "conv_backward")


# Pooling


def test_pool_arguments() -> None:
    arguments = checks.pool_arguments(A_PREV, {"f": (2, 3), "stride": 2}, "max", "pool_forward")
    assert arguments.window == Window((2, 3), (2, 2), NO_PAD)
    assert arguments.size == (2, 2)


@pytest.mark.parametrize(
    ("changed", "error", "sentence"),
    [
        ({"A_prev": A_PREV[0]}, ShapeError, r"A_prev must have shape .*; got shape \(5, 6, 3\), 3 axes"),
        ({"mode": "mean"}, ArgumentError, r"mode must be \"max\" or \"average\"; got 'mean'"),
        ({"mode": None}, ArgumentError, r"mode must be \"max\" or \"average\"; got None"),
        ({"hparameters": {"f": 2}}, ArgumentError, r'hparameters must .* "f", "stride"; "stride" missing in'),
        ({"hparameters": {}}, ArgumentError, r'.*; "f", "stride" missing in \{\}'),
        (
            {"hparameters": {"f": 2, "stride": 2, "mode": "max"}},
            ArgumentError,
            r'hparameters may have the keys "f", "stride", "pad"; got unknown "mode"',
        ),
        ({"hparameters": {"f": 0, "stride": 2}}, ArgumentError, r"f must be a whole number >= 1; got 0"),
        ({"hparameters": {"f": 2, "stride": 0}}, ArgumentError, r"stride must be a whole number >= 1; got 0"),
        (
            {"hparameters": {"f": 6, "stride": 1}},
            ShapeError,
            r"the window must not be larger than the image, f <= n_prev: got f=\(6, 6\)",
        ),
        (
            {"hparameters": {"f": 2, "stride": 1, "pad": 1}},
            ArgumentError,
            r'a pool is not padded, pad must be 0 or "valid"; got 1',
        ),
        ({"hparameters": {"f": 2, "stride": 1, "pad": "same"}}, ArgumentError, r"a pool is .*; got 'same'"),
    ],
)
def test_pool_arguments_refuses(changed: dict[str, Any], error: Any, sentence: str) -> None:
    given: dict[str, Any] = {"A_prev": A_PREV, "hparameters": {"f": 2, "stride": 2}, "mode": "max"} | changed
    with refused(error, f"pool_forward: {sentence}"):
        checks.pool_arguments(**given, where="pool_forward")


@pytest.mark.parametrize(
    ("dA", "cache", "mode", "error", "sentence"),
    [
        (
            np.ones((2, 2, 3, 4)),
            (A_PREV, {"f": 2, "stride": 2}),
            "max",
            ShapeError,
            r"dA must have the shape of the output, \(m, n_H, n_W, n_C\) = \(2, 2, 3, 3\); got shape",
        ),
        (
            np.ones((2, 2, 3, 3)),
            (A_PREV.astype(np.float32), {"f": 2, "stride": 2}),
            "max",
            DtypeError,
            r"dA and A_prev must share one dtype",
        ),
        (
            np.ones((2, 2, 3, 3)),
            (A_PREV, {"f": 2, "stride": 2}),
            "min",
            ArgumentError,
            r"mode must be .*'min'",
        ),
        (
            np.ones((2, 2, 3, 3)),
            (A_PREV, W, B, HPARAMETERS),
            "max",
            ArgumentError,
            r"cache must be the tuple \(A_prev, hparameters\) that pool_forward returned; got a tuple of 4",
        ),
    ],
)
def test_pool_gradient_arguments_refuses(dA: Any, cache: Any, mode: str, error: Any, sentence: str) -> None:
    with refused(error, f"pool_backward: {sentence}"):
        checks.pool_gradient_arguments(dA, cache, mode, "pool_backward")


# labels


@pytest.mark.parametrize("dtype", [np.int64, np.uint8, np.uint64, ">i2"])
def test_labels_are_int64(dtype: Any) -> None:
    result = checks.labels(np.array([0, 2, 1], dtype), "fit", 3)
    assert result.dtype == np.int64
    assert result.tolist() == [0, 2, 1]


def test_labels_of_an_empty_batch() -> None:
    assert checks.labels(np.empty(0, np.int32), "fit", 3).shape == (0,)


@pytest.mark.parametrize(
    ("y", "error", "sentence"),
    [
        (
            [0, 1],
            DtypeError,
            r"y must be a NumPy array of integers of shape \(m,\); got a list: convert it first",
        ),
        (np.ma.masked_array([0]), DtypeError, r"y must be a NumPy array of integers .*; got a MaskedArray"),
        (
            np.zeros((2, 1), int),
            ShapeError,
            r"y must have shape \(m,\), one class index an example; got shape \(2",
        ),
        (np.zeros(2), DtypeError, r"y must hold integers, the class indices 0 .. n_C - 1; got dtype float64"),
        (np.zeros(2, bool), DtypeError, r"y must hold integers, .*; got dtype bool"),
        (
            np.array([0, 1, 7, -1, 9]),
            DataError,
            r"y must hold class indices 0 <= y < n_C with n_C=3; "
            r"got 7 at index 2 \(3 of 5 are out of range\)$",
        ),
        (np.array([-1]), DataError, r"y must hold .*; got -1 at index 0"),
        (np.array([2**63], np.uint64), DataError, r"y must hold .*; got 9223372036854775808 at index 0"),
    ],
)
def test_labels_refuses(y: Any, error: Any, sentence: str) -> None:
    with refused(error, f"fit: {sentence}"):
        checks.labels(y, "fit", 3)
