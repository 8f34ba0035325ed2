"""Kernels, a file a stem; importing this package registers them all."""

from importlib import import_module

from fullstride.native.kernels.registry import KERNELS, KernelName, KernelSet

__all__ = ["KERNELS", "KernelName", "KernelSet"]

for _name in (
    "adam",
    "addition",
    "augmentation",
    "clipping",
    "convolution",
    "flatten",
    "linear",
    "linear_batch",
    "load",
    "normalization",
    "philox",
    "pooling",
    "relu",
    "sgd",
    "softmax",
    "squared_error",
    "winograd",
    "winograd_filters",
    "winograd_gradient",
):
    import_module(f"{__name__}.{_name}")
