"""What people note beside a text or a slide, in one form for all Office files."""

from __future__ import annotations

from pocketrag.reading.details import find_iso_date


def comment_text(text: str, author: str, moment: str) -> str:
    """Return `Comment by Ann, 2025-03-14: too dear`, as far as known; nothing where nothing is said."""
    known = (f"Comment by {author}" if author else "Comment", find_iso_date(moment))
    return f"{', '.join(filter(None, known))}: {text}" if text.strip() else ""
