"""The checks that need no open library: where it lies, its settings, models, engine, and this system.

They work however broken the library is, and change nothing.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from pocketrag import __version__
from pocketrag.domain import Check
from pocketrag.engine.connection import Connection
from pocketrag.engine.protocol import EngineInfo, Greeting
from pocketrag.engine.starting import CRASHES, crashes, running
from pocketrag.errors import (
    EngineError,
    ModelError,
    PocketRagError,
    ReadingError,
    SettingsError,
    VectorServerError,
)
from pocketrag.paths import OURS, LibraryPaths, bytes_of
from pocketrag.plain import one_line
from pocketrag.settings import ModelSettings, Settings, StorageSettings, load_settings
from pocketrag.wording import plural

LITTLE = 1_000_000_000
"""Bytes left on the disk below which a warning is due: the models alone need as much to work with."""

TOO_LITTLE = 100_000_000
"""Bytes left on the disk with which the next index run may well fail."""

SENTENCE = "The quick brown fox jumps over the lazy dog."
"""What the reading sandbox is given to read."""

REPAIR = "`pocketrag doctor --repair` mends it."


def check_place(paths: LibraryPaths) -> Check:
    """Return whether the library's folder is there, and its owner's alone."""
    if not paths.root.is_dir():
        return Check(
            "library", "warning", f"None at {_shown(paths.root)} yet.", "`pocketrag add FOLDER` makes it."
        )
    if not os.access(paths.root, os.R_OK | os.W_OK | os.X_OK):
        found = f"{_shown(paths.root)} may not be written."
        return Check("library", "problem", found, "Correct its permissions, or pick another with --library.")
    strange = strangers(paths)
    open_to_others = [path for path, _ in too_open(paths)]
    if open_to_others:
        names = ", ".join(one_line(path.name) for path in open_to_others[:5])
        return Check("library", "problem", f"Not its owner's alone: {names}.", REPAIR)
    if strange:
        names = ", ".join(one_line(path.name) for path in strange[:5])
        return Check("library", "warning", f"Holds what is not the library's: {names}.", "Move it elsewhere.")
    return Check("library", "ok", f"{_shown(paths.root)}, readable by you alone.")


def strangers(paths: LibraryPaths) -> list[Path]:
    """Return what lies in the library's folder and is none of the library's, by name."""
    return sorted(entry for entry in paths.root.iterdir() if not OURS.fullmatch(entry.name))


def too_open(paths: LibraryPaths) -> list[tuple[Path, int]]:
    """Return what others than the owner may use, each with the mode it should have."""
    if not paths.root.is_dir():
        return []
    return [(path, mode) for path, mode in _modes(paths) if stat.S_IMODE(path.lstat().st_mode) & ~mode]


def _modes(paths: LibraryPaths) -> Iterator[tuple[Path, int]]:
    """Yield the library's folder and what is the library's in it, each with the mode it should have."""
    yield paths.root, 0o700
    for entry in sorted(paths.root.iterdir()):
        if OURS.fullmatch(entry.name) and not entry.is_symlink():
            yield entry, 0o700 if entry.is_dir() else 0o600


def check_settings(paths: LibraryPaths) -> Check:
    """Return whether the settings can be used."""
    if not paths.settings.exists():
        return Check("settings", "ok", "The defaults.")
    try:
        load_settings(paths)
    except SettingsError as error:
        return Check("settings", "problem", one_line(error.message), one_line(error.remedy))
    return Check("settings", "ok", "Every key is known, every value within its bounds.")


def settings_or_defaults(paths: LibraryPaths) -> Settings:
    """Return the library's settings; the defaults if there are none that can be used."""
    try:
        return load_settings(paths) if paths.settings.exists() else Settings()
    except SettingsError:
        return Settings()


def check_models(settings: Settings) -> Iterator[Check]:
    """Yield whether the models' files are there, and what they should be (0.3 s: their sums are taken)."""
    from pocketrag.models.hub import ModelFile, embedding_model, language_model

    models = settings.models
    wanted: dict[str, tuple[Callable[[str], ModelFile], str]] = {
        "embedding model": (embedding_model, models.embedding),
        "language model": (language_model, models.language),
    }
    if models.is_remote:
        wanted.pop("language model")
        yield _check_server(models)
    for name, (find, setting) in wanted.items():
        try:
            yield Check(name, "ok", f"{one_line(find(setting).name)}, whole.")
        except ModelError as error:
            yield Check(name, "problem", one_line(error.message), one_line(error.remedy))


def _check_server(models: ModelSettings) -> Check:
    """Return whether the server of language models answers, and whether it is this computer's."""
    from pocketrag.models.remote import RemoteModel, leaves_computer

    try:
        name = RemoteModel(models).name
    except ModelError as error:
        return Check("language model", "problem", one_line(error.message), one_line(error.remedy))
    if leaves_computer(models):
        said = f"{one_line(name)}: questions and passages leave this computer."
        return Check("language model", "warning", said, "`pocketrag models use bundled` keeps them here.")
    return Check("language model", "ok", f"{one_line(name)} answers.")


def check_vector_server(paths: LibraryPaths, settings: Settings) -> Iterator[Check]:
    """Yield whether the server that keeps the vectors answers, and whose it is; nothing where none does.

    And whether the library has vectors where they are not used, as a move that was broken off leaves them.
    """
    if settings.storage.url:
        yield _check_vector_server(settings.storage)
    unused = _unused_vectors(paths, settings.storage)
    if unused:
        said = f"Vectors of this library that are not used: {one_line(unused)}."
        where = "local" if settings.storage.url else one_line(unused)
        yield Check("other vectors", "warning", said, f"`pocketrag storage move {where}` uses them.")


def _check_vector_server(storage: StorageSettings) -> Check:
    from pocketrag.storage.chroma.address import leaves_computer
    from pocketrag.storage.chroma.holding import look

    try:
        look(storage)
    except VectorServerError as error:
        return Check("vector server", "problem", one_line(error.message), one_line(error.remedy))
    named = one_line(storage.url)
    if leaves_computer(storage):
        said = f"{named} answers: vectors of passages and questions leave this computer."
        return Check("vector server", "warning", said, "`pocketrag storage move local` keeps them here.")
    return Check("vector server", "ok", f"{named} answers.")


def _unused_vectors(paths: LibraryPaths, storage: StorageSettings) -> str:
    """Return where vectors lie that are not used: the library's folder, or a server; empty if nowhere."""
    from pocketrag.storage.chroma.holding import LEFT, last_server
    from pocketrag.storage.contents import fact

    if storage.url:
        return str(paths.vectors) if paths.vectors.exists() else ""
    return last_server(fact(paths, LEFT))


def check_engine(paths: LibraryPaths) -> Check:
    """Return whether an engine runs, of which version, and whether others crashed."""
    try:
        engine = running(paths, "doctor")
    except EngineError as error:
        return Check("engine", "problem", one_line(error.message), one_line(error.remedy))
    if engine is not None:
        with closing(engine):
            return _running_engine(engine)
    crashed = crashes(paths)
    if crashed.count >= CRASHES and crashed.version == __version__:
        found = f"Crashed {crashed.count} times in a row ({one_line(crashed.reason)}); no more are started."
        return Check("engine", "problem", found, f"See {_shown(paths.engine_log)}. {REPAIR}")
    if crashed.count:
        times = plural(crashed.count, "engine")
        return Check("engine", "warning", f"{times} crashed lately ({one_line(crashed.reason)}).")
    if leftovers(paths):
        return Check("engine", "warning", "None is running; one that died left its files.", REPAIR)
    return Check("engine", "ok", "None is running; the next command starts one.")


def _running_engine(engine: Connection) -> Check:
    try:
        greeting: Greeting = engine.call("greet")
        about: EngineInfo = engine.call("about")
    except PocketRagError as error:
        return Check("engine", "problem", one_line(error.message), one_line(error.remedy))
    doing = ", ".join(about.doing) or "nothing"
    found = f"Process {greeting.pid}, PocketRAG {one_line(greeting.version)}; at work: {one_line(doing)}."
    if greeting.version != __version__:
        return Check(
            "engine", "warning", f"{found} This is {__version__}.", "`pocketrag engine stop` ends it."
        )
    return Check("engine", "ok", found)


def is_running(paths: LibraryPaths) -> bool:
    """Return whether the library has an engine, be it one that does not answer."""
    try:
        engine = running(paths, "doctor")
    except EngineError:
        return True
    if engine is not None:
        engine.hang_up()
    return engine is not None


def leftovers(paths: LibraryPaths) -> list[Path]:
    """Return what engines that died have left; nothing while one runs."""
    if not paths.root.is_dir() or is_running(paths):
        return []
    halves = [path for path in paths.root.glob("*.new") if OURS.fullmatch(path.name)]
    return [*(file for file in (paths.engine, paths.socket) if file.exists()), *sorted(halves)]


def check_disk(paths: LibraryPaths) -> Check:
    """Return how much room is left where the library lies."""
    there = next(folder for folder in (paths.root, *paths.root.parents) if folder.is_dir())
    free = shutil.disk_usage(there).free
    found = f"{free / 1e9:,.1f} GB left."
    if free < TOO_LITTLE:
        return Check("disk", "problem", found, "Free some space: the index cannot be written.")
    if free < LITTLE:
        return Check("disk", "warning", found, "Free some space before you index more.")
    return Check("disk", "ok", found)


def check_set_aside(paths: LibraryPaths) -> Check:
    """Return what was found damaged and kept."""
    aside = paths.set_aside()
    if not aside:
        return Check("set aside", "ok", "Nothing.")
    size = sum(bytes_of(path) for path in aside)
    names = ", ".join(path.name for path in aside)
    found = f"{names} ({size / 1e6:,.1f} MB): damaged once, and made anew since."
    return Check("set aside", "warning", found, f"Can be deleted from {_shown(paths.root)}.")


def check_reading() -> Check:
    """Return whether a small document comes through the reading sandbox."""
    from pocketrag.reading.sandbox import Sandbox

    with closing(Sandbox(workers=1)) as sandbox:
        try:
            text = sandbox.submit(SENTENCE.encode(), ".txt").result().text
        except ReadingError as error:
            remedy = "Install PocketRAG again, or free some memory."
            return Check(
                "reading", "problem", f"The sandbox reads nothing: {one_line(error.message)}", remedy
            )
    if text.strip() != SENTENCE:
        return Check("reading", "problem", "The sandbox reads what is not there.", "Install PocketRAG again.")
    return Check("reading", "ok", "A document came through the sandbox as it is.")


def check_watching(folders: tuple[Path, ...]) -> Check:
    """Return whether changes in the folders are noticed at once, and how many watches that takes."""
    from pocketrag.indexing.watcher import INOTIFY_KEY, cannot_watch, watches_allowed, watches_needed

    polled = {folder: reason for folder in folders if (reason := cannot_watch(folder))}
    if polled:
        names = "; ".join(f"{_shown(folder)}: {one_line(reason)}" for folder, reason in polled.items())
        remedy = "Changes there are found every half a minute, while something watches."
        return Check("watching", "warning", f"Not watched, but looked at now and then: {names}.", remedy)
    allowed = watches_allowed()
    needed = watches_needed(folders)
    if allowed is None:
        return Check("watching", "ok", "Changes are noticed at once.")
    found = f"{needed:,} of the {allowed:,} watches that the system allows are needed."
    if needed > allowed:
        remedy = f"Until the limit is raised (`sudo sysctl {INOTIFY_KEY}=…`), folders are polled."
        return Check("watching", "warning", found, remedy)
    return Check("watching", "ok", f"Changes are noticed at once; {found}")


def _shown(path: Path) -> str:
    return one_line(str(path))
