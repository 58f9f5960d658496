"""The models of one library, each loaded once, when first needed, with events that say so."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator
from typing import Generic, Literal, TypeVar

from pocketrag.domain import LoadEvent, ModelLoading, ModelReady
from pocketrag.models.embedder import NUMERIC_FORM, Embedder, SentenceTransformerEmbedder
from pocketrag.models.hub import MINILM, SMOLLM2, ModelFile, embedding_model, language_model, named
from pocketrag.models.slm import LanguageModel, LlamaModel
from pocketrag.settings import ModelSettings

Model = TypeVar("Model")
Loading = Generator[LoadEvent, None, Model]
"""Events while a model loads; the generator's value is the model. Use with `yield from`."""


class Models:
    """The embedder and the language model that the settings name. Any thread may ask for them."""

    def __init__(self, settings: ModelSettings) -> None:
        """Load nothing yet."""
        self._settings = settings
        self._embedder = _Slot[Embedder]("embedding")
        self._language = _Slot[LanguageModel]("language")

    def embedder_file(self) -> ModelFile:
        """Return the embedding model's files, checked. Raises ModelMissing or ModelDamaged."""
        return embedding_model(self._settings.embedding)

    def fingerprint(self) -> str:
        """Return the embedder's fingerprint without loading it (0.1 s to check its weights)."""
        file = self.embedder_file()
        return f"{file.name}@{file.revision}/{NUMERIC_FORM}"

    def embedder(self) -> Loading[Embedder]:
        """Return the embedder, loading it if need be. Raises ModelMissing or ModelDamaged."""
        threads = self._settings.threads
        return self._embedder.get(self.embedder_file, lambda file: SentenceTransformerEmbedder(file, threads))

    def language_model(self) -> Loading[LanguageModel]:
        """Return the language model, loading it if need be. Raises ModelMissing or ModelDamaged."""
        tokens, threads = self._settings.context_tokens, self._settings.threads
        return self._language.get(
            lambda: language_model(self._settings.language), lambda file: LlamaModel(file, tokens, threads)
        )

    def names(self) -> tuple[str, str]:
        """Return the names of the embedding and the language model that the settings mean, unchecked."""
        return named(self._settings.embedding, MINILM), named(self._settings.language, SMOLLM2)


class _Slot(Generic[Model]):
    """One model: not there, being loaded by one thread, or there for all."""

    def __init__(self, role: Literal["embedding", "language"]) -> None:
        self._role = role
        self._model: Model | None = None
        self._loading = threading.Lock()

    def get(self, find: Callable[[], ModelFile], load: Callable[[ModelFile], Model]) -> Loading[Model]:
        if self._model is None:
            began = time.monotonic()
            file = find()
            yield ModelLoading(file.name, self._role)
            with self._loading:  # a second thread waits here, then finds the model
                if self._model is None:
                    self._model = load(file)
            yield ModelReady(file.name, self._role, time.monotonic() - began)
        return self._model
