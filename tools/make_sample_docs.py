"""Build the PDF, Word, Excel and PowerPoint papers of ``sample_docs/``.

    python tools/make_sample_docs.py [folder]

Each ``tools/paperkit/papers/*.txt`` holds the wording of one paper and the
place where it goes; the plain files (md, txt, csv, eml, html) are kept in
``sample_docs/`` as they are and are not touched. The output is deterministic:
creation dates come from the papers and zip time stamps are fixed, so running
it twice with the same library versions gives byte-identical files.
Needs fpdf2, python-docx, openpyxl and python-pptx.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from paperkit.docx_kit import write_docx
from paperkit.fixed_zip import freeze
from paperkit.markup import Paper, read_paper
from paperkit.pdf_kit import write_pdf
from paperkit.pptx_kit import write_pptx
from paperkit.xlsx_kit import write_xlsx

HERE = Path(__file__).resolve().parent
PAPERS = HERE / "paperkit" / "papers"
TARGET = HERE.parent / "sample_docs"

WRITERS: dict[str, Callable[[Paper, Path], None]] = {
    ".pdf": write_pdf,
    ".docx": write_docx,
    ".xlsx": write_xlsx,
    ".pptx": write_pptx,
}


def build(source: Path, target: Path) -> Path:
    """Build the paper written in ``source``; return the file it became."""
    paper = read_paper(source)
    path = target / paper.out
    path.parent.mkdir(parents=True, exist_ok=True)
    WRITERS[path.suffix](paper, path)
    if path.suffix != ".pdf":
        freeze(path, paper.date)
    return path


def main(arguments: list[str]) -> int:
    """Build every paper below the folder given; return the exit status."""
    target = Path(arguments[0]) if arguments else TARGET
    for source in sorted(PAPERS.glob("*.txt")):
        path = build(source, target)
        print(f"{path.stat().st_size:8d}  {path.relative_to(target)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
