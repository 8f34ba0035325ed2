"""Arguments at the public door: checked once, by the same sentences in `steps` and in their native twins.

Every function takes `where`, the public function whose argument it is, for the message. None modifies an
array, and none copies one whose dtype is already right.
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Mapping
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from fullstride.errors import ArgumentError, DataError, DtypeError, ShapeError
from fullstride.geometry import Pair, Window, padding, pair, whole_number

Array: TypeAlias = NDArray[Any]
Axes: TypeAlias = tuple[str, ...]

IMAGES: Axes = ("m", "n_H_prev", "n_W_prev", "n_C_prev")
MODES = ("max", "average")


class ConvArguments(NamedTuple):
    """A convolution's arguments after the check; size is (n_H, n_W)."""

    A_prev: Array
    W: Array
    b: Array
    window: Window
    size: Pair


class PoolArguments(NamedTuple):
    """A pooling's arguments after the check; size is (n_H, n_W)."""

    A_prev: Array
    window: Window
    size: Pair


# One array


def array(value: object, where: str, name: str, axes: Axes | None = None) -> Array:
    """`value` as a float32 or float64 array in native byte order; integers become float64.

    Parameters
    ----------
    value : object
        What the caller passed.
    where, name : str
        The public function and its argument, for the message.
    axes : tuple of str, optional
        The names of the axes. An axis "m" may be empty, another may not. A last "..." stands for one or more
        axes. Without axes, every shape but that of a scalar, (), is accepted.
    """
    if not isinstance(value, np.ndarray):
        raise DtypeError(
            f"{where}: {name} must be a NumPy array{_of_shape(axes)}; "
            f"got a {type(value).__name__}{_advice(value)}"
        )
    if isinstance(value, np.ma.MaskedArray):
        raise DtypeError(
            f"{where}: {name} must be a NumPy array without a mask (nothing here could honour it); "
            f"got a masked array of shape {value.shape}: fill it first, with {name}.filled(...)"
        )
    result = _as_float(np.asarray(value), where, name)
    if axes is not None:
        _check_axes(result, where, name, axes)
    elif result.ndim == 0:
        raise ShapeError(f"{where}: {name} must have at least one axis; got shape ()")
    return result


def same_dtype(where: str, **arrays: Array) -> None:
    """All arrays share one dtype, after `array` has converted the integers."""
    if len({value.dtype for value in arrays.values()}) > 1:
        came = ", ".join(f"{name} is {value.dtype}" for name, value in arrays.items())
        raise DtypeError(
            f"{where}: {_listed(tuple(arrays))} must share one dtype, float32 or float64 "
            f"(integers count as float64); got: {came}"
        )


def same_shape(where: str, **arrays: Array) -> None:
    """All arrays have one shape."""
    if len({value.shape for value in arrays.values()}) > 1:
        came = ", ".join(f"{name} has shape {value.shape}" for name, value in arrays.items())
        raise ShapeError(f"{where}: {_listed(tuple(arrays))} must have one shape; got: {came}")


def of_shape(value: Array, where: str, name: str, axes: Axes, shape: tuple[int, ...], why: str) -> None:
    """`value` has exactly `shape`; `why` says where the numbers come from."""
    if value.shape != shape:
        raise ShapeError(
            f"{where}: {name} must have shape {_named(axes)} = {shape} ({why}); got shape {value.shape}"
        )


def labels(y: object, where: str, classes: int, name: str = "y") -> NDArray[np.int64]:
    """Class indices 0 .. classes - 1, a one-dimensional integer array, as int64."""
    if not isinstance(y, np.ndarray) or isinstance(y, np.ma.MaskedArray):
        raise DtypeError(
            f"{where}: {name} must be a NumPy array of integers of shape (m,); "
            f"got a {type(y).__name__}{_advice(y)}"
        )
    if y.ndim != 1:
        raise ShapeError(
            f"{where}: {name} must have shape (m,), one class index an example; got shape {y.shape}"
        )
    if y.dtype.kind not in "iu":
        raise DtypeError(
            f"{where}: {name} must hold integers, the class indices 0 .. n_C - 1; got dtype {y.dtype}"
        )
    wrong = np.flatnonzero((y < 0) | (y >= classes))
    if wrong.size:
        raise DataError(
            f"{where}: {name} must hold class indices 0 <= {name} < n_C with n_C={classes}; "
            f"got {int(y[wrong[0]])} at index {int(wrong[0])} ({wrong.size} of {y.size} are out of range)"
        )
    return np.asarray(y).astype(np.int64, copy=False)


def real_number(value: object, where: str, name: str, below: float = math.inf) -> float:
    """A number 0 <= value < below as a Python float (which leaves the dtype of the array it scales alone)."""
    rule = f"{where}: {name} must be a number, 0 <= {name} < {below:g}"
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, numbers.Real):
        raise DtypeError(f"{rule}; got {value!r} of type {type(value).__name__}")
    number = float(value)
    if not 0 <= number < below:
        raise ArgumentError(f"{rule}; got {number}")
    return number


def positive_number(value: object, where: str, name: str, at_most: float = math.inf) -> float:
    """A finite number 0 < value <= at_most as a Python float."""
    upper = "" if at_most == math.inf else f" <= {at_most:g}"
    rule = f"{where}: {name} must be a finite number, 0 < {name}{upper}"
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, numbers.Real):
        raise DtypeError(f"{rule}; got {value!r} of type {type(value).__name__}")
    number = float(value)
    if not (0 < number <= at_most and math.isfinite(number)):
        raise ArgumentError(f"{rule}; got {number}")
    return number


def flag(value: object, where: str, name: str) -> bool:
    """True or False, and no other thing that counts as one."""
    if not isinstance(value, (bool, np.bool_)):
        raise DtypeError(
            f"{where}: {name} must be True or False; got {value!r} of type {type(value).__name__}"
        )
    return bool(value)


# Convolution


def conv_arguments(A_prev: object, W: object, b: object, hparameters: object, where: str) -> ConvArguments:
    """The arguments of `conv_forward`."""
    A_prev = array(A_prev, where, "A_prev", IMAGES)
    W = array(W, where, "W", ("f_H", "f_W", "n_C_prev", "n_C"))
    b = array(b, where, "b", ("1", "1", "1", "n_C"))
    same_dtype(where, A_prev=A_prev, W=W, b=b)
    n_H_prev, n_W_prev, n_C_prev = A_prev.shape[1:]
    f_H, f_W, channels, n_C = W.shape
    if channels != n_C_prev:
        raise ShapeError(
            f"{where}: W must have shape (f, f, n_C_prev, n_C) with n_C_prev={n_C_prev} "
            f"(the channels of A_prev, shape {A_prev.shape}); got shape {W.shape}"
        )
    of_shape(b, where, "b", ("1", "1", "1", "n_C"), (1, 1, 1, n_C), f"n_C={n_C} are the filters of W")
    given = _hparameters(hparameters, where, ("stride", "pad"), ("f",))
    if "f" in given and pair(given["f"], where, 'hparameters["f"]', 1) != (f_H, f_W):
        raise ArgumentError(
            f'{where}: hparameters["f"] must agree with W, whose shape {W.shape} makes f={(f_H, f_W)} '
            f"(or be left out); got {given['f']!r}"
        )
    window, size = Window.over((n_H_prev, n_W_prev), (f_H, f_W), given["stride"], given["pad"], where)
    return ConvArguments(A_prev, W, b, window, size)


def conv_gradient_arguments(dZ: object, cache: object, where: str) -> tuple[Array, ConvArguments]:
    """The arguments of `conv_backward`: dZ, and the arguments that `conv_forward` put into the cache."""
    A_prev, W, b, hparameters = cached(cache, where, ("A_prev", "W", "b", "hparameters"))
    arguments = conv_arguments(A_prev, W, b, hparameters, where)
    axes = ("m", "n_H", "n_W", "n_C")
    shape = (arguments.A_prev.shape[0], *arguments.size, arguments.W.shape[3])
    return gradient(dZ, where, "dZ", axes, shape, A_prev=arguments.A_prev), arguments


# Pooling


def pool_arguments(A_prev: object, hparameters: object, mode: object, where: str) -> PoolArguments:
    """The arguments of `pool_forward`."""
    A_prev = array(A_prev, where, "A_prev", IMAGES)
    if not isinstance(mode, str) or mode not in MODES:
        raise ArgumentError(f'{where}: mode must be "max" or "average"; got {mode!r}')
    given = _hparameters(hparameters, where, ("f", "stride"), ("pad",))
    _check_pool_pad(given.get("pad", 0), where)
    n = (A_prev.shape[1], A_prev.shape[2])
    window, size = Window.over(n, given["f"], given["stride"], 0, where, "window")
    return PoolArguments(A_prev, window, size)


def pool_gradient_arguments(
    dA: object, cache: object, mode: object, where: str
) -> tuple[Array, PoolArguments]:
    """The arguments of `pool_backward`: dA, and the arguments that `pool_forward` put into the cache."""
    A_prev, hparameters = cached(cache, where, ("A_prev", "hparameters"))
    arguments = pool_arguments(A_prev, hparameters, mode, where)
    m, n_C = arguments.A_prev.shape[0], arguments.A_prev.shape[3]
    axes = ("m", "n_H", "n_W", "n_C")
    dA = gradient(dA, where, "dA", axes, (m, *arguments.size, n_C), A_prev=arguments.A_prev)
    return dA, arguments


# Batch normalization


def batch_norm_arguments(
    Z: object, gamma: object, beta: object, epsilon: object, where: str
) -> tuple[Array, Array, Array, float]:
    """The arguments of `batch_norm_forward`."""
    Z = array(Z, where, "Z")
    if Z.ndim not in (2, 4):
        raise ShapeError(f"{where}: Z must have shape (m, n_H, n_W, n_C) or (m, n_C); got shape {Z.shape}")
    _check_axes(Z, where, "Z", ("m", "n_H", "n_W", "n_C") if Z.ndim == 4 else ("m", "n_C"))
    gamma, beta = array(gamma, where, "gamma"), array(beta, where, "beta")
    same_dtype(where, Z=Z, gamma=gamma, beta=beta)
    for name, value in (("gamma", gamma), ("beta", beta)):
        _one_a_channel(value, where, name, Z)
    return Z, gamma, beta, positive_number(epsilon, where, "epsilon")


def running_arguments(
    Z: Array, running_mean: object, running_variance: object, where: str
) -> tuple[Array, Array]:
    """Running statistics for the channels of Z."""
    mean = array(running_mean, where, "running_mean")
    variance = array(running_variance, where, "running_variance")
    same_dtype(where, Z=Z, running_mean=mean, running_variance=variance)
    _one_a_channel(mean, where, "running_mean", Z)
    _one_a_channel(variance, where, "running_variance", Z)
    return mean, variance


def batch_norm_cache(
    cache: object, where: str, forward: str
) -> tuple[Array, Array, Array, float, Array, Array]:
    """What `batch_norm_forward` put into the cache."""
    names = ("Z", "gamma", "beta", "epsilon", "mean", "variance")
    Z, gamma, beta, epsilon, mean, variance = cached(cache, where, names, forward)
    Z, gamma, beta, epsilon = batch_norm_arguments(Z, gamma, beta, epsilon, where)
    mean, variance = array(mean, where, "mean"), array(variance, where, "variance")
    _one_a_channel(mean, where, "mean", Z)
    _one_a_channel(variance, where, "variance", Z)
    return Z, gamma, beta, epsilon, mean, variance


def batch_norm_gradient_arguments(
    dZ_tilde: object, cache: object, where: str
) -> tuple[Array, tuple[Array, Array, Array, float, Array, Array]]:
    """The arguments of `batch_norm_backward`: dZ_tilde, and what `batch_norm_forward` put into the cache."""
    arguments = batch_norm_cache(cache, where, "batch_norm_forward")
    Z = arguments[0]
    return gradient(dZ_tilde, where, "dZ_tilde", None, Z.shape, Z=Z), arguments


def _one_a_channel(value: Array, where: str, name: str, Z: Array) -> None:
    ones, n_C = (1,) * (Z.ndim - 1), Z.shape[-1]
    axes = ("1",) * (Z.ndim - 1) + ("n_C",)
    of_shape(value, where, name, axes, (*ones, n_C), f"one number a channel of Z, shape {Z.shape}")


# Other steps


def linear_arguments(A_prev: object, W: object, b: object, where: str) -> tuple[Array, Array, Array]:
    """The arguments of `linear_forward`."""
    A_prev = array(A_prev, where, "A_prev", ("m", "n_C_prev"))
    W = array(W, where, "W", ("n_C_prev", "n_C"))
    b = array(b, where, "b", ("1", "n_C"))
    same_dtype(where, A_prev=A_prev, W=W, b=b)
    n_C_prev, n_C = A_prev.shape[1], W.shape[1]
    of_shape(W, where, "W", ("n_C_prev", "n_C"), (n_C_prev, n_C), f"A_prev has shape {A_prev.shape}")
    of_shape(b, where, "b", ("1", "n_C"), (1, n_C), f"W has shape {W.shape}")
    return A_prev, W, b


def cross_entropy_arguments(Z: object, Y: object, where: str) -> tuple[Array, NDArray[np.int64]]:
    """The arguments of `cross_entropy_forward`."""
    Z = array(Z, where, "Z", ("m", "n_C"))
    m, n_C = Z.shape
    classes = labels(Y, where, n_C, "Y")
    of_shape(classes, where, "Y", ("m",), (m,), f"Z has shape {Z.shape}")
    return Z, classes


def class_weights(value: object, where: str, classes: int) -> NDArray[np.float64]:
    """A weight > 0 for each class, in float64; None: all 1."""
    if value is None:
        return np.ones(classes)
    weights = array(value, where, "class_weights", ("n_C",))
    of_shape(weights, where, "class_weights", ("n_C",), (classes,), "one for each class")
    wrong = np.flatnonzero(~((weights > 0) & np.isfinite(weights)))
    if wrong.size:
        raise ArgumentError(
            f"{where}: class_weights must hold finite numbers > 0; "
            f"got {weights[wrong[0]]:g} at index {int(wrong[0])}"
        )
    return weights.astype(np.float64)


def image_weights(value: object, where: str, m: int) -> NDArray[np.float64]:
    """A weight > 0 for each example, in float64; None: all 1."""
    if value is None:
        return np.ones(m)
    weights = array(value, where, "image_weights", ("m",))
    of_shape(weights, where, "image_weights", ("m",), (m,), "one for each example")
    wrong = np.flatnonzero(~((weights > 0) & np.isfinite(weights)))
    if wrong.size:
        raise ArgumentError(
            f"{where}: image_weights must hold finite numbers > 0 (an example that is not to count is left out); "
            f"got {weights[wrong[0]]:g} at index {int(wrong[0])}"
        )
    with np.errstate(over="ignore"):
        total = np.sum(weights, dtype=np.float64)
    if not np.isfinite(total):
        raise ArgumentError(f"{where}: image_weights must have a finite sum; got {total:g}")
    return weights.astype(np.float64)


def squared_error_arguments(Z: object, T: object, where: str) -> tuple[Array, Array]:
    """The arguments of `mean_squared_error_forward`."""
    Z, T = array(Z, where, "Z", ("m", "n_C")), array(T, where, "T", ("m", "n_C"))
    same_dtype(where, Z=Z, T=T)
    of_shape(T, where, "T", ("m", "n_C"), Z.shape, "that of Z")
    return Z, T


def cached(cache: object, where: str, names: Axes, forward: str | None = None) -> tuple[Any, ...]:
    """The cache of the forward function: a tuple of these values."""
    if not isinstance(cache, tuple) or len(cache) != len(names):
        forward = forward or where.replace("backward", "forward")
        came = f"a tuple of {len(cache)}" if isinstance(cache, tuple) else f"a {type(cache).__name__}"
        raise ArgumentError(
            f"{where}: cache must be the tuple {_named(names)} that {forward} returned; got {came}"
        )
    return cache


def cached_shape(cache: object, where: str, least: int) -> tuple[int, ...]:
    """The cache of a forward function that keeps only a shape, of at least `least` axes."""
    is_shape = isinstance(cache, tuple) and all(isinstance(size, int) and size >= 0 for size in cache)
    if not isinstance(cache, tuple) or not is_shape or len(cache) < least:
        forward = where.replace("backward", "forward")
        raise ArgumentError(f"{where}: cache must be the shape that {forward} returned; got {cache!r}")
    return cache


def gradient(
    value: object, where: str, name: str, axes: Axes | None, shape: tuple[int, ...], **forward: Array
) -> Array:
    """An upstream gradient: of this shape, and of the dtype of the forward function's arrays."""
    result = array(value, where, name, axes)
    same_dtype(where, **{name: result}, **forward)
    if result.shape != shape:
        symbols = "" if axes is None else f"{_named(axes)} = "
        raise ShapeError(
            f"{where}: {name} must have the shape of the output, {symbols}{shape}; got shape {result.shape}"
        )
    return result


def window_shape(shape: object, where: str) -> tuple[int, ...]:
    """The shape of a window that is not empty, as a tuple of ints."""
    if not isinstance(shape, tuple) or not shape:
        raise DtypeError(f"{where}: shape must be a tuple of whole numbers, (n_H, n_W); got {shape!r}")
    return tuple(whole_number(size, where, f"shape[{axis}]", 1) for axis, size in enumerate(shape))


def scalar(value: object, where: str, name: str) -> Any:
    """One number: a Python number (float64), a NumPy scalar, or an array of rank 0."""
    if isinstance(value, (float, int)) and not isinstance(value, (bool, np.generic)):
        return np.float64(value)
    if not isinstance(value, (np.number, np.ndarray)) or np.ndim(value) != 0:
        came = f"an array of shape {value.shape}" if isinstance(value, np.ndarray) else repr(value)
        raise DtypeError(f"{where}: {name} must be one real number; got {came}")
    return _as_float(np.asarray(value), where, name).reshape(1)[0]


# How the sentences are made


def _as_float(value: Array, where: str, name: str) -> Array:
    if value.dtype.kind in "iu":
        return value.astype(np.float64)
    if value.dtype.kind == "f" and value.dtype.itemsize in (4, 8):
        return value.astype(value.dtype.newbyteorder("="), copy=False)
    raise DtypeError(
        f"{where}: {name} must be float32 or float64 (integers are converted to float64); "
        f"got dtype {value.dtype}: convert it first, with {name}.astype(np.float32)"
    )


def _check_axes(value: Array, where: str, name: str, axes: Axes) -> None:
    fits = value.ndim >= len(axes) if axes[-1] == "..." else value.ndim == len(axes)
    if not fits:
        least = "at least " if axes[-1] == "..." else ""
        raise ShapeError(
            f"{where}: {name} must have shape {_named(axes)}, {least}{len(axes)} axes; "
            f"got shape {value.shape}, {value.ndim} axes"
        )
    for axis, size in enumerate(value.shape):
        symbol = axes[axis] if axis < len(axes) and axes[axis] != "..." else f"axis {axis}"
        if size == 0 and symbol != "m":
            empty_batch = " (only m, the number of examples, may be 0)" if "m" in axes else ""
            raise ShapeError(
                f"{where}: {name} must have shape {_named(axes)} with {symbol} >= 1{empty_batch}; "
                f"got shape {value.shape}"
            )


def _hparameters(value: object, where: str, needed: Axes, optional: Axes) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise DtypeError(
            f"{where}: hparameters must be a dict with the keys {_quoted(needed)}; "
            f"got a {type(value).__name__}"
        )
    missing = tuple(key for key in needed if key not in value)
    if missing:
        raise ArgumentError(
            f"{where}: hparameters must have the keys {_quoted(needed)}; "
            f"{_quoted(missing)} missing in {dict(value)!r}"
        )
    unknown = tuple(key for key in value if key not in needed + optional)
    if unknown:
        raise ArgumentError(
            f"{where}: hparameters may have the keys {_quoted(needed + optional)}; "
            f"got unknown {_quoted(unknown)}"
        )
    return value


def _check_pool_pad(pad: object, where: str) -> None:
    same = isinstance(pad, str) and pad == "same"
    if same or padding(pad, where, (1, 1), (1, 1), (1, 1)) != ((0, 0), (0, 0)):
        raise ArgumentError(f'{where}: a pool is not padded, pad must be 0 or "valid"; got {pad!r}')


def _named(axes: Axes) -> str:
    return f"({', '.join(axes)}{',' if len(axes) == 1 else ''})"


def _of_shape(axes: Axes | None) -> str:
    return "" if axes is None else f" of shape {_named(axes)}"


def _listed(names: Axes) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _quoted(names: tuple[object, ...]) -> str:
    return ", ".join(f'"{name}"' if isinstance(name, str) else repr(name) for name in names)


def _advice(value: object) -> str:
    return ": convert it first, with np.array(...)" if isinstance(value, (list, tuple)) else ""
