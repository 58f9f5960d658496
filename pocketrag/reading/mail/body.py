"""A mail's body → blocks; what is quoted stands under a section that says whose it is."""

from __future__ import annotations

from pocketrag.domain import Place
from pocketrag.reading.builder import NOWHERE, DocumentBuilder
from pocketrag.reading.lines import add_lines
from pocketrag.reading.mail.quotes import SIGNATURE, quote_begins, runs
from pocketrag.reading.text.plain import split_lines
from pocketrag.reading.web.html import add_html

_OUTERMOST = 0
"""Level of a section that no heading in a body closes."""


class MailBuilder(DocumentBuilder):
    """Puts what follows under a section that is no heading of the text."""

    def __init__(self) -> None:
        super().__init__()
        self._in_page = False

    def open_section(self, section: str) -> None:
        """Close all sections, and open this one if it has a name."""
        self.leave_sections()
        if section:
            self.enter_section(section, _OUTERMOST)

    def paragraph(self, text: str, place: Place = NOWHERE) -> None:
        """Add running text; in a web page, see whether a quote begins with it."""
        section = quote_begins(text) if self._in_page else ""
        if section:
            self.open_section(section)
        super().paragraph(text, place)

    def page(self, text: str, place: Place) -> None:
        """Add a body that is a web page."""
        self._in_page = True
        add_html(self, text, place)
        self._in_page = False
        self.leave_sections()


def add_plain(builder: MailBuilder, text: str, place: Place) -> None:
    """Add a body that is plain text."""
    section = ""
    for run in runs(split_lines(text)):
        if run.section != section:
            section = run.section
            builder.open_section(section)
        add_lines(builder, _without_mark(run.lines, section), place)
    builder.leave_sections()


def _without_mark(lines: list[str], section: str) -> list[str]:
    """Return the lines of a signature without the hyphens before it; others as they are."""
    return lines[1:] if section == SIGNATURE and lines[0].rstrip() == "--" else lines
