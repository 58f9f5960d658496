"""A worker: reads the files handed to it, one at a time, within limits. Run by the sandbox.

    python -m pocketrag.reading.worker SOCKET BYTES

It says when it is ready, gets what is wanted and a file's bytes, never a path; it answers with JSON, never
with pickles, and tells which attachment of the file it begins with. A parser that a hostile file takes over
finds no network, no files to write, no programs to start.
"""

from __future__ import annotations

import base64
import contextlib
import os
import resource
import sys
import tempfile
from collections.abc import Callable
from multiprocessing.connection import Connection

from pocketrag.codec import Json, document_values, from_bytes, to_bytes
from pocketrag.domain import Quote, Unread
from pocketrag.errors import ReadingError, TooLarge
from pocketrag.memory import resident_bytes
from pocketrag.reading.attached import Attached
from pocketrag.reading.attachments import Losses
from pocketrag.reading.reader import page_picture, parse

MAX_CHARACTERS = 30_000_000
"""Text of the longest document: some ten thousand pages. What is more is a bomb, or no document."""

STALE_BYTES = 300_000_000
"""Memory after which a worker makes room for a fresh one."""

REFUSED = (
    "socket.connect",
    "socket.bind",
    "socket.sendto",
    "socket.getaddrinfo",
    "subprocess.Popen",
    "os.exec",
    "os.fork",
    "os.forkpty",
    "os.posix_spawn",
    "os.system",
    "os.remove",
    "os.rename",
    "os.mkdir",
    "os.rmdir",
    "shutil.rmtree",
)
"""Audit events that reading a file has no need of."""


def main() -> None:
    """Read files until the sandbox hangs up, or asks for a fresh worker by not answering this one."""
    pipe: Connection = Connection(int(sys.argv[1]))
    _limit(int(sys.argv[2]))
    _send(pipe, {"ready": True})
    while True:
        try:
            request = from_bytes(pipe.recv_bytes())
            data = pipe.recv_bytes()
        except (EOFError, OSError):
            return
        answer = _answer(request, data, lambda digest: _send(pipe, {"attachment": digest}))
        answer["stale"] = answer.get("stale", False) or resident_bytes() > STALE_BYTES
        _send(pipe, answer)
        if answer["stale"]:
            return


def _send(pipe: Connection, answer: Json) -> None:
    pipe.send_bytes(to_bytes(answer))


def _answer(request: Json, data: bytes, tell: Callable[[str], None]) -> Json:
    try:
        if "page" in request:
            quote = Quote(*request["quote"]) if request["quote"] else None
            attached = Attached(*request["attached"]) if request["attached"] else None
            picture = page_picture(data, request["page"], request["width"], quote, attached)
            marks = [(mark.left, mark.top, mark.right, mark.bottom) for mark in picture.marks]
            return {"picture": base64.b64encode(picture.png).decode(), "marks": marks}
        lost = {digest: Unread(*reason) for digest, reason in request["lost"].items()}
        document = parse(data, request["suffix"], Losses(lost, tell))
        if len(document.text) > MAX_CHARACTERS:
            raise TooLarge(
                f"The file holds more than {MAX_CHARACTERS // 1_000_000} million characters of text.",
                "Split it, or leave it out.",
            )
        return {"document": document_values(document)}
    except ReadingError as error:
        return {"error": [type(error).__name__, error.message, error.remedy]}
    except MemoryError:
        return {"out_of_memory": True, "stale": True}


def _limit(memory: int) -> None:
    """Take away what reading does not need: memory, priority, output files, network, programs."""
    tempfile.tempdir = os.curdir  # so that no library looks for a place to write by trying
    os.nice(10)
    for kind, value in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):  # macOS does not know them all
            resource.setrlimit(kind, (value, value))
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if event in REFUSED:
        raise PermissionError(f"a reader has no business with {event}")
    if event == "open" and _writes(*arguments[1:3]):
        raise PermissionError("a reader writes no files")


def _writes(mode: object, flags: object) -> bool:
    """Whether a file is opened for writing: `open` says so by a mode, `os.open` by flags alone."""
    if isinstance(mode, str):
        return bool(set(mode) & set("wax+"))
    return isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))


if __name__ == "__main__":
    main()
