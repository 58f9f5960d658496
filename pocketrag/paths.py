"""Where a library is, and where everything of it lies: all of it inside one folder.

Light to import: every client needs it, before it knows whether an engine is running.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from pocketrag.errors import LibraryUnwritable

LIBRARY_VARIABLE = "POCKETRAG_LIBRARY"


@dataclass(frozen=True, slots=True)
class LibraryPaths:
    """Where everything of one library lies: all of it inside one folder."""

    root: Path

    @property
    def settings(self) -> Path:
        """The settings file."""
        return self.root / "settings.toml"

    @property
    def catalog(self) -> Path:
        """The SQLite catalog."""
        return self.root / "catalog.sqlite3"

    @property
    def vectors(self) -> Path:
        """Chroma's folder."""
        return self.root / "chroma"

    @property
    def lock(self) -> Path:
        """The file that the process owning the library holds locked."""
        return self.root / "library.lock"

    @property
    def engine(self) -> Path:
        """The file that says which engine runs, and where it listens."""
        return self.root / "engine.json"

    @property
    def socket(self) -> Path:
        """The socket that the engine listens on, where the system has them and the path is not too long."""
        return self.root / "engine.sock"

    @property
    def starting(self) -> Path:
        """The file that a client holds locked while it starts an engine."""
        return self.root / "engine.starting"

    @property
    def crashes(self) -> Path:
        """The file that counts engines which crashed one after the other."""
        return self.root / "engine-crashes.json"

    @property
    def logs(self) -> Path:
        """The folder of rotated logs."""
        return self.root / "logs"

    @property
    def engine_log(self) -> Path:
        """What the engine's native libraries write."""
        return self.logs / "engine.log"

    def make(self) -> None:
        """Create the library's folder, readable by its owner alone.

        Raises LibraryUnwritable if the system does not allow it.
        """
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            self.root.chmod(0o700)
            self.logs.mkdir(exist_ok=True)
            self.logs.chmod(0o700)
        except OSError as error:
            raise LibraryUnwritable(
                f"The library folder {self.root} cannot be written: {error.strerror or error}.",
                "Check its permissions, or pick another folder with --library.",
            ) from error


def library_paths(chosen: Path | None) -> LibraryPaths:
    """Return the library that was chosen: the option, else the environment, else the default."""
    named = chosen or os.environ.get(LIBRARY_VARIABLE)
    return LibraryPaths((Path(named) if named else _default()).expanduser().absolute())


def _default() -> Path:
    import platformdirs

    return Path(platformdirs.user_data_dir("pocketrag"))
