"""Where a library is, and where everything of it lies: all of it inside one folder.

Light to import: every client needs it, before it knows whether an engine is running.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from pocketrag.errors import LibraryUnwritable

LIBRARY_VARIABLE = "POCKETRAG_LIBRARY"
MODELS_VARIABLE = "POCKETRAG_MODELS"


OURS = re.compile(
    r"(catalog\.sqlite3(\.damaged-\d+)?(-wal|-shm|-journal)?)"
    r"|(chroma(\.damaged-\d+)?)"
    r"|((library-folders|library-sums|library-id|engine|engine-crashes|app)\.json(\.\d+\.new)?)"
    r"|settings\.toml(\.\d+\.new)?|library\.lock|engine\.sock|engine\.starting|logs|models"
)
"""The names of everything that a library puts into its folder."""

INSIDE = re.compile(
    r"logs/(pocketrag|engine)\.log(\.\d+)?"
    r"|chroma(\.damaged-\d+)?/(chroma\.sqlite3(-wal|-shm|-journal)?|[0-9a-f-]{36}/\w+\.(bin|pickle))"
    r"|models/(hub/.+|\.(tuning|making)-lock|(tuning|making)-\w+/.+|[^/]+\.refused|[^/]+/(model\.(onnx|gguf)|tokenizer\.json|(prepared|tuned)\.json))"
)
"""The paths of the files in the folders among them."""

SET_ASIDE = re.compile(r"(catalog\.sqlite3|chroma)\.damaged-\d+")
"""The names of stores that were found damaged: kept for whoever wants to look, and of no other use."""


@dataclass(frozen=True, slots=True)
class LibraryPaths:
    """Where everything of one library lies: all of it inside one folder."""

    root: Path

    @property
    def settings(self) -> Path:
        """The settings file."""
        return self.root / "settings.toml"

    @property
    def app(self) -> Path:
        """How a person likes the app: its theme, keys and pictures."""
        return self.root / "app.json"

    @property
    def catalog(self) -> Path:
        """The SQLite catalog."""
        return self.root / "catalog.sqlite3"

    @property
    def vectors(self) -> Path:
        """Chroma's folder."""
        return self.root / "chroma"

    @property
    def folders(self) -> Path:
        """The copy of the list of folders, for when the catalog is lost."""
        return self.root / "library-folders.json"

    @property
    def sums(self) -> Path:
        """The sums of catalog and vectors; there only while nobody has the library open."""
        return self.root / "library-sums.json"

    @property
    def identity(self) -> Path:
        """The file that keeps the library's name on a server of vectors; there only if it ever used one."""
        return self.root / "library-id.json"

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

    def aside(self, store: Path) -> Path:
        """Return a name beside a damaged store that it can be kept under."""
        names = (store.with_name(f"{store.name}.damaged-{number}") for number in count(1))
        return next(name for name in names if not os.path.lexists(name))

    def set_aside(self) -> tuple[Path, ...]:
        """Return what was found damaged and set aside, by name."""
        if not self.root.is_dir():
            return ()
        return tuple(sorted(entry for entry in self.root.iterdir() if SET_ASIDE.fullmatch(entry.name)))

    def make(self) -> None:
        """Create the library's folder, readable by its owner alone.

        Raises LibraryUnwritable if the system does not allow it, or if the folder is something else: then
        not a bit of it is changed.
        """
        try:
            self._refuse_others()
            self.root.mkdir(parents=True, exist_ok=True)
            self.root.chmod(0o700)
            self.logs.mkdir(exist_ok=True)
            self.logs.chmod(0o700)
        except OSError as error:
            raise LibraryUnwritable(
                f"The library folder {self.root} cannot be written: {error.strerror or error}.",
                "Check its permissions, or pick another folder with --library.",
            ) from error

    def _refuse_others(self) -> None:
        """Raise LibraryUnwritable for a folder that holds things which are not a library's."""
        if not self.root.is_dir() or self.catalog.exists() or self.folders.exists():
            return
        strange = next((e.name for e in self.root.iterdir() if not OURS.fullmatch(e.name)), None)
        if strange is not None:
            raise LibraryUnwritable(
                f"The folder {self.root} is not a library, and not empty (it holds {strange!r}).",
                "Name a new or an empty folder with --library.",
            )


def library_paths(chosen: Path | None) -> LibraryPaths:
    """Return the library that was chosen: the option, else the environment, else the default."""
    named = chosen or os.environ.get(LIBRARY_VARIABLE)
    return LibraryPaths((Path(named) if named else default_library()).expanduser().absolute())


def bytes_of(path: Path) -> int:
    """Return the size of a file, or of all files in a folder, in bytes; what goes meanwhile takes none."""
    if path.is_file():
        return _size(path)
    return sum(_size(Path(folder, name)) for folder, _, names in os.walk(path) for name in names)


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0


def models_folder() -> Path:
    """Return where models prepared for this computer are kept, for all libraries."""
    named = os.environ.get(MODELS_VARIABLE)
    return Path(named).expanduser().absolute() if named else default_library() / "models"


def default_library() -> Path:
    """Return the folder of the library that is meant where none is named."""
    import platformdirs

    return Path(platformdirs.user_data_dir("pocketrag"))
