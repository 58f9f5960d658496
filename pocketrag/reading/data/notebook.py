"""Jupyter notebooks → a `Document` of their Markdown and code cells, with what the code printed."""

from __future__ import annotations

from json import JSONDecodeError

from pocketrag.domain import Document, Place
from pocketrag.errors import Damaged
from pocketrag.reading.builder import DocumentBuilder
from pocketrag.reading.data.json_values import Json, parse_json
from pocketrag.reading.details import usable_author, usable_title
from pocketrag.reading.encoding import decode
from pocketrag.reading.text.markdown import add_markdown

_MAX_OUTPUT = 2_000
"""Characters of what a cell printed that are kept."""


def read_notebook(data: bytes) -> Document:
    """Return the cells in order; a place's row is the number of the cell."""
    try:
        notebook = parse_json(decode(data, "utf-8"))
    except JSONDecodeError as error:
        raise Damaged(f"The notebook is broken ({error}).", "Save it anew in Jupyter.") from error
    cells = _list(notebook, "cells") or _old_cells(notebook)
    if not cells and "cells" not in _object(notebook):
        raise Damaged("The file is not a Jupyter notebook.", "Rename it to .json, or save it anew.")
    builder = DocumentBuilder()
    title = ""
    for number, cell in enumerate(cells, start=1):
        source, place = _joined(_object(cell).get("source", _object(cell).get("input"))), Place(row=number)
        match _object(cell).get("cell_type"):
            case "markdown" | "heading":
                title = add_markdown(builder, source, place) or title
            case "code":
                builder.code(source, place)
                _add_outputs(builder, _list(cell, "outputs"), place)
            case _:
                builder.paragraph(source, place)
    metadata = _object(_object(notebook).get("metadata"))
    author = next(iter(_list(metadata, "authors")), None)
    return builder.build(
        title=usable_title(_joined(metadata.get("title"))) or title,
        author=usable_author(_joined(_object(author).get("name"))),
    )


def _add_outputs(builder: DocumentBuilder, outputs: list[Json], place: Place) -> None:
    """Add what was printed or shown as text; no pictures, and no long logs."""
    for output in map(_object, outputs):
        text = _joined(output.get("text")) or _joined(_object(output.get("data")).get("text/plain"))
        builder.code(text[:_MAX_OUTPUT], place)


def _old_cells(notebook: Json) -> list[Json]:
    """Return the cells of a notebook of format 3, which has worksheets."""
    return [cell for sheet in _list(notebook, "worksheets") for cell in _list(sheet, "cells")]


def _object(value: Json) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}


def _list(value: Json, key: str) -> list[Json]:
    found = _object(value).get(key)
    return found if isinstance(found, list) else []


def _joined(value: Json) -> str:
    """Return a text, which notebooks store as one string or as its lines."""
    if isinstance(value, list):
        return "".join(part for part in value if isinstance(part, str))
    return value if isinstance(value, str) else ""
