"""The small language model: messages become words. Owns llama-cpp-python.

The chat template is the one that the model's own file carries. Prompts that begin alike reuse the
tokens they share (llama.cpp's KV cache), so callers put what never changes first.
"""

from __future__ import annotations

import codecs
import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

from pocketrag.errors import ModelDamaged
from pocketrag.models.gguf import read_gguf
from pocketrag.models.hub import ModelFile

if TYPE_CHECKING:
    from llama_cpp import Llama
    from llama_cpp.llama_chat_format import ChatFormatter, Jinja2ChatFormatter
    from llama_cpp.llama_types import ChatCompletionRequestMessage


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the conversation with a model."""

    role: Literal["system", "user", "assistant"]
    content: str


TRIAL = (Message("system", "Be brief."), Message("user", "Hello?"))
"""What a chat template is tried with when its model is loaded."""


class LanguageModel(Protocol):
    """Messages become words, piece by piece."""

    @property
    def name(self) -> str:
        """The model's name, for people."""

    @property
    def context_tokens(self) -> int:
        """How many tokens prompt and answer may take together."""

    @property
    def parameters(self) -> int:
        """How many parameters it has; 0 where that is not known."""

    def count_tokens(self, messages: Sequence[Message]) -> int:
        """Return the number of tokens of the whole prompt, template included."""

    def stream(self, messages: Sequence[Message], max_tokens: int) -> Iterator[str]:
        """Yield the answer piece by piece; one piece is one token's text, never empty."""


@dataclass(frozen=True, slots=True)
class Running:
    """How llama.cpp uses this computer. Zeros leave a number to llama.cpp."""

    threads: int = 0
    """For one token at a time: an answer as it is written."""
    batch_threads: int = 0
    """For many at once: a prompt as it is read."""
    batch_tokens: int = 512
    flash_attention: bool = False
    draft_tokens: int = 0
    """Read at once where the prompt foretells them, at most (`decoding.py`)."""
    gpu_layers: int = 0
    """Handed to a graphics card; -1 for all. Nothing happens where llama.cpp was built without one."""

    def arguments(self) -> dict[str, Any]:
        """Return this as `llama_cpp.Llama` takes it, by name."""
        return {
            "n_threads": self.threads or None,
            "n_threads_batch": self.batch_threads or None,
            "n_batch": self.batch_tokens,
            "n_ubatch": self.batch_tokens,
            "flash_attn": self.flash_attention,
            "n_gpu_layers": self.gpu_layers,
        }


class LlamaModel:
    """A GGUF file, run by llama.cpp, greedily: the same prompt gives the same answer."""

    def __init__(self, file: ModelFile, context_tokens: int, running: Running | None = None) -> None:
        """Load the model (under a second for the bundled one). Raises ModelDamaged."""
        import llama_cpp

        from pocketrag.models.decoding import Decoding

        running = running or Running()
        try:
            self._llama = llama_cpp.Llama(
                str(file.path), n_ctx=context_tokens, verbose=False, **running.arguments()
            )
        except (ValueError, OSError, RuntimeError, AssertionError) as error:
            raise _unloadable(file) from error
        self._decoding = Decoding(self._llama)
        self.draft_tokens = running.draft_tokens
        """As in `Running`; may be changed between two answers."""
        self._one_at_a_time = threading.Lock()
        self._template = _chat_template(self._llama, file)
        self._control = _control_tokens(self._llama)
        self.name = file.name
        self.context_tokens = int(self._llama.n_ctx())
        self.parameters = int(llama_cpp.llama_model_n_params(self._llama.model))

    def count_tokens(self, messages: Sequence[Message]) -> int:
        """Return the number of tokens of the whole prompt, template included."""
        return len(self._tokens(messages))

    def stream(self, messages: Sequence[Message], max_tokens: int) -> Iterator[str]:
        """Yield the answer piece by piece; closing the iterator stops the model."""
        decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        with self._one_at_a_time:
            written = self._decoding.written(self._tokens(messages), self.draft_tokens)
            for count, token in enumerate(written, start=1):
                if count > max_tokens or self._ends(token):
                    return
                piece = decoder.decode(self._llama.detokenize([token]))
                if piece:
                    yield piece

    def _tokens(self, messages: Sequence[Message]) -> list[int]:
        """Return the prompt's tokens; only the template makes control tokens, never what is said in it."""
        said = [Message(m.role, self._control.sub(" ", m.content)) for m in messages]
        return self._llama.tokenize(rendered(self._template, said).encode(), add_bos=False, special=True)

    def _ends(self, token: int) -> bool:
        import llama_cpp

        vocabulary = llama_cpp.llama_model_get_vocab(self._llama.model)
        return bool(llama_cpp.llama_vocab_is_eog(vocabulary, token))


def _unloadable(file: ModelFile) -> ModelDamaged:
    """Return what to tell of a whole file that llama.cpp does not load; its own words name only the path."""
    architecture = read_gguf(file.path).architecture or "it names none"
    return ModelDamaged(
        f"The language model {file.path} cannot be loaded: it is damaged, or of an architecture "
        f"({architecture}) that the llama.cpp in use does not know.",
        'Use another file of it or another model, or set models.language to "bundled".',
    )


def rendered(template: ChatFormatter, messages: Sequence[Message]) -> str:
    """Return the prompt; where a template knows no system role, its words open the first question.

    Thinking is switched off where the template can: an answer of one sentence needs none.
    """
    turns: list[ChatCompletionRequestMessage] = [_turn(message) for message in messages]
    try:
        return str(template(messages=turns, enable_thinking=False).prompt)
    except ValueError:  # what `raise_exception` in a template becomes
        merged = [_turn(message) for message in _without_system(messages)]
        return str(template(messages=merged, enable_thinking=False).prompt)


def _without_system(messages: Sequence[Message]) -> list[Message]:
    """Return the messages, the system's words put before the first of the user's."""
    system = "\n\n".join(m.content for m in messages if m.role == "system")
    others = [m for m in messages if m.role != "system"]
    return [
        Message(m.role, f"{system}\n\n{m.content}" if n == 0 else m.content) for n, m in enumerate(others)
    ]


def _control_tokens(llama: Llama) -> re.Pattern[str]:
    """Return what finds the control tokens of this model's vocabulary in a text."""
    import llama_cpp

    vocabulary = llama_cpp.llama_model_get_vocab(llama.model)
    control = llama_cpp.LLAMA_TOKEN_ATTR_CONTROL
    tokens = [t for t in range(llama.n_vocab()) if llama_cpp.llama_vocab_get_attr(vocabulary, t) & control]
    texts = {_special_text(llama, token) for token in tokens} - {""}
    return re.compile("|".join(map(re.escape, sorted(texts, key=len, reverse=True))) or r"(?!)")


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
    from jinja2 import TemplateError
    from llama_cpp.llama_chat_format import Jinja2ChatFormatter

    template = llama.metadata.get("tokenizer.chat_template")
    if not template:
        raise ModelDamaged(
            f"The language model {file.path} carries no chat template.",
            "Use an instruction-tuned GGUF file (its name often ends in -Instruct or -it).",
        )
    try:
        made = Jinja2ChatFormatter(
            template=template,
            bos_token=_special_text(llama, llama.token_bos()),
            eos_token=_special_text(llama, llama.token_eos()),
        )
        rendered(made, TRIAL)
    except (TemplateError, ValueError, TypeError) as error:
        raise ModelDamaged(
            f"The chat template of the language model {file.path} cannot be used: {error}.",
            "Use another GGUF file of the model, or another model.",
        ) from error
    return made


def _special_text(llama: Llama, token: int) -> str:
    """Return how a special token is written; empty if the model has none."""
    return str(llama.detokenize([token], special=True).decode()) if token >= 0 else ""
