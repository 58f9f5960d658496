"""What travels between a client and its engine process; both ends are this program."""

from __future__ import annotations

from dataclasses import dataclass

from pocketrag.errors import PocketRagError


@dataclass(frozen=True, slots=True)
class Call:
    """Ask for a method of the `Engine` protocol."""

    number: int
    method: str
    arguments: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Stop:
    """Close the iterator of an earlier call."""

    number: int


@dataclass(frozen=True, slots=True)
class Yielded:
    """An event of a call that yields events."""

    number: int
    value: object


@dataclass(frozen=True, slots=True)
class Ended:
    """A call that yields events is over."""

    number: int


@dataclass(frozen=True, slots=True)
class Returned:
    """What a call returned."""

    number: int
    value: object


@dataclass(frozen=True, slots=True)
class Raised:
    """What a call raised."""

    number: int
    error: PocketRagError


Request = Call | Stop
Reply = Yielded | Ended | Returned | Raised
