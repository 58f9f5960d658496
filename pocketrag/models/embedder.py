"""The embedder: text becomes vectors. Owns sentence-transformers.

Importing the library takes seconds and hundreds of megabytes, so it happens when a model is
loaded, never when this module is imported.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from pocketrag.errors import ModelDamaged
from pocketrag.models.hub import ModelFile

Vectors = npt.NDArray[np.float32]

NUMERIC_FORM = "fp32"


class Embedder(Protocol):
    """Text becomes vectors of unit length, so that a dot product is a cosine."""

    @property
    def name(self) -> str:
        """The model's name, for people."""

    @property
    def fingerprint(self) -> str:
        """Model, revision and numeric form: vectors with another fingerprint never mix."""

    @property
    def window(self) -> int:
        """How many tokens are embedded; what is longer would be cut in silence."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return the number of tokens each text takes of the window, special tokens included."""

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Return float32 (n, d), unit length: one row a text, in order."""

    def embed_query(self, text: str) -> Vectors:
        """Return float32 (d,), unit length."""


class SentenceTransformerEmbedder:
    """Any sentence-transformers model, on the processor."""

    def __init__(self, file: ModelFile, threads: int = 0) -> None:
        """Load the model (seconds). Raises ModelDamaged if the library cannot."""
        os.environ.update(HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1", TOKENIZERS_PARALLELISM="false")
        os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
        os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
        import torch
        from sentence_transformers import SentenceTransformer
        from tokenizers import Tokenizer

        if threads:
            torch.set_num_threads(threads)
        try:
            self._model = SentenceTransformer(str(file.path), device="cpu", local_files_only=True)
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            raise ModelDamaged(
                f"The embedding model {file.path} cannot be loaded: {error}.",
                'Set models.embedding to "bundled", or install PocketRAG again.',
            ) from error
        # A copy of its own, because the model's tokenizer cuts at the window, and pads.
        self._counter = Tokenizer.from_str(self._model.tokenizer.backend_tokenizer.to_str())
        self._counter.no_truncation()
        self._counter.no_padding()
        self.name = file.name
        self.fingerprint = f"{file.name}@{file.revision}/{NUMERIC_FORM}"
        self.window = int(self._model.max_seq_length or 512)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return the number of tokens each text takes of the window, special tokens included."""
        if not texts:
            return []
        return [len(encoded.ids) for encoded in self._counter.encode_batch_fast(list(texts))]

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Return float32 (n, d), unit length: one row a text, in order."""
        return self._encode(self._model.encode_document, list(texts))

    def embed_query(self, text: str) -> Vectors:
        """Return float32 (d,), unit length."""
        row: Vectors = self._encode(self._model.encode_query, [text])[0]
        return row

    def _encode(self, encode: object, texts: list[str]) -> Vectors:
        assert callable(encode)
        vectors = encode(
            texts, batch_size=16, normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False
        )
        return np.asarray(vectors, dtype=np.float32)
