"""The models of one library, each loaded once, when first needed, with events that say so."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Generic, TypeVar

from pocketrag.domain import LoadEvent, ModelLoading, ModelPreparing, ModelReady, ModelRole, ModelUnprepared
from pocketrag.errors import LibraryModelMismatch, ModelDamaged, ModelError, ModelTooLarge
from pocketrag.models.embedder import Embedder
from pocketrag.models.embedder import fingerprint as fingerprint_of
from pocketrag.models.hub import MINILM, SMOLLM2, ModelFile, embedding_model, language_model, named
from pocketrag.models.prepare import PreparedModels
from pocketrag.models.room import refuse_too_large
from pocketrag.models.sentence_transformer import FP32, SentenceTransformerEmbedder
from pocketrag.models.slm import LanguageModel, LlamaModel
from pocketrag.models.tuned import Tuned, TunedModels, context_of, running_of
from pocketrag.settings import ModelSettings

log = logging.getLogger(__name__)

Model = TypeVar("Model")
Loading = Generator[LoadEvent, None, Model]
"""Events while a model loads; the generator's value is the model. Use with `yield from`."""


class Models:
    """The embedder and the language model that the settings name. Any thread may ask for them."""

    def __init__(
        self, settings: ModelSettings, prepared: PreparedModels, tuned: TunedModels | None = None
    ) -> None:
        """Load nothing yet. Without `tuned`, the language model runs as it came."""
        self._settings = settings
        self._prepared = prepared
        self._tuned = tuned
        self._embedder = _Slot[Embedder]("embedding")
        self._language = _Slot[LanguageModel]("language")
        self._former = _Slot[Embedder]("embedding")
        self._former_prepared = False
        self._unprepared = ""

    def former(self, setting: str, fingerprint: str) -> Loading[Embedder]:
        """Return an embedder whose vectors an index is made of, in the form that it had then.

        Raises LibraryModelMismatch if that model is not there any more.
        """
        if self._former.model is not None:
            return self._former.model
        return (yield from self._former.get(self.former_file(setting, fingerprint), self._load_former))

    def former_file(self, setting: str, fingerprint: str) -> ModelFile:
        """Return the files of the model that made such vectors. Raises LibraryModelMismatch."""
        try:
            file = embedding_model(setting)
        except ModelError as error:
            raise _gone(fingerprint) from error
        about = self._prepared.find(file)
        self._former_prepared = about is not None and about.fingerprint == fingerprint
        if self._former_prepared or fingerprint.startswith(fingerprint_of(file.name, file.revision, FP32)):
            return file
        raise _gone(fingerprint)

    def _load_former(self, file: ModelFile) -> Embedder:
        threads = self._settings.threads
        if self._former_prepared:
            return self._prepared.load(file, threads)
        return SentenceTransformerEmbedder(file, threads).centred()

    def is_of(self, fingerprint: str) -> bool:
        """Return whether the settings' model made such vectors, as far as can be told unloaded.

        Raises ModelMissing or ModelDamaged.
        """
        file = embedding_model(self._settings.embedding)
        about = self._prepared.find(file)
        if about is not None:
            return about.fingerprint == fingerprint
        return fingerprint.startswith(fingerprint_of(file.name, file.revision, ""))

    def embedding_rate(self) -> float | None:
        """Return passages a second, as measured when the embedding model was prepared; None if it is not.

        Raises ModelMissing or ModelDamaged.
        """
        about = self._prepared.find(embedding_model(self._settings.embedding))
        return about.texts_per_second if about is not None else None

    def embedder(self) -> Loading[Embedder]:
        """Return the embedder, prepared for this computer at its first use.

        Raises ModelMissing or ModelDamaged.
        """
        if self._embedder.model is not None:
            return self._embedder.model
        file = embedding_model(self._settings.embedding)
        ready = self._prepared.find(file) is not None
        doing = ModelLoading if ready else ModelPreparing
        embedder = yield from self._embedder.get(file, self._load_embedder, doing)
        if self._unprepared:
            yield ModelUnprepared(file.name, "embedding", self._unprepared)
        return embedder

    @property
    def language_model_is_there(self) -> bool:
        """Whether the language model is loaded; who asks is about to use it."""
        return self._language.model is not None

    def language_model(self) -> Loading[LanguageModel]:
        """Return the language model, loading it if need be. Raises ModelMissing or ModelDamaged."""
        if self._language.model is not None:
            return self._language.model
        return (yield from self._language.get(self._language_file(), self._load_language))

    def use_language_model(self, settings: ModelSettings) -> Loading[LanguageModel]:
        """Return another language model, which takes the place of the one there was, loaded or not.

        Raises ModelError if it cannot be loaded: then the former one stays in use.
        """
        before, self._settings = self._settings, settings
        try:
            return (yield from self._language.replaced(self._language_file(), self._load_language))
        except BaseException:
            self._settings = before
            raise

    def adopt(self, file: ModelFile) -> None:
        """Load a language model anew as it has been tuned meanwhile, if it is the one in use."""
        model = self._language.model
        if isinstance(model, LlamaModel) and file == self._language_file():
            for _ in self._language.replaced(file, self._load_language):
                pass

    def to_tune(self) -> ModelFile | None:
        """Return the language model that is in use, and was not tuned for this computer yet; else None."""
        if self._tuned is None or not isinstance(self._language.model, LlamaModel):
            return None
        file = self._language_file()
        return None if self._tuned.find(file) or self._tuned.refused(file) else file

    def unload_idle(self) -> list[str]:
        """Return the names of models that have left the memory now: nobody needed them for long."""
        seconds = self._settings.unload_after
        slots = (self._embedder, self._language, self._former) if seconds else ()
        return [name for slot in slots if (name := slot.left(seconds))]

    def names(self) -> tuple[str, str]:
        """Return the names of the embedding and the language model that the settings mean, unchecked."""
        settings = self._settings
        language = settings.language if settings.is_remote else named(settings.language, SMOLLM2)
        return named(settings.embedding, MINILM), language

    def leaves_computer(self) -> str:
        """Return the address that questions and passages go to, beyond this computer; empty if to none."""
        from pocketrag.models.remote import leaves_computer

        return leaves_computer(self._settings) if self._settings.is_remote else ""

    def _load_embedder(self, file: ModelFile) -> Embedder:
        threads = self._settings.threads
        try:
            return self._prepared.load(file, threads)
        except ModelDamaged as error:
            self._unprepared = f"{error.message} {error.remedy}"
            return SentenceTransformerEmbedder(file, threads).centred()

    def _language_file(self) -> ModelFile:
        if self._settings.is_remote:
            return ModelFile(self._settings.language, Path(), "")
        return language_model(self._settings.language)

    def _load_language(self, file: ModelFile) -> LanguageModel:
        """Return the model, in the form that is quickest here if that is known; or a server's.

        Raises ModelTooLarge before anything is loaded that would not fit into memory, or ModelServerError.
        """
        if self._settings.is_remote:
            from pocketrag.models.remote import RemoteModel

            return RemoteModel(self._settings)
        tuned = self._tuned.find(file) if self._tuned else None
        if tuned and self._tuned:
            try:
                return self._loaded(self._tuned.weights(file, tuned), tuned)
            except ModelError as error:
                log.warning("a tuned model is left alone: %s", error.message)
        return self._loaded(file, None)

    def _loaded(self, file: ModelFile, tuned: Tuned | None) -> LlamaModel:
        context = context_of(tuned, self._settings.context_tokens)
        refuse_too_large(file, context)
        return LlamaModel(file, context, running_of(tuned, self._settings))


def _gone(fingerprint: str) -> LibraryModelMismatch:
    return LibraryModelMismatch(
        f"This library was made with the embedding model {fingerprint}, which is not there any more.",
        "Run `pocketrag index`: it is embedded anew with the model that the settings name.",
    )


class _Slot(Generic[Model]):
    """One model: not there, being loaded by one thread, or there for all."""

    def __init__(self, role: ModelRole) -> None:
        self._role = role
        self._model: Model | None = None
        self._name = ""
        self._asked = 0.0
        self._loading = threading.Lock()

    @property
    def model(self) -> Model | None:
        """The model, if it is there; who asks needs it."""
        self._asked = time.monotonic()
        return self._model

    def get(
        self,
        file: ModelFile,
        load: Callable[[ModelFile], Model],
        doing: type[ModelLoading | ModelPreparing] = ModelLoading,
    ) -> Loading[Model]:
        """Return the model, loaded now unless another thread has done so meanwhile."""
        began = time.monotonic()
        yield doing(file.name, self._role)
        with self._loading:  # a second thread waits here, then finds the model
            model = self.model or self._load(file, load)
        yield ModelReady(file.name, self._role, time.monotonic() - began)
        return model

    def replaced(self, file: ModelFile, load: Callable[[ModelFile], Model]) -> Loading[Model]:
        """Return a model loaded in place of the one there was, which stays until the new one is there."""
        began = time.monotonic()
        yield ModelLoading(file.name, self._role)
        with self._loading:
            model = self._load(file, load)
        yield ModelReady(file.name, self._role, time.monotonic() - began)
        return model

    def _load(self, file: ModelFile, load: Callable[[ModelFile], Model]) -> Model:
        try:
            model = load(file)
        except ModelTooLarge:
            if self._model is None:
                raise
            self._model = None  # it fits only in the other's place, which comes back when it is needed
            model = load(file)
        self._model, self._name, self._asked = model, file.name, time.monotonic()
        return model

    def left(self, seconds: float) -> str:
        """Return the model's name if it has not been needed for so long, and has now gone; else nothing."""
        if self._model is None or time.monotonic() - self._asked < seconds:
            return ""
        with self._loading:
            self._model = None
        return self._name
