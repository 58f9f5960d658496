"""What the bridge's threads tell the screen: small, typed, and drawn as they come.

A message goes to whoever asked (a turn, a screen) and bubbles up from there.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from textual.message import Message
from textual.message_pump import MessagePump

from pocketrag.domain import (
    Answer,
    ConversationEntry,
    Document,
    FileVersion,
    FolderForecast,
    FolderOutlook,
    IndexDone,
    IndexProgress,
    KeptConversation,
    LibraryStatus,
    LoadEvent,
    Mark,
    PagePicture,
    SearchResults,
    SettingLine,
)

if TYPE_CHECKING:  # it would bring the settings' own library into the first paint
    from pocketrag.models.overview import Overview


@dataclass
class Failed(Message):
    """Something asked of the engine went wrong; says what, and what to do."""

    text: str
    """What happened."""
    remedy: str
    """What to do about it."""
    fatal: bool
    """Whether the library as a whole is out of reach, so that nothing else will work either."""


@dataclass
class StartFailed(Failed):
    """The library could not be opened, or its models not loaded."""


@dataclass
class AskFailed(Failed):
    """A question could not be answered."""


@dataclass
class IndexFailed(Failed):
    """Bringing the index up to date was broken off."""


@dataclass
class WatchFailed(Failed):
    """The folders are not watched for changes; indexing by hand still works."""


@dataclass
class OutsideFailed(Failed):
    """A file could not be shown by another program."""


@dataclass
class ShownOutside(Message):
    """A file is shown by another program."""

    file: Path


@dataclass
class ModelMoved(Message):
    """A model is being loaded, or is ready."""

    event: LoadEvent


@dataclass
class LibraryReady(Message):
    """The library is open and its models are loaded: questions may be asked."""

    status: LibraryStatus


@dataclass
class StatusTold(Message):
    """The library's status, as asked for."""

    status: LibraryStatus


@dataclass
class IndexMoved(Message):
    """How far indexing has come; only the newest one counts."""

    progress: IndexProgress

    def can_replace(self, message: MessagePump | Message) -> bool:
        """Return whether this one may be dropped because a newer one is already waiting behind it."""
        return isinstance(message, IndexMoved)


@dataclass
class IndexHeld(Message):
    """There is something to index, but it is to wait."""

    reason: str
    """Such as `on battery`; empty once nothing waits any more."""


@dataclass
class IndexEnded(Message):
    """Indexing is over."""

    done: IndexDone


@dataclass
class Mended(Message):
    """Something of the library was found damaged or lost, and is made anew."""

    text: str


@dataclass
class RunOver(Message):
    """The thread that indexed or watched has ended, whatever the reason."""

    watched: bool
    """Whether it was to watch for good."""


@dataclass
class HistoryTold(Message):
    """The kept conversations, or those that were searched for."""

    entries: tuple[ConversationEntry, ...]


@dataclass
class ConversationTold(Message):
    """A kept conversation, as asked for."""

    kept: KeptConversation


@dataclass
class FolderForgotten(Message):
    """A folder is no longer part of the library."""

    files: int
    """How many files were forgotten with it."""


@dataclass
class SettingsTold(Message):
    """The library's settings, as asked for."""

    lines: tuple[SettingLine, ...]


@dataclass
class SettingsChanged(Message):
    """A setting was changed; the engine takes it over once it is opened anew."""

    key: str


@dataclass
class ModelsTold(Message):
    """Every model that is here or can be fetched, as asked for."""

    overview: Overview
    passages: int
    """Of the library: what another embedding model embeds anew."""


@dataclass
class ModelFetching(Message):
    """How far a model has come that is being fetched; only the newest one counts."""

    name: str
    done: int
    total: int
    """Bytes."""
    rate: float
    """Bytes a second."""
    seconds_left: float | None

    def can_replace(self, message: MessagePump | Message) -> bool:
        """Return whether this one may be dropped because a newer one is already waiting behind it."""
        return isinstance(message, ModelFetching)


@dataclass
class ModelFetched(Message):
    """A model is here, whole."""

    name: str


@dataclass
class Exported(Message):
    """Something was written to a file."""

    file: Path


@dataclass
class PassagesArrived(Message):
    """The evidence for a question, before the answer's first word."""

    results: SearchResults


@dataclass
class WordsArrived(Message):
    """The next piece of an answer that is being written; not yet checked."""

    text: str


@dataclass
class AnswerArrived(Message):
    """The checked answer, or a refusal."""

    answer: Answer


@dataclass
class Marked(Message):
    """What a person says of an answer is kept."""

    mark: Mark | None


@dataclass
class DocumentTold(Message):
    """A file's stored text, as asked for."""

    file: FileVersion
    document: Document


@dataclass
class PageDrawn(Message):
    """A page of a file as a picture, as asked for."""

    page: int
    picture: PagePicture


@dataclass
class PageFailed(Failed):
    """A page could not be drawn."""


@dataclass
class FolderDoubted(Message):
    """A folder was not added yet, as it may not be what was meant."""

    outlook: FolderOutlook


@dataclass
class FolderForetold(Message):
    """What adding a folder would have read."""

    folder: Path
    """As it was asked for."""
    forecast: FolderForecast | None
    """None for what is no folder that can be added."""


@dataclass
class FolderAdded(Message):
    """A folder is now part of the library; its files wait for the index."""

    folder: Path
    """As the library knows it."""
    outlook: FolderOutlook
    """What adding it meant."""
