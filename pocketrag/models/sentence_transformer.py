"""An embedding model as it came: any sentence-transformers folder, run by PyTorch. Owns both libraries.

Importing them takes seconds and hundreds of megabytes, so it happens when a model is loaded, never
when this module is imported; and since models are prepared (`prepare.py`), hardly ever in the engine.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from copy import copy
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from pocketrag.errors import ModelDamaged
from pocketrag.models.centring import Centre, centre_of
from pocketrag.models.embedder import Tokens, Vectors, fingerprint, placed, words_as_tokens
from pocketrag.models.faithfulness import read_probes
from pocketrag.models.hub import ModelFile

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

FP32 = "fp32"


def load_sentence_transformer(folder: Path) -> SentenceTransformer:
    """Return the model (seconds), on the processor. Raises ModelDamaged if the library cannot load it."""
    os.environ.update(HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1", TOKENIZERS_PARALLELISM="false")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    from sentence_transformers import SentenceTransformer

    try:
        return SentenceTransformer(
            str(folder),
            device="cpu",
            local_files_only=True,
            # plain attention: as fast on a processor, and its graph is simpler and faster once exported
            model_kwargs={"attn_implementation": "eager"},
        )
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise ModelDamaged(
            f"The embedding model {folder} cannot be loaded: {error}.",
            'Set models.embedding to "bundled", or install PocketRAG again.',
        ) from error


def window(model: SentenceTransformer) -> int:
    """Return how many tokens the model takes in."""
    return int(model.max_seq_length or 512)


def query_prompt(model: SentenceTransformer) -> str:
    """Return what the model wants before a query; empty if nothing."""
    return _prompt(model, "query")


def document_prompt(model: SentenceTransformer) -> str:
    """Return what the model wants before a document; empty if nothing."""
    return _prompt(model, "document", "passage", "corpus")


def _prompt(model: SentenceTransformer, *names: str) -> str:
    """Return the model's prompt of the first of these names that it has one of; empty if there is none."""
    return next((prompt for name in names if (prompt := model.prompts.get(name))), "")


class SentenceTransformerEmbedder:
    """Any sentence-transformers model, on the processor."""

    def __init__(self, file: ModelFile, threads: int = 0) -> None:
        """Load the model (seconds). Raises ModelDamaged if the library cannot."""
        self.model = load_sentence_transformer(file.path)
        import torch
        from tokenizers import Tokenizer

        if threads:
            torch.set_num_threads(threads)
        # A copy of its own, because the model's tokenizer cuts at the window, and pads.
        self._counter = Tokenizer.from_str(self.model.tokenizer.backend_tokenizer.to_str())
        self._counter.no_truncation()
        self._counter.no_padding()
        self._wait: Callable[[], object] = bool
        self._alone: AbstractContextManager[object] = nullcontext()
        self._centre = Centre()
        self.name = file.name
        self.fingerprint = fingerprint(file.name, file.revision, FP32)
        self.window = window(self.model)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return the number of tokens each text takes of the window, special tokens included."""
        if not texts:
            return []
        return [len(encoded) for encoded in self._counter.encode_batch_fast(list(texts))]

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Return float32 (n, d), unit length: one row a text, in order."""
        return self._encode(self.model.encode_document, list(texts))

    def embed_query(self, text: str) -> Vectors:
        """Return float32 (d,), unit length."""
        row: Vectors = self._encode(self.model.encode_query, [text])[0]
        return row

    def embed_document_tokens(self, texts: Sequence[str]) -> list[Tokens]:
        """Return each text's tokens, in order; those beyond the window are left out."""
        return self._tokens(list(texts), document_prompt(self.model))

    def embed_query_tokens(self, text: str) -> Tokens:
        """Return a query's tokens."""
        return self._tokens([text], query_prompt(self.model))[0]

    def centred(self) -> SentenceTransformerEmbedder:
        """Return the same embedder, its vectors without what all share (a second, to find that)."""
        other = copy(self)
        other._centre = centre_of(self, read_probes())
        other.fingerprint = self.fingerprint + other._centre.form
        return other

    def giving_way(self, wait: Callable[[], object]) -> SentenceTransformerEmbedder:
        """Return the same embedder for work in the background: it calls `wait` before each batch."""
        other = copy(self)
        other._wait = wait
        # One after the other: each of them takes all cores. A question is not kept from it.
        other._alone = threading.Lock()
        return other

    def _tokens(self, texts: list[str], prompt: str) -> list[Tokens]:
        self._wait()
        try:
            rows = self.model.encode(
                texts, prompt=prompt, output_value="token_embeddings", show_progress_bar=False
            )
        except KeyError:  # the model pools nothing: its vectors are not made of its tokens'
            return words_as_tokens(texts, self.embed_documents)
        encoded = self._counter.encode_batch([prompt + text for text in texts])
        return [  # the last one ends the text, also where that was cut
            self._centre.of_tokens(placed(row.numpy(), one.offsets[: len(row) - 1], len(prompt)))
            for row, one in zip(rows, encoded, strict=True)
        ]

    def _encode(self, encode: object, texts: list[str]) -> Vectors:
        assert callable(encode)
        with self._alone:
            self._wait()
            vectors = encode(
                texts,
                batch_size=16,
                normalize_embeddings=True,
                convert_to_numpy=True,
                show_progress_bar=False,
            )
        return self._centre.of_texts(np.asarray(vectors, dtype=np.float32))
