"""Rows of the catalog become values, and values rows."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from pocketrag.codec import blocks_of, blocks_values, place_of, place_values, raw_of, raw_values
from pocketrag.domain import Document, FileState, FileStatus, FileVersion, Place, Span


@lru_cache(maxsize=10_000)
def path(stored: bytes) -> Path:
    """Return a path as the file system has it, bytes that are no UTF-8 included."""
    return Path(os.fsdecode(stored))


def at_or_below(place: Path) -> tuple[str, bytes, bytes, bytes]:
    """Return an SQL condition on `f.path` for what is at a path or below it, and its values."""
    prefix = os.fsencode(place)
    # Everything below a folder sorts between "folder/" and "folder0", 0 being what follows /.
    return "(f.path = ? OR (f.path >= ? AND f.path < ?))", prefix, prefix + b"/", prefix + b"0"


def day(mtime_ns: int) -> str:
    """Return the ISO day, UTC, of a file's time."""
    return datetime.fromtimestamp(mtime_ns / 1e9, UTC).date().isoformat()


def place_json(place: Place) -> str:
    """Return a place as JSON, only what is set."""
    return json.dumps(place_values(place), ensure_ascii=False)


def place(stored: str) -> Place:
    """Return a place from its JSON."""
    return place_of(json.loads(stored))


def spans_json(spans: tuple[Span, ...]) -> str:
    """Return spans as JSON: `[[start, end], …]`."""
    return json.dumps([[span.start, span.end] for span in spans])


def spans(stored: str) -> tuple[Span, ...]:
    """Return spans from their JSON."""
    return tuple(Span(start, end) for start, end in json.loads(stored)) if stored != "[]" else ()


def document_columns(document: Document) -> tuple[str | int | None, ...]:
    """Return a document's columns: text, blocks, title, author, date, pages, textless, language, raw."""
    return (
        document.text,
        json.dumps(blocks_values(document.blocks), ensure_ascii=False),
        document.title,
        document.author,
        document.date,
        document.pages,
        json.dumps(document.textless_pages),
        document.language,
        json.dumps(raw_values(document.raw)) if document.raw else None,
    )


def document(row: tuple[Any, ...]) -> Document:
    """Return a document from its columns, in the order of `document_columns`."""
    text, blocks, title, author, date, pages, textless, language, raw = row
    return Document(
        text=text,
        blocks=blocks_of(json.loads(blocks)),
        title=title,
        author=author,
        date=date,
        pages=pages,
        textless_pages=tuple(json.loads(textless)),
        language=language,
        raw=raw_of(json.loads(raw)) if raw else None,
    )


def file_version(row: tuple[Any, ...]) -> FileVersion:
    """Return a file's version: path, folder, container, sha256, title, author, date, language, mtime."""
    address, folder, container, sha256, title, author, date, language, mtime_ns = row
    on_disk, attachment = parts(address, container)
    return FileVersion(
        on_disk, path(folder), sha256, title, mtime_ns / 1e9, attachment, author, date, language
    )


def parts(address: bytes, container: bytes | None) -> tuple[Path, str]:
    """Return a file's path on disk, and the name of the attachment in it."""
    if container is None:
        return path(address), ""
    return path(container), path(address).name


def file_status(row: tuple[Any, ...]) -> FileStatus:
    """Return a file's status: path, folder, container, verdict (4), pages, textless, chunks, facts (5)."""
    address, folder, container, state, reason, message, remedy, pages, textless, chunks, *facts = row
    on_disk, attachment = parts(address, container)
    title, author, date, language, mtime_ns = facts
    return FileStatus(
        path=on_disk,
        folder=path(folder),
        attachment=attachment,
        state=FileState(state),
        reason=reason,
        message=message,
        remedy=remedy,
        pages=pages,
        textless_pages=tuple(json.loads(textless)) if textless else (),
        chunks=chunks,
        title=title or "",
        author=author or "",
        date=date or "",
        language=language or "",
        modified=mtime_ns / 1e9,
    )
