"""Write ``docs/formats.md``: what is read of each format, with which library, and which places are kept.

    python tools/make_formats_page.py           write the page
    python tools/make_formats_page.py --check   only say whether it is up to date (a test does)

Endings and kinds come from the reading room itself; a kind without words here is an error.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import NamedTuple

from pocketrag.reading.reader import MAX_BYTES
from pocketrag.reading.recognition.foreign import SIGNS
from pocketrag.reading.recognition.kinds import ENDINGS, OLD_ENDINGS, Kind

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGE, LEFT_OUT = DOCS / "formats.md", DOCS / "left_out.csv"


class Words(NamedTuple):
    """What a person wants to know of one format."""

    module: str
    library: str
    read: str
    places: str
    limits: str


WORDS = {
    Kind.PDF: Words(
        "pdf/document.py",
        "pypdfium2; pypdf and cryptography for a second opinion",
        "Paragraphs, headings and tables of every page, in reading order; running headers, footers and "
        "page numbers are dropped, words cut at line ends mended; what was filled in in forms. Title, "
        "author, date. Files with an empty password.",
        "page, headings (where bookmarks name them)",
        "Scanned pages have no text (they are counted; no OCR). Tables without lines are told by their "
        "columns. No annotations and attachments. A PDF of which only the attachments are "
        "encrypted is refused.",
    ),
    Kind.DOCX: Words(
        "office/docx.py",
        "python-docx",
        "Headings by style and outline level, numbered lists with their numbers, tables, text boxes, "
        "foot- and endnotes, comments, tracked insertions, formulas as their letters, the numbers of charts, "
        "SmartArt, imported web pages (altChunk). The strict form too.",
        "headings",
        "No deleted text, page headers and footers. No pages: Word makes them up when it "
        "draws. No other documents embedded in this one.",
    ),
    Kind.PPTX: Words(
        "office/pptx.py",
        "python-pptx",
        "Titles, texts, bullet points, tables, the numbers of charts, SmartArt, notes, comments with their "
        "author and day. The strict form too.",
        "slide",
        "No text of the slide master, no footers, no embedded files.",
    ),
    Kind.XLSX: Words(
        "office/xlsx.py",
        "openpyxl",
        "Every sheet as tables: values as last calculated, dates as ISO, percentages as shown; several "
        "tables on a sheet are told apart by empty rows; text boxes, SmartArt, titles of charts. The "
        "strict form too.",
        "sheet, row",
        "No comments. A merged cell stands once. A workbook that was never "
        "calculated has no values of formulas.",
    ),
    Kind.ODT: Words(
        "office/odf.py",
        "none (zip and XML of Python)",
        "Headings, paragraphs, lists with their numbers, tables, text boxes, notes; also flat files (fodt).",
        "headings",
        "No comments, tracked deletions, tables of contents, page headers and footers.",
    ),
    Kind.ODS: Words(
        "office/odf_tables.py",
        "none",
        "Every sheet as tables: values as shown, dates as ISO.",
        "sheet, row",
        "No comments and charts. A value repeated over more than 2,000 rows stands 2,000 times.",
    ),
    Kind.ODP: Words(
        "office/odf_slides.py",
        "none",
        "Titles, texts, tables, notes; drawings (odg) as slides.",
        "slide",
        "No charts.",
    ),
    Kind.RTF: Words(
        "office/rtf.py",
        "none",
        "Headings by style and outline level, paragraphs, lists with their numbers, tables, footnotes; "
        "any code page.",
        "headings",
        "Tables within tables become text of the outer cell. No page headers and footers, no embedded "
        "objects.",
    ),
    Kind.EPUB: Words(
        "web/epub.py",
        "selectolax (for the pages)",
        "The chapters in the order of the spine, each as a web page, with epigraphs and footnotes; drawn "
        "pages (SVG) as far as they hold text. Title, author, date.",
        "headings",
        "No pages that are pictures. Books locked by their shop (DRM) are "
        "`encrypted`. Furigana and marks of printed pages are left out.",
    ),
    Kind.HTML: Words(
        "web/html.py",
        "selectolax",
        "The main text: headings, paragraphs, lists, tables, code. Menus, headers, footers, forms, "
        "scripts and hidden parts are dropped; a page that is all menu is kept whole.",
        "headings",
        "Nothing that a script would draw. Beyond 5,000 open elements the structure is dropped, the "
        "text kept.",
    ),
    Kind.MHTML: Words(
        "web/mhtml.py",
        "selectolax",
        "The saved page, as a web page.",
        "headings",
        "No frames.",
    ),
    Kind.MAIL: Words(
        "mail/message.py",
        "none (email of Python)",
        "Headers, body (plain text before HTML), quoted earlier mails without their marks and under a "
        "section that says whose they are (told by the words of some 25 languages), signatures likewise. "
        "Every attachment, attached messages included, is a document of its own. Apple Mail's emlx too.",
        "message (subject and date), section of what is quoted",
        "Of attached messages the attachments are read, but nothing below them; 500 attachments, and those "
        "begun within 15 seconds. One that makes its reader crash, hang or run out of memory costs only "
        "itself, but behind the third of that kind no more are read. Pictures within the text and "
        "signatures for programs are left out. In HTML, quotes are told by the line or block of headers "
        "before them.",
    ),
    Kind.MAILBOX: Words(
        "mail/mailbox.py",
        "none",
        "Every message as a mail, attachments included; their names begin with the message's subject and "
        "date.",
        "message (subject and date), section of what is quoted",
        "Separators must stand after an empty line, as they should. 500 attachments of the whole mailbox, "
        "and those begun within 15 seconds.",
    ),
    Kind.OUTLOOK: Words(
        "mail/outlook.py",
        "olefile",
        "Headers, body (plain, else HTML, else compressed rich text), quotes as in mails. Every "
        "attachment, embedded messages included, is a document of its own. Also notes, appointments and "
        "contacts saved as .msg, as far as they have a body.",
        "message (subject and date), section of what is quoted",
        "As of mails. Of embedded objects (OLE) only the name.",
    ),
    Kind.MARKDOWN: Words(
        "text/markdown.py",
        "markdown-it-py",
        "CommonMark with tables: headings, paragraphs, lists, tables, code, HTML within; front matter.",
        "line, headings",
        "Marks stay in paragraphs over 10,000 characters. Lists and quotes nested deeper than 30 are "
        "left out.",
    ),
    Kind.RST: Words(
        "text/rst.py",
        "none",
        "Titles, paragraphs, lists, simple and grid tables, literal blocks, code; other directives as text.",
        "line, headings",
        "Nothing is included or computed; cells that span columns are not understood.",
    ),
    Kind.ORG: Words(
        "text/org.py",
        "none",
        "Headings, paragraphs, lists, tables, code.",
        "line, headings",
        "No properties, no dates.",
    ),
    Kind.TEX: Words(
        "text/tex.py",
        "none",
        "Sections, paragraphs, lists, tables, captions, listings; accents composed; formulas as they "
        "are written.",
        "line, headings",
        "Macros are not expanded but for those that stand for a few words; `\\input` is not followed.",
    ),
    Kind.PLAIN: Words(
        "text/plain.py",
        "charset-normalizer",
        "Paragraphs (wrapped lines joined), lists, underlined headings; any encoding.",
        "line",
        "Layout in columns is kept line by line.",
    ),
    Kind.LOG: Words(
        "text/source_code.py",
        "none",
        "The lines as they stand.",
        "line",
        "-",
    ),
    Kind.DELIMITED: Words(
        "data/delimited.py",
        "none (csv of Python)",
        "A table; separator and header are found out.",
        "row",
        "-",
    ),
    Kind.JSON: Words(
        "data/json_values.py",
        "none",
        "`path: value` lines, a block for each record of a list, lists of flat records as tables.",
        "row (of the outermost list)",
        "No lines of the file. What is not quite JSON (comments) is read as code. Nesting beyond 60 is "
        "left out.",
    ),
    Kind.JSON_LINES: Words(
        "data/json_values.py",
        "none",
        "One record a line, as `path: value` lines.",
        "line",
        "-",
    ),
    Kind.NOTEBOOK: Words(
        "data/notebook.py",
        "markdown-it-py",
        "Markdown and code cells, and the first 2,000 characters of what they printed.",
        "row (the cell), headings",
        "No pictures and no HTML output.",
    ),
    Kind.SUBTITLES: Words(
        "data/subtitles.py",
        "none",
        "What is said, joined to paragraphs that begin with their time; speakers where WebVTT names them.",
        "line",
        "-",
    ),
    Kind.CALENDAR: Words(
        "data/content_lines.py",
        "none",
        "One block an event or task: name, time, place, people, description.",
        "line",
        "Repeated events stand once, with their rule.",
    ),
    Kind.CONTACTS: Words(
        "data/content_lines.py",
        "none",
        "One block a contact: name, numbers, addresses, note.",
        "line",
        "No pictures.",
    ),
    Kind.XML: Words(
        "data/xml_text.py",
        "none (XML of Python)",
        "Paragraphs and titles by the names that many vocabularies share; data as `name: value` lines; "
        "feeds.",
        "headings",
        "No lines. XML that cannot be parsed, or declares entities, is read as code.",
    ),
    Kind.CODE: Words(
        "text/source_code.py",
        "none",
        "The code, cut at definitions, with the names of the class and function it stands in.",
        "line, class and function",
        "Definitions are told by patterns, not by a parser of each language.",
    ),
}

HEAD = f"""# What is read, and how

Made by `tools/make_formats_page.py`; do not edit.

A file's content decides what it is; its name only where content cannot. A Word document called
`letter.txt` is read as one, a web page called `report.xls` as a web page, and a file without an
ending by what it is, or as text. Files up to {MAX_BYTES // 1_000_000} MB are read.

Every text is normalised once (NFC, ligatures, hyphenation, control characters), and is given in
blocks with the *places* below. What cannot be read ends with a reason and a remedy: `unsupported`,
`encrypted`, `damaged`, `too large`, `timed out`, `no text`, `empty`, `unreadable`.

A text that is not UTF-8 and does not say its encoding is read in the one in which it makes sense as a
language (27 are tried, Western to Japanese), else as charset-normalizer guesses. `none` means that no kept
library gives structure and places; `docs/decisions/0003-rooms-and-libraries.md` says why, by format.

| Format | Endings | Read with | Places |
|---|---|---|---|
"""

NOT_READ = """
## What is told apart and not read

Old formats are opened all the same: to say what to do, and because newer documents, rich text and web
pages go by these names, too.

"""


WITHIN = """
Within zip and compound files: old Office documents, Visio, Publisher and Works documents, Apple iWork
documents, XPS, binary workbooks (xlsb), Java and Android programs, plain archives. Word, Excel and
PowerPoint files (docx, xlsx, pptx) that are encrypted are opened (msoffcrypto-tool) with the empty password
and with the one that Excel itself tries; others are `encrypted`, as are OpenDocument files with a password.
"""


SPEED = """
## How fast it is

`make proof-speed` measures the processor time of the whole reading step (recognising, decoding, blocks with
places, normalised text, map to the file, language) against what the format's library takes to do a reader's
job by itself, on the same files in the same run. The bare library's time, divided by ours in the same process
and by that of the sandbox's worker, on two cores that four other programs were using:

| Format | Bare library | Ratio | In a worker |
|---|---|---|---|
| pdf | pypdf: the text of every page | 4.8 | 4.1 |
| md | markdown-it: all tokens | 1.1 | 0.8 |
| eml | Python's email: the body | 1.0 | 0.7 |
| docx | python-docx: the text of every paragraph and cell | 0.9 | 0.7 |
| pptx | python-pptx: the text of every shape, cell and note | 0.9 | 0.7 |
| xlsx | openpyxl: value and number format of every cell | 0.8 | 0.6 |
| epub | selectolax: main parts, the text of every block | 0.4 | 0.35 |
| csv | charset-normalizer, and the csv module's dialect, header and records | 0.2 | 0.15 |
| txt | charset-normalizer: the text | 0.2 | 0.1 |
| html | selectolax: main parts, the text of every block | 0.07 | 0.05 |
| json | the json module: values written out indented | 0.07 | 0.06 |

The last five are read by libraries in C, in some milliseconds a megabyte; blocks, places, the map and the
language, which they do not give, take 60 to 300 more. To embed a megabyte of text takes 15 seconds and more.
"""


LEFT_OUT_HEAD = """
## What is not counted

`make proof-corpus` reads a public collection of 710 odd files and demands that 98 % of those that hold text
for us to read give it. The files below are left out of that count, each looked at by hand; for PDFs, PDFium
decides. The list is open to challenge: it is `docs/left_out.csv`, and the proof fails if a file is missing in
it, or is read in spite of it.

| Format | File | State | Why it is left out |
|---|---|---|---|
"""


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
