"""Naming: which documents a person means by "the lease" or "the Pellow contract".

A document is meant where its name holds every word that is said: its file name and its title, else these and
the folders it lies in. Versions of one document have one name between them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePath

from pocketrag.answering.checking.dates import MONTHS
from pocketrag.answering.versions import edition, newest_first
from pocketrag.answering.words import FUNCTION_WORDS, fold, stem
from pocketrag.domain import FileVersion, Filters, Freshness
from pocketrag.storage.freshness import freshness_of
from pocketrag.storage.lookup import Lookup
from pocketrag.storage.mounts import Mounts
from pocketrag.storage.stored import StoredFile

_ANY_DOCUMENT = frozenset(
    "document documents file files paper papers text whole entire full complete content contents"
    " dokument dokuments dokumente dokumenten datei dateien papier papiere text textes inhalt"
    " ganze ganzen".split()
)
"""What may be said of a document without being part of its name."""

_POINTING = frozenset(
    "the this that these those an all any each my our your his her its their me us it them is are was were"
    " be of der die das den dem des dies diese dieser dieses ein eine einen einem einer mein meine unser"
    " unsere ist es alle von".split()
)
"""Words that point at a document and are never its name."""

NAMING = 2
"""Words that a document's name must hold to be one of the best named."""

PATHS = 40
"""Files whose paths hold words, at most, of which the best named are found."""

_OLD = re.compile(
    r"\b(?:old|older|previous|former|original|alten?|altem|früheren?|vorigen?)\s+"
    r"(?:(?:version|copy|draft) of (?:the |our |my )?)?(?P<name>[^\W\d_]+)",
    re.IGNORECASE,
)
"""How one speaks of a version that holds no more."""

_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b", re.IGNORECASE)

Family = Sequence[StoredFile]
"""A document in its versions, the newest first; each one's copies left out."""


def named_words(said: str) -> list[str]:
    """Return the words of what is said that must be part of a name, in order.

    A word that says nothing elsewhere may be all that the name has: the will.
    """
    words = [
        w for w in _terms(_ORDINAL.sub("", said)) if w not in _ANY_DOCUMENT and (len(w) > 1 or w.isdigit())
    ]
    telling = [word for word in words if word not in FUNCTION_WORDS]
    return telling or [word for word in words if word not in _POINTING]


def holds(file: FileVersion, words: Iterable[str]) -> bool:
    """Return whether a document's own name, or its title, holds each of these words."""
    return {stem(word) for word in words} <= _own(file)


class Naming:
    """Finds the documents of one library by name."""

    def __init__(self, lookup: Lookup, mounts: Mounts) -> None:
        """Look among the documents of this library."""
        self._lookup = lookup
        self._mounts = mounts

    def meant(self, words: Sequence[str], filters: Filters) -> list[Family]:
        """Return the documents that these words may name; without words, all that pass the filters."""
        wanted = {stem(word) for word in words}
        files = self._lookup.files(filters)
        by_own = self._there(file for file in files if wanted <= _own(file.version))
        return families(by_own or self._there(file for file in files if _in_folder(wanted, file.version)))

    def touched(self, words: Sequence[str], filters: Filters) -> list[Family]:
        """Return the documents whose own name holds one of these words at least."""
        wanted = {stem(word) for word in words}
        return families(self._there(f for f in self._lookup.files(filters) if wanted & _own(f.version)))

    def best_named(self, words: Sequence[str], filters: Filters, limit: int) -> list[StoredFile]:
        """Return the documents whose own names hold most of these words, two at least, at most so many.

        Of versions the newest. Only files whose paths hold some of the words are looked at, those with most.
        """
        said = {stem(word) for word in words}
        found = self._there(self._lookup.files(filters, self._lookup.words.files(words, PATHS)))
        held = [(len(said & _own(family[0].version)), family[0]) for family in families(found)]
        by_words = sorted((one for one in held if one[0] >= NAMING), key=lambda one: -one[0])
        return [file for _, file in by_words[:limit]]

    def older_versions(self, question: str, filters: Filters) -> tuple[Path, ...]:
        """Return the older versions of the one document whose old one a question names: the old lease."""
        told = _OLD.search(question)
        named = self.touched([fold(told["name"])], filters) if told else []
        several = [family for family in named if len(family) > 1]
        return tuple(file.version.address for file in several[0][1:]) if len(several) == 1 else ()

    def _there(self, files: Iterable[StoredFile]) -> list[StoredFile]:
        """Return the files that have not been deleted since."""
        away = self._mounts.away()
        return [file for file in files if freshness_of(file, away) is not Freshness.DELETED]


def families(files: Iterable[StoredFile]) -> list[Family]:
    """Return files as documents, each in its versions."""
    found: list[list[StoredFile]] = []
    by_mark: dict[tuple[str, ...], list[StoredFile]] = {}
    for file in files:
        marks = _marks(file.version)
        family = next((by_mark[mark] for mark in marks if mark in by_mark), None)
        if family is None:
            family = []
            found.append(family)
        by_mark.update((mark, family) for mark in marks if mark not in by_mark)
        if all(file.version.sha256 != member.version.sha256 for member in family):
            family.append(file)
    return [newest_first(family, lambda one: one.version) for family in found]


def _marks(file: FileVersion) -> list[tuple[str, ...]]:
    """Return what copies and versions of a document have in common, as `versions.are_versions` tells them.

    A name that does not say which version it is ("notes.txt") is another one's in the same folder only.
    """
    folder, name = str(file.address.parent), edition(file)
    marks: list[tuple[str, ...]] = [("text", file.sha256)]
    if file.title:
        marks.append(("title", folder, fold(file.title)))
    if name.stem:
        marks.append(("name", folder, name.stem))
        if name.date or name.number or name.settled:
            marks.append(("name", name.stem))
    return marks


def _in_folder(wanted: set[str], file: FileVersion) -> bool:
    """Whether a document's name and its folders' hold all the words between them."""
    return wanted <= _own(file) | _stems(" ".join(Path(file.relative).parent.parts))


def _own(file: FileVersion) -> set[str]:
    name = PurePath(file.attachment or file.path.name)
    return _stems(f"{name.stem} {file.title}") | _spoken_date(edition(file).date)


def _spoken_date(iso: str) -> set[str]:
    """Return how the date in a file's name is spoken of: 2025-05-06 as the 6th of May, the 6. Mai."""
    year, month, day = (int(part) for part in [*filter(None, iso.split("-")), "0", "0", "0"][:3])
    months = {stem(fold(name)) for name, number in MONTHS.items() if number == month}
    return {str(number) for number in (year, day) if number} | months


def _stems(text: str) -> set[str]:
    return {stem(term) for term in _terms(text)}


def _terms(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", fold(text))
