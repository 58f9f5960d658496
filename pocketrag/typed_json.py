"""Values as JSON, and back by their declared types: for the wire, and for answers that are kept.

A dataclass becomes an object that names its class, so that a union (the events of a stream) tells
its members apart; everything else comes back by the types that are declared. So a field added to the
domain needs no line here, and one that another version added later, with a default, does no harm.
Nothing in the JSON can name a class that the reader did not expect, and nothing in it is ever executed.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache, partial
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, cast, get_args, get_origin, get_type_hints

Json = Any
"""What `json` reads and writes."""

Value = Any
"""Whatever the declared types say."""

Decoder = Callable[[Json], Any]
KIND = "is"
"""The key under which an object names its class."""


class JsonMismatch(ValueError):
    """What the JSON holds is not what was to be in it."""


def encode(value: Value) -> Json:
    """Return a value as what `json.dumps` takes. Raises TypeError for what has no form in JSON."""
    match value:
        case Enum():
            return value.value
        case None | bool() | int() | float() | str():
            return value
        case Path():
            return str(value)  # bytes that are no text stay surrogates, which JSON escapes
        case bytes():
            return base64.b64encode(value).decode("ascii")
        case tuple() | list():
            return [encode(item) for item in value]
    kind: Value = type(value)
    names = _names(kind)
    return {KIND: kind.__name__, **{name: encode(getattr(value, name)) for name in names}}


def decode(kind: Value, value: Json) -> Value:
    """Return the value of a declared type that JSON holds. Raises JsonMismatch if it holds none."""
    try:
        return _decoder(kind)(value)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise JsonMismatch(f"what came is no {kind}: {type(error).__name__}") from error


@cache
def _names(kind: type) -> tuple[str, ...]:
    if not is_dataclass(kind):
        raise TypeError(f"a {kind.__name__} has no form in JSON")
    return tuple(field.name for field in fields(kind))


@cache
def _decoder(kind: Value) -> Decoder:
    """Return what makes a value of a declared type."""
    origin: Value = get_origin(kind)
    members = get_args(kind)
    if origin in (Union, UnionType):
        return partial(_one_of, members)
    if origin is tuple and members[-1] is Ellipsis:
        return partial(_many, _decoder(members[0]))
    if origin is tuple:
        return partial(_each, tuple(_decoder(member) for member in members))
    if origin is Literal:
        return partial(_same, members)
    if is_dataclass(kind):
        return partial(_object, cast(type, kind))
    if kind is bytes:
        return partial(base64.b64decode, validate=True)
    if kind in (Path, float) or issubclass(kind, Enum):
        return kind  # type: ignore[no-any-return]  # each makes itself of its JSON form
    return partial(_plain, kind)


def _plain(kind: type, value: Json) -> Value:
    if not isinstance(value, kind):
        raise TypeError(kind.__name__)
    return value


def _same(allowed: tuple[Any, ...], value: Json) -> Value:
    return allowed[allowed.index(value)]


def _many(decoder: Decoder, values: Json) -> tuple[Any, ...]:
    return tuple(map(decoder, values))


def _each(decoders: tuple[Decoder, ...], values: Json) -> tuple[Any, ...]:
    return tuple(decoder(value) for decoder, value in zip(decoders, values, strict=True))


def _one_of(members: tuple[Any, ...], value: Json) -> Value:
    """Return a union's value: the class that an object names, else the one member that is none of ours."""
    if value is None and NoneType in members:
        return None
    if isinstance(value, dict):
        named: dict[str, type] = {m.__name__: m for m in members if _is_class(m)}
        return _object(named[value[KIND]], value)
    (other,) = [member for member in members if member is not NoneType and not _is_class(member)]
    return _decoder(other)(value)


def _is_class(member: Value) -> bool:
    return is_dataclass(member)


def _object(kind: type, values: Json) -> Value:
    if values[KIND] != kind.__name__:
        raise TypeError(kind.__name__)
    there = ((name, decoder) for name, decoder in _fields(kind).items() if name in values)
    return kind(**{name: decoder(values[name]) for name, decoder in there})  # the others have defaults


@cache
def _fields(kind: type) -> dict[str, Decoder]:
    hints = get_type_hints(kind)
    return {name: _decoder(hints[name]) for name in _names(kind)}
