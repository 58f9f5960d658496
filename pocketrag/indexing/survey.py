"""The survey: what the folders hold, compared with what the catalog holds of them.

Start-up and watching share it: with no paths it looks at everything, with some only there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pocketrag.domain import FileFailed, FileSkipped, FileState, FileUnchanged, IndexEvent
from pocketrag.indexing.rules import IGNORE_FILE
from pocketrag.indexing.scan import Drives, Scan, ScanRules, outermost, scan_folder
from pocketrag.storage.catalog import Catalog
from pocketrag.storage.mounts import Mounts, is_below
from pocketrag.storage.records import FileRecord, KnownFile, Verdict

READ = "its content was looked at"
"""Message of a file that is left out for what it holds, not by a rule: it need not be looked at again."""


@dataclass(slots=True)
class Survey:
    """What a look at the folders found to do, and what needs nothing done."""

    known: dict[Path, KnownFile] = field(default_factory=dict)
    """What the catalog holds of where was looked."""
    changed: list[FileRecord] = field(default_factory=list)
    """New and changed files, in the order of their paths."""
    gone: set[Path] = field(default_factory=set)
    """Known files that are no longer there."""
    settled: list[IndexEvent] = field(default_factory=list)
    """What to say of all others."""


class Surveyor:
    """Compares one library's folders with its catalog."""

    def __init__(self, catalog: Catalog, mounts: Mounts, rules: ScanRules, recipe: str) -> None:
        """Documents made by another recipe count as changed."""
        self._catalog = catalog
        self._mounts = mounts
        self._rules = rules
        self._recipe = recipe

    def survey(self, within: Sequence[Path] | None = None, *, retry: bool = False) -> Survey:
        """Return what there is to do, everywhere or `within` these paths.

        Files named there by themselves are opened even if they look unchanged; with `retry`, those that
        failed are too.
        """
        drives = Drives(self._mounts.drive, self._mounts.away())
        found = Survey()
        for folder in self._catalog.folders():
            inside = _inside(folder, within)
            if inside is None or inside:
                self._look_at(folder, inside, drives, retry, found)
        return found

    def _look_at(
        self, folder: Path, within: Sequence[Path] | None, drives: Drives, retry: bool, found: Survey
    ) -> None:
        scan = scan_folder(folder, self._rules, drives, within)
        known = self._catalog.known_files(folder, within)
        if scan.drives:
            self._mounts.note(scan.drives)
        found.known.update(known)
        found.settled += map(_closed, scan.closed)
        self._note_skipped(scan, found)
        named = set(within or ())
        for record in scan.files:
            event = self._settled(record, known.get(record.path), retry)
            if event is None or record.path in named:
                found.changed.append(record)
            else:
                found.settled.append(event)
        found.gone |= _gone(known, scan, drives.away)

    def _note_skipped(self, scan: Scan, found: Survey) -> None:
        for record, rule in scan.skipped:
            before = found.known.get(record.path)
            if before is None or before.verdict.reason != rule:
                self._catalog.set_aside(record, Verdict(FileState.SKIPPED, rule))
            found.settled.append(FileSkipped(record.path, rule))

    def _settled(self, record: FileRecord, known: KnownFile | None, retry: bool) -> IndexEvent | None:
        """Return the event of a file that needs no work; None if it must be opened."""
        if known is None or not same_stat(record, known.record):
            return None
        verdict = known.verdict
        if verdict.state is FileState.INDEXED:
            return FileUnchanged(record.path) if known.recipe == self._recipe else None
        if retry:
            return None
        if verdict.state is FileState.FAILED:
            return FileFailed(record.path, verdict.reason, verdict.message, verdict.remedy)
        if verdict.state is FileState.SKIPPED and verdict.message == READ:
            return FileSkipped(record.path, verdict.reason)
        return None


def same_stat(one: FileRecord, other: FileRecord) -> bool:
    """Whether a file looks the same: size and time of its last change."""
    return (one.size, one.mtime_ns) == (other.size, other.mtime_ns)


def _inside(folder: Path, within: Sequence[Path] | None) -> Sequence[Path] | None:
    """Return those paths that concern a folder; None for all of it: its rules may have changed."""
    if within is None:
        return None
    inside = [path for path in within if path.is_relative_to(folder)]
    if any(folder.is_relative_to(path) for path in within) or folder / IGNORE_FILE in inside:
        return None
    return outermost(inside)


def _closed(closed: tuple[Path, str]) -> FileFailed:
    """Return what to say of a folder that could not be listed; the files known below it are kept."""
    folder, reason = closed
    return FileFailed(
        folder,
        "folder not readable",
        f"The folder cannot be listed: {reason}.",
        "Connect its drive or correct its permissions; what is indexed of it is kept.",
    )


def _gone(known: dict[Path, KnownFile], scan: Scan, away: frozenset[Path]) -> set[Path]:
    """Return the known files that are no longer there, save those below a folder that is closed."""
    seen = {record.path for record in scan.files} | {record.path for record, _ in scan.skipped}
    kept = away | {folder for folder, _ in scan.closed}
    return {path for path in known if path not in seen and not is_below(path, kept)}
