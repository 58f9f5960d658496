"""The survey: what the folders hold, compared with what the catalog holds of them.

Start-up and watching share it: with no paths it looks at everything, with some only there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pocketrag.domain import FileFailed, FileSkipped, FileState, IndexEvent
from pocketrag.indexing.rules import IGNORE_FILE
from pocketrag.indexing.scan import Before, Scan, ScanRules, outermost, scan_folder
from pocketrag.storage.catalog import Catalog
from pocketrag.storage.mounts import Mounts, is_below
from pocketrag.storage.records import FileRecord, KnownFile, Verdict

READ = "its content was looked at"
"""Message of a file that is left out for what it holds, not by a rule: it need not be looked at again."""


@dataclass(slots=True)
class Survey:
    """What a look at the folders found to do, and what needs nothing done."""

    same: list[str] = field(default_factory=list)
    """Paths of files that are as they were indexed."""
    settled: list[IndexEvent] = field(default_factory=list)
    """What to say of others that need nothing done."""
    changed: list[FileRecord] = field(default_factory=list)
    """New and changed files, in the order of their paths."""
    gone: set[Path] = field(default_factory=set)
    """Known files that are no longer there."""
    known: dict[Path, KnownFile] = field(default_factory=dict)
    """What the catalog holds of the changed and the gone ones."""


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
        away = self._mounts.away()
        found = Survey()
        for folder in self._catalog.folders():
            inside = _inside(folder, within)
            if inside is None or inside:
                self._look_at(folder, inside, away, retry, found)
        return found

    def _look_at(
        self, folder: Path, within: Sequence[Path] | None, away: frozenset[Path], retry: bool, found: Survey
    ) -> None:
        settled = self._catalog.settled(folder, self._recipe, within)
        others = self._catalog.unsettled(folder, self._recipe, within)
        named = {str(path) for path in within or ()}
        unnamed = {path: stat for path, stat in settled.items() if path not in named} if named else settled
        scan = scan_folder(folder, self._rules, Before(self._mounts.drive, away, unnamed), within)
        if scan.drives:
            self._mounts.note(scan.drives)
        found.same += scan.same
        found.settled += map(_closed, scan.closed)
        found.known.update(others)
        self._note_skipped(scan, found)
        self._sort_out(scan, found, retry)
        unseen = {*map(Path, settled.keys() - set(scan.same)), *others}
        found.gone.update(path for path in _gone(unseen, scan, away) if self._know(path, found))

    def _sort_out(self, scan: Scan, found: Survey, retry: bool) -> None:
        """Tell the files that must be opened from those that failed or were left out as they are."""
        for record in scan.files:
            event = _settled(record, self._know(record.path, found), retry)
            if event is None:
                found.changed.append(record)
            else:
                found.settled.append(event)

    def _note_skipped(self, scan: Scan, found: Survey) -> None:
        for record, rule in scan.skipped:
            before = self._know(record.path, found)
            if before is None or before.verdict.reason != rule:
                self._catalog.set_aside(record, Verdict(FileState.SKIPPED, rule))
            found.settled.append(FileSkipped(record.path, rule))

    def _know(self, path: Path, found: Survey) -> KnownFile | None:
        """Return what the catalog holds of a file, and keep it with the survey."""
        known = found.known.get(path) or self._catalog.known_file(path)
        if known is not None:
            found.known[path] = known
        return known


def _settled(record: FileRecord, known: KnownFile | None, retry: bool) -> IndexEvent | None:
    """Return the event of a file that failed or was left out just as it is; None if it must be opened."""
    if retry or known is None or not same_stat(record, known.record):
        return None
    verdict = known.verdict
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


def _gone(known: set[Path], scan: Scan, away: frozenset[Path]) -> set[Path]:
    """Return the known files that are no longer there, save those below a folder that is closed."""
    seen = {record.path for record in scan.files} | {record.path for record, _ in scan.skipped}
    kept = away | {folder for folder, _ in scan.closed}
    return {path for path in known - seen if not is_below(path, kept)}
