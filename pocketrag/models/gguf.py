"""What a GGUF file says of itself, read from its header alone: no llama.cpp, no weights, a few milliseconds.

So a file that is cut short or broken is told from a whole one before native code sees it, and the memory
that a model takes is known before it is loaded. The format: ggml's docs/gguf.md. The `gguf` package reads
the same, but turns each of a vocabulary's 150,000 words into objects first, which takes seconds.
"""

from __future__ import annotations

import math
import mmap
import struct
from dataclasses import dataclass
from pathlib import Path

from pocketrag.errors import ModelDamaged
from pocketrag.models.known import needed_bytes

MAGIC = b"GGUF"

Value = str | int
"""What is kept of a fact: its text or its number, or what tells enough of an array."""

_FIXED = {0: "B", 1: "b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "?", 10: "<Q", 11: "<q", 12: "<d"}
_STRING, _ARRAY = 8, 9

_BLOCKS = {
    0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34), 9: (32, 36),
    10: (256, 84), 11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210), 15: (256, 292),
    16: (256, 66), 17: (256, 74), 18: (256, 98), 19: (256, 50), 20: (32, 18), 21: (256, 110), 22: (256, 82),
    23: (256, 136), 30: (1, 2),
}  # fmt: skip
"""Weights in a block, and the bytes it takes, by ggml's number of the type (ggml.h)."""

_FORMS = {
    0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 7: "Q8_0", 8: "Q5_0", 9: "Q5_1", 10: "Q2_K", 11: "Q3_K_S",
    12: "Q3_K_M", 13: "Q3_K_L", 14: "Q4_K_S", 15: "Q4_K_M", 16: "Q5_K_S", 17: "Q5_K_M", 18: "Q6_K",
    25: "IQ4_NL", 30: "IQ4_XS", 32: "BF16",
}  # fmt: skip
"""The numeric form of a whole file, by `general.file_type` (llama.h)."""

_LONGEST = 1 << 20
"""Tensors, and facts, that a file may have at most: a broken header asks for more."""


@dataclass(frozen=True, slots=True)
class Gguf:
    """What is known of a GGUF file from its header."""

    name: str
    architecture: str
    form: str
    """Such as Q4_K_M; empty if the file does not say."""
    parameters: int
    size: int
    """Bytes of the file."""
    context_tokens: int
    """How long a context it was trained for; 0 if it does not say."""
    kv_bytes_per_token: int
    vocabulary: int
    has_template: bool

    def needed_bytes(self, context_tokens: int) -> int:
        """Return how much memory the model takes with such a context."""
        return needed_bytes(self.size, context_tokens, self.kv_bytes_per_token, self.vocabulary)


def read_gguf(file: Path) -> Gguf:
    """Return what the file says of itself. Raises ModelDamaged if it is no GGUF file, cut short or broken."""
    try:
        size = file.stat().st_size
        with file.open("rb") as opened:
            if opened.read(4) != MAGIC:
                raise _damaged(file, "is not a GGUF file")
            with mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as data:
                return _read(file, _Header(data), size)
    except (struct.error, UnicodeDecodeError, ValueError, IndexError, OverflowError) as error:
        raise _damaged(file, "is damaged: its header cannot be read, or ends too early") from error
    except OSError as error:
        raise _damaged(file, f"cannot be read: {error.strerror or error}") from error


class _Header:
    """A reader's place in a header."""

    def __init__(self, data: mmap.mmap) -> None:
        self._data = data
        self.at = len(MAGIC)

    def fixed(self, form: str) -> int:
        """Return a number of such a form (struct's); one with a fraction loses it, as none here is needed."""
        (value,) = struct.unpack_from(form, self._data, self.at)
        self.at += struct.calcsize(form)
        return int(value) if math.isfinite(value) else 0

    def text(self) -> str:
        """Return a text. Raises ValueError if it is not UTF-8, or would go beyond the end."""
        return self._bytes().decode("utf-8")

    def _bytes(self) -> bytes:
        length = self.fixed("<Q")
        if length > len(self._data) - self.at:
            raise ValueError("a text beyond the end")
        self.at += length
        return bytes(self._data[self.at - length : self.at])

    def value(self, kind: int) -> Value:
        """Return a value; of a short array of numbers the largest, of any other how many it has."""
        if kind == _STRING:
            return self.text()
        if kind != _ARRAY:
            if kind not in _FIXED:
                raise ValueError("a kind of value that no version has")
            return self.fixed(_FIXED[kind])
        inner, count = self.fixed("<I"), self.fixed("<Q")
        if count > len(self._data) or inner == _ARRAY:
            raise ValueError("an array beyond the end, or of arrays")
        if inner in _FIXED and count > _LONGEST // 1024:
            self.at += count * struct.calcsize(_FIXED[inner])
            return count
        if inner == _STRING:
            for _ in range(count):
                self._bytes()
            return count
        return max((number for _ in range(count) if isinstance(number := self.value(inner), int)), default=0)


def _read(file: Path, header: _Header, size: int) -> Gguf:
    version, tensors, facts = header.fixed("<I"), header.fixed("<Q"), header.fixed("<Q")
    if version not in (2, 3):
        raise _damaged(file, f"is in version {version} of the format, which is not known here")
    if tensors > _LONGEST or facts > _LONGEST:
        raise ValueError("more than there can be")
    known: dict[str, Value] = {}
    for _ in range(facts):
        key = header.text()
        known[key] = header.value(header.fixed("<I"))
    ends, parameters = _tensors(header, tensors)
    alignment = _number(known, "general.alignment", 32)
    if alignment < 1:
        raise ValueError("an alignment to nothing")
    start = -(-header.at // alignment) * alignment
    if start + ends > size:
        raise _damaged(file, f"is cut short: {size:,} of at least {start + ends:,} bytes are there")
    return _facts(file, known, parameters, size)


def _tensors(header: _Header, count: int) -> tuple[int, int]:
    """Return where the last tensor ends, counted from the first, and how many weights there are in all."""
    ends = parameters = 0
    for _ in range(count):
        header.text()
        weights = 1
        for _ in range(header.fixed("<I")):
            weights *= header.fixed("<Q")
        kind, offset = header.fixed("<I"), header.fixed("<Q")
        block, taken = _BLOCKS.get(kind, (1, 0))
        ends = max(ends, offset + weights // block * taken)
        parameters += weights
    return ends, parameters


def _facts(file: Path, known: dict[str, Value], parameters: int, size: int) -> Gguf:
    architecture = str(known.get("general.architecture", ""))

    def fact(name: str, default: int = 0) -> int:
        """Return a number that the file tells of its architecture."""
        return _number(known, f"{architecture}.{name}", default)

    heads = max(fact("attention.head_count"), 1)
    width = fact("embedding_length") // heads
    keys, values = fact("attention.key_length", width), fact("attention.value_length", width)
    kv = fact("block_count") * fact("attention.head_count_kv", heads) * (keys + values) * 2
    return Gguf(
        name=str(known.get("general.name", file.stem)),
        architecture=architecture,
        form=_FORMS.get(_number(known, "general.file_type", -1), ""),
        parameters=parameters,
        size=size,
        context_tokens=fact("context_length"),
        kv_bytes_per_token=kv,
        vocabulary=_number(known, "tokenizer.ggml.tokens"),
        has_template=bool(known.get("tokenizer.chat_template")),
    )


def _number(known: dict[str, Value], key: str, default: int = 0) -> int:
    """Return a fact that should be a number. Raises ValueError for one that is a text."""
    return int(known.get(key, default))


def _damaged(file: Path, what: str) -> ModelDamaged:
    return ModelDamaged(
        f"The language model {file} {what}.",
        "Fetch or copy the file again (`pocketrag models list` names others), "
        'or set models.language to "bundled".',
    )
