"""The kinds of files that are read, and the name endings that promise them."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from mimetypes import MimeTypes


class Kind(StrEnum):
    """A kind of file that can be read."""

    PDF = "PDF"
    DOCX = "Word document"
    PPTX = "PowerPoint presentation"
    XLSX = "Excel workbook"
    ODT = "OpenDocument text"
    ODS = "OpenDocument spreadsheet"
    ODP = "OpenDocument presentation"
    RTF = "rich text"
    EPUB = "EPUB book"
    HTML = "web page"
    MHTML = "saved web page"
    MAIL = "mail message"
    MAILBOX = "mailbox"
    OUTLOOK = "Outlook message"
    MARKDOWN = "Markdown text"
    RST = "reStructuredText"
    ORG = "Org text"
    TEX = "LaTeX text"
    PLAIN = "plain text"
    LOG = "log"
    DELIMITED = "table of delimited values"
    JSON = "JSON"
    JSON_LINES = "lines of JSON"
    NOTEBOOK = "Jupyter notebook"
    SUBTITLES = "subtitles"
    CALENDAR = "calendar"
    CONTACTS = "contacts"
    XML = "XML"
    CODE = "source code"


PACKAGED = frozenset({Kind.DOCX, Kind.PPTX, Kind.XLSX, Kind.ODT, Kind.ODS, Kind.ODP, Kind.EPUB})
"""Kinds that are zip packages."""

TEXTUAL = frozenset(
    {
        *(Kind.HTML, Kind.MARKDOWN, Kind.RST, Kind.ORG, Kind.TEX, Kind.PLAIN, Kind.LOG, Kind.CODE, Kind.XML),
        *(Kind.DELIMITED, Kind.JSON, Kind.JSON_LINES, Kind.NOTEBOOK, Kind.SUBTITLES, Kind.CALENDAR),
        Kind.CONTACTS,
    }
)
"""Kinds that are text as they stand, so that a text can be told where it came from."""

_ENDINGS_OF = {
    Kind.PDF: "pdf",
    Kind.DOCX: "docx docm dotx dotm",
    Kind.PPTX: "pptx pptm ppsx ppsm potx potm",
    Kind.XLSX: "xlsx xlsm xltx xltm",
    Kind.ODT: "odt ott fodt odm",
    Kind.ODS: "ods ots fods",
    Kind.ODP: "odp otp fodp odg otg fodg",
    Kind.RTF: "rtf",
    Kind.EPUB: "epub",
    Kind.HTML: "html htm xhtml",
    Kind.MHTML: "mhtml mht",
    Kind.MAIL: "eml emlx",
    Kind.MAILBOX: "mbox",
    Kind.OUTLOOK: "msg oft",
    Kind.MARKDOWN: "md markdown mdown mkd mdx qmd rmd",
    Kind.RST: "rst rest",
    Kind.ORG: "org",
    Kind.TEX: "tex ltx",
    Kind.PLAIN: "txt text adoc asciidoc",
    Kind.LOG: "log",
    Kind.DELIMITED: "csv tsv tab",
    Kind.JSON: "json geojson webmanifest",
    Kind.JSON_LINES: "jsonl ndjson",
    Kind.NOTEBOOK: "ipynb",
    Kind.SUBTITLES: "srt vtt",
    Kind.CALENDAR: "ics ical ifb",
    Kind.CONTACTS: "vcf vcard",
    Kind.XML: "xml rss atom opml",
    Kind.CODE: (
        "py pyi js mjs cjs jsx ts tsx java kt kts scala groovy c h cc cpp cxx hh hpp m mm cs fs vb go rs rb "
        "php pl pm lua r jl swift dart ex exs erl hs clj lisp el sh bash zsh fish ps1 bat cmd sql toml yaml "
        "yml ini cfg conf properties css scss less vue svelte cmake gradle tf proto graphql asm s pas f90 bib"
    ),
}

ENDINGS: dict[str, Kind] = {f".{one}": kind for kind, all_of in _ENDINGS_OF.items() for one in all_of.split()}
"""Name endings, lower case, and the kind of file they promise."""

_TYPES = MimeTypes(filenames=())
_FOREIGN_TYPES = ("image/", "audio/", "video/", "font/", "model/", "application/")


@cache
def is_foreign(ending: str) -> bool:
    """Whether a name's ending, lower case with its dot, promises a picture, a program or the like.

    Neither those that are read are, nor those that nobody knows: there the content decides.
    """
    if ending in ENDINGS or ending in OLD_ENDINGS:
        return False
    kind, packed = _TYPES.guess_type(f"name{ending}")
    return packed is not None or (kind or "").startswith(_FOREIGN_TYPES)


OLD_ENDINGS: dict[str, str] = {
    ".doc": "Word document",
    ".dot": "Word template",
    ".xls": "Excel workbook",
    ".xlt": "Excel template",
    ".xlsb": "Excel workbook",
    ".ppt": "PowerPoint presentation",
    ".pps": "PowerPoint presentation",
    ".pot": "PowerPoint template",
    ".pages": "Pages document",
    ".numbers": "Numbers spreadsheet",
    ".key": "Keynote presentation",
    ".one": "OneNote section",
    ".wpd": "WordPerfect document",
    ".wps": "Works document",
    ".pub": "Publisher document",
    ".sxw": "OpenOffice document",
}
"""Endings of documents that are not read, but opened: to say what to do, and because rich text, web
pages and newer documents go by these names too.
"""
