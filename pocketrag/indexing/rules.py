"""Which files are left out, and by which rule: the person's own, or built in. Owns pathspec.

A person's rules have the syntax of `.gitignore`, and go first: `!name` takes back a built-in rule.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from fnmatch import translate
from pathlib import Path

from pathspec import GitIgnoreSpec

IGNORE_FILE = ".pocketragignore"
"""In a library folder: what to leave out of it."""

IGNORE_FILE_BYTES = 1_000_000
"""As much of it is read."""

HIDDEN = "hidden or lock file"

BUILT_IN = {
    HIDDEN: ".* ~$* *~ *.swp *.part *.partial *.crdownload *.tmp",
    "may hold secrets": (
        "id_rsa* id_dsa* id_ecdsa* id_ed25519* *.pem *.p12 *.pfx *.ppk *.jks *.keystore *.keychain "
        "*.keychain-db *.gpg *.kdb *.kdbx *.psafe3 *.1pux *.agilekeychain/ *.opvault/ wallet.dat *.wallet "
        "logins.json *.default/ *.default-release/"
    ),
    "a program's own files": (
        "node_modules/ bower_components/ __pycache__/ venv/ virtualenv/ site-packages/ *.egg-info/ *.app/ "
        "*.photoslibrary/ *.lrdata/ __MACOSX/ $RECYCLE.BIN/ lost+found/ Thumbs.db desktop.ini CACHEDIR.TAG"
    ),
    "generated, not written": "*.lock *-lock.json *-lock.yaml *.min.js *.min.css *.map *.pyc go.sum",
}
"""What is left out of every library, by name: the rule's own name, and what it names (`/`: folders only)."""

_NO_PATTERN = "(?!)"


class Rules:
    """The rules of one library folder."""

    def __init__(self, folder: Path, own: Sequence[str] = ()) -> None:
        """Read the folder's ignore file; `own` are the rules of the settings."""
        named = {f"named in {IGNORE_FILE}": _lines(folder / IGNORE_FILE), "named in index.ignore": own}
        specs = {name: _spec(lines) for name, lines in named.items()}
        self._named = [(name, spec) for name, spec in specs.items() if len(spec)]

    def rule(self, relative: str, name: str, *, is_folder: bool) -> str:
        """Return the name of the rule that leaves out a file or folder; empty if none does.

        `relative` is its path below the library folder, `name` its own.
        """
        for rule, spec in self._named:
            verdict = spec.check_file(f"{relative}/" if is_folder else relative).include
            if verdict is not None:
                return rule if verdict else ""
        found = (_FOLDERS if is_folder else _FILES).match(name)
        return _RULES[found.lastindex - 1] if found and found.lastindex else ""


def _compiled(*, folders: bool) -> re.Pattern[str]:
    """Return one pattern for all built-in rules, a group a rule: a tree of files is asked it name by name."""
    groups = []
    for names in BUILT_IN.values():
        fitting = [n.rstrip("/") for n in names.split() if folders or not n.endswith("/")]
        groups.append(f"({'|'.join(map(translate, fitting)) or _NO_PATTERN})")
    return re.compile("|".join(groups))


_RULES = tuple(BUILT_IN)
_FILES = _compiled(folders=False)
_FOLDERS = _compiled(folders=True)


def _lines(file: Path) -> Sequence[str]:
    """Return the lines of an ignore file; none if there is no such file, or not a readable one."""
    try:
        # opened so that a pipe of that name is not waited for
        with os.fdopen(os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as opened:
            return opened.read(IGNORE_FILE_BYTES).decode("utf-8", "replace").splitlines()
    except OSError:
        return ()


def _spec(lines: Iterable[str]) -> GitIgnoreSpec:
    return GitIgnoreSpec.from_lines(line for line in lines if _is_rule(line))


def _is_rule(line: str) -> bool:
    """Whether a line is a rule that can be used; one that cannot is passed over, as git does."""
    text = line.strip()
    if not text or text.startswith("#"):
        return False
    try:
        GitIgnoreSpec.from_lines([line])
    except ValueError:
        return False
    return True
