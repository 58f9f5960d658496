"""How fast files are read, as ratios to their bare libraries on the same files in the same run.

    python benchmarks/reading_speed.py DIR [--rounds N] [--workers N] [--only pdf,md]

What is measured is the time of the processor, so that other programs that run meanwhile do not count: of
the whole reading step (bytes → Document) in this process; of the same in the sandbox's workers, with what
goes through the pipe; and of this process, which hands out files and takes documents back, meanwhile. As
many files are read at once as there are workers as long as this process keeps up with them.

Against it stands what the format's library needs to do a reader's job by itself, in one process:

- pdf: pypdf, the text of every page
- docx: python-docx, the text of every paragraph and cell
- pptx: python-pptx, the text of every shape, cell and note
- xlsx: openpyxl, value and number format of every cell (together they are what is shown)
- html, epub: selectolax, the parts that are no main text taken out, the text of every block
- eml: Python's email, the body
- md: markdown-it, all tokens
- csv: charset-normalizer's encoding, the csv module's dialect and header, every record
- json: the json module, values read and written out indented, one to a line
- txt: charset-normalizer's text

Some of these could hand over less: all of a page's text in one call, records or values without a line of
text, bytes taken for UTF-8. That is printed as well, as `least`: nothing that asks what is a heading, where
a text stands in its file or which language it is in can come near it.

Files that either cannot read are left out. Medians of several rounds; parsers are loaded before. All take
turns, some files at a time: what else the computer does slows each of them down alike.
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
import warnings
import zipfile
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path

import docx
import openpyxl
import pptx
import psutil
from charset_normalizer import from_bytes
from markdown_it import MarkdownIt
from pypdf import PdfReader
from selectolax.lexbor import LexborHTMLParser

from pocketrag.domain import Document
from pocketrag.errors import ReadingError
from pocketrag.reading.reader import MAX_BYTES, parse
from pocketrag.reading.sandbox import Sandbox

TURNS = 12
"""How many times in a round each reads its share of the files."""

Bare = Callable[[bytes], object]
Files = list[bytes]


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
    """Return the text of all shapes, cells and notes."""
    texts: list[str] = []
    for slide in pptx.Presentation(io.BytesIO(data)).slides:
        for shape in slide.shapes:
            if shape.has_text_frame:
                texts.append(shape.text_frame.text)
            elif shape.has_table:
                texts += [cell.text for row in shape.table.rows for cell in row.cells]
        if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
            texts.append(slide.notes_slide.notes_text_frame.text)
    return texts


def bare_xlsx(data: bytes) -> object:
    """Return value and number format of all cells."""
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    return [
        (cell.value, cell.number_format) for s in book.worksheets for row in s.iter_rows() for cell in row
    ]


BESIDE = "script style template noscript svg iframe object form button select nav header footer aside".split()
BLOCKS = "h1, h2, h3, h4, h5, h6, p, li, dt, dd, pre, blockquote, figcaption, td, th, caption"


def bare_html(data: bytes) -> object:
    """Return tag and text of every block of the main part."""
    tree = LexborHTMLParser(data)
    tree.strip_tags(BESIDE)
    return [(node.tag, node.text()) for node in tree.css(BLOCKS)]


def least_html(data: bytes) -> object:
    """Return the text of the body."""
    body = LexborHTMLParser(data).body
    return body.text() if body is not None else ""


def in_package(page: Bare) -> Bare:
    """Return what does the same with every page of a book."""

    def pages(data: bytes) -> object:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            return [page(package.read(name)) for name in package.namelist() if name.endswith("html")]

    return pages


def bare_mail(data: bytes) -> object:
    """Return the text of the body."""
    body = email.message_from_bytes(data, policy=email.policy.default).get_body()
    return body.get_content() if body is not None else ""


def bare_text(data: bytes) -> str:
    """Return the text in the encoding that it seems to have."""
    return str(from_bytes(data).best())


def bare_csv(data: bytes) -> object:
    """Return whether there is a header, and all records."""
    text = bare_text(data)
    sniffer, sample = csv.Sniffer(), text[:1024]  # as many as in the module's own example
    dialect = sniffer.sniff(sample)
    return sniffer.has_header(sample), list(csv.reader(io.StringIO(text), dialect))


BARE: dict[str, Bare] = {
    ".pdf": bare_pdf,
    ".docx": bare_docx,
    ".pptx": bare_pptx,
    ".xlsx": bare_xlsx,
    ".html": bare_html,
    ".epub": in_package(bare_html),
    ".eml": bare_mail,
    ".md": lambda data: MarkdownIt("gfm-like", {"linkify": False}).parse(data.decode("utf-8", "replace")),
    ".csv": bare_csv,
    ".json": lambda data: json.dumps(json.loads(data), indent=1, ensure_ascii=False),
    ".txt": bare_text,
}
"""By name ending: what the library does with a file."""

LEAST: dict[str, Bare] = {
    ".html": least_html,
    ".epub": in_package(least_html),
    ".csv": lambda data: list(csv.reader(data.decode("utf-8", "replace").splitlines())),
    ".json": json.loads,
    ".txt": lambda data: data.decode("utf-8", "replace"),
}
"""By name ending: the least that the library can be asked."""


def cpu(process: psutil.Process) -> float:
    """Return the seconds of processor time that a process has taken."""
    times = process.cpu_times()
    return float(times.user + times.system)


def seconds(work: Callable[[], object]) -> float:
    """Return the seconds of processor time that the work takes in this process."""
    began = time.process_time()
    work()
    return time.process_time() - began


def readable(folder: Path, endings: set[str]) -> dict[str, Files]:
    """Return the files that both we and the bare library can read, by name ending."""
    found: defaultdict[str, Files] = defaultdict(list)
    for path in sorted(folder.rglob("*")):
        suffix = path.suffix.lower()
        if suffix in endings and path.is_file() and path.stat().st_size <= MAX_BYTES:
            data = path.read_bytes()
            with suppress(Exception):  # whatever a library thinks of a damaged file
                parse(data, suffix)
                BARE[suffix](data)
                found[suffix].append(data)
    return found


def over_all(work: Bare, files: Files) -> Callable[[], object]:
    """Return the work on all files, to be timed."""
    return lambda: [work(data) for data in files]


def through(sandbox: Sandbox, files: Files, suffix: str) -> None:
    """Read all files in the sandbox's workers."""
    waiting: deque[Future[Document]] = deque()
    for data in files:
        waiting.append(sandbox.submit(data, suffix))
        while len(waiting) > sandbox.ahead:
            _taken(waiting.popleft())
    for future in waiting:
        _taken(future)


def _taken(future: Future[Document]) -> None:
    with suppress(ReadingError):
        future.result()


def in_sandbox(sandbox: Sandbox, files: Files, suffix: str) -> tuple[float, float]:
    """Return the seconds of processor time of the workers, and of this process meanwhile."""
    workers = psutil.Process().children()
    before = sum(map(cpu, workers))
    own = seconds(lambda: through(sandbox, files, suffix))
    return sum(map(cpu, workers)) - before, own


def in_turns(suffix: str, files: Files, sandbox: Sandbox) -> dict[str, float]:
    """Return the seconds of processor time that each takes for all files."""
    taken: defaultdict[str, float] = defaultdict(float)
    for share in shares(files):
        taken["ours"] += seconds(over_all(lambda data: parse(data, suffix), share))
        boxed, own = in_sandbox(sandbox, share, suffix)
        taken["workers"] += boxed
        taken["engine"] += own
        for name, library in (("bare", BARE), ("least", LEAST)):
            if suffix in library:
                taken[name] += seconds(over_all(library[suffix], share))
    return taken


def shares(files: Files) -> Iterator[Files]:
    """Yield the files, some at a time."""
    size = -(-len(files) // TURNS)
    return (files[begin : begin + size] for begin in range(0, len(files), size))


def measure(suffix: str, files: Files, rounds: int, sandbox: Sandbox) -> None:
    """Measure a format, and print its lines."""
    through(sandbox, files[:1] * sandbox.ahead, suffix)
    taken = [in_turns(suffix, files, sandbox) for _ in range(rounds)]
    measured = {name: [times[name] for times in taken] for name in taken[0]}
    size = sum(map(len, files)) / 1e6
    pages = f", {sum(map(bare_pdf, files))} pages" if suffix == ".pdf" else ""
    print(f"{suffix[1:]}: {len(files)} files, {size:.1f} MB{pages}", flush=True)
    for name, times in measured.items():
        ratio = statistics.median(b / t for t, b in zip(times, measured["bare"], strict=True))
        print(f"    {name:8} {statistics.median(times):8.3f} s    {ratio:6.2f} × bare", flush=True)


def main() -> None:
    """Measure, and print some lines a format."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers", type=int, default=None)
    parser.add_argument("--only", default="", metavar="ENDINGS")
    options = parser.parse_args()
    logging.disable()
    warnings.simplefilter("ignore")
    endings = {f".{ending}" for ending in options.only.split(",") if ending} or set(BARE)
    sandbox = Sandbox(options.workers)
    for suffix, files in readable(options.folder, endings).items():
        measure(suffix, files, options.rounds, sandbox)
    sandbox.close()


if __name__ == "__main__":
    main()
