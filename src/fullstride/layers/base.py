"""What a layer is: hyperparameters, and the operations that it is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, TypeAlias

Attributes: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True)
class Layer:
    """Base of all layers. A layer holds no parameters: those belong to the network, under `<kind><number>.<role>`."""

    kind: ClassVar[str]

    def operation(self) -> tuple[str, dict[str, Any]]:
        """The name of its row in the table of operations, and the attributes of the node."""
        raise NotImplementedError

    @classmethod
    def of(cls, **hyperparameters: Any) -> Layer:
        """The layer that `to_dict` described, from what stands there beside the kind."""
        return cls(**hyperparameters)

    def to_dict(self) -> dict[str, Any]:
        """The layer as plain data, for the model file."""
        return {"kind": self.kind, **{key: _plain(value) for key, value in asdict(self).items()}}


def _plain(value: Any) -> Any:
    return [_plain(item) for item in value] if isinstance(value, tuple) else value
