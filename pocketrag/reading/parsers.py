"""Which module reads which kind. Each is imported, and its library with it, only when it is needed."""

from __future__ import annotations

from pocketrag.domain import Document
from pocketrag.reading.attachments import Attachments
from pocketrag.reading.recognition.kinds import Kind
from pocketrag.reading.recognition.packages import transitional

_MAIL = frozenset({Kind.MAIL, Kind.MAILBOX, Kind.OUTLOOK, Kind.MHTML})
_DATA = frozenset(
    {
        Kind.DELIMITED,
        Kind.JSON,
        Kind.JSON_LINES,
        Kind.NOTEBOOK,
        Kind.SUBTITLES,
        Kind.CALENDAR,
        Kind.CONTACTS,
        Kind.XML,
    }
)
_TEXT = frozenset({Kind.MARKDOWN, Kind.RST, Kind.ORG, Kind.TEX, Kind.HTML, Kind.PLAIN, Kind.LOG, Kind.CODE})


def parse_as(kind: Kind, data: bytes, attachments: Attachments) -> Document:
    """Return the document that the bytes of a file of this kind hold; files in it go to `attachments`."""
    if kind in _MAIL:
        return _parse_mail(kind, data, attachments)
    if kind in _DATA:
        return _parse_data(kind, data)
    if kind in _TEXT:
        return _parse_text(kind, data)
    return _parse_office(kind, data)


def _parse_office(kind: Kind, data: bytes) -> Document:
    match kind:
        case Kind.PDF:
            from pocketrag.reading.pdf.document import read_pdf

            return read_pdf(data)
        case Kind.DOCX:
            from pocketrag.reading.office.docx import read_docx

            return read_docx(transitional(data))
        case Kind.PPTX:
            from pocketrag.reading.office.pptx import read_pptx

            return read_pptx(transitional(data))
        case Kind.XLSX:
            from pocketrag.reading.office.xlsx import read_xlsx

            return read_xlsx(transitional(data))
        case Kind.RTF:
            from pocketrag.reading.office.rtf import read_rtf

            return read_rtf(data)
        case Kind.EPUB:
            from pocketrag.reading.web.epub import read_epub

            return read_epub(data)
        case _:
            from pocketrag.reading.office.odf import read_odf

            return read_odf(data)


def _parse_text(kind: Kind, data: bytes) -> Document:
    match kind:
        case Kind.MARKDOWN:
            from pocketrag.reading.text.markdown import read_markdown

            return read_markdown(data)
        case Kind.RST:
            from pocketrag.reading.text.rst import read_rst

            return read_rst(data)
        case Kind.ORG:
            from pocketrag.reading.text.org import read_org

            return read_org(data)
        case Kind.TEX:
            from pocketrag.reading.text.tex import read_tex

            return read_tex(data)
        case Kind.HTML:
            from pocketrag.reading.web.html import read_html

            return read_html(data)
        case Kind.LOG:
            from pocketrag.reading.text.source_code import read_log

            return read_log(data)
        case Kind.CODE:
            from pocketrag.reading.text.source_code import read_code

            return read_code(data)
        case _:
            from pocketrag.reading.text.plain import read_plain

            return read_plain(data)


def _parse_mail(kind: Kind, data: bytes, attachments: Attachments) -> Document:
    match kind:
        case Kind.MHTML:
            from pocketrag.reading.web.mhtml import read_mhtml

            return read_mhtml(data)
        case Kind.MAILBOX:
            from pocketrag.reading.mail.mailbox import read_mailbox

            return read_mailbox(data, attachments)
        case Kind.OUTLOOK:
            from pocketrag.reading.mail.outlook import read_outlook

            return read_outlook(data, attachments)
        case _:
            from pocketrag.reading.mail.message import read_mail

            return read_mail(data, attachments)


def _parse_data(kind: Kind, data: bytes) -> Document:
    match kind:
        case Kind.JSON:
            from pocketrag.reading.data.json_values import read_json

            return read_json(data)
        case Kind.JSON_LINES:
            from pocketrag.reading.data.json_values import read_json_lines

            return read_json_lines(data)
        case Kind.NOTEBOOK:
            from pocketrag.reading.data.notebook import read_notebook

            return read_notebook(data)
        case Kind.SUBTITLES:
            from pocketrag.reading.data.subtitles import read_subtitles

            return read_subtitles(data)
        case Kind.CALENDAR | Kind.CONTACTS:
            from pocketrag.reading.data.content_lines import read_content_lines

            return read_content_lines(data)
        case Kind.XML:
            from pocketrag.reading.data.xml_text import read_xml

            return read_xml(data)
        case _:
            from pocketrag.reading.data.delimited import read_delimited

            return read_delimited(data)
