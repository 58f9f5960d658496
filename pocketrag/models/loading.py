"""The models of one library, each loaded once, when first needed, with events that say so."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator
from typing import Generic, TypeVar

from pocketrag.domain import LoadEvent, ModelLoading, ModelPreparing, ModelReady, ModelRole, ModelUnprepared
from pocketrag.errors import ModelDamaged
from pocketrag.models.embedder import Embedder
from pocketrag.models.hub import MINILM, SMOLLM2, ModelFile, embedding_model, language_model, named
from pocketrag.models.prepare import PreparedModels
from pocketrag.models.sentence_transformer import SentenceTransformerEmbedder
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
        self._unprepared = ""

    def fingerprint(self) -> str | None:
        """Return the embedder's fingerprint without loading it; None where it must be prepared first.

        Raises ModelMissing or ModelDamaged.
        """
        about = self._prepared.find(embedding_model(self._settings.embedding))
        return about.fingerprint if about is not None else None

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
