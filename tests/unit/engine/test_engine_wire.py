"""Values on the wire: everything that the protocol declares comes back equal, nothing else comes."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, fields
from enum import Enum
from pathlib import Path
from types import NoneType
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pytest

from pocketrag import errors
from pocketrag.domain import (
    AnswerEvent,
    Attachment,
    Document,
    FileFailed,
    FileRemoved,
    IndexEvent,
    Place,
    Token,
    Unread,
)
from pocketrag.engine.protocol import METHODS, signature
from pocketrag.engine.record import EngineRecord
from pocketrag.engine.wire import error_of, error_values
from pocketrag.errors import PocketRagError
from pocketrag.typed_json import JsonMismatch, decode, encode


def sample(kind: Any, depth: int = 0) -> Any:  # noqa: ANN401 - a value of whatever type is declared
    """Return a value of a declared type, every field of it set."""
    plain: dict[Any, Any] = {
        str: "“ä\x00\udc80",
        int: 7,
        float: 0.25,
        bool: True,
        bytes: b"\x00\xff",
        Path: Path("/a/b"),
    }
    if kind in plain:
        return plain[kind]
    if kind in (None, NoneType):
        return None
    members = get_args(kind)
    if get_origin(kind) is tuple:
        if members[-1] is Ellipsis:
            return (sample(members[0], depth + 1),) if depth < 4 else ()
        return tuple(sample(member, depth + 1) for member in members)
    if get_origin(kind) is Literal:
        return members[-1]
    if members:
        return sample(members[0], depth)
    if issubclass(kind, Enum):
        return list(kind)[-1]
    hints = get_type_hints(kind)
    return kind(**{field.name: sample(hints[field.name], depth + 1) for field in fields(kind)})


def declared() -> Iterator[Any]:
    """Return every type that crosses the wire."""
    for method in sorted(METHODS):
        found = signature(method)
        yield from found.parameters
        yield from get_args(found.result) if found.streams and get_args(found.result) else [found.result]


def through(kind: Any, value: object) -> object:  # noqa: ANN401
    return decode(kind, json.loads(json.dumps(encode(value))))


@pytest.mark.parametrize("kind", list(dict.fromkeys(declared())), ids=str)
def test_everything_the_protocol_declares_comes_back_equal(kind: Any) -> None:  # noqa: ANN401
    value = sample(kind)
    assert through(kind, value) == value
    assert type(through(kind, value)) is type(value)


@pytest.mark.parametrize("event", get_args(IndexEvent) + get_args(AnswerEvent), ids=lambda e: e.__name__)
def test_an_event_comes_back_as_what_it_was_among_its_likes(event: type) -> None:
    union = IndexEvent if event in get_args(IndexEvent) else AnswerEvent
    assert type(through(union, sample(event))) is event


def test_a_path_that_is_no_text_comes_back_byte_for_byte() -> None:
    path = Path(os.fsdecode(b"/papers/caf\xe9.txt"))
    assert os.fsencode(decode(IndexEvent, encode(FileRemoved(path))).path) == b"/papers/caf\xe9.txt"


def test_documents_within_documents() -> None:
    inner = Document("inside", (), title="in")
    outer = Document("outside", (), attachments=(Attachment("a.txt", "00", inner),))
    broken = Document("outside", (), attachments=(Attachment("a.pdf", "00", Unread("damaged", "x", "y")),))
    assert through(Document, outer) == outer
    assert through(Document, broken) == broken


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (IndexEvent, {"is": "Token", "text": "x"}),
        (IndexEvent, {"is": "PosixPath"}),
        (Token, {"is": "Token"}),
        (Token, {"is": "Token", "text": 5}),
        (Token, ["x"]),
        (Place, {"is": "Place", "page": "one"}),
        (FileFailed, None),
        (int, "7"),
        (tuple[int, int], [1]),
        (tuple[str, ...], 4),
    ],
)
def test_what_was_not_declared_does_not_come_through(kind: Any, value: object) -> None:  # noqa: ANN401
    with pytest.raises(JsonMismatch):
        decode(kind, value)


def test_a_field_of_a_later_version_is_left_out_and_one_of_an_earlier_is_its_default() -> None:
    record = {
        "is": "EngineRecord",
        "address": "unix:/a",
        "pid": 1,
        "version": "9",
        "started": 0,
        "secret": "",
    }
    assert decode(EngineRecord, record | {"mood": "good"}) == EngineRecord("unix:/a", 1, "9", 0.0, "")


def test_what_has_no_place_on_the_wire_is_not_sent() -> None:
    @dataclass
    class Local:
        inside: object

    with pytest.raises(TypeError):
        encode({"a": 1})
    with pytest.raises(TypeError):
        encode(Local(object()))


def kinds(root: type[PocketRagError]) -> list[type[PocketRagError]]:
    below = [found for child in root.__subclasses__() for found in kinds(child)]
    return below or [root]


@pytest.mark.parametrize("kind", [k for k in kinds(PocketRagError) if k.__module__ == errors.__name__])
def test_an_error_comes_back_as_the_class_it_was(kind: type[PocketRagError]) -> None:
    received = error_of(json.loads(json.dumps(error_values(kind("It broke.", "Mend it.")))))
    assert type(received) is kind
    assert (received.message, received.remedy) == ("It broke.", "Mend it.")


def test_an_error_of_another_version_is_an_error_all_the_same() -> None:
    received = error_of({"kind": "unheard of", "message": "It broke.", "remedy": "Mend it."})
    assert type(received) is PocketRagError
