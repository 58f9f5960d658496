"""What the readers' tests share: a file made of bytes, and a document looked at block by block."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pocketrag.domain import Document
from pocketrag.reading.reader import read

ReadAs = Callable[[str, bytes], Document]
Shown = Callable[[Document], list[tuple[str, str]]]


@pytest.fixture
def read_as(tmp_path: Path) -> ReadAs:
    """Write bytes under a name and read that file through the room's door."""

    def read_file(name: str, data: bytes) -> Document:
        path = tmp_path / name
        path.write_bytes(data)
        return read(path)

    return read_file


@pytest.fixture
def shown() -> Shown:
    """Give each block's kind and text; a heading's kind with its level."""

    def blocks(document: Document) -> list[tuple[str, str]]:
        return [
            (f"{block.kind}{block.level or ''}", document.text[block.start : block.end])
            for block in document.blocks
        ]

    return blocks
