"""The papers of sample_docs cut for the real embedder: nothing is cut off in silence, nothing is left out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pocketrag.domain import Document
from pocketrag.errors import ReadingError
from pocketrag.indexing.chunking import chunk_document
from pocketrag.models.embedder import Embedder
from pocketrag.reading.reader import read

SAMPLE_DOCS = Path(__file__).parents[2] / "sample_docs"


def papers() -> Iterator[Path]:
    return (path for path in sorted(SAMPLE_DOCS.rglob("*")) if path.is_file())


@pytest.mark.parametrize("path", papers(), ids=lambda path: path.name)
def test_every_chunk_fits_the_window_and_every_character_has_one(path: Path, embedder: Embedder) -> None:
    try:
        document = read(path)
    except ReadingError as error:
        pytest.skip(error.message)
    for one in (document, *(a.content for a in document.attachments if isinstance(a.content, Document))):
        chunks = chunk_document(one, embedder.count_tokens, embedder.window)
        assert "".join(chunk.text for chunk in chunks) == one.text
        embedded = [text for chunk in chunks for text in (chunk.embedded_text, chunk.context)]
        assert max(embedder.count_tokens(embedded)) <= embedder.window
