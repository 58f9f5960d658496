"""Pictures of pages, for people who want to see a quote where it stands on paper.

They are drawn by a worker of their own, so that nobody waits for files that are being read: within limits on
time and memory, and from the very file that the index holds, or not at all.
"""

from __future__ import annotations

import hashlib
import time
from pathlib import Path

from pocketrag.domain import Document, FileVersion, PagePicture, Quote, Span
from pocketrag.errors import TimedOut, Unreadable
from pocketrag.reading.attached import Attached
from pocketrag.reading.reader import load
from pocketrag.reading.sandbox import Sandbox
from pocketrag.storage.lookup import Lookup

SECONDS = 30.0
"""Time that one picture may take; some tenths of a second do, unless the computer is busy."""

IDLE = 60.0
"""Seconds without a picture after which the worker leaves the memory."""

_AROUND = 300
"""Characters of text around a quote that tell it from others that read alike."""


class Pages:
    """Draws pages of indexed files. Any thread may call it."""

    def __init__(self, lookup: Lookup) -> None:
        """Start nothing yet."""
        self._lookup = lookup
        self._sandbox = Sandbox(workers=1, seconds=SECONDS)
        self._used = time.monotonic()

    def picture(self, file: Path, page: int, width: int, span: Span | None) -> PagePicture:
        """Return a page of an indexed PDF, `width` pixels wide, with what stands at a span marked.

        Raises UnknownFile, or a ReadingError: where the file is no PDF or has changed, for one.
        """
        version, document = self._lookup.document(file)
        data = _indexed_bytes(version)
        quote = _quote(document, page, span) if span else None
        attached = Attached(version.path.suffix, version.sha256) if version.attachment else None
        try:
            return self._sandbox.picture(data, page, width, quote, attached).result()
        except TimedOut as error:
            text = f"Page {page:,} could not be drawn within {SECONDS:.0f} seconds."
            raise TimedOut(text, "The computer may be busy: try again in a moment.") from error
        finally:
            self._used = time.monotonic()

    def rest(self) -> None:
        """End the worker once nobody has needed it for a while."""
        if time.monotonic() - self._used > IDLE:
            self._sandbox.rest()

    def close(self) -> None:
        """End the worker."""
        self._sandbox.close()


def _indexed_bytes(version: FileVersion) -> bytes:
    """Return a file's bytes; of what is attached, those of the mail, in which it is found by its own hash.

    Raises Unreadable if they are not those that the index knows.
    """
    data = load(version.path)
    if not version.attachment and hashlib.sha256(data).hexdigest() != version.sha256:
        raise Unreadable("The file has changed since it was indexed.", "Update the index, then look again.")
    return data


def _quote(document: Document, page: int, span: Span) -> Quote | None:
    """Return what of a span stands on a page, and what is around it there; None if nothing of it does."""
    blocks = [block for block in document.blocks if _is_on(block.place.page, block.place.page_end, page)]
    if not blocks:
        return None
    first, last = blocks[0].start, blocks[-1].end
    start, end = max(first, span.start), min(last, span.end)
    if start >= end:
        return None
    before, after = max(first, start - _AROUND), min(last, end + _AROUND)
    text = document.text
    return Quote(text[start:end], text[before:start], text[end:after])


def _is_on(page: int | None, page_end: int | None, wanted: int) -> bool:
    return page is not None and page <= wanted <= (page_end or page)
