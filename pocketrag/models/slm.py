"""The small language model: messages become words. Owns llama-cpp-python.

The chat template is the one that the model's own file carries. Prompts that begin alike reuse the
tokens they share (llama.cpp's KV cache), so callers put what never changes first.
"""

from __future__ import annotations

import codecs
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from pocketrag.errors import ModelDamaged
from pocketrag.models.hub import ModelFile

if TYPE_CHECKING:
    from llama_cpp import Llama
    from llama_cpp.llama_chat_format import Jinja2ChatFormatter
    from llama_cpp.llama_types import ChatCompletionRequestMessage


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the conversation with a model."""

    role: Literal["system", "user", "assistant"]
    content: str


class LanguageModel(Protocol):
    """Messages become words, piece by piece."""

    @property
    def name(self) -> str:
        """The model's name, for people."""

    @property
    def context_tokens(self) -> int:
        """How many tokens prompt and answer may take together."""

    def count_tokens(self, messages: Sequence[Message]) -> int:
        """Return the number of tokens of the whole prompt, template included."""

    def stream(self, messages: Sequence[Message], max_tokens: int) -> Iterator[str]:
        """Yield the answer piece by piece; one piece is one token's text, never empty."""


class LlamaModel:
    """A GGUF file, run by llama.cpp, greedily: the same prompt gives the same answer."""

    def __init__(self, file: ModelFile, context_tokens: int, threads: int = 0) -> None:
        """Load the model (under a second for the bundled one). Raises ModelDamaged."""
        import llama_cpp

        try:
            self._llama = llama_cpp.Llama(
                str(file.path),
                n_ctx=context_tokens,
                n_threads=threads or None,
                n_threads_batch=threads or None,
                verbose=False,
            )
        except (ValueError, OSError, RuntimeError, AssertionError) as error:
            raise ModelDamaged(
                f"The language model {file.path} cannot be loaded: {error}.",
                'Set models.language to "bundled", or install PocketRAG again.',
            ) from error
        self._one_at_a_time = threading.Lock()
        self._template = _chat_template(self._llama, file)
        self.name = file.name
        self.context_tokens = int(self._llama.n_ctx())

    def count_tokens(self, messages: Sequence[Message]) -> int:
        """Return the number of tokens of the whole prompt, template included."""
        return len(self._tokens(messages))

    def stream(self, messages: Sequence[Message], max_tokens: int) -> Iterator[str]:
        """Yield the answer piece by piece; closing the iterator stops the model."""
        decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        with self._one_at_a_time:
            produced = self._llama.generate(self._tokens(messages), top_k=1, temp=0.0, repeat_penalty=1.1)
            for count, token in enumerate(produced, start=1):
                if count > max_tokens or self._ends(token):
                    return
                piece = decoder.decode(self._llama.detokenize([token]))
                if piece:
                    yield piece

    def _tokens(self, messages: Sequence[Message]) -> list[int]:
        turns: list[ChatCompletionRequestMessage] = [_turn(message) for message in messages]
        prompt = self._template(messages=turns).prompt
        return self._llama.tokenize(prompt.encode(), add_bos=False, special=True)

    def _ends(self, token: int) -> bool:
        import llama_cpp

        vocabulary = llama_cpp.llama_model_get_vocab(self._llama.model)
        return bool(llama_cpp.llama_vocab_is_eog(vocabulary, token))


def _turn(message: Message) -> ChatCompletionRequestMessage:
    match message.role:
        case "system":
            return {"role": "system", "content": message.content}
        case "user":
            return {"role": "user", "content": message.content}
        case "assistant":
            return {"role": "assistant", "content": message.content}


def _chat_template(llama: Llama, file: ModelFile) -> Jinja2ChatFormatter:
    """Return what makes a prompt of messages: the template that the file carries."""
    from llama_cpp.llama_chat_format import Jinja2ChatFormatter

    template = llama.metadata.get("tokenizer.chat_template")
    if not template:
        raise ModelDamaged(
            f"The language model {file.path} carries no chat template.",
            "Use an instruction-tuned GGUF file (its name often ends in -Instruct or -it).",
        )
    return Jinja2ChatFormatter(
        template=template,
        bos_token=_special_text(llama, llama.token_bos()),
        eos_token=_special_text(llama, llama.token_eos()),
    )


def _special_text(llama: Llama, token: int) -> str:
    """Return how a special token is written; empty if the model has none."""
    return str(llama.detokenize([token], special=True).decode()) if token >= 0 else ""
