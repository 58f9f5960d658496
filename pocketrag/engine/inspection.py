"""The checks that need the library open: its catalog, its vectors, and its files on disk."""

from __future__ import annotations

from pathlib import Path

from pocketrag.domain import Check
from pocketrag.engine.checkup import REPAIR
from pocketrag.engine.stores import Stores
from pocketrag.errors import LibraryUnwritable, VectorServerError
from pocketrag.indexing.survey import Survey, Surveyor
from pocketrag.plain import one_line
from pocketrag.storage.checking import faults
from pocketrag.storage.lookup import Lookup
from pocketrag.storage.references import References
from pocketrag.storage.vectors import SPACES
from pocketrag.wording import plural

UPDATE = "`pocketrag index` brings the index up to date."


def check_catalog(stores: Stores) -> Check:
    """Return whether the catalog is sound; one that is not is set aside by the next engine."""
    try:
        wrong = faults(stores.database.connection)
    except LibraryUnwritable as error:
        return Check("catalog", "problem", one_line(error.message), one_line(error.remedy))
    if wrong:
        stores.database.doubt()
        return Check("catalog", "problem", "It is damaged.", f"{REPAIR} Your documents are untouched.")
    lookup = Lookup(stores.database)
    held = f"{plural(lookup.counts().indexed, 'file')}, {plural(lookup.chunk_count(), 'passage')}"
    if stores.catalog.rebuilding():
        return Check("catalog", "warning", f"Sound, but not every file is read anew yet: {held}.", UPDATE)
    return Check("catalog", "ok", f"Sound: {held}.")


def check_vectors(stores: Stores) -> Check:
    """Return whether the vectors are exactly those that the catalog refers to, and can be found."""
    try:
        return _compared(stores)
    except VectorServerError as error:
        return Check("vectors", "problem", one_line(error.message), one_line(error.remedy))


def _compared(stores: Stores) -> Check:
    references = References(stores.database)
    missing = strays = total = 0
    for space in SPACES:
        if not stores.vectors.is_sound(space):
            return Check("vectors", "problem", f"Those of the {space} are damaged.", REPAIR)
        wanted, there = references.keys(space), stores.vectors.keys(space)
        missing, strays, total = (
            missing + len(wanted - there),
            strays + len(there - wanted),
            total + len(there),
        )
    if missing:
        found = f"{plural(missing, 'vector')} of the catalog's passages, headings or names missing."
        return Check("vectors", "problem", found, REPAIR)
    if strays and not stores.catalog.rebuilding():
        return Check("vectors", "warning", f"{plural(strays, 'vector')} that nothing refers to.", REPAIR)
    return Check("vectors", "ok", f"{plural(total, 'vector')}, as the catalog has it.")


def check_folders(folders: tuple[Path, ...], away: frozenset[Path]) -> Check:
    """Return whether the library's folders are there."""
    if not folders:
        return Check("folders", "warning", "The library has none.", "`pocketrag add FOLDER` adds one.")
    lost = [folder for folder in folders if not folder.is_dir()]
    if lost:
        names = ", ".join(one_line(str(folder)) for folder in lost)
        remedy = "Connect its drive, or `pocketrag remove FOLDER` if it is gone for good."
        return Check("folders", "warning", f"Not there: {names}.", remedy)
    if away:
        names = ", ".join(one_line(str(place)) for place in sorted(away))
        remedy = "Connect the drive; what is indexed of it is kept."
        return Check("folders", "warning", f"Drives not connected: {names}.", remedy)
    return Check("folders", "ok", f"{plural(len(folders), 'folder')}, all there.")


def check_files(surveyor: Surveyor, lookup: Lookup) -> Check:
    """Return whether the index is what the folders hold."""
    survey = surveyor.survey()
    different = _different(survey)
    if different:
        return Check("files", "warning", f"Not indexed as they stand on disk: {different}.", UPDATE)
    counts = lookup.counts()
    if counts.failed:
        remedy = "`pocketrag status` says why; `pocketrag index --retry` reads them again."
        return Check("files", "warning", f"{plural(counts.failed, 'file')} failed.", remedy)
    return Check("files", "ok", f"{plural(len(survey.same), 'file')} indexed as they stand on disk.")


def _different(survey: Survey) -> str:
    unknown = sum(record.path not in survey.known for record in survey.changed)
    counts = {
        "{} new": unknown,
        "{} changed or waiting": len(survey.changed) - unknown,
        "{} gone": len(survey.gone),
    }
    return ", ".join(words.format(count) for words, count in counts.items() if count)
