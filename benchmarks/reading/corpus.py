"""Every file of a large odd collection, and every hostile one, through the sandbox: what becomes of each.

    python -m benchmarks.reading.corpus EVAL [--list FILE] [--states FILE]

EVAL holds `formats.manifest.csv`, `formats/` (real files of thirty kinds, some damaged), `formats.pdfium.csv`
(what PDFium makes of each PDF) and `hostile/gen_hostile.py` (which writes bombs, loops, broken files, names
and file systems to stumble over).

What must hold: no file crashes its reader or takes longer than the sandbox allows; each is read, or fails
with a reason and a remedy. Of the files that hold text for us to read, at least 98 % give it. Left out of
that count are PDFs in which PDFium, too, finds no text or asks for a password, and the files named in
`docs/left_out.csv`, each with the reason why that is right. It is an error if a file that is
damaged, encrypted, unsupported or without text by our word stands neither there nor with PDFium; and if one
named there is read, or fails for another reason than the one stated.

Prints a table by format and what went wrong; exit status 1 if anything did. `--states` writes a line for
each file: path, state, characters, seconds, message.
"""

from __future__ import annotations

import argparse
import csv
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import NamedTuple

from pocketrag.errors import ReadingError
from pocketrag.reading.reader import load
from pocketrag.reading.sandbox import SECONDS, Sandbox

ROOT = Path(__file__).resolve().parent.parent.parent
GOAL = 0.98
READ = "read"
HOSTILE = {
    "bombs/*": "too large, unsupported",
    "xml/*.docx": "damaged",
    "xml/script_only.html": "no text",
    "mail/empty.eml": "empty",
    "text/empty.txt": "empty",
    "text/whitespace.md": "empty",
    "text/binary.md": "unsupported",
    "text/json_deep.json": "damaged",
    "pdf/empty.pdf": "empty",
    "pdf/openaction_js.pdf": "no text",
    "pdf/only_header.pdf": "damaged",
    "pdf/cyclic_pages.pdf": "damaged, no text",
    "pdf/truncated_half.pdf": "damaged, no text",
    "pdf/flate_bomb_200MB.pdf": "damaged, too large, no text, read",
    "wrongtype/png_named.pdf": "unsupported",
    "wrongtype/text_named.xlsx": "damaged",
    "wrongtype/html_named.docx": "damaged, read",
    "wrongtype/~$lock.docx": "damaged",
    "wrongtype/file.pdf.crdownload": "damaged",
    "wrongtype/Thumbs.db": "unsupported",
    "wrongtype/.DS_Store": "unsupported",
    "fs/dangling.txt": "unreadable",
    "fs/loop": "unreadable",
    "fs/self.txt": "unreadable",
    "fs/pipe.txt": "unreadable",
    "fs/unreadable.txt": "unreadable, read",  # root may read it
    "fs/sparse_3GB.txt": "too large",
}
"""The states in which hostile files may end; those not named here must be read."""
CRASHES = ("made its reader crash", "made its reader talk nonsense")
"""What the sandbox says of a reader that did not survive."""


class Outcome(NamedTuple):
    """What became of a file."""

    path: str
    state: str
    characters: int
    seconds: float
    message: str

    @property
    def format(self) -> str:
        """Its name's ending."""
        return Path(self.path).suffix.lower().removeprefix(".") or "-"


class LeftOut(NamedTuple):
    """A file that need not be read: a row of the list."""

    format: str
    path: str
    state: str
    why: str


def main() -> int:
    """Read everything, print what became of it, and return 1 if that is not as it must be."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("eval", type=Path)
    parser.add_argument("--list", type=Path, default=ROOT / "docs" / "left_out.csv", metavar="FILE")
    parser.add_argument("--states", type=Path, metavar="FILE")
    options = parser.parse_args()
    outcomes = list(outcomes_of(options.eval / "formats", manifest(options.eval)))
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [sys.executable, options.eval / "hostile" / "gen_hostile.py", folder],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        hostile = list(outcomes_of(Path(folder), paths_below(Path(folder))))
    damaged = options.eval / "hostile" / "autocrlf-damaged-pdfs"
    spoilt = list(outcomes_of(damaged, paths_below(damaged)))
    if options.states:
        options.states.write_text("".join(map(_line, (*outcomes, *hostile, *spoilt))), encoding="utf-8")
    problems = [
        *_count(outcomes, options.eval, left_out(options.list)),
        *_unruly([*outcomes, *spoilt]),
        *_hostile(hostile),
    ]
    print(*problems, sep="\n")
    return bool(problems)


# ── reading ─────────────────────────────────────────────────────────────────────────────────────


def manifest(folder: Path) -> list[str]:
    """Return the paths of the collection, below `formats/`."""
    with (folder / "formats.manifest.csv").open(encoding="utf-8", newline="") as file:
        return [row["path"] for row in csv.DictReader(file)]


def paths_below(root: Path) -> list[str]:
    """Return all that lies below a folder but folders; links and pipes are named, links are not followed."""
    found = (path for path in root.rglob("*") if path.is_symlink() or not path.is_dir())
    return sorted(str(path.relative_to(root)) for path in found)


def outcomes_of(root: Path, paths: Iterable[str]) -> Iterator[Outcome]:
    """Read the files one after the other in a sandbox of one worker; yields what became of each."""
    sandbox = Sandbox(workers=1)
    for path in paths:
        began = time.monotonic()
        try:
            document = sandbox.submit(load(root / path), Path(path).suffix).result()
            state, characters, message = READ, len(document.text), ""
        except ReadingError as error:
            state, characters, message = error.kind, 0, f"{error.message} {error.remedy}"
        yield Outcome(path, state, characters, time.monotonic() - began, message)
    sandbox.close()


def _line(outcome: Outcome) -> str:
    path, state, characters, seconds, message = outcome
    return "\t".join((repr(path)[1:-1], state, str(characters), f"{seconds:.2f}", message)) + "\n"


# ── judging ─────────────────────────────────────────────────────────────────────────────────────


def left_out(path: Path) -> dict[str, LeftOut]:
    """Return the list of files that need not be read, by path."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [LeftOut(**row) for row in csv.DictReader(file)]
    return {row.path: row for row in rows}


def pdfium(folder: Path) -> dict[str, str]:
    """Return PDFium's word on each PDF, by path below `formats/`."""
    with (folder / "formats.pdfium.csv").open(encoding="utf-8", newline="") as file:
        return {row["path"].removeprefix("formats/"): row["pdfium"] for row in csv.DictReader(file)}


def _count(outcomes: list[Outcome], folder: Path, listed: dict[str, LeftOut]) -> Iterator[str]:
    """Print the table; yields what is wrong with it."""
    opinion = pdfium(folder)
    out = {path for path, said in opinion.items() if said != "text"} | set(listed)
    counted = [one for one in outcomes if one.state == READ or one.path not in out]
    missed = [one for one in counted if one.state != READ]
    _print_table(outcomes, counted)
    share = 1 - len(missed) / len(counted)
    print(f"\n{len(outcomes)} files; {len(counted)} hold text for us to read; {share:.1%} of them are read.")
    if share < GOAL:
        yield f"Fewer than {GOAL:.0%} are read."
    for one in missed:
        where = "PDFium finds text in it" if one.path in opinion else "left_out.csv does not name it"
        yield f"{one.state}: {one.path}: {one.message} ({where})"
    for one in outcomes:
        stated = listed[one.path].state if one.path in listed else one.state
        if stated != one.state:
            yield f"left_out.csv says {stated}, but it is {one.state}: {one.path}"
    for path in sorted(set(listed) - {one.path for one in outcomes}):
        yield f"left_out.csv names a file that is not there: {path}"


def _print_table(outcomes: list[Outcome], counted: list[Outcome]) -> None:
    states = sorted({one.state for one in outcomes} - {READ})
    columns = [READ, *states, "to read"]
    print("format".ljust(8), *(column.rjust(12) for column in columns))
    counts = {one.format: Counter[str]() for one in outcomes}
    for one in outcomes:
        counts[one.format][one.state] += 1
    for one in counted:
        counts[one.format]["to read"] += 1
    for name, count in sorted(counts.items(), key=lambda item: -item[1].total()):
        print(name.ljust(8), *(str(count[column] or "").rjust(12) for column in columns))
    print(
        "all".ljust(8),
        *(str(sum(count[column] for count in counts.values())).rjust(12) for column in columns),
    )


def _unruly(outcomes: list[Outcome]) -> Iterator[str]:
    """Yield the files that crashed their reader, took too long, or failed without a reason or remedy."""
    for one in outcomes:
        slow = one.seconds > SECONDS or one.state == "timed out"
        if slow or any(crash in one.message for crash in CRASHES):
            yield f"{one.state} after {one.seconds:.1f} s: {one.path!r}: {one.message}"
        if one.state != READ and not one.message.strip():
            yield f"{one.state} without a reason: {one.path!r}"


def _hostile(outcomes: list[Outcome]) -> Iterator[str]:
    """Print a summary; yields what became of hostile files that should not have."""
    states = Counter(one.state for one in outcomes)
    slowest = max(outcomes, key=lambda one: one.seconds)
    print(f"{len(outcomes)} hostile files:", ", ".join(f"{n} {state}" for state, n in states.most_common()))
    print(f"slowest of them: {slowest.path}, {slowest.seconds:.1f} s")
    for one in outcomes:
        allowed = (states for pattern, states in HOSTILE.items() if fnmatch(one.path, pattern))
        if one.state not in next(allowed, READ).split(", "):
            yield f"{one.state}: hostile {one.path!r}: {one.message}"
    yield from _unruly(outcomes)


if __name__ == "__main__":
    sys.exit(main())
