"""The tables of a configuration: their keys, each with its rule. None is what was not asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar

from fullstride import architectures
from fullstride.layers import Layer
from fullstride.runs import rules
from fullstride.runs.rules import Rule
from fullstride.steps.augmentation import BORDERS, LEAST_CROP, MOST_PIXELS

WHERE = "Configuration"
DEFAULT_ARCHITECTURE = "default"
ARCHITECTURES = (DEFAULT_ARCHITECTURE, *architectures.__all__)
OPTIMIZERS = ("sgd", "adam", "adamw")
SCHEDULES = ("constant", "step", "cosine", "one-cycle")
LOSSES = ("cross_entropy",)


def key(rule: Rule) -> Any:
    """A key of a table: absent, or as the rule says."""
    return field(default=None, metadata={"rule": rule})


@dataclass(frozen=True)
class Table:
    """Base of all tables: every key that is there is checked, and brought into its one form."""

    title: ClassVar[str] = ""

    def __post_init__(self) -> None:
        given = {name: getattr(self, name) for name in self.key_names()}
        for name, value in self.checked(given, WHERE).items():
            object.__setattr__(self, name, value)

    @classmethod
    def key_names(cls) -> tuple[str, ...]:
        """The names of the keys, in their order."""
        return tuple(each.name for each in fields(cls) if "rule" in each.metadata)

    @classmethod
    def checked(cls, values: Mapping[str, object], where: str) -> dict[str, Any]:
        """The values of known keys in their one form; without those that are None."""
        prefix = f"{cls.title}." if cls.title else ""
        kinds = {each.name: each.metadata["rule"] for each in fields(cls) if "rule" in each.metadata}
        return {
            name: kinds[name](value, where, f"{prefix}{name}")
            for name, value in values.items()
            if value is not None
        }

    def to_dict(self) -> dict[str, Any]:
        """What is set, as plain data, in the order of the keys."""
        values = {name: getattr(self, name) for name in self.key_names()}
        return {name: _plain(value) for name, value in values.items() if value is not None}


def _plain(value: Any) -> Any:
    if isinstance(value, Layer):
        return value.to_dict()
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


@dataclass(frozen=True)
class DataOptions(Table):
    """Which images, and what is done with all of them.

    Attributes
    ----------
    name : a known set, or the path of a folder, relative to the working directory; a bare known name is always the set
    dir : where the files of a known set are, relative to the working directory
    size : (n_H, n_W) to which the images of a folder are brought; absent: the folder decides
    channels : 1 or 3, for a folder of images
    strict : whether unreadable files of a folder of images are refused, and not left out
    validation : the part of the training images that is kept to validate, in [0, 1)
    normalize : whether each channel of the images gets mean 0 and deviation 1, as measured on the training images
    """

    title: ClassVar[str] = "data"
    name: str | None = key(rules.path)
    dir: str | None = key(rules.path)
    size: tuple[int, int] | None = key(rules.size)
    channels: int | None = key(rules.channels)
    strict: bool | None = key(rules.flag)
    validation: float | None = key(rules.number(0, 1, below=True))
    normalize: bool | None = key(rules.flag)


@dataclass(frozen=True)
class NetworkOptions(Table):
    """Which network: one that has a name, or layers.

    Attributes
    ----------
    architecture : "default", which grows with the images, or the name of one of `fullstride.architectures`
    layers : instead of an architecture; the last gives one number a class
    exact : whether convolutions are never Winograd's
    """

    title: ClassVar[str] = "network"
    architecture: str | None = key(rules.choice(*ARCHITECTURES))
    layers: tuple[Layer, ...] | None = key(rules.layer_list)
    exact: bool | None = key(rules.flag)


@dataclass(frozen=True)
class TrainingOptions(Table):
    """How to train.

    Attributes
    ----------
    epochs, batch_size : >= 1
    loss : "cross_entropy"
    optimizer : "sgd", "adam" or "adamw"
    lr : the learning rate, > 0
    momentum, nesterov : of "sgd"; in [0, 1), and whether the step looks ahead
    beta1, beta2, epsilon : of "adam" and "adamw"; in [0, 1), in [0, 1), > 0
    weight_decay : >= 0
    schedule : "constant", "step", "cosine" or "one-cycle"
    warmup : epochs, or a part of one, in which the learning rate grows from 0
    milestones, factor : of "step"; the epochs after which the rate is multiplied by the factor, in (0, 1]
    final : of "cosine" and "one-cycle"; the last rate as a part of lr, in [0, 1]
    label_smoothing : in [0, 1)
    class_weights : "none", "balanced", or one positive number a class
    clip : the greatest norm of all gradients together, > 0; absent: any
    early_stopping : epochs without a better validation loss after which training ends; 0: never
    """

    title: ClassVar[str] = "training"
    epochs: int | None = key(rules.whole(1))
    batch_size: int | None = key(rules.whole(1))
    loss: str | None = key(rules.choice(*LOSSES))
    optimizer: str | None = key(rules.choice(*OPTIMIZERS))
    lr: float | None = key(rules.number(0, above=True))
    momentum: float | None = key(rules.number(0, 1, below=True))
    nesterov: bool | None = key(rules.flag)
    beta1: float | None = key(rules.number(0, 1, below=True))
    beta2: float | None = key(rules.number(0, 1, below=True))
    epsilon: float | None = key(rules.number(0, above=True))
    weight_decay: float | None = key(rules.number(0))
    schedule: str | None = key(rules.choice(*SCHEDULES))
    warmup: float | None = key(rules.number(0, what="a number of epochs"))
    milestones: tuple[int, ...] | None = key(rules.milestones)
    factor: float | None = key(rules.number(0, 1, above=True))
    final: float | None = key(rules.number(0, 1))
    label_smoothing: float | None = key(rules.number(0, 1, below=True))
    class_weights: str | tuple[float, ...] | None = key(rules.class_weights)
    clip: float | None = key(rules.number(0, above=True))
    early_stopping: int | None = key(rules.whole(0))


@dataclass(frozen=True)
class AugmentationOptions(Table):
    """How training images are varied, each time they are seen.

    Attributes
    ----------
    shift : pixels, up to which an image is moved, 0 to 65536
    flip, flip_vertical : whether half of the images are mirrored, left to right and top to bottom
    crop : the least part of its area that is cut out and enlarged, in [0.0001, 1]
    rotation : degrees, up to which an image is turned either way, in [0, 180]
    scale : the least and the greatest factor by which an image is enlarged, 0.1 to 10
    cutout : the side of the square that is blanked, in pixels, 0 to 65536; 0: none
    border : "zero" or "reflect", what an image shows beyond its edge: pixels stored as 0, or itself, mirrored
    """

    title: ClassVar[str] = "augmentation"
    shift: int | None = key(rules.whole(0, MOST_PIXELS))
    flip: bool | None = key(rules.flag)
    flip_vertical: bool | None = key(rules.flag)
    crop: float | None = key(rules.number(LEAST_CROP, 1))
    rotation: float | None = key(rules.number(0, 180))
    scale: tuple[float, float] | None = key(rules.scale)
    cutout: int | None = key(rules.whole(0, MOST_PIXELS))
    border: str | None = key(rules.choice(*BORDERS))
