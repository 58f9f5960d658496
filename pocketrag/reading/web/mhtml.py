"""Saved web pages (MHTML: the page and its pictures in one mail-like file) → a `Document` of the page."""

from __future__ import annotations

from email import message_from_bytes
from email.message import Message
from itertools import islice

from pocketrag.domain import Document
from pocketrag.errors import NoText
from pocketrag.reading.web.html import read_html

_MAX_PARTS = 2_000


def read_mhtml(data: bytes) -> Document:
    """Return the main text of the page; frames and pictures are left out."""
    return read_html(*page_in(data))


def page_in(data: bytes) -> tuple[bytes, str]:
    """Return the page's bytes and the encoding that is stated for them; raises `NoText` if there is none."""
    parts = list(islice(message_from_bytes(data).walk(), _MAX_PARTS))
    page = next((part for part in parts if part.get_content_type() == "text/html"), None)
    payload = page.get_payload(decode=True) if page is not None else None
    if page is None or not isinstance(payload, bytes):
        raise NoText("The file holds no web page.", "Save the page anew, or print it to a PDF.")
    return payload, _charset(page)


def _charset(page: Message) -> str:
    return page.get_content_charset() or ""
