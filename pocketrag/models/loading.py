"""The models of one library, each loaded once, when first needed, with events that say so."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator
from typing import Generic, TypeVar

from pocketrag.domain import LoadEvent, ModelLoading, ModelPreparing, ModelReady, ModelRole, ModelUnprepared
from pocketrag.errors import LibraryModelMismatch, ModelDamaged, ModelError
from pocketrag.models.embedder import Embedder
from pocketrag.models.embedder import fingerprint as fingerprint_of
from pocketrag.models.hub import MINILM, SMOLLM2, ModelFile, embedding_model, language_model, named
from pocketrag.models.prepare import PreparedModels
from pocketrag.models.sentence_transformer import FP32, SentenceTransformerEmbedder
from pocketrag.models.slm import LanguageModel, LlamaModel
from pocketrag.settings import ModelSettings

Model = TypeVar("Model")
Loading = Generator[LoadEvent, None, Model]
"""Events while a model loads; the generator's value is the model. Use with `yield from`."""


class Models:
    """The embedder and the language model that the settings name. Any thread may ask for them."""

    def __init__(self, settings: ModelSettings, prepared: PreparedModels) -> None:
        """Load nothing yet."""
        self._settings = settings
        self._prepared = prepared
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
        if self._former_prepared or fingerprint == fingerprint_of(file.name, file.revision, FP32):
            return file
        raise _gone(fingerprint)

    def _load_former(self, file: ModelFile) -> Embedder:
        threads = self._settings.threads
        if self._former_prepared:
            return self._prepared.load(file, threads)
        return SentenceTransformerEmbedder(file, threads)

    def is_of(self, fingerprint: str) -> bool:
        """Return whether the settings' model made such vectors, as far as can be told unloaded.

        Raises ModelMissing or ModelDamaged.
        """
        file = embedding_model(self._settings.embedding)
        about = self._prepared.find(file)
        if about is not None:
            return about.fingerprint == fingerprint
        return fingerprint.startswith(fingerprint_of(file.name, file.revision, ""))

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

    def language_model(self) -> Loading[LanguageModel]:
        """Return the language model, loading it if need be. Raises ModelMissing or ModelDamaged."""
        if self._language.model is not None:
            return self._language.model
        return (yield from self._language.get(language_model(self._settings.language), self._load_language))

    def names(self) -> tuple[str, str]:
        """Return the names of the embedding and the language model that the settings mean, unchecked."""
        return named(self._settings.embedding, MINILM), named(self._settings.language, SMOLLM2)

    def _load_embedder(self, file: ModelFile) -> Embedder:
        threads = self._settings.threads
        try:
            return self._prepared.load(file, threads)
        except ModelDamaged as error:
            self._unprepared = f"{error.message} {error.remedy}"
            return SentenceTransformerEmbedder(file, threads)

    def _load_language(self, file: ModelFile) -> LanguageModel:
        return LlamaModel(file, self._settings.context_tokens, self._settings.threads)


def _gone(fingerprint: str) -> LibraryModelMismatch:
    return LibraryModelMismatch(
        f"This library was made with the embedding model {fingerprint}, which is not there any more.",
        "Run `pocketrag index`: it is embedded anew with the model that the settings name.",
    )


class _Slot(Generic[Model]):
    """One model: not there, being loaded by one thread, or there for all."""

    def __init__(self, role: ModelRole) -> None:
        self._role = role
        self.model: Model | None = None
        self._loading = threading.Lock()

    def get(
        self,
        file: ModelFile,
        load: Callable[[ModelFile], Model],
        doing: type[ModelLoading | ModelPreparing] = ModelLoading,
    ) -> Loading[Model]:
        began = time.monotonic()
        yield doing(file.name, self._role)
        with self._loading:  # a second thread waits here, then finds the model
            if self.model is None:
                self.model = load(file)
        yield ModelReady(file.name, self._role, time.monotonic() - began)
        return self.model
