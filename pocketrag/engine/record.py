"""The engine's record: the small file by which clients find it, and prove it to be the one.

It lies in the library's folder, readable by its owner alone, because it holds a secret. Both sides
of a connection prove that they know it before either says anything: with a hash over fresh random
numbers and the address, so that it never travels. Whoever takes a dead engine's port or path learns
nothing, and cannot pass on what it hears to an engine that listens elsewhere.
"""

from __future__ import annotations

import hmac
import json
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pocketrag.private_files import write_private
from pocketrag.typed_json import decode, encode


@dataclass(frozen=True, slots=True)
class EngineRecord:
    """Which engine a library has, and where it listens.

    Other versions read it: a field is only ever added, with a default.
    """

    address: str
    """`unix:/path` or `tcp:127.0.0.1:port`."""
    pid: int
    version: str
    started: float
    """Seconds since the epoch."""
    secret: str
    """Made anew for each engine."""
    steady: bool = False
    """Whether it has shown that it does not crash at once: by work done with a model, or by its age."""


def read_record(file: Path) -> EngineRecord | None:
    """Return the engine that a library's file tells of; None if there is none, or nothing legible."""
    try:
        record: EngineRecord = decode(EngineRecord, json.loads(file.read_text("utf-8")))
    except (OSError, ValueError):  # a half-written file is no engine's: they write it whole
        return None
    return record


def write_record(file: Path, values: object) -> None:
    """Write JSON that only the owner may read, whole or not at all. Raises OSError."""
    write_private(file, json.dumps(encode(values)))


def new_secret() -> str:
    """Return 32 random bytes, in hexadecimal."""
    return secrets.token_hex(32)


def proof(
    record: EngineRecord, role: Literal["engine", "client"], client_nonce: str, engine_nonce: str
) -> str:
    """Return what only who knows the secret can say on this connection (HMAC-SHA-256, RFC 2104)."""
    said = "\n".join((role, record.address, client_nonce, engine_nonce))
    return hmac.digest(bytes.fromhex(record.secret), said.encode(), "sha256").hex()


def proves(said: object, expected: str) -> bool:
    """Return whether a proof is the expected one, in a time that does not tell how much of it."""
    return isinstance(said, str) and hmac.compare_digest(said.encode(), expected.encode())
