"""PDFium and pypdf side by side: what each reads of the same PDFs, line by line, with places.

    python benchmarks/pdf_readers.py DIR [--pages N]

Only pages in which both find text are compared. Printed: files that give text to each; words of one
found by the other; order (share of the words standing once in both that lie in one increasing run);
blanks (words of one that the other tears apart in two, per thousand words); for lines with the same
text, how often place, size and weight agree; milliseconds a page. `--pages` bounds the pages a file.
"""

from __future__ import annotations

import argparse
import re
import time
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from pocketrag.errors import ReadingError, TooLarge
from pocketrag.reading.normalise import one_line
from pocketrag.reading.pdf.lines import Line, Page
from pocketrag.reading.pdf.pdfium import open_with_pdfium
from pocketrag.reading.pdf.second_opinion import SecondOpinion

POINTS = 2.0
"""Places nearer than this are the same."""


@dataclass
class Tally:
    """Sums over all pages compared."""

    pages: int = 0
    words: Counter[str] = field(default_factory=Counter)
    """By library; `both` for what they share."""
    torn: Counter[str] = field(default_factory=Counter)
    """Words of the library that the other tears apart."""
    ordered: int = 0
    unique: int = 0
    lines: Counter[str] = field(default_factory=Counter)
    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    files: Counter[str] = field(default_factory=Counter)


def words_of(page: Page) -> list[str]:
    """Return a page's words, normalised, a word cut at a line's end in one."""
    text = one_line("\n".join(line.text for line in page if line is not None))
    return re.findall(r"\w+", text.casefold())


def longest_run(values: Sequence[int]) -> int:
    """Return the length of the longest increasing subsequence (patience sorting)."""
    tops: list[int] = []
    for value in values:
        at = bisect_left(tops, value)
        tops[at : at + 1] = [value]
    return len(tops)


def torn(words: Sequence[str], others: Sequence[str]) -> int:
    """Return how many of the words the other text tears apart in two."""
    missing = Counter(words) - Counter(others)
    halves = Counter(first + second for first, second in pairwise(others))
    return (missing & halves).total()


def standing_once(page: Page) -> dict[str, Line]:
    """Return the lines whose text no other line of the page has."""
    lines = [line for line in page if line is not None]
    counts = Counter(line.text for line in lines)
    return {line.text: line for line in lines if counts[line.text] == 1}


def compare_lines(tally: Tally, ours: Page, theirs: Page) -> None:
    """Count the lines with the same text, and how many of them agree in place, size and weight."""
    known = standing_once(theirs)
    for text, line in standing_once(ours).items():
        other = known.get(text)
        if other is None:
            continue
        near = abs(line.x - other.x) < POINTS and abs(line.y - other.y) < POINTS
        tally.lines.update(
            same=1,
            place=near,
            size=abs(line.size - other.size) < 0.05 * other.size,
            weight=line.bold == other.bold,
        )


def compare(tally: Tally, ours: Page, theirs: Page) -> None:
    """Add one page to the tally."""
    mine, other = words_of(ours), words_of(theirs)
    tally.pages += 1
    tally.words.update(pdfium=len(mine), pypdf=len(other), both=(Counter(mine) & Counter(other)).total())
    tally.torn.update(pdfium=torn(mine, other), pypdf=torn(other, mine))
    once = {word for word, count in Counter(other).items() if count == 1}
    places = {word: index for index, word in enumerate(other) if word in once}
    counts = Counter(mine)
    run = [places[word] for word in mine if word in places and counts[word] == 1]
    tally.unique += len(run)
    tally.ordered += longest_run(run)
    compare_lines(tally, ours, theirs)


def read_both(tally: Tally, data: bytes, limit: int) -> None:
    """Read a file's pages with both, and compare those in which both find text."""
    opinion = SecondOpinion(data)
    try:
        count = opinion.page_count()
    except ReadingError:
        count = 0
    found: Counter[str] = Counter()
    with open_with_pdfium(data) or nullcontext() as file:
        held = len(file) if file else 0
        for index in range(min(limit, max(count, held))):
            began = time.perf_counter()
            ours = file.read(index).lines if file and index < held else []
            between = time.perf_counter()
            theirs = (opinion.lines(index) if index < count else None) or []
            tally.seconds["pdfium"] += between - began
            tally.seconds["pypdf"] += time.perf_counter() - between
            found.update(pdfium=bool(ours), pypdf=bool(theirs), read=1)
            if ours and theirs:
                compare(tally, ours, theirs)
    tally.files.update(pdfium=bool(found["pdfium"]), pypdf=bool(found["pypdf"]), all=1)
    tally.files["pages"] += found["read"]


def report(tally: Tally) -> None:
    """Print the tally."""
    words, lines, files = tally.words, tally.lines, tally.files
    print(f"files: {files['all']}; with text by PDFium {files['pdfium']}, by pypdf {files['pypdf']}")
    print(f"pages with text by both: {tally.pages}, with {words['pypdf']} words")
    print(f"words of pypdf that PDFium has: {words['both'] / words['pypdf']:.4f}")
    print(f"words of PDFium that pypdf has: {words['both'] / words['pdfium']:.4f}")
    print(f"order: {tally.ordered / max(1, tally.unique):.4f}")
    for name, other in (("pdfium", "pypdf"), ("pypdf", "pdfium")):
        share = 1000 * tally.torn[name] / words[name]
        print(f"words of {name} that {other} tears apart: {share:.2f} per thousand")
    for name in ("place", "size", "weight"):
        print(f"lines with the same text, same {name}: {lines[name] / max(1, lines['same']):.4f}")
    for name in ("pdfium", "pypdf"):
        print(f"{name}: {1000 * tally.seconds[name] / max(1, files['pages']):.2f} ms a page")


def main() -> None:
    """Compare, and print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pages", type=int, default=200)
    options = parser.parse_args()
    tally = Tally()
    for path in sorted(options.folder.rglob("*.pdf")):
        with suppress(TooLarge):  # pages that only count to a reader's limits
            read_both(tally, path.read_bytes(), options.pages)
    report(tally)


if __name__ == "__main__":
    main()
