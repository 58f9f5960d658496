"""The command line as tests call it: within their own process, or as the installed program."""

from __future__ import annotations

import io
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from unittest.mock import patch

from pocketrag.cli import run

COMMAND = str(Path(sys.executable).with_name("pocketrag"))
"""The installed program."""

Done = subprocess.CompletedProcess[str]


def called(*arguments: str) -> Done:
    """Return what a command line comes to, called in this process; nobody is there to be asked."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), patch("sys.stdin", io.StringIO()):
        status = run(list(arguments))
    assert "Something unexpected" not in err.getvalue(), err.getvalue()
    return Done(arguments, status, out.getvalue(), err.getvalue())


def pocketrag(library: Path, *arguments: str) -> Done:
    """Return what a command on a library comes to, called in this process."""
    return called("--library", str(library), *arguments)


def installed(library: Path, *arguments: str) -> Done:
    """Return what the installed program comes to: half a second more, where its own process is the point."""
    command = [COMMAND, "--library", str(library), *arguments]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=120, stdin=subprocess.DEVNULL
    )
    assert "Traceback" not in done.stderr
    return done
