"""Everything that can go wrong, as one tree; each error says what happened and what to do.

    PocketRagError
    ├── SettingsError               the settings file, or an environment variable
    ├── LibraryError                the library as a whole
    │   ├── LibraryLocked           another process owns it
    │   ├── LibraryFromNewerVersion its catalog was written by a newer PocketRAG
    │   ├── LibraryModelMismatch    its vectors belong to another embedding model
    │   ├── LibraryDamaged          its catalog or vector store turned out to be damaged
    │   └── LibraryUnwritable       its folder cannot be written (permissions, disk full)
    ├── VectorsUnusable             vectors cannot be searched now: words alone are
    │   ├── VectorsMissing          they were lost, and are not made anew yet
    │   └── VectorServerError       a Chroma server cannot keep them as things stand
    │       └── VectorServerAway    it cannot be reached, or does not let us in: that may pass
    ├── FolderError                 a folder that cannot be added, or is not in the library
    ├── WatchError                  the folders cannot be watched
    ├── AutostartError              the watch cannot be started at login, or be taken back from there
    ├── UnknownFile                 a file that the library does not hold
    ├── QueryError                  a query whose filters cannot be understood
    ├── UnknownConversation         a conversation that the library does not keep
    ├── ExportError                 a file that a conversation cannot be written to
    ├── OutsideError                a file that another program cannot be made to show
    ├── QuestionsFileError          a questions file (`--questions`, `eval`) that cannot be used
    ├── ModelError                  a model that cannot be used, or be had
    │   ├── ModelMissing            not where it should be
    │   ├── ModelDamaged            there, but not what it should be
    │   ├── ModelTooLarge           does not fit into memory
    │   ├── ModelServerError        a server of language models that does not answer as it should
    │   └── PullError               cannot be fetched
    ├── EngineError             the process that owns the library
    │   ├── EngineStopped       it ended in the middle of a request
    │   ├── EngineClosed        it was asked to end in the middle of a request
    │   ├── EngineNewer         it is of a newer PocketRAG than whoever asks
    │   ├── EngineDown          it crashed again and again, and is not started any more
    │   └── EngineUnreachable   it is there, but does not answer
    └── ReadingError                one file cannot be read: costs that file, nothing else
        ├── Unreadable              permissions, vanished, input/output error
        ├── Unsupported             a kind of file that no reader knows
        ├── Encrypted               needs a password
        ├── Damaged                 its own format's rules are broken
        ├── TooLarge                over a limit
        ├── TimedOut                not read within the time that a file may take
        └── NoText                  opened well, but holds no text (a scan)
            └── Empty               nothing at all in it, or white space only

Errors are raised anywhere and caught once, at the front door (`cli.py`, the app's bridge);
only a `ReadingError` is caught earlier, by the indexer, which records it and goes on.
"""

from __future__ import annotations

from typing import ClassVar


class PocketRagError(Exception):
    """An error a person can act on: `message` says what happened, `remedy` what to do."""

    kind: ClassVar[str] = "error"

    def __init__(self, message: str, remedy: str) -> None:
        """Keep both sentences; neither may be empty."""
        super().__init__(message, remedy)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        """One line: what happened, then what to do."""
        return f"{self.message} {self.remedy}"


class SettingsError(PocketRagError):
    """The settings file cannot be used as it stands."""

    kind = "settings"


class LibraryError(PocketRagError):
    """The library as a whole cannot be used."""

    kind = "library"


class LibraryLocked(LibraryError):
    """Another process owns the library."""

    kind = "library locked"


class LibraryFromNewerVersion(LibraryError):
    """The catalog's schema is newer than this program knows."""

    kind = "library from newer version"


class LibraryModelMismatch(LibraryError):
    """The library's vectors were made with another embedding model."""

    kind = "library model mismatch"


class LibraryDamaged(LibraryError):
    """The catalog or the vector store is damaged; the next start sets it aside, and makes it anew."""

    kind = "library damaged"


class LibraryUnwritable(LibraryError):
    """The library's folder cannot be written."""

    kind = "library unwritable"


class VectorsUnusable(PocketRagError):
    """Vectors cannot be searched now: words alone are, and that is said."""

    kind = "vectors"


class VectorsMissing(VectorsUnusable):
    """Vectors of the library are gone, and not made anew yet."""

    kind = "vectors missing"


class VectorServerError(VectorsUnusable):
    """The Chroma server that keeps the vectors cannot be used as it is asked to."""

    kind = "vector server"


class VectorServerAway(VectorServerError):
    """The Chroma server cannot be reached, or does not let us in; it is tried again by itself."""

    kind = "vector server away"


class FolderError(PocketRagError):
    """A folder that cannot be added, or that is not in the library."""

    kind = "folder"


class WatchError(PocketRagError):
    """The folders cannot be watched for changes."""

    kind = "watch"


class AutostartError(PocketRagError):
    """The watch cannot be handed to the system, to be started at login, or be taken back."""

    kind = "autostart"


class UnknownFile(PocketRagError):
    """A file that the library does not hold."""

    kind = "unknown file"


class QueryError(PocketRagError):
    """A query whose filters cannot be understood."""

    kind = "query"


class UnknownConversation(PocketRagError):
    """A conversation that the library does not keep."""

    kind = "unknown conversation"


class ExportError(PocketRagError):
    """A file that a conversation cannot be written to."""

    kind = "export"


class OutsideError(PocketRagError):
    """A file that another program cannot be made to show."""

    kind = "outside"


class QuestionsFileError(PocketRagError):
    """A questions file that cannot be read, or a line of it that is not a question."""

    kind = "questions file"


class ModelError(PocketRagError):
    """A model cannot be used."""

    kind = "model"


class ModelMissing(ModelError):
    """A model's file is not where it should be."""

    kind = "model missing"


class ModelDamaged(ModelError):
    """A model's file is not what it should be."""

    kind = "model damaged"


class ModelTooLarge(ModelError):
    """A model takes more memory than there is."""

    kind = "model too large"


class ModelServerError(ModelError):
    """A server of language models cannot be reached, refuses, or stops in the middle."""

    kind = "model server"


class PullError(ModelError):
    """A model cannot be fetched from the hub."""

    kind = "pull"


class EngineError(PocketRagError):
    """The process that owns the library cannot be used."""

    kind = "engine"


class EngineStopped(EngineError):
    """The engine process ended in the middle of a request."""

    kind = "engine stopped"


class EngineClosed(EngineError):
    """The engine was asked to end, by a person, in the middle of a request."""

    kind = "engine closed"


class EngineNewer(EngineError):
    """The library's engine is of a newer PocketRAG, which is not stopped for an older one."""

    kind = "engine newer"


class EngineDown(EngineError):
    """The engine crashed again and again; it is not started until a person says so."""

    kind = "engine down"


class EngineUnreachable(EngineError):
    """An engine is there, but does not answer, or may not be spoken to."""

    kind = "engine unreachable"


class ReadingError(PocketRagError):
    """One file cannot be read; `kind` is the reason that `status` shows."""

    kind = "unreadable"


class Unreadable(ReadingError):
    """The operating system would not hand over the file's bytes."""

    kind = "unreadable"


class Unsupported(ReadingError):
    """No reader knows this kind of file."""

    kind = "unsupported"


class Encrypted(ReadingError):
    """The file needs a password."""

    kind = "encrypted"


class Damaged(ReadingError):
    """The file breaks its own format's rules."""

    kind = "damaged"


class TooLarge(ReadingError):
    """The file is over a limit."""

    kind = "too large"


class TimedOut(ReadingError):
    """The file was not read within the time that a file may take."""

    kind = "timed out"


class NoText(ReadingError):
    """The file opened well but holds no text."""

    kind = "no text"


class Empty(NoText):
    """The file holds nothing at all, or white space only."""

    kind = "empty"
