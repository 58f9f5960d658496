"""The two ways to an engine: a Unix socket, or where there is none a port of this machine.

A Unix socket's path may hold about a hundred bytes. A library that lies too deep for that gets its
socket in a folder of its own, for its owner alone, among those that the system keeps for running
programs; the engine's record says where.
"""

from __future__ import annotations

import hashlib
import os
import socket
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

from pocketrag.paths import LibraryPaths

LONGEST = 100
"""Bytes of a socket's path: Linux takes 107, macOS 103."""

LOOPBACK = "127.0.0.1"


def has_unix_sockets() -> bool:
    """Return whether this system has them."""
    return hasattr(socket, "AF_UNIX")


def listening(paths: LibraryPaths, *, loopback: bool) -> tuple[socket.socket, str]:
    """Return a socket that nobody else listens on, and its address as a record holds it.

    The library must be this process's: a socket that a dead engine left behind is put away.
    """
    if loopback:
        port = socket.create_server((LOOPBACK, 0))
        return port, f"tcp:{LOOPBACK}:{port.getsockname()[1]}"
    file = _socket_file(paths)
    file.unlink(missing_ok=True)
    unix = socket.socket(socket.AF_UNIX)
    unix.bind(str(file))
    file.chmod(0o600)
    unix.listen(64)
    return unix, f"unix:{file}"


def connected(address: str, seconds: float) -> socket.socket:
    """Return a socket connected to an engine's address. Raises OSError if nobody listens there."""
    kind, _, where = address.partition(":")
    if kind == "unix":
        made = socket.socket(socket.AF_UNIX)
        made.settimeout(seconds)
        try:
            made.connect(where)
        except BaseException:
            made.close()
            raise
        return made
    host, _, port = where.rpartition(":")
    made = socket.create_connection((host, int(port)), seconds)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made


def put_away(address: str) -> None:
    """Remove what an address left on disk."""
    kind, _, where = address.partition(":")
    if kind == "unix":
        file = Path(where)
        with suppress(OSError):
            if stat.S_ISSOCK(file.lstat().st_mode):
                file.unlink()
        if file.parent.name.startswith("pocketrag-"):
            with suppress(OSError):
                file.parent.rmdir()


def _socket_file(paths: LibraryPaths) -> Path:
    if len(os.fsencode(paths.socket)) <= LONGEST:
        return paths.socket
    folder = _runtime_folder() / f"pocketrag-{hashlib.sha256(os.fsencode(paths.root)).hexdigest()[:16]}"
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    facts = folder.lstat()
    if facts.st_uid != os.getuid() or facts.st_mode & 0o7777_7777 != 0o40700:  # somebody else's, or a link
        folder = Path(tempfile.mkdtemp(prefix="pocketrag-", dir=_runtime_folder()))
    return folder / "engine.sock"


def _runtime_folder() -> Path:
    named = os.environ.get("XDG_RUNTIME_DIR")
    folder = Path(named) if named else Path(tempfile.gettempdir())
    return folder if folder.is_dir() else Path(tempfile.gettempdir())
