"""Office files behind a password that nobody has to know. Owns msoffcrypto.

Excel encrypts a workbook of which only the structure is protected with a password of its own, and opens
it without asking ([MS-OFFCRYPTO] 2.3.7.7 and 2.4.2.3); other programs write files with an empty password.
"""

from __future__ import annotations

import re
from io import BytesIO

from pocketrag.errors import Damaged
from pocketrag.reading.recognition.recognise import OLE2

_PACKAGE = "EncryptedPackage"
_MAX_INFORMATION = 100_000
"""Bytes of the description of how a file is encrypted."""
_MAX_SPINS = 200_000
"""Rounds of hashing a password; Office takes 100,000, which is a tenth of a second; a mail may bring many."""
_SPINS = re.compile(rb"""spinCount\s*=\s*["'](\d+)""")


class _Empty(str):
    """An empty password, which the library would otherwise take for none."""

    __slots__ = ()

    def __bool__(self) -> bool:
        return True


_PASSWORDS = (_Empty(), "VelvetSweatshop")


def unlocked(data: bytes) -> bytes:
    """Return the Office file within an encrypted one that opens without asking; anything else as it is."""
    if not data.startswith(OLE2) or _PACKAGE.encode("utf-16-le") not in data:
        return data
    if not _is_sound(data):
        return data
    return next((opened for password in _PASSWORDS if (opened := _decrypted(data, password))), data)


def _is_sound(data: bytes) -> bool:
    """Whether the description of the encryption asks for no more than Office ever does."""
    from pocketrag.reading.recognition.compound import open_compound, stream_reader

    try:
        information = stream_reader(open_compound(data))("EncryptionInfo")
    except Damaged:
        return False
    spins = [int(number[:20]) for number in _SPINS.findall(information)]
    small = len(information) <= _MAX_INFORMATION and max(spins, default=0) <= _MAX_SPINS
    return small and b"<!DOCTYPE" not in information


def _decrypted(data: bytes, password: str) -> bytes:
    """Return the package, empty where the password is not this one."""
    from msoffcrypto.exceptions import DecryptionError, FileFormatError, ParseError
    from msoffcrypto.format.ooxml import OOXMLFile

    opened = BytesIO()
    try:
        file = OOXMLFile(BytesIO(data))
        file.load_key(password=password, verify_password=True)
        file.decrypt(opened)
    except (DecryptionError, FileFormatError, ParseError):
        return b""
    return opened.getvalue()
