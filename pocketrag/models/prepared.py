"""An embedding model prepared for this computer, at work. Owns onnxruntime.

It starts in a fraction of a second, without PyTorch. Texts of like length share a batch that is small
enough for the processor's caches; several batches run at once, a core each.
"""

from __future__ import annotations

import json
import os
import queue
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from pocketrag.models.centring import Centre
from pocketrag.models.counting import counter
from pocketrag.models.embedder import Tokens, Vectors, fingerprint, placed, unit, words_as_tokens
from pocketrag.models.hub import file_sum

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Encoding

GRAPH, TOKENIZER, RECORD = "model.onnx", "tokenizer.json", "prepared.json"

VECTOR, TOKENS = "sentence_embedding", "token_embeddings"
"""What the graph gives of a text: its vector, and those of its tokens if the model shows them."""

SESSIONS = 8
"""Batches at once, at most: each takes a core, and a copy of the weights."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What is known of a prepared model, beside its graph and its tokenizer."""

    name: str
    revision: str
    numeric_form: str
    """int8, or fp32 where that was not faithful enough."""
    window: int
    pad_id: int
    query_prompt: str
    document_prompt: str
    batch_tokens: int
    """Tokens of a batch, padding included: what was fastest on this computer."""
    side_by_side: bool
    """Whether one batch a core is faster than all cores on one batch."""
    mean_cosine: float
    worst_cosine: float
    """Of the probe sentences' vectors with the original's."""
    ranking: float
    """nDCG@10 of the probe questions, as a share of the original's."""
    texts_per_second: float
    """Of the probe passages, on this computer."""
    graph_sha256: str
    tokenizer_sha256: str
    text_centre: tuple[float, ...] = ()
    token_centre: tuple[float, ...] = ()
    """What all vectors of the model share, and are freed of: `centring.py`."""

    @property
    def centre(self) -> Centre:
        """What is taken away from the graph's vectors."""
        return Centre(tuple(self.text_centre), tuple(self.token_centre))

    @property
    def fingerprint(self) -> str:
        """Model, revision and numeric form."""
        return fingerprint(self.name, self.revision, self.numeric_form + self.centre.form)

    def is_whole(self, folder: Path) -> bool:
        """Return whether graph and tokenizer are what was prepared: the libraries' own errors tell little."""
        sums = {GRAPH: self.graph_sha256, TOKENIZER: self.tokenizer_sha256}
        return all((folder / n).is_file() and file_sum(folder / n) == known for n, known in sums.items())

    def save(self, folder: Path) -> None:
        """Write the record beside the graph."""
        (folder / RECORD).write_text(json.dumps(asdict(self), indent=1), encoding="utf-8")


def read_prepared(folder: Path) -> Prepared | None:
    """Return what is known of the model prepared in this folder; None if there is none that is whole."""
    try:
        values: dict[str, Any] = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if set(values) != {field.name for field in fields(Prepared)}:
        return None
    about = Prepared(**values)
    return about if about.is_whole(folder) else None


class PreparedEmbedder:
    """A prepared embedding model. Any thread may use it."""

    def __init__(self, folder: Path, about: Prepared, threads: int = 0) -> None:
        """Load the model (under half a second). `threads`: 0 for all cores."""
        from tokenizers import Tokenizer

        cores = threads or os.cpu_count() or 1
        count = min(cores, SESSIONS) if about.side_by_side else 1
        counted = Tokenizer.from_file(str(folder / TOKENIZER))
        self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        sessions = [_session(folder / GRAPH, 1 if about.side_by_side else cores) for _ in range(count)]
        counted.no_truncation()
        counted.no_padding()
        self._count = counter(counted)
        self._tokenizer.enable_truncation(about.window)
        self._tokenizer.no_padding()
        self._inputs = [one.name for one in sessions[0].get_inputs()]
        self._shows_tokens = TOKENS in [one.name for one in sessions[0].get_outputs()]
        self._free: queue.SimpleQueue[InferenceSession] = queue.SimpleQueue()
        for session in sessions:
            self._free.put(session)
        self._sessions = count
        self._pool = _pool(count)
        self._about = about
        self._centre = about.centre
        self._wait: Callable[[], object] = bool
        self.name = about.name
        self.fingerprint = about.fingerprint
        self.window = about.window

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return the number of tokens each text takes of the window, prompt and special tokens included."""
        return self._count([self._about.document_prompt + text for text in texts])

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Return float32 (n, d), unit length: one row a text, in order."""
        encoded = self._tokenizer.encode_batch_fast([self._about.document_prompt + text for text in texts])
        batches = list(_batches([len(one) for one in encoded], self._about.batch_tokens))
        found = self._pool.map(lambda batch: self._vectors([encoded[n] for n in batch]), batches)
        rows = np.concatenate(list(found)) if batches else np.empty((0, 0), np.float32)
        vectors: Vectors = np.empty_like(rows)
        vectors[[n for batch in batches for n in batch]] = rows
        return vectors

    def embed_query(self, text: str) -> Vectors:
        """Return float32 (d,), unit length."""
        row: Vectors = self._vectors([self._tokenizer.encode(self._about.query_prompt + text)])[0]
        return row

    def embed_document_tokens(self, texts: Sequence[str]) -> list[Tokens]:
        """Return each text's tokens, in order; those beyond the window are left out."""
        if not self._shows_tokens:
            return words_as_tokens(texts, self.embed_documents)
        return self._tokens(texts, self._about.document_prompt)

    def embed_query_tokens(self, text: str) -> Tokens:
        """Return a query's tokens."""
        if not self._shows_tokens:
            return words_as_tokens([text], self.embed_documents)[0]
        return self._tokens([text], self._about.query_prompt)[0]

    def giving_way(self, wait: Callable[[], object]) -> PreparedEmbedder:
        """Return the same embedder for work in the background: it calls `wait` before each batch."""
        other = copy(self)
        other._wait = wait
        # Threads of its own: one that waits must not keep a question's batch from being run.
        other._pool = _pool(self._sessions)
        return other

    def _tokens(self, texts: Sequence[str], prompt: str) -> list[Tokens]:
        encoded = self._tokenizer.encode_batch([prompt + text for text in texts])
        batches = list(_batches([len(one) for one in encoded], self._about.batch_tokens))
        found = self._pool.map(lambda batch: self._run([encoded[n] for n in batch], TOKENS), batches)
        rows = dict(
            pair
            for batch, vectors in zip(batches, found, strict=True)
            for pair in zip(batch, vectors, strict=True)
        )
        placed_ones = (placed(rows[n], one.offsets, len(prompt)) for n, one in enumerate(encoded))
        return [self._centre.of_tokens(tokens) for tokens in placed_ones]

    def _vectors(self, encoded: Sequence[Encoding]) -> Vectors:
        return self._centre.of_texts(unit(self._run(encoded, VECTOR)))

    def _run(self, encoded: Sequence[Encoding], output: str) -> Vectors:
        """Return what the graph gives of some texts in one batch."""
        self._wait()
        ids = np.full((len(encoded), max(len(one) for one in encoded)), self._about.pad_id, np.int64)
        mask = np.zeros_like(ids)
        for row, one in enumerate(encoded):
            ids[row, : len(one)] = one.ids
            mask[row, : len(one)] = 1
        known = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        session = self._free.get()
        try:
            (found,) = session.run([output], {name: known[name] for name in self._inputs})
        finally:
            self._free.put(session)
        return np.asarray(found, np.float32)


def _pool(threads: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(threads, thread_name_prefix="embedding")


def _session(graph: Path, threads: int) -> InferenceSession:
    from onnxruntime import InferenceSession, SessionOptions

    options = SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # Waiting threads give the core away: the app and the readers' workers need it.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])


def _batches(lengths: Sequence[int], batch_tokens: int) -> Iterator[list[int]]:
    """Yield the texts' numbers in batches, long texts first, each within so many tokens with its padding."""
    batch: list[int] = []
    for n in sorted(range(len(lengths)), key=lengths.__getitem__, reverse=True):
        if batch and (len(batch) + 1) * lengths[batch[0]] > batch_tokens:
            yield batch
            batch = []
        batch.append(n)
    if batch:
        yield batch
