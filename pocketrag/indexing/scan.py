"""The scan: which files are in the library's folders now, and which are left out by which rule."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from pathlib import Path

from pocketrag.errors import Empty
from pocketrag.indexing.rules import IGNORE_FILE, Rules
from pocketrag.reading.recognition.kinds import is_foreign
from pocketrag.storage.mounts import Drive
from pocketrag.storage.records import FileRecord, no_reader

IN_THE_CLOUD = 0x40000000
"""macOS: SF_DATALESS, a file whose content would be downloaded by reading it."""

NOT_CONNECTED = "its drive is not connected"


@dataclass(slots=True)
class Scan:
    """What one look at a folder found."""

    same: list[str] = field(default_factory=list)
    """Paths of files that look as they did when they were indexed."""
    files: list[FileRecord] = field(default_factory=list)
    """All others that no rule leaves out."""
    skipped: list[tuple[FileRecord, str]] = field(default_factory=list)
    """Files left out, each with the rule."""
    closed: list[tuple[Path, str]] = field(default_factory=list)
    """Folders that could not be listed, each with the reason: what is below is unknown."""
    drives: dict[Path, Drive] = field(default_factory=dict)
    """Places where drives are mounted."""
    cut: bool = False
    """Whether there was not the time for all of it."""


@dataclass(frozen=True, slots=True)
class ScanRules:
    """What is left out of every folder of a library."""

    max_bytes: int
    own_folder: Path
    """The library's own folder, which is never entered."""
    ignore: Sequence[str] = ()
    """The person's rules for all folders, in the syntax of `.gitignore`."""


@dataclass(frozen=True, slots=True)
class Before:
    """What is known before a scan."""

    drive_of: Callable[[Path], Drive | None]
    away: frozenset[Path] = frozenset()
    """Places whose drive is not connected: not entered, whatever lies there now."""
    settled: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Size and time of the files that are indexed, by path."""


def scan_folder(
    folder: Path,
    rules: ScanRules,
    before: Before,
    within: Sequence[Path] | None = None,
    *,
    seconds: float = inf,
) -> Scan:
    """Return the files of a folder, in the order of their paths; with `within`, only those at or below these.

    After so many seconds, what was found by then is returned.

    Links are not followed: what they point to inside the library is found where it lies, once.
    What is not there is not in the scan; a folder that is not, or may not be listed, is in `closed`.
    """
    walk = _Walk(folder, rules, before, time.monotonic() + seconds)
    for start in [folder] if within is None else within:
        walk.look_at(start)
    walk.scan.files.sort(key=lambda record: record.path)
    return walk.scan


class _Walk:
    def __init__(self, folder: Path, rules: ScanRules, before: Before, until: float) -> None:
        self.scan = Scan()
        self._until = until
        self._folder = folder
        self._rules = rules
        self._named = Rules(folder, rules.ignore)
        self._before = before
        self._devices = {str(folder.parent): _device(folder.parent)}

    def look_at(self, path: Path) -> None:
        """Take in what is at or below a path, as far as no rule leaves out a folder above it."""
        for folder in [*reversed(path.parents), path]:
            if folder.is_relative_to(self._folder) and not self._passes(folder, last=folder == path):
                return

    def _passes(self, path: Path, *, last: bool) -> bool:
        """Whether the way goes on through a path; the last one is taken in."""
        relative = "" if path == self._folder else path.relative_to(self._folder).as_posix()
        try:
            status = path.lstat()
        except OSError as error:
            if path == self._folder:
                self.scan.closed.append((path, error.strerror or str(error)))
            return False
        if stat.S_ISREG(status.st_mode) and last:
            self._file(str(path), relative, status)
            return False
        if not stat.S_ISDIR(status.st_mode) or not self._may_enter(str(path), relative, status.st_dev):
            return False
        if last:
            self._below(str(path), relative)
        return True

    def _below(self, start: str, relative: str) -> None:
        """Take in every file below a folder."""
        waiting = [(start, f"{relative}/" if relative else "")]
        while waiting:
            current, above = waiting.pop()
            try:
                with os.scandir(current) as listing:
                    for entry in listing:
                        if time.monotonic() > self._until:
                            self.scan.cut = True
                            return
                        name = f"{above}{entry.name}"
                        if entry.is_dir(follow_symlinks=False):
                            device = entry.stat(follow_symlinks=False).st_dev
                            if self._may_enter(entry.path, name, device):
                                waiting.append((entry.path, f"{name}/"))
                        elif entry.is_file(follow_symlinks=False):
                            self._entry(entry, name)
            except OSError as error:
                self.scan.closed.append((Path(current), error.strerror or str(error)))

    def _may_enter(self, path: str, relative: str, device: int) -> bool:
        """Whether a folder is entered; a drive that is mounted there is noted."""
        place = Path(path)
        if place in self._before.away:
            self.scan.closed.append((place, NOT_CONNECTED))
            return False
        if path == str(self._rules.own_folder):
            return False
        if relative and self._named.rule(relative, place.name, is_folder=True):
            return False
        if device != self._devices.get(os.path.dirname(path), device):  # noqa: PTH120 - once for each folder
            drive = self._before.drive_of(place)
            if drive is not None:
                self.scan.drives[place] = drive
        self._devices[path] = device
        return True

    def _entry(self, entry: os.DirEntry[str], relative: str) -> None:
        try:
            status = entry.stat(follow_symlinks=False)
        except FileNotFoundError:  # it vanished while being looked at
            return
        self._file(entry.path, relative, status)

    def _file(self, path: str, relative: str, status: os.stat_result) -> None:
        name = relative.rpartition("/")[2]
        if name == IGNORE_FILE:
            return
        kind = os.path.splitext(name)[1].lower().lstrip(".")  # noqa: PTH122 - once for each file
        rule = self._named.rule(relative, name, is_folder=False) or _rule(kind, status, self._rules)
        if not rule and self._before.settled.get(path) == (status.st_size, status.st_mtime_ns):
            self.scan.same.append(path)
            return
        record = FileRecord(Path(path), self._folder, status.st_size, status.st_mtime_ns, kind)
        if rule:
            self.scan.skipped.append((record, rule))
        else:
            self.scan.files.append(record)


def _device(path: Path) -> int:
    try:
        return path.stat().st_dev
    except OSError:
        return 0


def _rule(kind: str, status: os.stat_result, rules: ScanRules) -> str:
    """Return the rule that leaves a file out for what it is; empty if none does."""
    if is_foreign(f".{kind}"):
        return no_reader(kind)
    if status.st_size == 0:
        return Empty.kind
    if status.st_size > rules.max_bytes:
        return f"larger than {rules.max_bytes // 1_000_000} MB (index.max_file_mb)"
    if getattr(status, "st_flags", 0) & IN_THE_CLOUD:
        return "in the cloud, not on this disk"
    return ""


def outermost(paths: Sequence[Path]) -> tuple[Path, ...]:
    """Return the paths without those that lie below another one of them."""
    kept: list[Path] = []
    for path in sorted(set(paths)):
        if not kept or not path.is_relative_to(kept[-1]):
            kept.append(path)
    return tuple(kept)
