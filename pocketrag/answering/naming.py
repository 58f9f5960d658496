"""Naming: which documents a person means by "the lease" or "the Pellow contract".

A document is meant where its name holds every word that is said: its file name and its title, else these and
the folders it lies in. Versions of one document have one name between them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePath

from pocketrag.answering.versions import are_versions, newest_first
from pocketrag.answering.words import FUNCTION_WORDS, fold, stem
from pocketrag.domain import FileVersion, Filters, Freshness
from pocketrag.storage.freshness import since_indexed
from pocketrag.storage.lookup import Lookup, StoredFile
from pocketrag.storage.mounts import Mounts

_ANY_DOCUMENT = frozenset(
    "document documents file files paper papers text whole entire full complete content contents"
    " dokument dokuments dokumente dokumenten datei dateien papier papiere text textes inhalt"
    " ganze ganzen".split()
)
"""What may be said of a document without being part of its name."""

Family = Sequence[StoredFile]
"""A document in its versions, the newest first; each one's copies left out."""


def named_words(said: str) -> list[str]:
    """Return the words of what is said that must be part of a name, in order."""
    return [
        word
        for word in _terms(said)
        if word not in FUNCTION_WORDS and word not in _ANY_DOCUMENT and (len(word) > 1 or word.isdigit())
    ]


def holds(file: FileVersion, words: Iterable[str]) -> bool:
    """Return whether a document's own name, or its title, holds each of these words."""
    return {stem(word) for word in words} <= _own(file)


class Naming:
    """Finds the documents of one library by name."""

    def __init__(self, lookup: Lookup, mounts: Mounts) -> None:
        """Look among the documents of this library."""
        self._lookup = lookup
        self._mounts = mounts

    def there(self, filters: Filters) -> list[tuple[StoredFile, Freshness]]:
        """Return the indexed files that pass the filters and are still there, and how each stands."""
        away = self._mounts.away()
        stands = (
            (file, since_indexed(file.version, file.size, file.mtime_ns, away))
            for file in self._lookup.files(filters)
        )
        return [(file, freshness) for file, freshness in stands if freshness is not Freshness.DELETED]

    def meant(self, words: Sequence[str], filters: Filters) -> list[Family]:
        """Return the documents that these words may name; without words, all that pass the filters."""
        wanted = {stem(word) for word in words}
        files = [file for file, _ in self.there(filters)]
        by_own = [file for file in files if wanted <= _own(file.version)]
        return families(by_own or [file for file in files if _in_folder(wanted, file.version)])


def families(files: Iterable[StoredFile]) -> list[Family]:
    """Return files as documents, each in its versions."""
    found: list[list[StoredFile]] = []
    for file in files:
        family = next((one for one in found if any(_is_one(file, member) for member in one)), None)
        if family is None:
            found.append([file])
        elif all(file.version.sha256 != member.version.sha256 for member in family):
            family.append(file)
    return [newest_first(family, lambda one: one.version) for family in found]


def _is_one(file: StoredFile, other: StoredFile) -> bool:
    """Whether two files are copies, or versions of one document."""
    return file.version.sha256 == other.version.sha256 or are_versions(file.version, other.version)


def _in_folder(wanted: set[str], file: FileVersion) -> bool:
    """Whether a document's name and its folders' hold all the words between them."""
    return wanted <= _own(file) | _stems(" ".join(Path(file.relative).parent.parts))


def _own(file: FileVersion) -> set[str]:
    name = PurePath(file.attachment or file.path.name)
    return _stems(f"{name.stem} {file.title}")


def _stems(text: str) -> set[str]:
    return {stem(term) for term in _terms(text)}


def _terms(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", fold(text))
