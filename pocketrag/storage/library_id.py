"""A library's own name on servers that it shares with other libraries: random, and kept in its folder."""

from __future__ import annotations

import json
import re
import secrets
from contextlib import suppress
from pathlib import Path

from pocketrag.errors import LibraryUnwritable
from pocketrag.private_files import write_private

_SHAPE = re.compile(r"[0-9a-f]{16}")


def library_id(file: Path) -> str:
    """Return the library's name; it is made up the first time. Raises LibraryUnwritable."""
    return known_id(file) or new_id(file)


def known_id(file: Path) -> str:
    """Return the library's name; empty if it has none yet."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        kept = json.loads(file.read_text("utf-8"))["id"]
        return kept if _SHAPE.fullmatch(kept) else ""
    return ""


def new_id(file: Path) -> str:
    """Return another name, which is the library's from now on. Raises LibraryUnwritable."""
    made = secrets.token_hex(8)
    try:
        write_private(file, json.dumps({"id": made}), durable=True)
    except OSError as error:
        raise LibraryUnwritable(
            f"The library's name {file} cannot be written: {error.strerror or error}.",
            "Check the permissions of the library's folder and the free space of its disk.",
        ) from error
    return made
