"""Bytes → text, for formats that do not say (or lie about) their encoding. Owns charset-normalizer."""

from __future__ import annotations

import codecs
import re
from contextlib import suppress
from functools import lru_cache

from pocketrag.errors import Unsupported
from pocketrag.reading.charsets import best_charset

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 128 * 1024
"""Bytes that are looked at to guess an encoding: plenty, and the guess stays under a second."""

_NO_CHARSETS = {"idna", "punycode", "utf-7", "unicode_escape", "raw_unicode_escape", "undefined"}
"""Codecs of Python that no file is written in, some of them slow on purpose-made input."""

_CONTROLS = bytes(set(range(32)) - set(b"\0\t\n\r\f\x1b\x1a")) + b"\x7f"
_SHIFT = b"\x1b$"
"""What opens a stretch of another alphabet (RFC 1468, RFC 1557)."""
_HIGH = re.compile(rb"[\x80-\xff]")
_WESTERN = re.compile("[A-Za-z][À-ÖØ-öø-ÿŠŒŽšœžŸß]|[À-ÖØ-öø-ÿŠŒŽšœžŸß][a-z]|[“”„‘’‚–—…€•§°«»£©®²³½¼·´]")
_NOT_WESTERN = re.compile("[\x80-\x9f¢¤¥¦¨¬\xad¯±µ¶¸¹º¾×÷]")


def decode(data: bytes, declared: str = "") -> str:
    """Return the text of `data`; raises `Unsupported` where it does not look like text at all."""
    return data.decode(encoding_of(data, declared), errors="replace")


def encoding_of(data: bytes, declared: str = "") -> str:
    """Return Python's name of the encoding of `data`; raises `Unsupported` where it does not look like text.

    Tried in this order: byte order mark, the encoding that the file declares, UTF-16 or UTF-32
    without a mark, seven-bit Japanese and Korean, UTF-8 (a few bad bytes allowed), the encoding in which
    it reads as a language, Windows-1252 where that fits, then charset-normalizer's guess.
    """
    for mark, name in _BOMS:
        if data.startswith(mark):
            return name
    sample = data[:_SAMPLE]
    wide = _wide_encoding(sample)
    if wide:
        return wide
    if _looks_binary(sample):
        raise Unsupported(
            "The file's content is not text.", "Give it the ending of its real kind, or leave it out."
        )
    return _declared(data, declared) or _shifting(data) or _undeclared(data)


def _declared(data: bytes, declared: str) -> str:
    """Return the declared encoding's name, or nothing where the declaration does not hold."""
    try:
        name = codecs.lookup(declared).name if declared else "idna"
        if name in _NO_CHARSETS:
            return ""
        name = "cp1252" if name == "iso8859-1" else name
        data.decode(name)
    except (LookupError, ValueError):  # unknown name, a name with NUL, bytes that do not fit
        return ""
    return name


def _shifting(data: bytes) -> str:
    """Return the encoding of a text in seven bits that shifts between alphabets (ISO 2022), if it is one."""
    if _SHIFT in data:
        for name in ("iso2022_jp", "iso2022_kr"):
            with suppress(UnicodeDecodeError):
                data.decode(name)
                return name
    return ""


def _undeclared(data: bytes) -> str:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        telling = data[max(0, error.start - 1000) :][:_SAMPLE]
    else:
        return "utf-8"
    lenient = telling.decode("utf-8", errors="replace")
    scratches = lenient.count("\ufffd")
    multibyte = sum(character > "\x7f" for character in lenient) - scratches
    # UTF-8 with a scratch is not another encoding
    return "utf-8" if multibyte > 10 * scratches else _guess(telling)


@lru_cache(maxsize=1)  # a text is decoded by its format, and for the map to its file
def _guess(sample: bytes) -> str:
    """Return a codec's name; charset-normalizer is asked where the text is too short for any language."""
    charset = best_charset(sample)
    if charset:
        return charset
    western = sample.decode("cp1252", errors="replace")
    fits = len(_WESTERN.findall(western))
    misfits = len(_NOT_WESTERN.findall(western))
    high = len(_HIGH.findall(sample))
    if fits > 4 * misfits and fits >= high / 2 and "\ufffd" not in western:
        return "cp1252"
    from charset_normalizer import from_bytes

    best = from_bytes(sample).best()
    return best.encoding if best is not None else "cp1252"


def _wide_encoding(sample: bytes) -> str:
    """Return UTF-16 or UTF-32 with its byte order where zero bytes stand at regular places."""
    sample = sample[: len(sample) // 4 * 4]
    quarter = len(sample) // 4
    if not quarter or sample.count(0) < 0.2 * len(sample):
        return ""
    zeros = [sample[i::4].count(0) / quarter for i in range(4)]
    if min(zeros[2:]) > 0.95 and zeros[0] < 0.1:
        return "utf-32-le"
    if min(zeros[:2]) > 0.95 and zeros[3] < 0.1:
        return "utf-32-be"
    if min(zeros[1], zeros[3]) > 0.4 and max(zeros[0], zeros[2]) < 0.05:
        return "utf-16-le"
    if min(zeros[0], zeros[2]) > 0.4 and max(zeros[1], zeros[3]) < 0.05:
        return "utf-16-be"
    return ""


def _looks_binary(sample: bytes) -> bool:
    if not sample:
        return False
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    return controls > 0.03 * len(sample) or sample.count(0) > 0.3 * len(sample)
