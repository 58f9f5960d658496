"""Tokens out of a model of llama.cpp, greedily: one by one, or several where the prompt foretells them.

An answer from documents repeats much of what stands in its prompt. So the tokens that followed there the last
time are drafted, the model reads them in one go, and those that it would have chosen itself are kept: the
answer is the same, in fewer steps (prompt lookup, Saxena 2023; Leviathan and others, *Fast Inference from
Transformers via Speculative Decoding*, 2023). llama-cpp-python has this too, but with scores for every
token of the context window (0.8 GB for 4,096 of them), and fails on prompts longer than a batch.
"""

from __future__ import annotations

import time
import weakref
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import llama_cpp
import numpy as np

from pocketrag.errors import ModelDamaged
from pocketrag.models.pace import Pace

if TYPE_CHECKING:
    from llama_cpp import Llama

REPEATED, REMEMBERED = np.float32(1.1), 64
"""How much less likely a token is that is among the answer's last ones, and how many those are: llama.cpp's
own defaults, which keep a small model from saying the same for ever."""

LONGEST, SHORTEST = 4, 2
"""How many tokens the answer's end and a place of the prompt share, so that what follows there is drafted."""


class Decoding:
    """What is in one context of llama.cpp, and what comes next. Not for two threads at once."""

    def __init__(self, llama: Llama) -> None:
        """Take it that nothing is in the context yet."""
        self._llama = llama
        self._there: list[int] = []
        """The tokens whose keys and values are in the context."""
        self._forgets_parts = True
        self._pace = Pace(llama.n_threads, self._write_with)
        self._batch = llama_cpp.llama_batch_init(llama.n_batch, 0, 1)
        weakref.finalize(self, llama_cpp.llama_batch_free, self._batch)

    def written(self, prompt: Sequence[int], draft_tokens: int) -> Iterator[int]:
        """Yield the answer's tokens without end, at most so many drafted at once; 0 for none.

        What the prompt shares with what is there is not read again. Raises ModelDamaged.
        """
        shared = _shared(self._there, prompt[:-1])
        self._keep(shared)
        self._read(prompt[len(self._there) :])
        said = [self._chosen(-1, [])]
        yield said[0]
        while True:
            start = len(self._there)
            room = min(self._llama.n_ctx() - start, self._llama.n_batch) - 1
            draft = drafted([*prompt, *said], min(draft_tokens if self._forgets_parts else 0, room))
            self._read([said[-1], *draft], every=True)
            for row, foretold in enumerate([*draft, -1]):
                said.append(self._chosen(row, said))
                yield said[-1]
                if said[-1] != foretold:
                    self._keep(start + 1 + row)
                    break

    def _read(self, tokens: Sequence[int], *, every: bool = False) -> None:
        """Have the model read more tokens; scores come of the last, or of every one."""
        for start in range(0, len(tokens), self._llama.n_batch):
            part = tokens[start : start + self._llama.n_batch]
            self._fill(part, every=every)
            self._there += part
            began, ran = time.perf_counter(), time.thread_time()
            status = llama_cpp.llama_decode(self._llama.ctx, self._batch)
            seconds = time.perf_counter() - began
            self._tell_pace(len(part), (time.thread_time() - ran) / max(seconds, 1e-9), seconds)
            if status != 0:
                self._keep(0)
                raise ModelDamaged(
                    f"The language model failed while it read (llama.cpp's status {status}).",
                    "Ask again; if that does not help, use another model (`pocketrag models list`).",
                )

    def _tell_pace(self, tokens: int, share: float, seconds: float) -> None:
        if tokens == 1:
            self._pace.wrote(share, seconds)
        else:
            self._pace.read(tokens, share)

    def _write_with(self, threads: int) -> None:
        llama_cpp.llama_set_n_threads(self._llama.ctx, threads, self._llama.n_threads_batch)

    def _fill(self, tokens: Sequence[int], *, every: bool) -> None:
        batch, before = self._batch, len(self._there)
        batch.n_tokens = len(tokens)
        for n, token in enumerate(tokens):
            batch.token[n], batch.pos[n] = token, before + n
            batch.n_seq_id[n], batch.seq_id[n][0] = 1, 0
            batch.logits[n] = every or n == len(tokens) - 1

    def _keep(self, count: int) -> None:
        """Let the context forget all tokens but the first ones; some models can only forget all of them."""
        if count >= len(self._there):
            return
        memory, kept = llama_cpp.llama_get_memory(self._llama.ctx), self._there[:count]
        self._there = kept
        if not llama_cpp.llama_memory_seq_rm(memory, 0, count, -1):
            llama_cpp.llama_memory_clear(memory, True)
            self._forgets_parts, self._there = False, []
            self._read(kept)

    def _chosen(self, row: int, said: Sequence[int]) -> int:
        """Return the likeliest token by the scores of a row of what was read last."""
        there = llama_cpp.llama_get_logits_ith(self._llama.ctx, row)
        scores = np.ctypeslib.as_array(there, (self._llama.n_vocab(),)).copy()
        recent = list(set(said[-REMEMBERED:]))
        held = scores[recent]
        scores[recent] = np.where(held > 0, held / REPEATED, held * REPEATED)
        return int(scores.argmax())


def _shared(one: Sequence[int], other: Sequence[int]) -> int:
    """Return how many tokens two sequences have in common at their beginning."""
    length = min(len(one), len(other))
    return next((n for n in range(length) if one[n] != other[n]), length)


def drafted(tokens: Sequence[int], most: int) -> list[int]:
    """Return what may come next, at most so many tokens: what followed the last ones once before."""
    for length in range(min(LONGEST, len(tokens) - 1), SHORTEST - 1, -1):
        end = list(tokens[-length:])
        for start in range(len(tokens) - length) if most else ():
            if tokens[start] == end[0] and list(tokens[start : start + length]) == end:
                return list(tokens[start + length : start + length + most])
    return []
