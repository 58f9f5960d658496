"""All models at a glance: those that are here, those on the list, how each would do, and which are in use."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from pocketrag.domain import ModelRole
from pocketrag.errors import ModelError
from pocketrag.models.fit import (
    Computer,
    Fit,
    Recommendation,
    fit_of,
    fitted,
    recommended_embedding_model,
    recommended_language_model,
    this_computer,
)
from pocketrag.models.gguf import read_gguf
from pocketrag.models.hub import MINILM, SMOLLM2, embedding_model, language_model, named
from pocketrag.models.known import KnownModel, known, known_models
from pocketrag.models.local import LocalModel, local_models
from pocketrag.models.prepare import PreparedModels
from pocketrag.models.prepared import Prepared
from pocketrag.models.tuned import Tuned, TunedModels
from pocketrag.paths import bytes_of
from pocketrag.settings import ModelSettings


@dataclass(frozen=True, slots=True)
class ListedModel:
    """A model that can be used here, or be fetched."""

    name: str
    role: ModelRole
    purpose: str
    licence: str
    languages: tuple[str, ...]
    size_bytes: int
    """Of its files."""
    needed_bytes: int
    """Of memory, with the context that the settings name."""
    fit: Fit
    answer_seconds: float
    """What an answer would take, roughly; 0 where that is not known."""
    here: bool
    in_use: bool
    passages_per_second: float = 0.0
    """That an embedding model embeds here: as measured, or else no fewer than so many; 0 if unknown."""


@dataclass(frozen=True, slots=True)
class Overview:
    """The computer, its models, and what to take."""

    computer: Computer
    models: tuple[ListedModel, ...]
    recommended: tuple[Recommendation, ...]


@dataclass(frozen=True, slots=True)
class EmbeddingInUse:
    """The embedding model that the settings mean."""

    name: str
    path: str
    prepared: Prepared | None
    """None if it was not prepared for this computer yet."""
    problem: str = ""
    """What is wrong with it, in a sentence; empty if nothing is."""


@dataclass(frozen=True, slots=True)
class LanguageInUse:
    """The language model that the settings mean."""

    name: str
    path: str
    """Of its file; or a server's address."""
    prepared: Tuned | None
    """None if it was not measured on this computer yet, or is a server's."""
    problem: str = ""
    """What is wrong with it, in a sentence; empty if nothing is."""


def embedding_in_use(settings: ModelSettings, folder: Path) -> EmbeddingInUse:
    """Return the embedding model in use, `folder` being the models folder; also one that is broken."""
    try:
        file = embedding_model(settings.embedding)
    except ModelError as error:
        return EmbeddingInUse(named(settings.embedding, MINILM), settings.embedding, None, error.message)
    return EmbeddingInUse(file.name, str(file.path), PreparedModels(folder).find(file))


def language_in_use(settings: ModelSettings, folder: Path) -> LanguageInUse:
    """Return the language model in use, `folder` being the models folder; also one that is broken."""
    if settings.is_remote:
        return LanguageInUse(settings.remote_model, settings.language, None)
    try:
        file = language_model(settings.language)
    except ModelError as error:
        return LanguageInUse(named(settings.language, SMOLLM2), settings.language, None, error.message)
    return LanguageInUse(file.name, str(file.path), TunedModels(folder).find(file))


def overview(settings: ModelSettings, folder: Path) -> Overview:
    """Return all models, `folder` being the models folder; their times as measured here, where they were."""
    computer = this_computer()
    tuned = language_in_use(settings, folder).prepared
    rate = tuned.rate if tuned else 0.0
    local = {(model.role, model.name.casefold()): model for model in local_models(folder)}
    used = {"language": settings.language, "embedding": settings.embedding}
    choice = fitted(known_models(), computer, settings.context_tokens, rate)
    models = [
        _listed(one.model, one.fit, one.needed_bytes, one.answer_seconds, local, used) for one in choice
    ]
    models += [
        _of_the_owners(model, computer, settings) for model in local.values() if known(model.name) is None
    ]
    for role, setting in used.items():
        if not any(model.in_use for model in models if model.role == role) and Path(setting).exists():
            elsewhere = LocalModel(Path(setting).stem, role, setting)  # type: ignore[arg-type]
            models.append(_of_the_owners(elsewhere, computer, settings))
    embedding = embedding_in_use(settings, folder)
    models = [
        replace(model, passages_per_second=_passages_per_second(model, local, embedding, folder))
        for model in models
    ]
    best = recommended_language_model(choice), recommended_embedding_model(choice)
    return Overview(computer, tuple(models), best)


def _passages_per_second(
    model: ListedModel,
    local: dict[tuple[ModelRole, str], LocalModel],
    used: EmbeddingInUse,
    folder: Path,
) -> float:
    """Return how fast an embedding model is here: as measured, or by its size beside the one in use."""
    if model.role == "language":
        return 0.0
    here = local.get((model.role, model.name.casefold()))
    if here is not None and (own := _prepared(here, folder)):
        return own.texts_per_second
    that, this = known(used.name), known(model.name)
    if used.prepared is None or that is None or this is None:
        return 0.0
    return used.prepared.texts_per_second * min(that.parameters_m / this.parameters_m, 1.0)


def _prepared(model: LocalModel, folder: Path) -> Prepared | None:
    """Return what is known of the prepared form of an embedding model that is here."""
    return embedding_in_use(ModelSettings(embedding=model.setting), folder).prepared


def _listed(
    model: KnownModel,
    fit: Fit,
    needed: int,
    seconds: float,
    local: dict[tuple[ModelRole, str], LocalModel],
    used: dict[str, str],
) -> ListedModel:
    here = local.get((model.role, model.name.casefold()))
    return ListedModel(
        name=model.name,
        role=model.role,
        purpose=model.purpose,
        licence=model.licence,
        languages=model.languages,
        size_bytes=model.download_mb * 1_000_000,
        needed_bytes=needed,
        fit=fit,
        answer_seconds=round(seconds, 1),
        here=here is not None,
        in_use=here is not None and here.setting == used[model.role],
    )


def _of_the_owners(model: LocalModel, computer: Computer, settings: ModelSettings) -> ListedModel:
    """Return a model that is on no list: what its own files say."""
    path = Path(model.setting)
    size = needed = bytes_of(path)
    purpose = "of your own"
    if model.role == "language":
        try:
            needed = read_gguf(path).needed_bytes(settings.context_tokens)
        except ModelError as error:
            purpose = error.message
    used = settings.language if model.role == "language" else settings.embedding
    fit = fit_of(needed, computer.memory)
    in_use = model.setting == used
    return ListedModel(model.name, model.role, purpose, "", (), size, needed, fit, 0.0, True, in_use)
