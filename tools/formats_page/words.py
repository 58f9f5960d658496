"""What is said of each format: the words that a person wants, and that no code can tell."""

from __future__ import annotations

from typing import NamedTuple

from pocketrag.reading.recognition.kinds import Kind


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
"""In no order: the page lists the kinds as the reading room does."""
