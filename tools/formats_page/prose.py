"""What is said of all formats: the parts of the page between and behind the lists."""

from __future__ import annotations

from pocketrag.reading.reader import MAX_BYTES

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
and by that of the sandbox's worker, on two quiet cores:

| Format | Bare library | Ratio | In a worker |
|---|---|---|---|
| pdf | pypdf: the text of every page | 5.4 | 5.6 |
| md | markdown-it: all tokens | 1.2 | 1.1 |
| eml | Python's email: the body | 1.0 | 0.7 |
| docx | python-docx: the text of every paragraph and cell | 0.9 | 0.85 |
| pptx | python-pptx: the text of every shape, cell and note | 0.8 | 0.85 |
| xlsx | openpyxl: value and number format of every cell | 0.85 | 0.75 |
| epub | selectolax: main parts, the text of every block | 0.4 | 0.35 |
| csv | charset-normalizer, and the csv module's dialect, header and records | 0.25 | 0.2 |
| txt | charset-normalizer: the text | 0.25 | 0.2 |
| html | selectolax: main parts, the text of every block | 0.08 | 0.07 |
| json | the json module: values written out indented | 0.07 | 0.07 |

A worker gives way to all other programs: on a busy computer it finds the processor's caches full of what is
theirs, and takes up to a seventh longer. What goes through the pipe with each file tells where files are
small: seven handbooks (273 pages) are read 7 times as fast as by pypdf, in a worker too. The last five are
read by libraries in C, in some milliseconds a megabyte; blocks, places, the map and the language, which they
do not give, take 60 to 300 more. To embed a megabyte of text takes 15 seconds and more.
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
