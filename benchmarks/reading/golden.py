"""Our text against golden conversions of other people's files: how many of the golden words are there.

    python -m benchmarks.reading.golden EVAL [--missing N]

EVAL holds `formats/docling-golden-md`: what the Docling project takes for the right Markdown of its test
files, which lie under `formats/docling`.

Definition. A golden text is cut into blocks at empty lines; each row of a table is a block. Markdown's own
signs, link targets and comments (`<!-- image -->`) are taken out; so are repetitions of a cell next to
itself, as Docling writes a merged cell once for each column. Words are runs of letters and digits, NFKC,
case folded. Of a block of n words, as many count as found as the longest common subsequence has of the block
and the best stretch of 2n + 10 words of our text: so the words must stand in the block's order, and close
together. The figure of a format is words found / words.

The goal is 95 % for each format in `GOALS`. Prints a table by format and file; exit status 1 where a goal
is missed. `--missing N` prints the N worst blocks of each file.
"""

from __future__ import annotations

import argparse
import html
import re
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from pocketrag.errors import ReadingError
from pocketrag.reading.normalise import normalise
from pocketrag.reading.reader import read

GOLDEN = "formats/docling-golden-md"
SOURCES = "formats/docling/data"
GOAL = 0.95
GOALS = ("docx", "pptx", "xlsx", "html", "md", "csv")
"""Formats that are born digital and have goldens."""

LABELS = {
    # the kinds of pictures, guessed by Docling
    "pptx_chart.pptx": r"^(Bar|Other) chart$",
    # what it calls the parts of a comment, initials, and the time of day
    "powerpoint_comments.pptx": r"author:|time:|\([JRS]{2}\)|T[\d:.]+(?=\])",
}
"""Words in golden texts that are not in the files: Docling's own."""

MENUS = {
    # an article of Wikipedia: its table of contents, 136 languages, tools and, below, categories
    "wiki_duck.html": ("From Wikipedia, the free encyclopedia", "Retrieved from"),
    # nothing but a site's navigation bar (`role="menu"`): no main part at all
    "hyperlink_03.html": ("- [My Section]", "- [My Section]"),
}
"""Golden texts that hold a site's menus, as ours must not: where the main part begins and ends in them."""

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_LINK_TARGET = re.compile(r"\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?: \"[^\"]*\")?\)")
_TAG = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)
_LIST_NUMBER = re.compile(r"^\s*\d+[.)]\s+")
_WORD = re.compile(r"[^\W_]+")


class Score(NamedTuple):
    """A block of a golden text: its words, and how many of them were found."""

    words: list[str]
    found: int


def words_of(text: str) -> list[str]:
    """Return the words of a text, in order."""
    return _WORD.findall(unicodedata.normalize("NFKC", normalise(text)).casefold())


def golden_blocks(markdown: str) -> Iterator[list[str]]:
    """Yield the words of each block of a golden text."""
    text = _COMMENT.sub(" ", markdown)
    for block in re.split(r"\n\s*\n", text):
        lines = block.split("\n")
        is_table = lines[0].lstrip().startswith("|")
        for part in map(_merged, lines) if is_table else [block]:
            words = words_of(_plain(part))
            if words:
                yield words


def _merged(row: str) -> str:
    """Return a table's row in which no cell repeats the one before."""
    return " | ".join(cell for cell, _ in groupby(cell.strip() for cell in row.split("|")))


def _plain(part: str) -> str:
    """Return a block without Markdown's signs."""
    part = "\n".join(_LIST_NUMBER.sub("", line) for line in part.split("\n"))
    return (
        html.unescape(_TAG.sub(" ", _LINK_TARGET.sub("]", part)))
        .replace("\\", "")
        .replace("*", "")
        .replace("`", "")
    )


def score(block: list[str], text: list[str]) -> Score:
    """Return how many of a block's words the best stretch of the text holds in order."""
    size = 2 * len(block) + 10
    starts = range(0, max(1, len(text) - len(block) // 2), max(1, len(block) // 2))
    best = 0
    for start in starts:
        best = max(best, common(block, text[start : start + size]))
        if best == len(block):
            break
    return Score(block, best)


def common(one: list[str], other: list[str]) -> int:
    """Return the length of the longest common subsequence, bit-parallel (Hyyrö 2004)."""
    places: dict[str, int] = defaultdict(int)
    for number, word in enumerate(one):
        places[word] |= 1 << number
    every = (1 << len(one)) - 1
    row = every
    for word in other:
        matches = row & places.get(word, 0)
        row = ((row + matches) | (row - matches)) & every
    return len(one) - row.bit_count()


def main() -> int:
    """Compare, print, and return 1 where a format misses the goal."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("eval", type=Path)
    parser.add_argument("--missing", type=int, default=0, metavar="N")
    options = parser.parse_args()
    sources = {path.name: path for path in sorted((options.eval / SOURCES).rglob("*")) if path.is_file()}
    totals: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for golden in sorted((options.eval / GOLDEN).iterdir()):
        name = golden.name.removesuffix(".md")
        if name in sources:
            scores = compare(golden.read_text(encoding="utf-8"), sources[name], name)
            total = totals[name.rpartition(".")[2]]
            counts = [1, sum(s.found for s in scores), sum(len(s.words) for s in scores)]
            total[:] = [one + more for one, more in zip(total, counts, strict=True)]
            print(f"{counts[1] / max(1, counts[2]):7.1%}  {counts[2]:6}  {name}")
            _print_missing(scores, options.missing)
    return _verdict(totals)


def compare(golden: str, source: Path, name: str) -> list[Score]:
    """Return the score of each block of a golden text."""
    if name in MENUS:
        begin, end = MENUS[name]
        golden = golden[golden.index(begin) : golden.index(end)]
    golden = re.sub(LABELS.get(name, r"(?!)"), "", golden, flags=re.MULTILINE)
    try:
        text = words_of(read(source).text)
    except ReadingError:
        text = []
    return [score(block, text) for block in golden_blocks(golden)]


def _print_missing(scores: list[Score], most: int) -> None:
    for one in sorted(scores, key=lambda s: s.found - len(s.words))[:most]:
        if one.found < len(one.words):
            print(f"         {one.found}/{len(one.words)}: {' '.join(one.words)[:200]}")


def _verdict(totals: dict[str, list[int]]) -> int:
    print("\nformat   files    words    found")
    for name, (files, found, words) in sorted(totals.items()):
        share = found / words
        goal = "" if name not in GOALS else "  reached" if share >= GOAL else "  MISSED"
        print(f"{name:6} {files:7} {words:8} {share:8.1%}{goal}")
    return int(any(totals[name][1] < GOAL * totals[name][2] for name in GOALS))


if __name__ == "__main__":
    sys.exit(main())
