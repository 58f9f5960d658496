"""Files as read, cut into chunks: what the writer takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath

from pocketrag.domain import Attachment, Chunk, Document, Unread
from pocketrag.indexing.chunking import chunk_document
from pocketrag.models.embedder import Embedder
from pocketrag.models.languages import measure_of
from pocketrag.storage.records import Content, FileRecord


@dataclass(frozen=True, slots=True)
class CutDocument:
    """A document and its chunks."""

    content: Content
    document: Document
    chunks: tuple[Chunk, ...]


@dataclass(frozen=True, slots=True)
class CutAttachment:
    """A file that came in another one: cut, or why it could not be read."""

    name: str
    kind: str
    outcome: CutDocument | Unread


@dataclass(frozen=True, slots=True)
class CutFile:
    """A file whose content is new to the library: read and cut, not yet embedded."""

    record: FileRecord
    main: CutDocument
    attachments: tuple[CutAttachment, ...]

    @property
    def documents(self) -> Iterator[CutDocument]:
        """The file's own document, and those of its attachments."""
        yield self.main
        yield from (a.outcome for a in self.attachments if isinstance(a.outcome, CutDocument))

    @property
    def names(self) -> tuple[str, ...]:
        """The names of those attachments that have a document."""
        return tuple(a.name for a in self.attachments if isinstance(a.outcome, CutDocument))


@dataclass(frozen=True, slots=True)
class KnownContent:
    """A file whose content the library has: a copy, a touch, or a file renamed from `previous`."""

    record: FileRecord
    content: Content
    document_id: int
    names: tuple[str, ...]
    """Of those attachments that have a document."""
    previous: Path | None = None


def cut_chunks(document: Document, embedder: Embedder, chunk_tokens: int) -> tuple[Chunk, ...]:
    """Return a document's chunks of so many tokens at most, 0 for as many as the embedder takes in."""
    window = min(embedder.window, chunk_tokens or embedder.window)
    return chunk_document(document, measure_of(embedder, document.language), window)


def cut_file(
    record: FileRecord, content: Content, document: Document, embedder: Embedder, chunk_tokens: int
) -> CutFile:
    """Return a file as read, it and its attachments cut to so many tokens, 0 for the embedder's window."""

    def cut(content: Content, document: Document) -> CutDocument:
        """Return a document with its chunks."""
        return CutDocument(content, document, cut_chunks(document, embedder, chunk_tokens))

    def cut_attachment(attachment: Attachment) -> CutAttachment:
        """Return an attachment with its chunks, or with why it could not be read."""
        kind = PurePath(attachment.name).suffix.lower().lstrip(".")
        outcome: CutDocument | Unread
        match attachment.content:
            case Document() as inner:
                outcome = cut(Content(attachment.sha256, kind, content.recipe), inner)
            case Unread() as unread:
                outcome = unread
        return CutAttachment(attachment.name, kind, outcome)

    return CutFile(record, cut(content, document), tuple(map(cut_attachment, document.attachments)))
