"""How often the answer to a question stands in text whose place is the page that is labelled with it.

    python benchmarks/pdf_places.py QA_DIR

`QA_DIR` holds `files/` and `questions.jsonl`, whose `evidence[]` names a file and a page, from 1. Both
sides are normalised as every text is. Prints the share, and each question that fails.
"""

from __future__ import annotations

import argparse
import json
from functools import cache
from pathlib import Path

from pocketrag.domain import Document
from pocketrag.reading.normalise import one_line
from pocketrag.reading.reader import read


@cache
def document(path: Path) -> Document:
    """Return the file as read, once."""
    return read(path)


def text_of_page(path: Path, page: int) -> str:
    """Return the text whose place is the page."""
    found = document(path)
    blocks = (block for block in found.blocks if block.place.page == page)
    return one_line("\n".join(found.text[block.start : block.end] for block in blocks))


def main() -> None:
    """Check all answerable questions about PDFs, and print the share."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    asked = right = 0
    for line in (folder / "questions.jsonl").read_text("utf-8").splitlines():
        question = json.loads(line)
        places = [e for e in question["evidence"] if e["file"].endswith(".pdf") and e.get("page")]
        if not (question["answerable"] and question["answers"] and places):
            continue
        asked += 1
        texts = [text_of_page(folder / "files" / place["file"], place["page"]) for place in places]
        if any(one_line(answer) in text for answer in question["answers"] for text in texts):
            right += 1
        else:
            print(question["id"], places, question["answers"])
    print(f"{right} of {asked} answers stand on their page: {right / max(1, asked):.4f}")


if __name__ == "__main__":
    main()
