"""How fast files are read, as ratios to their bare libraries on the same files in the same run.

    python benchmarks/reading_speed.py DIR [--rounds N] [--workers N]

For PDFs: pages a second of the whole reading step (bytes → Document) in this process and through the
sandbox, and of a bare pypdf loop (`PdfReader`, `extract_text`). For other formats: the time of our
reader against its library doing no more than handing over the text. Web pages and books have a second
line: there the library hands over all text in one call, without a visit to any element, which nothing
that asks what is a heading, a table or hidden can do; so they are also measured against a bare walk
through the same tree. Files that either cannot read are left out. Medians of several rounds; parsers
are loaded before the clock runs.
"""

from __future__ import annotations

import argparse
import csv
import email
import email.policy
import io
import json
import logging
import statistics
import time
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

import docx
import openpyxl
import pptx
from markdown_it import MarkdownIt
from pypdf import PdfReader
from selectolax.lexbor import LexborHTMLParser

from pocketrag.errors import ReadingError
from pocketrag.reading.reader import MAX_BYTES, parse
from pocketrag.reading.sandbox import Sandbox

Bare = Callable[[bytes], object]
Files = list[tuple[str, bytes]]
"""Name endings and contents."""


def bare_pdf(data: bytes) -> int:
    """Return the number of pages, all of them read by pypdf."""
    reader = PdfReader(io.BytesIO(data))
    if reader.is_encrypted:
        reader.decrypt("")
    return len([page.extract_text() for page in reader.pages])


def bare_docx(data: bytes) -> object:
    """Return the text of all paragraphs and cells."""
    document = docx.Document(io.BytesIO(data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return [paragraph.text for paragraph in document.paragraphs] + cells


def bare_pptx(data: bytes) -> object:
    """Return the text of all shapes."""
    slides = pptx.Presentation(io.BytesIO(data)).slides
    return [shape.text_frame.text for slide in slides for shape in slide.shapes if shape.has_text_frame]


def bare_xlsx(data: bytes) -> object:
    """Return all values."""
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    return [row for sheet in book.worksheets for row in sheet.iter_rows(values_only=True)]


def bare_html(data: bytes) -> object:
    """Return the text of the body."""
    body = LexborHTMLParser(data).body
    return body.text() if body is not None else ""


def bare_epub(data: bytes) -> object:
    """Return the text of every page in the package."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return [bare_html(package.read(name)) for name in package.namelist() if name.endswith("html")]


def walked_html(data: bytes) -> object:
    """Return the texts of the body, each element and each text visited once."""
    body = LexborHTMLParser(data).body
    if body is None:
        return []
    return [node.text_content or node.tag for node in body.traverse(include_text=True)]


def walked_epub(data: bytes) -> object:
    """Return the texts of every page in the package, each element and each text visited once."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return [walked_html(package.read(name)) for name in package.namelist() if name.endswith("html")]


def bare_mail(data: bytes) -> object:
    """Return the text of the body."""
    body = email.message_from_bytes(data, policy=email.policy.default).get_body()
    return body.get_content() if body is not None else ""


BARE: dict[str, Bare] = {
    ".pdf": bare_pdf,
    ".docx": bare_docx,
    ".pptx": bare_pptx,
    ".xlsx": bare_xlsx,
    ".html": bare_html,
    ".epub": bare_epub,
    ".eml": bare_mail,
    ".md": lambda data: MarkdownIt("gfm-like", {"linkify": False}).parse(data.decode("utf-8", "replace")),
    ".csv": lambda data: list(csv.reader(data.decode("utf-8", "replace").splitlines())),
    ".json": json.loads,
    ".txt": lambda data: data.decode("utf-8", "replace"),
}
"""By name ending: what the library does with a file, and nothing more."""


WALKED: dict[str, Bare] = {".html": walked_html, ".epub": walked_epub}
"""By name ending: what a bare walk through the library's tree does."""


def seconds(work: Callable[[], object]) -> float:
    """Return how long the work takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def readable(folder: Path) -> dict[str, Files]:
    """Return the files that both we and the bare library can read, by name ending."""
    found: defaultdict[str, Files] = defaultdict(list)
    for path in sorted(folder.rglob("*")):
        suffix = path.suffix.lower()
        if suffix in BARE and path.is_file() and path.stat().st_size <= MAX_BYTES:
            data = path.read_bytes()
            with suppress(Exception):  # whatever a library thinks of a damaged file
                parse(data, suffix)
                BARE[suffix](data)
                found[suffix].append((suffix, data))
    return found


def through(sandbox: Sandbox, files: Files) -> None:
    """Read all files in the sandbox's workers."""
    for future in [sandbox.submit(data, suffix) for suffix, data in files]:
        with suppress(ReadingError):
            future.result()


def over_all(work: Bare, files: Iterable[tuple[str, bytes]]) -> Callable[[], object]:
    """Return the work on all files, to be timed."""
    return lambda: [work(data) for _, data in files]


def pdfs(files: Files, rounds: int, workers: int | None) -> None:
    """Measure pages a second, and print a line."""
    pages = sum(bare_pdf(data) for _, data in files)
    sandbox = Sandbox(workers)
    through(sandbox, files[:1] * sandbox.ahead)
    ours, boxed, bare = [], [], []
    for _ in range(rounds):
        ours.append(seconds(over_all(lambda data: parse(data, ".pdf"), files)))
        boxed.append(seconds(lambda: through(sandbox, files)))
        bare.append(seconds(over_all(bare_pdf, files)))
    sandbox.close()
    speeds = [pages / statistics.median(times) for times in (ours, boxed, bare)]
    ratios = [statistics.median(b / t for t, b in zip(times, bare, strict=True)) for times in (ours, boxed)]
    print(
        f"pdf: {len(files)} files, {pages} pages · in process {speeds[0]:.0f} pages/s"
        f" · sandbox ({sandbox.ahead // 2} workers) {speeds[1]:.0f} · bare pypdf {speeds[2]:.0f}"
        f" · ratios {ratios[0]:.1f} and {ratios[1]:.1f}"
    )


def others(suffix: str, files: Files, rounds: int, library: Bare, called: str = "bare") -> None:
    """Measure the time of a format's files against its library's, and print a line."""
    ours, bare = [], []
    for _ in range(rounds):
        ours.append(seconds(over_all(lambda data: parse(data, suffix), files)))
        bare.append(seconds(over_all(library, files)))
    ratio = statistics.median(b / o for o, b in zip(ours, bare, strict=True))
    size = sum(len(data) for _, data in files) / 1e6
    own, theirs = statistics.median(ours), statistics.median(bare)
    print(
        f"{suffix[1:]}: {len(files)} files, {size:.1f} MB · ours {own:.2f} s ({1000 * own / size:.0f} ms/MB)"
        f" · {called} {theirs:.2f} s · ratio {ratio:.2f}"
    )


def main() -> None:
    """Measure, and print a line a format."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers", type=int, default=None)
    options = parser.parse_args()
    logging.disable()
    for suffix, files in readable(options.folder).items():
        if suffix == ".pdf":
            pdfs(files, options.rounds, options.workers)
        else:
            others(suffix, files, options.rounds, BARE[suffix])
            if suffix in WALKED:
                others(suffix, files, options.rounds, WALKED[suffix], "bare walk")


if __name__ == "__main__":
    main()
