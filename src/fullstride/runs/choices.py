"""The keys that belong to a choice made elsewhere: without it they mean nothing, and are refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fullstride.data import KNOWN_NAMES, known_name
from fullstride.errors import ArgumentError
from fullstride.runs.rules import alternatives, shown
from fullstride.runs.tables import DataOptions, NetworkOptions, TrainingOptions

DEFAULT_OPTIMIZER = "sgd"
DEFAULT_SCHEDULE = "constant"
DEFAULT_DATA = "digits"
_EMBEDDED = ("digits",)
"""Known sets that come with fullstride: there are no files that one could have to say the place of."""

_OF_FOLDER = ("size", "channels", "strict")
_OF_OPTIMIZER = {
    **dict.fromkeys(("momentum", "nesterov"), ("sgd",)),
    **dict.fromkeys(("beta1", "beta2", "epsilon"), ("adam", "adamw")),
}
_OF_SCHEDULE = {
    **dict.fromkeys(("milestones", "factor"), ("step",)),
    "final": ("cosine", "one-cycle"),
}


def check_choices(data: DataOptions, network: NetworkOptions, training: TrainingOptions, where: str) -> None:
    """Refuse what belongs to another choice; the sentence says to which."""
    for choice, default, owners in (
        ("optimizer", DEFAULT_OPTIMIZER, _OF_OPTIMIZER),
        ("schedule", DEFAULT_SCHEDULE, _OF_SCHEDULE),
    ):
        asked = getattr(training, choice)
        chosen = asked or default
        for name, those in owners.items():
            if getattr(training, name) is not None and chosen not in those:
                unasked = "" if asked else ", as it is not set"
                raise ArgumentError(
                    f"{where}: training.{name} belongs to training.{choice} {alternatives(those)}; "
                    f'here it is "{chosen}"{unasked}'
                )
    if training.nesterov and training.momentum == 0:
        raise ArgumentError(
            f"{where}: training.nesterov looks ahead along the momentum: training.momentum must be > 0; got 0.0"
        )
    if network.architecture is not None and network.layers is not None:
        raise ArgumentError(
            f"{where}: network.layers stand instead of network.architecture; got both, "
            f'and the architecture is "{network.architecture}"'
        )
    if training.early_stopping and data.validation == 0:
        raise _nothing_to_watch(training, where)
    _check_data(data, where)


def drop_unmade(document: dict[str, Any], changes: Mapping[str, Any]) -> None:
    """Take out of a configuration's document what belongs to choices that the changes make otherwise.

    What the changes name themselves is not looked at: where it does not belong, it is refused.
    """
    unmade = []
    for choice, owners in (("optimizer", _OF_OPTIMIZER), ("schedule", _OF_SCHEDULE)):
        if (chosen := changes.get(f"training.{choice}")) is not None:
            unmade += [f"training.{name}" for name, those in owners.items() if chosen not in those]
    for choice, other in (("architecture", "layers"), ("layers", "architecture")):
        if changes.get(f"network.{choice}") is not None:
            unmade.append(f"network.{other}")
    if (name := changes.get("data.name")) is not None:
        known = known_name(str(name))
        unmade += [f"data.{key}" for key in _OF_FOLDER if known]
        unmade += ["data.dir"] if known in (None, *_EMBEDDED) else []
    for key in unmade:
        title, _, short = key.rpartition(".")
        document.get(title, {}).pop(short, None)


def _check_data(data: DataOptions, where: str) -> None:
    name = data.name or DEFAULT_DATA
    known = known_name(name)
    unasked = "" if data.name else ", as it is not set"
    if data.dir is not None and known in (None, *_EMBEDDED):
        those = ", ".join(one for one in KNOWN_NAMES if one not in _EMBEDDED)
        what = "which come with fullstride" if known else "a folder, which is its own place"
        raise ArgumentError(
            f"{where}: data.dir is the place of the files of a set that data.name names ({those}); "
            f"here it is {shown(name)}{unasked}, {what}"
        )
    for key in _OF_FOLDER:
        if getattr(data, key) is not None and known:
            raise ArgumentError(
                f"{where}: data.{key} belongs to a folder of images, whose path is data.name; "
                f'here it is the known set "{name}"{unasked}'
            )


def check_recipe(training: TrainingOptions, validation: float, m: int, where: str) -> None:
    """Before the recipe fills in the rest: what was asked for must be possible with what it gives."""
    if training.early_stopping and validation == 0:
        raise _nothing_to_watch(training, where, f" (of {m} training images the recipe keeps none)")


def check_resolved(training: TrainingOptions, classes: int | None, where: str) -> None:
    """What can be seen only when the recipe has filled in the rest, and the classes are known."""
    assert training.epochs is not None
    assert training.warmup is not None
    if training.warmup > training.epochs:
        raise ArgumentError(
            f"{where}: training.warmup must end with the training, warmup <= epochs = {training.epochs}; "
            f"got {training.warmup:g}"
        )
    weights = training.class_weights
    if classes is not None and isinstance(weights, tuple) and len(weights) != classes:
        raise ArgumentError(
            f"{where}: training.class_weights must hold one number for each of the {classes} classes; "
            f"got {len(weights)}"
        )


def _nothing_to_watch(training: TrainingOptions, where: str, why: str = "") -> ArgumentError:
    return ArgumentError(
        f"{where}: training.early_stopping = {training.early_stopping} needs images to validate on: "
        f"data.validation must be > 0; got 0.0{why}"
    )
