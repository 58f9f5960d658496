"""A kept conversation written to a file: Markdown for people, JSON for programs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

from pocketrag.domain import KeptConversation
from pocketrag.engine.markdown_export import conversation_markdown
from pocketrag.engine.shapes import conversation_json
from pocketrag.errors import ExportError

ExportForm = Literal["md", "json"]


def exported(kept: KeptConversation, form: ExportForm) -> str:
    """Return a conversation as Markdown or JSON, with all its citations."""
    if form == "md":
        return conversation_markdown(kept)
    return json.dumps(conversation_json(kept), indent=2) + "\n"


def write_text(text: str, file: Path) -> None:
    """Write a text to a file that is not there yet, or replace it. Raises ExportError."""
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ExportError(
            f"{file} cannot be written: {error.strerror or error}.", "Name another file."
        ) from error
