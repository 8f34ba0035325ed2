"""The configuration of a run: all that decides, to the bit, what comes out of given images."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from fullstride.data import known_name
from fullstride.errors import DtypeError, FileFormatError, FullstrideError
from fullstride.geometry import whole_number
from fullstride.runs import rules
from fullstride.runs.choices import (
    DEFAULT_OPTIMIZER,
    DEFAULT_SCHEDULE,
    check_choices,
    check_recipe,
    check_resolved,
    drop_unmade,
)
from fullstride.runs.defaults import usual_values
from fullstride.runs.keys import FREE, NAMES, TABLES, check_names, unknown
from fullstride.runs.tables import (
    WHERE,
    AugmentationOptions,
    DataOptions,
    NetworkOptions,
    Table,
    TrainingOptions,
    key,
)
from fullstride.runs.toml import to_toml

STORED_AS = "run"
"""The key of `Network.configuration` under which a run stores its own."""
ARRAYS = "arrays"
"""The key that a model has if the images came as arrays, which no name leads to."""

_LARGEST = 1 << 20  # bytes of a configuration file
_NOT_COMPARED = ("data.dir",)


@dataclass(frozen=True)
class Configuration(Table):
    """What was asked for; None where the recipe for the data decides.

    Attributes
    ----------
    seed : int in 0..2**64 - 1, of the parameters, the validation part, the order of the images and their augmentation
    engine : "native" or "steps"
    data : DataOptions
    network : NetworkOptions
    training : TrainingOptions
    augmentation : AugmentationOptions

    Raises
    ------
    ArgumentError
        If a value is out of range, or belongs to a choice that was not made, as Nesterov's step does to "sgd".
    DtypeError
        If a value is of the wrong type.

    Notes
    -----
    Paths are relative to the working directory, not to the file that names them.

    Examples
    --------
    >>> wanted = Configuration(seed=1, training=TrainingOptions(epochs=5))
    >>> wanted.to_dict()
    {'seed': 1, 'training': {'epochs': 5}}
    >>> wanted.resolved(m=1437).training.lr
    0.05
    """

    title: ClassVar[str] = ""
    seed: int | None = key(rules.whole(0, 2**64 - 1))
    engine: str | None = key(rules.choice("native", "steps"))
    data: DataOptions = field(default_factory=DataOptions)
    network: NetworkOptions = field(default_factory=NetworkOptions)
    training: TrainingOptions = field(default_factory=TrainingOptions)
    augmentation: AugmentationOptions = field(default_factory=AugmentationOptions)

    def __post_init__(self) -> None:
        super().__post_init__()
        for title, table in TABLES.items():
            if not isinstance(value := getattr(self, title), table):
                raise DtypeError(f"{WHERE}: {title} must be a {table.__name__}; got a {type(value).__name__}")
        check_choices(self.data, self.network, self.training, WHERE)

    # From and to other forms

    @classmethod
    def from_dict(cls, document: Mapping[str, Any], where: str = WHERE) -> Configuration:
        """The configuration that `to_dict` described, or that stands in a TOML file.

        Parameters
        ----------
        document : seed, engine, and a mapping for each table; what is missing is not asked for
        where : what the messages begin with, such as the name of the file

        Raises
        ------
        ArgumentError, DtypeError
            If a name is unknown, or a value cannot be; see the class.
        """
        if not isinstance(document, Mapping):
            raise DtypeError(f"{where}: a configuration must be a table; got {rules.shown(document)}")
        check_names(document, where)
        free = cls.checked({name: document[name] for name in FREE if name in document}, where)
        tables: dict[str, Any] = {
            title: table(**table.checked(document.get(title, {}), where)) for title, table in TABLES.items()
        }
        check_choices(tables["data"], tables["network"], tables["training"], where)
        return cls(**free, **tables)

    @classmethod
    def from_toml(cls, path: str | os.PathLike[str]) -> Configuration:
        """Read a configuration from a TOML file of at most 1 MiB.

        Raises
        ------
        FileFormatError
            If the file is missing, cannot be read, or is no TOML.
        ArgumentError, DtypeError
            If a name is unknown, or a value cannot be; see the class.
        """
        text = _read(path)
        try:
            document = tomllib.loads(text)
        except RecursionError as error:
            raise FileFormatError(f"{path} is nested too deeply") from error
        except ValueError as error:
            raise FileFormatError(f"{path} is no TOML: {error}") from error
        return cls.from_dict(document, str(path))

    @classmethod
    def from_model(cls, configuration: Mapping[str, Any], where: str = "the model") -> Configuration:
        """The configuration of the run that a model came from.

        Parameters
        ----------
        configuration : `Network.configuration`
        where : what the messages begin with, such as the name of the file

        Raises
        ------
        FileFormatError
            If the model holds none, or one that cannot be.
        """
        if not isinstance(configuration, Mapping) or STORED_AS not in configuration:
            raise FileFormatError(f"{where} holds no configuration of a run, which `fullstride train` stores")
        try:
            return cls.from_dict(configuration[STORED_AS], f"{where}, its configuration")
        except FullstrideError as error:
            raise FileFormatError(str(error)) from error

    def to_dict(self) -> dict[str, Any]:
        """What is set, as plain data that JSON and TOML can hold, always in the same order."""
        tables = {title: getattr(self, title).to_dict() for title in TABLES}
        return {**super().to_dict(), **{title: table for title, table in tables.items() if table}}

    def to_toml(self) -> str:
        """What is set, as the text of a TOML file.

        >>> print(Configuration(seed=1).to_toml(), end="")
        seed = 1
        """
        return to_toml(self.to_dict())

    # Other configurations from this one

    def override(self, changes: Mapping[str, Any], where: str = WHERE) -> Configuration:
        """This configuration with other values in the place of some, as the command line has them.

        Where a choice is made otherwise, such as that of the optimizer, the keys that belong to the old one go with it.

        Parameters
        ----------
        changes : dotted key -> value; None leaves the key as it is
        where : what the messages begin with

        Examples
        --------
        >>> Configuration(seed=1).override({"training.epochs": 5, "training.lr": None}).to_dict()
        {'seed': 1, 'training': {'epochs': 5}}
        """
        document = self.to_dict()
        drop_unmade(document, changes)
        for name, value in changes.items():
            if name not in NAMES:
                raise unknown(name, where)
            if value is not None:
                title, _, short = name.rpartition(".")
                (document.setdefault(title, {}) if title else document)[short] = value
        return Configuration.from_dict(document, where)

    def resolved(
        self,
        m: int,
        *,
        classes: int | None = None,
        image_shape: tuple[int, int, int] | None = None,
        colour: bool = False,
        own_validation: bool = False,
        where: str = WHERE,
    ) -> Configuration:
        """With the recipe for m training images in all places where nothing was asked for.

        Nothing is left open: stored with the model it repeats the run to the bit. Only `training.clip`, without which
        nothing is clipped, and keys that belong to other choices stay absent.

        Parameters
        ----------
        m : training images, before any are kept to validate
        classes : how many there are, to check `training.class_weights`
        image_shape : of a folder of images, (n_H, n_W, n_C) as it was loaded
        colour : whether the images have colours: such images are normalized, unless asked otherwise
        own_validation : whether the data has images of its own to validate on; `data.validation` then does not count
        where : what the messages begin with

        Raises
        ------
        ArgumentError
            If what was asked for cannot be with these images.
        """
        usual = usual_values(
            whole_number(m, "Configuration.resolved", "m", 1),
            optimizer=self.training.optimizer or DEFAULT_OPTIMIZER,
            schedule=self.training.schedule or DEFAULT_SCHEDULE,
            epochs=self.training.epochs,
            whole_network=self.network.layers is None,
        )
        usual["data"]["normalize"] = colour
        if image_shape is not None:
            usual["data"] |= {"size": image_shape[:2], "channels": image_shape[2], "strict": False}
        asked = self.to_dict()
        merged = {name: asked.get(name, value) for name, value in usual.items()}
        for title in TABLES:
            merged[title] = {**usual[title], **asked.get(title, {})}
        if not own_validation:
            check_recipe(self.training, merged["data"]["validation"], m, where)
        full = Configuration.from_dict(merged, where)
        check_resolved(full.training, classes, where)
        return full


def differences(there: Configuration, here: Configuration) -> list[str]:
    """What two configurations differ in, a line each; where the data is does not count.

    Of two paths only the data itself tells whether they are of the same images; see `Job.digest`.

    >>> differences(Configuration(seed=1), Configuration(training=TrainingOptions(lr=0.1)))
    ['seed: 1 there, none here', 'training.lr: none there, 0.1 here']
    """
    lines = []
    for name in NAMES:
        a, b = _value(there, name), _value(here, name)
        if a != b and name not in _NOT_COMPARED and not (name == "data.name" and _is_path(a) and _is_path(b)):
            lines.append(_difference(name, a, b))
    return lines


def _is_path(name: str | None) -> bool:
    return name is not None and known_name(name) is None


def _value(configuration: Configuration, name: str) -> Any:
    title, _, short = name.rpartition(".")
    return getattr(getattr(configuration, title) if title else configuration, short)


def _difference(name: str, there: Any, here: Any) -> str:
    """Of long lists how many they are, or the first item that differs."""
    if isinstance(there, tuple) and isinstance(here, tuple) and max(len(there), len(here)) > 2:
        if len(there) != len(here):
            return f"{name}: {len(there)} of them there, {len(here)} here"
        i = next(i for i, (a, b) in enumerate(zip(there, here, strict=True)) if a != b)
        return _difference(f"{name}[{i}]", there[i], here[i])
    return f"{name}: {_told(there)} there, {_told(here)} here"


def _told(value: Any) -> str:
    if isinstance(value, tuple):
        return str(list(value)) if len(value) <= 2 else f"{len(value)} of them"
    return "none" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _read(path: str | os.PathLike[str]) -> str:
    file = Path(path)
    try:
        if not file.exists():
            raise FileFormatError(f"there is no configuration file {path}")
        if file.is_dir():
            raise FileFormatError(f"{path} is a folder; a configuration is a TOML file")
        if not file.is_file():
            raise FileFormatError(f"{path} is no regular file")
        with open(file, "rb") as opened:
            content = opened.read(_LARGEST + 1)
    except OSError as error:
        raise FileFormatError(f"cannot read {path}: {(error.strerror or str(error)).lower()}") from error
    if len(content) > _LARGEST:
        raise FileFormatError(f"{path} is too large for a configuration: more than {_LARGEST:,} bytes")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise FileFormatError(
            f"{path} is no UTF-8 text: byte 0x{content[error.start]:02x} in line {line}"
        ) from error
