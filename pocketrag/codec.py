"""Documents and places as JSON values, and back: for the catalog, the readers' workers and the outside.

Only what is set is written, so that the stored form stays small and an added field needs no migration.
Owns orjson, which writes and reads what goes through a worker's pipe.
"""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from operator import attrgetter
from typing import Any

import orjson

from pocketrag.domain import Attachment, Block, BlockKind, Document, Place, RawMap, Unread

Json = dict[str, Any]


def to_bytes(values: Json) -> bytes:
    """Return values as JSON in UTF-8; what no UTF-8 can hold, half a surrogate pair, becomes a `?`."""
    try:
        return orjson.dumps(values)
    except TypeError:
        return json.dumps(values, ensure_ascii=False).encode("utf-8", "replace")


def from_bytes(data: bytes) -> Json:
    """Return the values of a JSON object; none of any other JSON. Raises ValueError where it is no JSON."""
    values = orjson.loads(data)
    return values if isinstance(values, dict) else {}


_PLACE_FIELDS = tuple(field.name for field in fields(Place))
_of_place = attrgetter(*_PLACE_FIELDS)


def place_values(place: Place) -> Json:
    """Return those fields of a place that are set, by name."""
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in zip(_PLACE_FIELDS, _of_place(place), strict=True)
        if value not in (None, (), "")
    }


def place_of(values: Json) -> Place:
    """Return a place from its values."""
    return Place(**{**values, "section": tuple(values.get("section", ()))})


def blocks_values(blocks: tuple[Block, ...]) -> list[list[Any]]:
    """Return blocks as lists: kind, start, end, place, level, header."""
    return [[b.kind.value, b.start, b.end, place_values(b.place), b.level, b.header] for b in blocks]


def blocks_of(values: list[list[Any]]) -> tuple[Block, ...]:
    """Return blocks from their lists."""
    return tuple(
        Block(BlockKind(kind), start, end, place_of(where), level, header)
        for kind, start, end, where, level, header in values
    )


def document_values(document: Document) -> Json:
    """Return a whole document as one JSON object."""
    return {
        "text": document.text,
        "blocks": blocks_values(document.blocks),
        "title": document.title,
        "author": document.author,
        "date": document.date,
        "pages": document.pages,
        "textless_pages": list(document.textless_pages),
        "language": document.language,
        "raw": raw_values(document.raw),
        "attachments": [attachment_values(attachment) for attachment in document.attachments],
    }


def document_of(values: Json) -> Document:
    """Return a document from its JSON object. Raises KeyError, TypeError or ValueError if it is none."""
    return Document(
        text=values["text"],
        blocks=blocks_of(values["blocks"]),
        title=values["title"],
        author=values["author"],
        date=values["date"],
        pages=values["pages"],
        textless_pages=tuple(values["textless_pages"]),
        language=values["language"],
        raw=raw_of(values["raw"]),
        attachments=tuple(attachment_of(attachment) for attachment in values["attachments"]),
    )


def raw_values(raw: RawMap | None) -> Json | None:
    """Return a map to the raw file as one JSON object."""
    return {"encoding": raw.encoding, "runs": raw.runs} if raw else None


def raw_of(values: Json | None) -> RawMap | None:
    """Return a map to the raw file from its JSON object."""
    if values is None:
        return None
    return RawMap(
        values["encoding"], tuple((start, there, length) for start, there, length in values["runs"])
    )


def attachment_values(attachment: Attachment) -> Json:
    """Return an attachment as one JSON object."""
    content = attachment.content
    return {
        "name": attachment.name,
        "sha256": attachment.sha256,
        "document": document_values(content) if isinstance(content, Document) else None,
        "unread": asdict(content) if isinstance(content, Unread) else None,
    }


def attachment_of(values: Json) -> Attachment:
    """Return an attachment from its JSON object."""
    document, unread = values["document"], values["unread"]
    content = document_of(document) if document is not None else Unread(**unread)
    return Attachment(values["name"], values["sha256"], content)
