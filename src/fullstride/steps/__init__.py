"""The blackboard: every operation as one would write it there, forward with its backward right below it.

Slow and exact on purpose. What a kernel computes is what its step computes; tests hold the two together.
"""

from fullstride.steps.adam import adam_update
from fullstride.steps.addition import add_backward, add_forward
from fullstride.steps.augmentation import Augmentation, Drawn, augment_image, draw_augmentation
from fullstride.steps.clipping import clip_gradients
from fullstride.steps.convolution import conv_backward, conv_forward, conv_single_step, zero_pad
from fullstride.steps.flatten import flatten_backward, flatten_forward
from fullstride.steps.linear import linear_backward, linear_forward
from fullstride.steps.normalization import (
    batch_norm_backward,
    batch_norm_forward,
    batch_norm_inference,
    running_statistics,
)
from fullstride.steps.pixels import normalize_pixels
from fullstride.steps.pooling import (
    create_mask_from_window,
    distribute_value,
    global_average_pool_backward,
    global_average_pool_forward,
    pool_backward,
    pool_forward,
)
from fullstride.steps.relu import relu_backward, relu_forward
from fullstride.steps.sgd import sgd_update
from fullstride.steps.softmax import (
    cross_entropy_backward,
    cross_entropy_forward,
    softmax,
    weighted_cross_entropy_backward,
    weighted_cross_entropy_forward,
)
from fullstride.steps.squared_error import mean_squared_error_backward, mean_squared_error_forward

__all__ = [
    "Augmentation",
    "Drawn",
    "adam_update",
    "add_backward",
    "add_forward",
    "augment_image",
    "batch_norm_backward",
    "batch_norm_forward",
    "batch_norm_inference",
    "clip_gradients",
    "conv_backward",
    "conv_forward",
    "conv_single_step",
    "create_mask_from_window",
    "cross_entropy_backward",
    "cross_entropy_forward",
    "distribute_value",
    "draw_augmentation",
    "flatten_backward",
    "flatten_forward",
    "global_average_pool_backward",
    "global_average_pool_forward",
    "linear_backward",
    "linear_forward",
    "mean_squared_error_backward",
    "mean_squared_error_forward",
    "normalize_pixels",
    "pool_backward",
    "pool_forward",
    "relu_backward",
    "relu_forward",
    "running_statistics",
    "sgd_update",
    "softmax",
    "weighted_cross_entropy_backward",
    "weighted_cross_entropy_forward",
    "zero_pad",
]
