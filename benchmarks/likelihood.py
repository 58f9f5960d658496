"""How likely a language model finds a question after a sentence: evidence scored by query likelihood.

After Sachan et al. 2022, "Improving Passage Retrieval with Zero-Shot Question Generation" (UPR). All
sentences of a question go through llama.cpp in one batch, a sequence each, in a context of its own, so
that no conversation's cache is touched. Measured by `benchmarks/evidence.py`; the product does without it
(docs/decisions/0013-evidence.md).
"""

from __future__ import annotations

from collections.abc import Sequence

import llama_cpp
import numpy as np

TOKENS = 1024
"""Of one batch."""

SEQUENCES = 16

SENTENCE_TOKENS = 120
QUESTION_TOKENS = 48
"""Longer ones are cut."""

Prompt = tuple[list[int], list[int]]
"""The tokens of a sentence with what leads to the question, and those of the question."""


class Likelihoods:
    """Scores sentences with a loaded model, in a context apart from the model's own."""

    def __init__(self, llama: llama_cpp.Llama, threads: int) -> None:
        """Make the context: 24 MB and a batch's logits for the bundled model."""
        params = llama_cpp.llama_context_default_params()
        params.n_ctx = params.n_batch = TOKENS
        params.n_seq_max = SEQUENCES
        params.kv_unified = True
        params.n_threads = params.n_threads_batch = threads
        self._llama = llama
        self._context = llama_cpp.llama_init_from_model(llama.model, params)
        self._batch = llama_cpp.llama_batch_init(TOKENS, 0, 1)

    def of(self, question: str, sentences: Sequence[str]) -> list[float]:
        """Return the mean log-probability of the question's tokens after each sentence."""
        asked = self._tokens(f" {question}")[:QUESTION_TOKENS]
        lead = self._tokens("\nQuestion:")
        prompts = [(self._tokens(s)[:SENTENCE_TOKENS] + lead, asked) for s in sentences]
        per_batch = max(1, min(SEQUENCES, TOKENS // max(len(a) + len(b) for a, b in prompts)))
        batches = [prompts[n : n + per_batch] for n in range(0, len(prompts), per_batch)]
        return [score for batch in batches for score in self._scored(batch)]

    def close(self) -> None:
        """Free the batch and the context."""
        llama_cpp.llama_batch_free(self._batch)
        llama_cpp.llama_free(self._context)

    def _tokens(self, text: str) -> list[int]:
        return self._llama.tokenize(text.encode(), add_bos=False, special=False)

    def _scored(self, prompts: Sequence[Prompt]) -> list[float]:
        filled = 0
        for number, (before, asked) in enumerate(prompts):
            tokens = before + asked
            for position, token in enumerate(tokens):
                tells = len(before) - 1 <= position < len(tokens) - 1
                self._put(filled, token, position, number, tells)
                filled += 1
        self._batch.n_tokens = filled
        llama_cpp.llama_memory_clear(llama_cpp.llama_get_memory(self._context), True)
        if llama_cpp.llama_decode(self._context, self._batch) != 0:
            raise RuntimeError("llama.cpp could not score this batch")
        told = sum(len(asked) for _, asked in prompts)
        shape = (told, self._llama.n_vocab())
        logits = np.ctypeslib.as_array(llama_cpp.llama_get_logits(self._context), shape=shape)
        ends = np.cumsum([len(asked) for _, asked in prompts])
        parts = np.split(logits, ends[:-1])
        return [_mean_log_probability(part, asked) for part, (_, asked) in zip(parts, prompts, strict=True)]

    def _put(self, slot: int, token: int, position: int, sequence: int, tells: bool) -> None:
        batch = self._batch
        batch.token[slot], batch.pos[slot] = token, position
        batch.n_seq_id[slot], batch.seq_id[slot][0] = 1, sequence
        batch.logits[slot] = tells


def _mean_log_probability(
    logits: np.ndarray[tuple[int, int], np.dtype[np.float32]], tokens: list[int]
) -> float:
    highest = logits.max(axis=1, keepdims=True)
    total = highest[:, 0] + np.log(np.exp(logits - highest).sum(axis=1))
    return float((logits[np.arange(len(tokens)), tokens] - total).mean())
