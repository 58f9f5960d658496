"""The scan: which files are in the library's folders now, and which are left out by which rule."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pocketrag.indexing.rules import IGNORE_FILE, Rules
from pocketrag.reading.recognition.kinds import is_foreign
from pocketrag.storage.records import FileRecord

IN_THE_CLOUD = 0x40000000
"""macOS: SF_DATALESS, a file whose content would be downloaded by reading it."""


@dataclass(slots=True)
class Scan:
    """What one look at a folder found."""

    files: list[FileRecord] = field(default_factory=list)
    skipped: list[tuple[FileRecord, str]] = field(default_factory=list)
    """Files left out, each with the rule."""
    closed: list[tuple[Path, str]] = field(default_factory=list)
    """Folders that could not be listed, each with the system's reason: what is below is unknown."""


@dataclass(frozen=True, slots=True)
class ScanRules:
    """What is left out of every folder of a library."""

    max_bytes: int
    own_folder: Path
    """The library's own folder, which is never entered."""
    ignore: Sequence[str] = ()
    """The person's rules for all folders, in the syntax of `.gitignore`."""


def scan_folder(folder: Path, rules: ScanRules) -> Scan:
    """Return the files below a folder, in the order of their paths.

    Links are not followed: what they point to inside the library is found where it lies, once.
    A folder that is not there, or may not be listed, is reported in `closed`.
    """
    scan = Scan()
    named = Rules(folder, rules.ignore)
    for entry, relative in _entries(folder, scan, rules.own_folder, named):
        record = _record(entry, folder)
        if record is None:
            continue
        rule = named.rule(relative, entry.name, is_folder=False) or _rule(entry, record, rules.max_bytes)
        if rule:
            scan.skipped.append((record, rule))
        else:
            scan.files.append(record)
    scan.files.sort(key=lambda record: record.path)
    return scan


def _entries(
    folder: Path, scan: Scan, own_folder: Path, rules: Rules
) -> Iterator[tuple[os.DirEntry[str], str]]:
    """Yield every regular file below the folder, with its path below it; ignored folders are not entered."""
    waiting = [(str(folder), "")]
    while waiting:
        current, above = waiting.pop()
        try:
            with os.scandir(current) as listing:
                for entry in listing:
                    relative = f"{above}{entry.name}"
                    if entry.is_dir(follow_symlinks=False):
                        is_ours = entry.path == str(own_folder)
                        if not is_ours and not rules.rule(relative, entry.name, is_folder=True):
                            waiting.append((entry.path, f"{relative}/"))
                    elif entry.is_file(follow_symlinks=False) and entry.name != IGNORE_FILE:
                        yield entry, relative
        except OSError as error:
            scan.closed.append((Path(current), error.strerror or str(error)))


def _record(entry: os.DirEntry[str], folder: Path) -> FileRecord | None:
    """Return the file as it stands; None if it vanished while being looked at."""
    try:
        stat = entry.stat(follow_symlinks=False)
    except FileNotFoundError:
        return None
    path = Path(entry.path)
    return FileRecord(path, folder, stat.st_size, stat.st_mtime_ns, path.suffix.lower().lstrip("."))


def _rule(entry: os.DirEntry[str], record: FileRecord, max_bytes: int) -> str:
    """Return the rule that leaves a file out for what it is; empty if none does."""
    if is_foreign(f".{record.kind}"):
        return f"no reader for .{record.kind} files"
    if record.size > max_bytes:
        return f"larger than {max_bytes // 1_000_000} MB (index.max_file_mb)"
    if getattr(entry.stat(follow_symlinks=False), "st_flags", 0) & IN_THE_CLOUD:
        return "in the cloud, not on this disk"
    return ""
