"""Where the forms of models made for this computer are kept: a folder each, by name, revision and version.

One process at a time makes forms of a kind: two would measure each other. What is kept of a model stays until
the new form is whole, however its making ends.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from glob import escape
from pathlib import Path
from typing import NoReturn

from pocketrag.errors import PocketRagError
from pocketrag.locks import held
from pocketrag.models.hub import ModelFile

FOR_NOW = 75
"""The exit status of a process that could not make a form for a reason that may pass, such as a full disk:
EX_TEMPFAIL of sysexits.h."""

ENDING_SECONDS = 10.0
"""What a process has for cleaning up when it is told to end."""

TURN_SECONDS = 0.2
"""Between two looks whether another process is done."""

Begun = Callable[["subprocess.Popen[bytes]"], object]
"""Is told of the process that makes a form."""


@dataclass(frozen=True, slots=True)
class Forms:
    """One kind of forms, in the folder that all libraries share."""

    folder: Path
    """Which need not be there yet."""
    kind: str
    """The letter before the version."""
    version: int

    def place(self, file: ModelFile) -> Path:
        """Return the folder of a model's form, whether it is there or not."""
        return self.folder / f"{file.name}-{file.revision}-{self.kind}{self.version}"

    def refusal(self, file: ModelFile) -> Path:
        """Return the file that says why a model's form could not be made."""
        return self.place(file).with_name(f"{self.place(file).name}.refused")

    def open(self) -> None:
        """Have the folder, to write in. Raises OSError, which says why not."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not os.access(self.folder, os.W_OK):
            raise PermissionError(0, "it is read-only")

    def refuse(self, file: ModelFile, why: str) -> None:
        """Remember that a model's form cannot be made: it is not tried again by itself."""
        with suppress(OSError):
            self.refusal(file).write_text(why, encoding="utf-8")

    def settle(self, file: ModelFile) -> None:
        """Delete what else is kept of a model whose form is whole: forms of older versions, a refusal."""
        for kept in self.folder.glob(f"{escape(f'{file.name}-{file.revision}')}-{self.kind}*"):
            if kept.is_dir() and kept != self.place(file):
                shutil.rmtree(kept, ignore_errors=True)
        with suppress(OSError):
            self.refusal(file).unlink(missing_ok=True)


@contextmanager
def making(target: Path, prefix: str) -> Iterator[Path | None]:
    """Give an empty folder, which takes the target's place in the end; None if another has just made that.

    Waits for its turn. What makings left that were killed goes first: nobody else is at it. Raises OSError.
    """
    began = time.time()
    lock = held(target.parent / f".{prefix}lock", patience=-1, every=TURN_SECONDS)
    assert lock is not None, "one that waits for ever gets it"
    try:
        if target.is_dir() and target.stat().st_mtime >= began:
            yield None
            return
        for left in target.parent.glob(f"{prefix}*"):
            shutil.rmtree(left, ignore_errors=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=prefix) as around:
            folder = Path(around) / "model"
            folder.mkdir()
            yield folder
            if target.is_dir():
                target.replace(folder.with_name("former"))
            folder.replace(target)
    finally:
        lock.release()


def end_when_told() -> None:
    """Let this process clean up when whoever started it says so, and only then: Ctrl+C reaches both."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def give_up(error: Exception) -> NoReturn:
    """End this process, saying why no form was made."""
    for_now = isinstance(error, OSError)
    said = error.message if isinstance(error, PocketRagError) else f"{type(error).__name__}: {error}"
    sys.stderr.write(f"{error.strerror if isinstance(error, OSError) and error.strerror else said}\n")
    sys.exit(FOR_NOW if for_now else 1)


def ran(module: str, arguments: Sequence[str], seconds: float, begun: Begun) -> tuple[bytes, int]:
    """Return what a process that makes a form said on standard error, and its exit status.

    It is ended if it takes longer, or if this thread is interrupted meanwhile. `begun` is told of it.
    """
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", module, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    try:
        begun(process)
        _, said = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        return _ended(process) or b"it took too long", -signal.SIGTERM
    except BaseException:
        _ended(process)
        raise
    return said, process.returncode


def _ended(process: subprocess.Popen[bytes]) -> bytes:
    """End a process, and return what it said."""
    process.terminate()
    try:
        return process.communicate(timeout=ENDING_SECONDS)[1]
    except subprocess.TimeoutExpired:
        process.kill()
        return process.communicate()[1]


def last_words(said: bytes, status: int) -> str:
    """Return why a process failed that was to make a form: the last line it said, or else its exit status."""
    lines = said.decode(errors="replace").strip().splitlines()
    return lines[-1].strip().rstrip(".") if lines else f"its process ended with {status}"
