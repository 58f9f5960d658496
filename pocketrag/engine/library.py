"""A library at work in this process: where its parts are wired together, and all that it can do."""

from __future__ import annotations

import logging
from collections.abc import Generator, Iterator
from pathlib import Path

from pocketrag.domain import (
    Answer,
    AnswerEvent,
    Check,
    ConversationEntry,
    Document,
    FileVersion,
    Filters,
    FolderForecast,
    FolderOutlook,
    KeptConversation,
    LibraryStatus,
    LoadEvent,
    Mark,
    MoveEvent,
    PagePicture,
    SearchEvent,
    SearchResults,
    Span,
    Turn,
    VectorPlace,
)
from pocketrag.engine.folders import Folders
from pocketrag.engine.following import Following
from pocketrag.engine.forecasting import Forecasts
from pocketrag.engine.history import History
from pocketrag.engine.indexing import Indexing
from pocketrag.engine.language_model import LanguageModelInUse
from pocketrag.engine.locking import owned
from pocketrag.engine.moving import Moving
from pocketrag.engine.pages import Pages
from pocketrag.engine.preparing import Preparing
from pocketrag.engine.questions import Questions
from pocketrag.engine.renewing import Renewing
from pocketrag.engine.standing import Standing
from pocketrag.engine.stores import Stores
from pocketrag.models.loading import Models
from pocketrag.models.prepare import PreparedModels
from pocketrag.models.tuned import TunedModels
from pocketrag.paths import LibraryPaths, models_folder
from pocketrag.reading.sandbox import Sandbox
from pocketrag.settings import Settings
from pocketrag.storage.lookup import Lookup
from pocketrag.storage.mounts import Mounts

log = logging.getLogger(__name__)

LONGEST_QUESTION = 60.0
"""Seconds that indexing stands still at one step: a question never heard out must not stop it for good."""


class Library:
    """One library, owned by this process until closed. Any thread may call it."""

    def __init__(
        self,
        paths: LibraryPaths,
        settings: Settings,
        *,
        rebuild: bool = False,
        patience: float = 0.0,
        lasting: bool = False,
    ) -> None:
        """Open the library, making it if there is none; no model is loaded yet.

        With `rebuild`, all that was read and embedded is discarded first; the folders stay. Another
        process may take `patience` seconds to let go of the library. One that is `lasting` has the language
        model prepared for this computer in the background.

        Raises LibraryLocked, LibraryUnwritable, LibraryDamaged or LibraryFromNewerVersion.
        """
        paths.make()
        self._lock = owned(paths, patience)
        try:
            self._open(paths, settings, rebuild, lasting)
        except BaseException:
            self._lock.release()
            raise

    def _open(self, paths: LibraryPaths, settings: Settings, rebuild: bool, lasting: bool) -> None:
        tuned = TunedModels(models_folder())
        self._models = Models(settings.models, PreparedModels(models_folder()), tuned)
        wanted = lasting and settings.models.prepare
        self._preparing = Preparing(self._models, tuned, settings.models.gpu_layers, wanted=wanted)
        self._sandbox = Sandbox()
        self._stores = stores = Stores(paths, settings.storage)
        self._renewing = Renewing(stores, self._models, settings, self._give_way)
        self._catalog = stores.catalog
        self._lookup = Lookup(stores.database)
        self._pages = Pages(self._lookup)
        self._mounts = Mounts(stores.database)
        self._history = History(stores.database, self._mounts)
        self._language_model = LanguageModelInUse(paths, settings, self._models, self._catalog)
        self._questions = Questions(
            stores,
            self._lookup,
            self._mounts,
            self._renewing,
            self._language_model.load,
            self._preparing,
            self._sandbox,
            settings,
        )
        self._indexing = Indexing(
            paths, settings.index, stores, self._mounts, self._sandbox, self._renewing, self._give_way
        )
        self._upkeep = self._indexing.upkeep
        self._moving = Moving(paths, stores, self._renewing, self._indexing.indexer)
        forecasts = Forecasts(stores, self._lookup, self._mounts, self._models, self._indexing.rules)
        self._folders = Folders(paths.root, stores, self._upkeep, self._indexing.indexer, forecasts)
        self._standing = Standing(
            paths, stores, self._lookup, self._mounts, self._models, self._preparing, self._upkeep
        )
        try:
            if rebuild:
                self._indexing.discard()
        except BaseException:
            stores.close(still=True, in_doubt=stores.in_doubt)
            raise

    # ── models ──────────────────────────────────────────────────────────────────────────────

    def load(self) -> Iterator[LoadEvent]:
        """Yield as each model is loaded; nothing if they are loaded already."""
        yield from self._renewing.embedder()
        yield from self._language_model.load()

    def _give_way(self) -> None:
        self._sandbox.wait(LONGEST_QUESTION)

    def use_language_model(self, setting: str, confirmed: bool = False) -> Iterator[LoadEvent]:
        """Yield as another language model takes the place of the one in use, now and in the settings.

        With `confirmed`, `setting` may be the address of a server beyond this computer.
        """
        yield from self._language_model.use(setting, confirmed)

    def move_vectors(self, url: str, confirmed: bool = False) -> Generator[MoveEvent, None, None]:
        """Yield as the vectors are carried to a server, or with an empty `url` to the library's folder.

        With `confirmed`, the server may be beyond this computer.
        """
        chosen = {"url": url, **({"confirmed_address": url} if confirmed else {})}
        with self._upkeep.standstill():
            yield from self._moving.run(self._stores.storage.model_copy(update=chosen))
        if self._indexing.indexer.in_doubt:
            self._upkeep.look_again()

    def reach_vectors(self) -> VectorPlace:
        """Return where the vectors are; a Chroma server is asked whether it can be used, now."""
        return self._stores.asked()

    def settings(self) -> Settings:
        """Return the settings that the library is at work with."""
        return self._language_model.settings.model_copy(update={"storage": self._stores.storage})

    def rest(self) -> None:
        """Let go of what nobody has needed for long, make ready what will be: called every second or so."""
        for name in self._models.unload_idle():
            log.info("%s left the memory: nobody needed it", name)
        if self._stores.doubted:
            self._upkeep.look_again()
        self._pages.rest()
        self._stores.fetch_ahead()

    def preparing(self) -> str:
        """Return what is being prepared for this computer, in words; empty while nothing is."""
        return self._preparing.said()

    # ── folders ─────────────────────────────────────────────────────────────────────────────

    def folders(self) -> tuple[Path, ...]:
        """Return the folders of the library."""
        return self._catalog.folders()

    def add(self, folder: Path) -> Path:
        """Return the folder as the library knows it: absolute, or the one that already holds it.

        Raises FolderError if it is not there, no folder, or may not be read.
        """
        return self._folders.add(folder)

    def outlook(self, folder: Path) -> FolderOutlook:
        """Return what adding a folder would mean. Raises FolderError if it cannot be added."""
        return self._folders.outlook(folder)

    def forecast(self, folder: Path) -> FolderForecast:
        """Return what adding a folder would have read. Raises FolderError if it cannot be added."""
        return self._folders.forecast(folder)

    def remove(self, folder: Path) -> int:
        """Return how many files were forgotten with the folder. Raises FolderError if it is not ours."""
        return self._folders.remove(folder)

    # ── the two paths ───────────────────────────────────────────────────────────────────────

    def index(self) -> Following:
        """Yield what happens to each file while the index is brought up to date; one run at a time."""
        return self._upkeep.index()

    def retry(self, files: tuple[Path, ...] = ()) -> Following:
        """Yield what becomes of files that failed as they are read again: these, or all."""
        return self._indexing.retry(files)

    def mend(self) -> Following:
        """Yield how the vectors are brought in line with the catalog; then as `index`."""
        return self._indexing.mend()

    def check(self) -> Iterator[Check]:
        """Yield how catalog, vectors, folders and files stand; indexing stands still meanwhile."""
        return self._indexing.check(self._lookup)

    def watch(self) -> Following:
        """Yield what changes in the index, for ever: now, and whenever files change."""
        return self._upkeep.watch()

    def rebuild(self) -> None:
        """Discard all that was read and embedded; the folders stay."""
        self._indexing.rebuild()

    def pause(self) -> None:
        """Let indexing stand still at its next safe point, until `resume` or `index`."""
        self._upkeep.pause()

    def resume(self) -> None:
        """Let indexing go on."""
        self._upkeep.resume()

    def indexing(self) -> str:
        """Return how indexing stands, in words; empty while there is nothing to do."""
        return self._upkeep.said()

    def behind(self) -> str:
        """Return what stands between the index and the folders, in words; empty if nothing is known to."""
        return self._upkeep.behind()

    def search(self, query: str, filters: Filters, limit: int) -> SearchResults:
        """Return at most `limit` passages for the query, best first."""
        return self._questions.search(query, filters, limit)

    def search_all(self, query: str, filters: Filters) -> Iterator[SearchEvent]:
        """Yield `DocumentMatched` for every document that holds the query's words; last `AllMatched`."""
        return self._questions.search_all(query, filters)

    def ask(self, question: str, turns: tuple[Turn, ...], filters: Filters) -> Iterator[AnswerEvent]:
        """Yield an answer: `PassagesFound`, `Token`…, then `AnswerReady` or `Refused`."""
        return self._questions.ask(question, turns, filters)

    # ── conversations ───────────────────────────────────────────────────────────────────────

    def conversations(self, words: str = "") -> tuple[ConversationEntry, ...]:
        """Return the kept conversations, latest first; with `words`, those that hold all of them."""
        return self._history.entries(words)

    def conversation(self, conversation: int) -> KeptConversation:
        """Return a kept conversation, its citations compared with the files as they are now."""
        return self._history.conversation(conversation)

    def keep_answer(self, answer: Answer, conversation: int | None) -> int:
        """Return the conversation at whose end the answer is now kept: this one, or a new one."""
        return self._history.keep(answer, conversation)

    def mark_answer(self, turn: int, mark: Mark | None) -> None:
        """Note what a person says of a kept answer; None takes it back."""
        self._history.mark(turn, mark)

    def rename_conversation(self, conversation: int, title: str) -> None:
        """Give a conversation another title."""
        self._history.rename(conversation, title)

    def delete_conversations(self, conversations: tuple[int, ...]) -> None:
        """Delete conversations for good; if one of them is not there, none is deleted."""
        self._history.delete(conversations)

    # ── looking ─────────────────────────────────────────────────────────────────────────────

    def status(self, files: bool = False) -> LibraryStatus:
        """Return counts and failures; with `files`, every file."""
        return self._standing.status(files)

    def document(self, path: Path) -> tuple[FileVersion, Document]:
        """Return the stored text and structure of an indexed file. Raises UnknownFile."""
        return self._lookup.document(path)

    def page_picture(self, file: Path, page: int, width: int, span: Span | None = None) -> PagePicture:
        """Return a page of an indexed PDF, `width` pixels wide, with what stands at a span marked."""
        return self._pages.picture(file, page, width, span)

    def close(self) -> None:
        """Let go of the library, so that another process may open it."""
        self._preparing.close()
        still = self._upkeep.close()
        self._sandbox.close()
        self._pages.close()
        self._stores.close(still=still, in_doubt=self._indexing.indexer.in_doubt)
        self._lock.release()
