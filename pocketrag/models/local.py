"""Which models are on this computer: those that come with PocketRAG, those fetched, those put there by hand.

Fetched ones lie in the models folder below `hub/`, a folder each; a `.gguf` file, or the folder of an
embedding model, that somebody drops into the models folder itself is found by its name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pocketrag.domain import ModelRole
from pocketrag.errors import ModelMissing
from pocketrag.models.hub import MINILM, SMOLLM2, BundledModel
from pocketrag.models.known import KnownModel, known
from pocketrag.settings import BUNDLED

FETCHED = "hub"
"""The folder of fetched models, in the models folder."""

PARTS = ".fetching"
"""What a folder's name ends with while its model is still being fetched."""

BUNDLED_MODELS: dict[ModelRole, BundledModel] = {"embedding": MINILM, "language": SMOLLM2}


@dataclass(frozen=True, slots=True)
class LocalModel:
    """A model that is here."""

    name: str
    role: ModelRole
    setting: str
    """What `models.language` or `models.embedding` has to say for it to be used."""


def local_models(folder: Path) -> tuple[LocalModel, ...]:
    """Return the models that are here, `folder` being the models folder; the bundled ones first."""
    bundled = [LocalModel(model.name, role, BUNDLED) for role, model in BUNDLED_MODELS.items()]
    return (*bundled, *sorted(_found(folder), key=lambda model: model.name.casefold()))


def _found(folder: Path) -> Iterator[LocalModel]:
    for place in _folders(folder / FETCHED):
        files = sorted(place.glob("*.gguf"))
        if files:
            yield LocalModel(place.name, "language", str(files[0]))
        elif is_embedding_folder(place):
            yield LocalModel(place.name, "embedding", str(place))
    if folder.is_dir():
        for file in folder.glob("*.gguf"):
            yield LocalModel(file.stem, "language", str(file))
    for place in _folders(folder):
        if is_embedding_folder(place):
            yield LocalModel(place.name, "embedding", str(place))


def _folders(folder: Path) -> list[Path]:
    """Return the folders in a folder, those left out in which a model is still being fetched."""
    inside = folder.iterdir() if folder.is_dir() else ()
    return [place for place in inside if place.is_dir() and not place.name.endswith(PARTS)]


def is_embedding_folder(folder: Path) -> bool:
    """Return whether a folder holds an embedding model, as sentence-transformers saves it."""
    return any(folder.glob("*.safetensors")) and (
        (folder / "modules.json").is_file() or (folder / "config.json").is_file()
    )


def meant(named: str, folder: Path) -> LocalModel:
    """Return the model that a name or a path means; `bundled` is the language model that comes with us.

    Raises ModelMissing, which says how to get it.
    """
    if named == BUNDLED:
        return LocalModel(SMOLLM2.name, "language", BUNDLED)
    path = Path(named).expanduser()
    if path.is_file():
        return LocalModel(path.stem, "language", str(path.absolute()))
    if path.is_dir() and is_embedding_folder(path):
        return LocalModel(path.name, "embedding", str(path.absolute()))
    for model in local_models(folder):
        if model.name.casefold() == named.casefold():
            return model
    raise _missing(named, path, known(named))


def _missing(named: str, path: Path, listed: KnownModel | None) -> ModelMissing:
    if listed is not None:
        return ModelMissing(
            f"The model {listed.name} is not here yet.",
            f"`pocketrag models pull {listed.name}` fetches it ({listed.download_mb:,} MB).",
        )
    if path.is_dir():
        return ModelMissing(
            f"The folder {path} holds no embedding model.",
            "Name a folder with .safetensors weights, as sentence-transformers saves them.",
        )
    return ModelMissing(
        f"There is no model {named!r} here, and none of that name on the list.",
        "`pocketrag models list` names those that are; a .gguf file or a folder can be named by its path.",
    )
