"""Rows of the catalog become values, and values rows."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pocketrag.codec import blocks_of, blocks_values, place_of, place_values
from pocketrag.domain import Document, FileState, FileStatus, Place


def path(stored: bytes) -> Path:
    """Return a path as the file system has it, bytes that are no UTF-8 included."""
    return Path(os.fsdecode(stored))


def day(mtime_ns: int) -> str:
    """Return the ISO day, UTC, of a file's time."""
    return datetime.fromtimestamp(mtime_ns / 1e9, UTC).date().isoformat()


def place_json(place: Place) -> str:
    """Return a place as JSON, only what is set."""
    return json.dumps(place_values(place), ensure_ascii=False)


def place(stored: str) -> Place:
    """Return a place from its JSON."""
    return place_of(json.loads(stored))


def document_columns(document: Document) -> tuple[str | int | None, ...]:
    """Return a document's columns: text, blocks, title, author, date, pages, textless pages."""
    return (
        document.text,
        json.dumps(blocks_values(document.blocks), ensure_ascii=False),
        document.title,
        document.author,
        document.date,
        document.pages,
        json.dumps(document.textless_pages),
    )


def document(row: tuple[Any, ...]) -> Document:
    """Return a document from its columns, in the order of `document_columns`."""
    text, blocks, title, author, date, pages, textless = row
    return Document(
        text=text,
        blocks=blocks_of(json.loads(blocks)),
        title=title,
        author=author,
        date=date,
        pages=pages,
        textless_pages=tuple(json.loads(textless)),
    )


def file_status(row: tuple[Any, ...]) -> FileStatus:
    """Return a file's status from: path, folder, state, reason, message, remedy, pages, textless, chunks."""
    name, folder, state, reason, _message, remedy, pages, textless, chunks = row
    return FileStatus(
        path=path(name),
        folder=path(folder),
        state=FileState(state),
        reason=reason,
        remedy=remedy,
        pages=pages,
        textless_pages=len(json.loads(textless)) if textless else 0,
        chunks=chunks,
    )
