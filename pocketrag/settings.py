"""The settings of a library: one commented TOML file in its folder, every key documented here.

An unknown key is refused by name, with the nearest known one, so that a misspelt setting never
passes in silence.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pocketrag.addresses import is_address
from pocketrag.errors import SettingsError
from pocketrag.paths import LibraryPaths
from pocketrag.private_files import write_private

BUNDLED = "bundled"


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class ModelSettings(_Section):
    """Which models to use, and how."""

    embedding: str = BUNDLED
    """The embedding model: "bundled" (all-MiniLM-L6-v2), or the path of a sentence-transformers folder."""
    language: str = BUNDLED
    """The language model: "bundled" (SmolLM2-135M-Instruct), a GGUF file's path, or a server's address."""
    remote_model: str = ""
    """What the server of language models calls the model; empty: the first that it names."""
    confirmed_address: str = ""
    """The server beyond this computer that questions and passages may go to: `pocketrag models use` asks."""
    context_tokens: int = Field(4096, ge=512, le=131_072)
    """How many tokens the language model sees at once, at most: fewer where only fewer fit into memory."""
    threads: int = Field(0, ge=0, le=256)
    """Processor threads for the models; 0: as many as are quickest."""
    gpu_layers: int = Field(-1, ge=-1, le=1000)
    """Layers handed to a graphics card, -1 for all; means nothing where llama.cpp was built without one."""
    prepare: bool = True
    """Whether the language model is prepared for this computer by itself, once, after its first answer."""
    unload_after: float = Field(900, ge=0, le=86_400)
    """Seconds after which a model that nobody needs leaves the memory, to come back when it is; 0: never."""

    @property
    def is_remote(self) -> bool:
        """Whether the language model is a server's."""
        return is_address(self.language)


class SearchSettings(_Section):
    """How passages are found."""

    passages: int = Field(6, ge=1, le=50)
    """How many passages an answer is drawn from."""
    candidates: int = Field(60, ge=10, le=1000)
    """How many chunks each of the two searches (by meaning, by words) proposes."""


class AnswerSettings(_Section):
    """How questions are answered."""

    strictness: float = Field(0.5, ge=0.0, le=1.0)
    """When to refuse: 0 answers nearly always, 1 only with strong evidence."""
    max_tokens: int = Field(96, ge=16, le=4096)
    """How long an answer may get, in the language model's tokens."""


class IndexSettings(_Section):
    """What is indexed."""

    max_file_mb: int = Field(100, ge=1, le=100)
    """Files larger than this many megabytes are skipped."""
    chunk_tokens: int = Field(0, ge=0, le=8192)
    """Tokens of a chunk, at most; 0: as many as the embedding model takes in. A change renews the index."""
    ignore: tuple[str, ...] = ()
    """What to leave out of every folder, in the syntax of .gitignore: ["*.log", "Drafts/"]."""
    on_battery: Literal["continue", "wait"] = "continue"
    """While the computer runs on battery: "continue" indexing, or "wait" until it is plugged in."""


class StorageSettings(_Section):
    """Where the vectors are."""

    url: str = Field("", pattern=r"^(https?://\S+)?$")
    """The Chroma server that keeps the vectors, by its address; empty: the library's own folder does."""
    confirmed_address: str = ""
    """The server beyond this computer that vectors may go to: `pocketrag storage move` asks."""
    tenant: str = ""
    """The server's tenant; empty: what CHROMA_TENANT says, else the server's default."""
    database: str = ""
    """The server's database; empty: what CHROMA_DATABASE says, else the server's default."""


class EngineSettings(_Section):
    """The process that owns the library while it is in use."""

    keep_alive: float = Field(300, ge=0, le=86_400)
    """Seconds that the engine stays, models loaded, after the last command or app has left it."""


class Settings(_Section):
    """Everything that can be set, section by section."""

    models: ModelSettings = ModelSettings()
    search: SearchSettings = SearchSettings()
    answer: AnswerSettings = AnswerSettings()
    index: IndexSettings = IndexSettings()
    storage: StorageSettings = StorageSettings()
    engine: EngineSettings = EngineSettings()


def load_settings(paths: LibraryPaths) -> Settings:
    """Return the library's settings, writing the commented file if there is none yet.

    Raises SettingsError if the file is not TOML, has an unknown key, or a value out of bounds.
    """
    if not paths.settings.exists():
        paths.make()
        write_private(paths.settings, settings_text())
        return Settings()
    try:
        found = tomllib.loads(paths.settings.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(
            f"The settings file {paths.settings} cannot be read: {error}.",
            "Mend the file, or delete it to start again from the defaults.",
        ) from error
    return checked_settings(found, paths.settings)


def checked_settings(found: dict[str, Any], file: Path) -> Settings:
    """Return the settings that a file's values make. Raises SettingsError for one that it cannot have."""
    try:
        return Settings.model_validate(found)
    except ValidationError as error:
        raise _settings_error(file, error) from error


def settings_text() -> str:
    """Return the settings file with its defaults, every key explained by a comment."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# PocketRAG settings of this library. Keys may be left out; these are the defaults."
    for section, field in Settings.model_fields.items():
        group = field.default
        yield ""
        yield f"[{section}]"
        for key, described in type(group).model_fields.items():
            yield f"# {described.description}"
            yield f"{key} = {_toml(getattr(group, key))}"


def _toml(value: str | float | tuple[str, ...]) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml, value))}]"
    return f'"{value}"' if isinstance(value, str) else str(value)


def _settings_error(file: Path, error: ValidationError) -> SettingsError:
    """Return the first thing wrong with the file, in words."""
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        return SettingsError(f'Unknown setting "{where}" in {file}.', _nearest(where))
    return SettingsError(f'Setting "{where}" in {file}: {first["msg"]}.', "Correct the value.")


def _nearest(where: str) -> str:
    known = sorted(_known_keys(Settings()))
    near = difflib.get_close_matches(where, known, n=1)
    return f'Did you mean "{near[0]}"?' if near else f"Known settings: {', '.join(known)}."


def _known_keys(settings: Settings) -> Iterator[str]:
    groups: dict[str, dict[str, Any]] = settings.model_dump()
    for section, values in groups.items():
        yield section
        yield from (f"{section}.{key}" for key in values)
