"""Write ``docs/formats.md``: what is read of each format, with which library, and which places are kept.

    python tools/make_formats_page.py           write the page
    python tools/make_formats_page.py --check   only say whether it is up to date (a test does)

Endings and kinds come from the reading room itself, what is said of each from `formats_page/words.py`, what
is said of all from `formats_page/prose.py`. A kind without words is an error.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from formats_page.prose import HEAD, LEFT_OUT_HEAD, NOT_READ, SPEED, WITHIN
from formats_page.words import WORDS, Words

from pocketrag.reading.recognition.foreign import SIGNS
from pocketrag.reading.recognition.kinds import ENDINGS, OLD_ENDINGS, Kind

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGE, LEFT_OUT = DOCS / "formats.md", DOCS / "left_out.csv"


def page() -> str:
    """Return the page."""
    lines = [HEAD]
    lines += [_row(kind, WORDS[kind]) for kind in Kind]
    lines.append("\n")
    lines += [_section(kind, WORDS[kind]) for kind in Kind]
    lines.append(NOT_READ)
    lines += [f"- `{ending}`: {what}\n" for ending, what in OLD_ENDINGS.items()]
    named = list(dict.fromkeys(sign.what.partition(" ")[2] for sign in SIGNS))
    lines.append(f"\nNamed by their first bytes: {', '.join(named)}.\n")
    lines += [WITHIN, SPEED, LEFT_OUT_HEAD]
    with LEFT_OUT.open(encoding="utf-8", newline="") as file:
        lines += [_left_out_row(**row) for row in csv.DictReader(file)]
    return "".join(lines)


def _left_out_row(format: str, path: str, state: str, why: str) -> str:
    """Return a row of the table: of the path the collection and the name, which tell it apart."""
    source, _, rest = path.partition("/")
    return (
        f"| {format} | {source}: {rest.rpartition('/')[2]} | {state} | {why.replace('|', chr(92) + '|')} |\n"
    )


def _endings(kind: Kind) -> str:
    return " ".join(ending.removeprefix(".") for ending, of in ENDINGS.items() if of is kind)


def _row(kind: Kind, words: Words) -> str:
    return f"| {kind} | {_endings(kind)} | {words.library} | {words.places} |\n"


def _section(kind: Kind, words: Words) -> str:
    limits = f"\nLimits: {words.limits}\n" if words.limits != "-" else ""
    return f"## {kind[0].upper()}{kind[1:]} (`{words.module}`)\n\n{words.read}\n{limits}\n"


def main() -> int:
    """Return 0 if the page was written, or is up to date."""
    if "--check" in sys.argv:
        return 0 if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == page() else 1
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
    print(f"wrote {PAGE}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
