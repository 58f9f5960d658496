"""Where answers stand by our chunks, against where they are labelled; and whether chunks fit the window.

    python -m benchmarks.reading.places EVAL

EVAL holds `qa/squad2-rendered` (questions whose answers are labelled with a page, or with a section whose
heading is `Section 7`) and `formats/`. Chunks are cut as for the index, with the real embedder's tokenizer.

1. An answerable question counts if one of its answers stands in a chunk whose place is the labelled one:
   for PDFs the page (from `page` to `page_end`), for the other formats the section. Blanks and case do not
   count. The goal is 99 % for each format.
2. Of every file of `formats/` that is read, attachments included: each chunk's embedded text, and what is
   embedded beside it, takes at most as many tokens as the embedder's window, special tokens included; and the
   chunks together are the document's text, every character once.

Prints a table by file; exit status 1 where a goal is missed.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.reading.corpus import manifest
from pocketrag.domain import Chunk, Document
from pocketrag.errors import ReadingError
from pocketrag.indexing.chunking import chunk_document
from pocketrag.models.embedder import Embedder
from pocketrag.models.hub import embedding_model
from pocketrag.models.prepare import PreparedModels
from pocketrag.paths import models_folder
from pocketrag.reading.normalise import one_line
from pocketrag.reading.reader import load
from pocketrag.reading.sandbox import Sandbox
from pocketrag.settings import BUNDLED

GOAL = 0.99


def main() -> int:
    """Measure both, print, and return 1 where a goal is missed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("eval", type=Path)
    options = parser.parse_args()
    embedder = PreparedModels(models_folder()).load(embedding_model(BUNDLED))
    sandbox = Sandbox(workers=1)
    placed = _places(options.eval / "qa" / "squad2-rendered", embedder, sandbox)
    fitting = _windows(options.eval, embedder, sandbox)
    sandbox.close()
    return int(not (placed and fitting))


# ── places ──────────────────────────────────────────────────────────────────────────────────────


def _places(folder: Path, embedder: Embedder, sandbox: Sandbox) -> bool:
    """Print how many answers stand where they are labelled; returns whether every format reaches the goal."""
    lines = (folder / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    questions = [question for question in map(json.loads, lines) if question["answerable"]]
    asked, found = Counter[str](), Counter[str]()
    for path in sorted((folder / "files").iterdir()):
        chunks = _chunks(_read(path, sandbox), embedder)
        for question in questions:
            label = question["evidence"][0]
            if label["file"] == path.name:
                hit = any(_stands_at(chunk, label) and _holds(chunk, question["answers"]) for chunk in chunks)
                for name in (path.name, path.suffix):
                    asked[name] += 1
                    found[name] += hit
                if not hit:
                    print(f"    not there: {path.name} {label} {question['answers'][0]!r}")
    for name in asked:
        print(f"{found[name] / asked[name]:7.1%}  {asked[name]:5} answers  {name}")
    return all(found[name] >= GOAL * asked[name] for name in asked if name.startswith("."))


def _stands_at(chunk: Chunk, label: dict[str, Any]) -> bool:
    place = chunk.place
    if "page" in label:
        return place.page is not None and place.page <= label["page"] <= (place.page_end or place.page)
    return f"Section {label['section']}" in place.section


def _holds(chunk: Chunk, answers: list[str]) -> bool:
    text = one_line(chunk.text).casefold()
    return any(one_line(answer).casefold() in text for answer in answers)


# ── windows ─────────────────────────────────────────────────────────────────────────────────────


def _windows(folder: Path, embedder: Embedder, sandbox: Sandbox) -> bool:
    """Print the longest chunk of all files; returns whether all fit, and tile their text."""
    chunk_count, longest, wrong = 0, 0, 0
    for path in manifest(folder):
        try:
            document = _read(folder / "formats" / path, sandbox)
        except ReadingError:
            continue
        for one in _with_attachments(document):
            chunks = _chunks(one, embedder)
            most = _most_tokens(chunks, embedder)
            tiled = "".join(chunk.text for chunk in chunks) == one.text
            chunk_count, longest = chunk_count + len(chunks), max(longest, most)
            if not tiled or most > embedder.window:
                wrong += 1
                print(f"    {path}: {most} tokens{'' if tiled else ', and the chunks are not the text'}")
    print(f"{chunk_count} chunks; the longest: {longest} of {embedder.window} tokens; {wrong} files wrong")
    return not wrong


def _with_attachments(document: Document) -> Iterator[Document]:
    yield document
    for attachment in document.attachments:
        if isinstance(attachment.content, Document):
            yield from _with_attachments(attachment.content)


def _most_tokens(chunks: tuple[Chunk, ...], embedder: Embedder) -> int:
    texts = [chunk.embedded_text for chunk in chunks] + [chunk.context for chunk in chunks]
    return max(embedder.count_tokens(texts))


def _chunks(document: Document, embedder: Embedder) -> tuple[Chunk, ...]:
    return chunk_document(document, embedder.count_tokens, embedder.window)


def _read(path: Path, sandbox: Sandbox) -> Document:
    return sandbox.submit(load(path), path.suffix).result()


if __name__ == "__main__":
    sys.exit(main())
