"""What an Office package states of itself, with either of the libraries that open one."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from pocketrag.reading.details import iso_date, usable_author, usable_title

_RELATION = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"


class CoreProperties(Protocol):
    """What python-docx and python-pptx call so."""

    @property
    def title(self) -> str:
        """The document's title, empty if it states none."""

    @property
    def author(self) -> str:
        """Who wrote it, empty if it states nobody."""

    @property
    def modified(self) -> datetime | None:
        """When it was last changed."""

    @property
    def created(self) -> datetime | None:
        """When it was made."""


class Package(Protocol):
    """A package of python-docx or python-pptx."""

    def part_related_by(self, reltype: str) -> object:
        """Return the part of that relation; raises KeyError where there is none."""

    @property
    def core_properties(self) -> CoreProperties:
        """Return what the package states, or, where it states nothing, what the library makes up."""


def stated(package: Package) -> tuple[str, str, str]:
    """Return title, author and date if the package states them; if not, its library makes them up."""
    try:
        package.part_related_by(_RELATION)
    except KeyError:
        return "", "", ""
    details = package.core_properties
    return (
        usable_title(details.title),
        usable_author(details.author),
        iso_date(details.modified or details.created),
    )
