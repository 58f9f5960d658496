"""The scan: which files are in the library's folders now, and which are left out by which rule."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pathspec import GitIgnoreSpec

from pocketrag.reading.reader import SUFFIXES
from pocketrag.storage.records import FileRecord

IGNORE_FILE = ".pocketragignore"
"""In a library folder: what to leave out, in the syntax of `.gitignore`."""

IGNORED_FOLDERS = frozenset({"node_modules", "__pycache__", "venv", "site-packages"})
"""Folders that hold programs' files, not a person's. Hidden ones are left out as well."""


@dataclass(slots=True)
class Scan:
    """What one look at a folder found."""

    files: list[FileRecord] = field(default_factory=list)
    skipped: list[tuple[FileRecord, str]] = field(default_factory=list)
    """Files left out, each with the rule."""
    closed: list[tuple[Path, str]] = field(default_factory=list)
    """Folders that could not be listed, each with the system's reason: what is below is unknown."""


def scan_folder(folder: Path, max_bytes: int, own_folder: Path) -> Scan:
    """Return the files below a folder, in the order of their paths; links are not followed.

    `own_folder` is the library's own, and is not entered.
    A folder that is not there, or may not be listed, is reported in `closed`.
    """
    scan = Scan()
    ignored = _ignore_rules(folder)
    for entry in _entries(folder, scan, own_folder, ignored):
        record = _record(entry, folder)
        if record is None:
            continue
        rule = _rule(entry.name, record, max_bytes, ignored)
        if rule:
            scan.skipped.append((record, rule))
        else:
            scan.files.append(record)
    scan.files.sort(key=lambda record: record.path)
    return scan


def _ignore_rules(folder: Path) -> GitIgnoreSpec:
    """Return the rules of the folder's ignore file; none if it has no such file, or not a readable one."""
    try:
        lines = (folder / IGNORE_FILE).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return GitIgnoreSpec([])
    return GitIgnoreSpec.from_lines(line for line in lines if _is_rule(line))


def _is_rule(line: str) -> bool:
    """Whether a line is a rule that can be used; one that cannot is passed over, as git does."""
    try:
        GitIgnoreSpec.from_lines([line])
    except ValueError:
        return False
    return True


def _entries(
    folder: Path, scan: Scan, own_folder: Path, ignored: GitIgnoreSpec
) -> Iterator[os.DirEntry[str]]:
    """Yield every regular file below the folder; ignored folders are not entered."""
    waiting = [folder]
    while waiting:
        current = waiting.pop()
        try:
            with os.scandir(current) as listing:
                for entry in listing:
                    if entry.is_dir(follow_symlinks=False):
                        below = Path(entry.path)
                        name = f"{below.relative_to(folder).as_posix()}/"
                        if _ignored_folder(entry.name) or below == own_folder or ignored.match_file(name):
                            continue
                        waiting.append(below)
                    elif entry.is_file(follow_symlinks=False) and entry.name != IGNORE_FILE:
                        yield entry
        except OSError as error:
            scan.closed.append((current, error.strerror or str(error)))


def _record(entry: os.DirEntry[str], folder: Path) -> FileRecord | None:
    """Return the file as it stands; None if it vanished while being looked at."""
    try:
        stat = entry.stat(follow_symlinks=False)
    except FileNotFoundError:
        return None
    path = Path(entry.path)
    return FileRecord(path, folder, stat.st_size, stat.st_mtime_ns, path.suffix.lower().lstrip("."))


def _rule(name: str, record: FileRecord, max_bytes: int, ignored: GitIgnoreSpec) -> str:
    """Return the rule that leaves a file out; empty if none does."""
    if name.startswith((".", "~$")):
        return "hidden or lock file"
    if ignored.match_file(record.path.relative_to(record.folder).as_posix()):
        return f"named in {IGNORE_FILE}"
    if f".{record.kind}" not in SUFFIXES:
        return (
            f"no reader for .{record.kind} files" if record.kind else "no reader for files without an ending"
        )
    if record.size > max_bytes:
        return f"larger than {max_bytes // 1_000_000} MB (index.max_file_mb)"
    return ""


def _ignored_folder(name: str) -> bool:
    return name.startswith(".") or name in IGNORED_FOLDERS
