"""Places, counts and durations, said the way a person says them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pocketrag.domain import (
    CatalogRebuilt,
    Citation,
    Counts,
    FolderForecast,
    FolderOutlook,
    Freshness,
    IndexProgress,
    IndexRenewed,
    IndexRepaired,
    LibraryStatus,
    ModelLoading,
    ModelPreparing,
    Passage,
    Place,
    VectorPlace,
)
from pocketrag.plain import one_line

_KINDS_SAID = 4
"""Kinds of files that are named one by one."""

MOST_RUNS = 5
"""Runs of pages that are named one by one."""


def loading_in_words(event: ModelPreparing | ModelLoading) -> str:
    """Return what is being done to a model, for a person who waits."""
    if isinstance(event, ModelPreparing):
        return f"Preparing {one_line(event.name)} for this computer (once, about half a minute)…"
    return f"Loading {one_line(event.name)}…"


def place_in_words(place: Place, sections: int = 1) -> str:
    """Return where to look, such as `page 3 · Termination`; empty where the format says nothing."""
    parts = [*_position(place), *(one_line(name) for name in place.section[-sections:] if sections)]
    return " · ".join(part for part in parts if part)


def _position(place: Place) -> list[str]:
    parts: list[str] = []
    if place.page is not None:
        last = place.page_end
        parts.append(f"pages {place.page}–{last}" if last and last > place.page else f"page {place.page}")
    if place.slide is not None:
        parts.append(f"slide {place.slide}")
    if place.sheet is not None:
        parts.append(f"sheet {one_line(place.sheet)}")
    if place.row is not None:
        parts.append(f"row {place.row}")
    if place.message is not None:
        parts.append(one_line(place.message))
    if place.line is not None and place.page is None:
        parts.append(f"line {place.line}")
    return parts


def pictures_in_words(pages: Sequence[int]) -> str:
    """Return `pages 3–9 and 12 are pictures` for pages without text; empty for none."""
    runs: list[list[int]] = []
    for page in sorted(pages):
        if runs and page == runs[-1][-1] + 1:
            runs[-1][1:] = [page]
        else:
            runs.append([page])
    named = ["–".join(map(str, run)) for run in runs[:MOST_RUNS]]
    if len(runs) > MOST_RUNS:
        named.append("others")
    said = " and ".join(filter(None, (", ".join(named[:-1]), *named[-1:])))
    one = len(pages) == 1
    return f"page {said} is a picture" if one else f"pages {said} are pictures" if pages else ""


def source_in_words(source: Passage | Citation) -> str:
    """Return the file's path as people say it, safe to draw on one line."""
    return one_line(source.file.shown)


def freshness_in_words(freshness: Freshness) -> str:
    """Return what to say of a file that is not as the index has it; empty when it is."""
    match freshness:
        case Freshness.CHANGED:
            return "changed since"
        case Freshness.AWAY:
            return "file is away"
        case Freshness.DELETED:
            return "file was deleted"
        case Freshness.FRESH:
            return ""


def plural(count: int, noun: str) -> str:
    """Return `1 file`, `31 files`, `1,204 passages`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def moment_in_words(seconds: float) -> str:
    """Return `2026-03-01 17:05`, the computer's own time, for seconds since the epoch."""
    return datetime.fromtimestamp(seconds).strftime("%Y-%m-%d %H:%M")


def duration(seconds: float) -> str:
    """Return `0.4 s`, `12 s`, `3 min`, `2 h`."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.0f} h"


def outlook_in_words(outlook: FolderOutlook) -> list[str]:
    """Return what to know before adding a folder, a sentence a line; nothing for one like any other."""
    lines = [one_line(doubt) for doubt in outlook.doubts]
    if outlook.doubts:
        some = "At least " if outlook.more else ""
        lines.append(f"{some}{plural(outlook.files, 'file')} would be looked at.")
    for inside in outlook.holds:
        lines.append(
            f"{one_line(str(inside))} lies in it, and becomes part of it; no text of it is embedded anew."
        )
    return lines


def forecast_in_words(forecast: FolderForecast) -> list[str]:
    """Return what adding a folder would bring, a sentence a line."""
    some = "At least " if forecast.more else ""
    known = f"{plural(forecast.known, 'file')} of it {_is(forecast.known)} in the library already."
    if not forecast.files:
        return [known] if forecast.known else ["There is nothing in it that is read."]
    said = forecast.kinds[:_KINDS_SAID]
    most = [f"{kind.files:,} {one_line(kind.kind) or 'without ending'}" for kind in said]
    others = len(forecast.kinds) - len(most)
    kinds = ", ".join([*most, f"{plural(others, 'other kind')}"] if others else most)
    lines = [f"{some}{plural(forecast.files, 'file')} to read, {size_in_words(forecast.bytes)}: {kinds}."]
    if forecast.seconds is None:
        lines.append("How long that takes will show once the first of them are in.")
    else:
        long = f"{'more than' if forecast.more else 'about'} {duration(max(10.0, forecast.seconds))}"
        lines.append(f"That takes {long} here; you can ask meanwhile.")
    return [*lines, known] if forecast.known else lines


def size_in_words(size: int) -> str:
    """Return `340 KB`, `1.2 MB`, `31 MB`, `2.4 GB`."""
    for factor, unit in ((1e9, "GB"), (1e6, "MB")):
        if size >= factor:
            return f"{size / factor:.1f} {unit}" if size < 10 * factor else f"{size / factor:,.0f} {unit}"
    return f"{max(1, round(size / 1e3))} KB"


def folders_in_words(status: LibraryStatus) -> list[str]:
    """Return the library's folders, a line each: those that cannot be looked at, or watched, say so."""
    polled = dict(status.polled)
    lines = []
    for folder in status.folders:
        named = one_line(str(folder))
        if folder in status.away:
            named += " (away: what is indexed of it is kept)"
        elif folder in polled:
            named += f" (looked at now and then, not watched: {one_line(polled[folder])})"
        lines.append(named)
    inside = (place for place in status.away if place not in status.folders)
    return [
        *lines,
        *(f"{one_line(str(place))} (its drive is away: what is indexed of it is kept)" for place in inside),
    ]


def counts_in_words(counts: Counts, chunks: int) -> str:
    """Return `31 files · 609 passages`, with what waits."""
    parts = [plural(counts.indexed, "file"), plural(chunks, "passage")]
    if counts.waiting:
        parts.append(f"{counts.waiting:,} waiting")
    return " · ".join(parts)


def rebuilt_in_words(event: CatalogRebuilt) -> str:
    """Return what happened to the catalog, and what is done about it."""
    aside = f" It is set aside as {one_line(event.aside)}." if event.aside else ""
    count = event.conversations
    kept = f"; {plural(count, 'conversation')} could be kept" if count else ""
    if not event.folders:
        done = f"Its folders are not known any more: add them again with `pocketrag add`{kept}."
    else:
        done = f"{plural(event.folders, 'folder')} of the library {_is(event.folders)} read anew{kept}."
    return f"The catalog was {event.reason}.{aside} {done}"


def _is(count: int) -> str:
    return "is" if count == 1 else "are"


def repaired_in_words(event: IndexRepaired) -> str:
    """Return how many vectors were made anew, and how many dropped."""
    made = f"{plural(event.vectors, 'vector')} missing, and made anew." if event.vectors else ""
    dropped = (
        f"{plural(event.dropped, 'vector')} dropped, as nothing refers to them." if event.dropped else ""
    )
    return " ".join(part for part in (made, dropped) if part)


def renewed_in_words(event: IndexRenewed) -> str:
    """Return that another index is searched from now on."""
    return f"The index is renewed: {one_line(event.model)} finds the passages from now on."


def leaving_in_words(address: str) -> str:
    """Return that questions and passages go to a server beyond this computer; empty if they do not."""
    return f"Questions and passages leave this computer: they go to {one_line(address)}." if address else ""


def leavings_in_words(status: LibraryStatus) -> list[str]:
    """Return all that leaves this computer, a sentence or two each; empty where nothing does."""
    vectors = vectors_leaving_in_words(status.vectors.at) if status.vectors.leaves_computer else ""
    return [said for said in (leaving_in_words(status.leaves_computer), vectors) if said]


def vectors_leaving_in_words(address: str) -> str:
    """Return that vectors go to a server beyond this computer, and what that means."""
    return (
        f"Vectors of your passages and questions leave this computer: they go to {one_line(address)}."
        " No text does, but much of a text can be guessed from its vector."
    )


def vector_place_in_words(place: VectorPlace) -> str:
    """Return where the vectors are, and what keeps them from being used."""
    where = f"on the Chroma server {one_line(place.at)}" if place.server else "in the library's folder"
    why = one_line(place.problem).rstrip(".")
    return f"{where}; words alone are searched: {why}" if why else where


def removal_in_words(folders: int, files: int, conversations: int, size: int) -> str:
    """Return what a library holds that is about to be forgotten."""
    counts = f"{plural(folders, 'folder')}, {plural(files, 'file')}, {plural(conversations, 'conversation')}"
    return f"{counts}, {size / 1e6:,.1f} MB"


def progress_bar(progress: IndexProgress, width: int) -> str:
    """Return a bar of block characters, `width` cells wide, filled by eighths."""
    share = progress.files_done / progress.files_total if progress.files_total else 0.0
    eighths = round(max(0.0, min(1.0, share)) * width * 8)
    full, rest = divmod(eighths, 8)
    bar = "█" * full + (" ▏▎▍▌▋▊▉"[rest] if rest else "")
    return bar.ljust(width)
