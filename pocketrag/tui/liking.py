"""How a person likes the app: its theme, keys and pictures, in a small file of the library's folder.

Not among the settings: those are the engine's, which starts anew when one changes.
"""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

from pocketrag.private_files import write_private


class Liking:
    """A theme, keys and pictures; what cannot be read is forgotten, what cannot be written is not kept."""

    def __init__(self, file: Path | None) -> None:
        """Read the file; None keeps nothing."""
        self._file = file
        found = _read(file) if file is not None else {}
        theme, keys = found.get("theme"), found.get("keys")
        self.theme = theme if isinstance(theme, str) else ""
        """The theme's name; empty for the app's own."""
        self.keys = {str(k): str(v) for k, v in keys.items()} if isinstance(keys, dict) else {}
        """Keys that were changed, by the binding's id: `ctrl+g`, or several with commas between."""
        self.blocks = found.get("blocks") is True
        """Whether pictures are drawn with blocks of colour where the terminal has no graphics."""

    def like_theme(self, theme: str) -> None:
        """Keep a theme."""
        if theme != self.theme:
            self.theme = theme
            self._write()

    def like_blocks(self, liked: bool) -> None:
        """Keep whether pictures are drawn with blocks of colour."""
        self.blocks = liked
        self._write()

    def like_key(self, binding: str, key: str) -> None:
        """Keep another key for a binding; an empty one is its own again."""
        self.keys.pop(binding, None)
        if key:
            self.keys[binding] = key
        self._write()

    def _write(self) -> None:
        if self._file is None or not self._file.parent.is_dir():
            return
        with suppress(OSError):  # a full disk: the app goes on with it all the same
            write_private(self._file, json.dumps(self._values(), indent=1) + "\n")

    def _values(self) -> dict[str, object]:
        return {"theme": self.theme, "keys": self.keys, "blocks": self.blocks}


def _read(file: Path) -> dict[str, object]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
