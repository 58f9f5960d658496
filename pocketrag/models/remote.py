"""A language model behind an address: any server that speaks OpenAI's chat protocol. Owns httpx.

llama-server, Ollama, vLLM and LM Studio do. It leaves this process, and, unless the address is
loopback, this computer: then only an address that was confirmed is ever spoken to. A key comes from the
environment (`POCKETRAG_API_KEY`), never from a file. Proxies are not used: an answer goes where the owner
said, and nowhere else.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from urllib.parse import urlsplit

import httpx

from pocketrag.addresses import beyond_this_computer
from pocketrag.errors import ModelServerError
from pocketrag.models.slm import Message
from pocketrag.plain import one_line
from pocketrag.settings import ModelSettings

KEY_VARIABLE = "POCKETRAG_API_KEY"

CONNECT_SECONDS, SILENCE_SECONDS = 5.0, 120.0
"""How long a server may take to be reached, and to say something: it may be loading its model."""

CHARACTERS_PER_TOKEN = 3.0
"""Rather too few: the server counts tokens its own way, and a prompt that is too long is refused."""

PER_MESSAGE = 8
"""Tokens that a template adds to a message, at most."""

LONGEST_LINE = 1_000_000
"""Characters of a line of a stream: a server that says more has lost its way, or means harm."""

CONTROL = re.compile(r"<\|[^<>|]{1,40}\|>|</?s>|<(?:start|end)_of_turn>|\[/?INST\]|<</?SYS>>")
"""Control tokens of the common families: the server's template alone may make them."""


def leaves_computer(settings: ModelSettings) -> str:
    """Return the address that questions and passages go to, beyond this computer; empty if to none."""
    return beyond_this_computer(settings.language) if settings.is_remote else ""


def refuse_unconfirmed(settings: ModelSettings) -> None:
    """Return if the server may be spoken to. Raises ModelServerError for one that was not confirmed."""
    address = leaves_computer(settings)
    if address and settings.confirmed_address != address:
        raise ModelServerError(
            f"The language model at {address} is not on this computer, and was not confirmed: your questions "
            "and passages of your files would go there.",
            f"`pocketrag models use {address}` asks and confirms it.",
        )


class RemoteModel:
    """A model of a server. Each answer is a request of its own."""

    def __init__(self, settings: ModelSettings) -> None:
        """Ask the server for its models (a few milliseconds on this computer). Raises ModelServerError."""
        refuse_unconfirmed(settings)
        self._address = settings.language
        if urlsplit(self._address).username is not None:
            raise ModelServerError(
                "The address of the language model's server holds a name or a password.",
                f"Take it out; a key goes into the environment, as {KEY_VARIABLE}.",
            )
        base = self._address.rstrip("/")
        key = os.environ.get(KEY_VARIABLE, "")
        self._client = httpx.Client(
            base_url=base if urlsplit(base).path else f"{base}/v1",
            headers={"Authorization": f"Bearer {key}"} if key else {},
            timeout=httpx.Timeout(SILENCE_SECONDS, connect=CONNECT_SECONDS),
            trust_env=False,
        )
        self._model = settings.remote_model or self._first_model()
        self.name = f"{_shown(self._model)} at {urlsplit(self._address).netloc}"
        self.context_tokens = settings.context_tokens
        self.parameters = 0  # servers do not say

    def count_tokens(self, messages: Sequence[Message]) -> int:
        """Return about how many tokens the prompt has, rather too many than too few."""
        return sum(int(len(m.content) / CHARACTERS_PER_TOKEN) + PER_MESSAGE for m in messages)

    def stream(self, messages: Sequence[Message], max_tokens: int) -> Iterator[str]:
        """Yield the answer piece by piece; closing the iterator hangs up. Raises ModelServerError."""
        asked = {
            "model": self._model,
            "messages": [{"role": m.role, "content": CONTROL.sub(" ", m.content)} for m in messages],
            "max_tokens": max_tokens,
            "temperature": 0,
            "stream": True,
        }
        with self._told(), self._client.stream("POST", "/chat/completions", json=asked) as answer:
            self._check(answer)
            yield from self._pieces(answer)

    def _pieces(self, answer: httpx.Response) -> Iterator[str]:
        """Yield the pieces of a stream of server-sent events. Raises ModelServerError if it breaks off."""
        for line in _lines(answer):
            if not line.startswith("data:"):
                continue
            said = line.removeprefix("data:").strip()
            if said == "[DONE]":
                return
            event = json.loads(said)
            if "error" in event:
                raise self._error("stopped with an error", "Its own log says why; then ask again.")
            for choice in event.get("choices") or ():
                piece = (choice.get("delta") or {}).get("content")
                if piece:
                    yield str(piece)
                if choice.get("finish_reason"):
                    return
        raise self._error("stopped in the middle of the answer", "Ask again.")

    def _first_model(self) -> str:
        with self._told():
            answer = self._client.get("/models")
            self._check(answer)
            return str(answer.json()["data"][0]["id"])

    def _check(self, answer: httpx.Response) -> None:
        if answer.is_success:
            return
        if answer.status_code in (401, 403):
            raise self._error(
                "refused: it wants a key, or another one",
                f"Set {KEY_VARIABLE} to it, then `pocketrag engine stop`.",
            )
        if answer.status_code in (404, 405):
            raise self._error(
                f"does not know what it was asked (status {answer.status_code})",
                "Correct models.language (most end in /v1) and models.remote_model.",
            )
        raise self._error(
            f"refused with status {answer.status_code}", "Its own log says why; then ask again."
        )

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn what can happen on the way to a server, and back, into words."""
        try:
            yield
        except httpx.ConnectError as error:
            raise self._error("cannot be reached", "Start it, or correct models.language.") from error
        except httpx.TimeoutException as error:
            raise self._error("does not answer", "It may be busy or loading: ask again.") from error
        except httpx.HTTPError as error:
            raise self._error("stopped in the middle of the answer", "Ask again.") from error
        except httpx.InvalidURL as error:
            raise self._error("has no proper address", "Correct models.language.") from error
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise self._error(
                "answers in a way that is not OpenAI's protocol", "Correct models.language (most end in /v1)."
            ) from error

    def _error(self, what: str, remedy: str) -> ModelServerError:
        bundled = 'Setting models.language to "bundled" goes on without it.'
        return ModelServerError(f"The language model's server {self._address} {what}.", f"{remedy} {bundled}")


def _shown(model: str) -> str:
    """Return what a server calls a model, fit to be shown: some say the path of a file."""
    return one_line(model.rsplit("/", 1)[-1] if model.endswith(".gguf") else model)[:80]


def _lines(answer: httpx.Response) -> Iterator[str]:
    """Yield an answer's lines, none of them endless. Raises ValueError for one that is."""
    rest = ""
    for text in answer.iter_text():
        *whole, rest = (rest + text).split("\n")
        yield from (line.rstrip("\r") for line in whole)
        if len(rest) > LONGEST_LINE:
            raise ValueError("a line without end")
