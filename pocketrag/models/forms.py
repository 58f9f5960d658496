"""Where the forms of models made for this computer are kept: a folder each, by name, revision and version."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from glob import escape
from pathlib import Path

from pocketrag.models.hub import ModelFile


@dataclass(frozen=True, slots=True)
class Forms:
    """One kind of forms, in the folder that all libraries share."""

    folder: Path
    """Which need not be there yet."""
    kind: str
    """The letter before the version."""
    version: int

    def place(self, file: ModelFile) -> Path:
        """Return the folder of a model's form, whether it is there or not."""
        return self.folder / f"{file.name}-{file.revision}-{self.kind}{self.version}"

    def refusal(self, file: ModelFile) -> Path:
        """Return the file that says why a model's form could not be made."""
        return self.place(file).with_name(f"{self.place(file).name}.refused")

    def clear(self, file: ModelFile) -> None:
        """Make room for a model's form: delete what is kept of it, also of older versions. Raises OSError."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for kept in self.folder.glob(f"{escape(f'{file.name}-{file.revision}')}-{self.kind}*"):
            if kept.is_dir():
                shutil.rmtree(kept, ignore_errors=True)
            else:
                kept.unlink()


def last_words(said: bytes, status: int) -> str:
    """Return why a process failed that was to make a form: the last line it said, or else its exit status."""
    lines = said.decode(errors="replace").strip().splitlines()
    return lines[-1].strip().rstrip(".") if lines else f"its process ended with {status}"
