"""Kernels, one file a stem; importing this package registers them all."""

from fullstride.native.kernels import (
    addition,
    convolution,
    flatten,
    linear,
    load,
    philox,
    pooling,
    relu,
    sgd,
    softmax,
    winograd,
    winograd_gradient,
)
from fullstride.native.kernels.registry import KERNELS, KernelName, KernelSet

__all__ = ["KERNELS", "KernelName", "KernelSet"]
del (
    addition,
    convolution,
    flatten,
    linear,
    load,
    philox,
    pooling,
    relu,
    sgd,
    softmax,
    winograd,
    winograd_gradient,
)
