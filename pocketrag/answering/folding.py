"""Folding: a passage that says nothing which a better one does not say stands with it, not below it.

Passages are compared by their runs of three words (w-shingling: Broder, "On the resemblance and
containment of documents", SEQUENCES 1997), exactly: there are only a few dozen of them. How much they
share does not tell copies from forms that were filled in differently: in the sample papers a contract's
draft shares 95 % of a passage with the final version, 400 having become 600, and in a public set two
products' manuals 96 %, tent having become backpack. So a passage is folded only where every word of it
stands in the better one, slips of the fingers and words that say nothing excepted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from pocketrag.answering.retrieved import Found
from pocketrag.answering.versions import are_versions, newest_first, says_which
from pocketrag.answering.words import words
from pocketrag.storage.word_search import MISSPELT

RUN = 3
"""Words of a run."""

HELD = 0.8
"""Share of a passage's runs that must stand in the better one. The same paragraphs rendered into five
formats and cut differently share all of them (25 of 25 on dev); what shares less is said in another order."""

ALIKE = 0.4
"""Share of runs from which on passages of two versions say the same of the same: of the passages of the two
contracts among the sample papers .40 to 1.00."""

NEAR = 0.1
"""How far apart the similarities with the query of passages may be that are compared at all."""

LONGER = 1.2
"""How much longer than the better passage one may be that is compared with it."""

ROUGHLY = 0.5
"""Share of its words, as blanks part them, that a passage must share with one it is compared with closely."""

FEW_WORDS = 12
"""Words from which on that says something: some scripts have no blanks."""

LOOKED_AT = 20
"""Passages that are compared, beyond those that are shown."""

SAYING_NOTHING = frozenset(
    "a an the this that these those and also then der die das ein eine einer eines und auch le la les un"
    " une des et el los las una y".split()
)


@dataclass(frozen=True, slots=True)
class Wording:
    """A text as it is compared with others."""

    words: frozenset[str]
    runs: frozenset[tuple[str, ...]]

    @classmethod
    def of(cls, text: str) -> Wording:
        """Return a text's wording."""
        found = words(text)
        size = min(RUN, len(found)) or 1
        return cls(frozenset(found), frozenset(zip(*(found[n:] for n in range(size)), strict=False)))

    def share_of(self, other: Wording) -> float:
        """Return the share of the other's runs that stand here, 0 to 1."""
        return len(self.runs & other.runs) / len(other.runs) if other.runs else 1.0

    def says_all(self, other: Wording) -> bool:
        """Return whether all that the other says is said here."""
        if self.share_of(other) < HELD:
            return False
        new = other.words - self.words - SAYING_NOTHING
        own = self.words - other.words if new else self.words
        return all(any(is_slip(word, known) for known in own) for word in new)


@dataclass
class Group:
    """A passage, and those that were folded into it."""

    head: Found
    rough: frozenset[str]
    """What it is compared by first: a twentieth of the work of its wording."""
    length: int
    """Of its text, in characters."""
    also_in: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, found: Found) -> Group:
        """Return a passage that nothing was folded into yet."""
        text = found.stored.chunk.text
        return cls(found, frozenset(text.casefold().split()), len(text))

    @cached_property
    def wording(self) -> Wording:
        """How the passage is compared closely."""
        return Wording.of(self.head.stored.chunk.text)

    def is_near(self, other: Group) -> bool:
        """Return whether a passage is to be compared with this one closely."""
        return (
            other.length <= LONGER * self.length
            and abs(other.head.cosine - self.head.cosine) <= NEAR
            and (len(other.rough) < FEW_WORDS or len(other.rough & self.rough) >= ROUGHLY * len(other.rough))
        )

    def takes(self, other: Group) -> bool:
        """Fold a passage into this one, if this one says all that it says; return whether it does."""
        if not self.wording.says_all(other.wording):
            return False
        self.also_in += [other.head.file.version.shown, *other.head.also_in]
        if other.wording.says_all(self.wording) and _is_newer_version(other.head, self.head):
            self.also_in += [self.head.file.version.shown, *self.head.also_in]
            self.head, self.rough = replace(other.head, score=self.head.score), other.rough
            self.length, self.wording = other.length, other.wording
        return True

    def whole(self) -> Found:
        """Return the passage, with where else it stands."""
        names = dict.fromkeys([*self.head.also_in, *self.also_in])
        names.pop(self.head.file.version.shown, None)
        return replace(self.head, also_in=tuple(names))


def is_slip(word: str, known: str) -> bool:
    """Return whether two words are one slip apart: a letter too many, another letter, or two swapped."""
    if min(len(word), len(known)) < MISSPELT or abs(len(word) - len(known)) > 1:
        return False
    if any(c.isdigit() for c in word + known):
        return False
    start = next((n for n, (a, b) in enumerate(zip(word, known, strict=False)) if a != b), None)
    if start is None:
        return True
    a, b = word[start:], known[start:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])


def folded(found: Iterable[Found], limit: int) -> list[Group]:
    """Return the first `limit` passages that say something new, each with those folded into it."""
    groups: list[Group] = []
    beyond = 0
    for one in found:
        beyond += len(groups) >= limit
        if beyond > LOOKED_AT:
            break
        new = Group.of(one)
        near = [group for group in groups if group.is_near(new)]
        if not any(group.takes(new) for group in near) and len(groups) < limit:
            groups.append(new)
    return groups


def newest_version_first(groups: Sequence[Group], query: str) -> list[Found]:
    """Return the passages, those of versions of one document in each other's places, the newest first.

    Each names the other versions. Where the query says which version it means, all stay where they are.
    """
    shown = [group.whole() for group in groups]
    stay = says_which(query)
    done: set[int] = set()
    for first in range(len(groups)):
        family = [
            n for n in range(first, len(groups)) if n not in done and _is_version(groups[first], groups[n])
        ]
        if len(family) < 2:
            continue
        done.update(family)
        members = [shown[n] for n in family]
        newest = newest_first(members, lambda one: one.file.version)
        names = [one.file.version.shown for one in newest]
        for place, member in zip(family, members if stay else newest, strict=True):
            others = tuple(name for name in dict.fromkeys(names) if name != member.file.version.shown)
            shown[place] = replace(member, score=shown[place].score, versions=others)
    return shown


def _is_version(one: Group, other: Group) -> bool:
    """Return whether two passages say the same of the same in versions of one document; or are one."""
    if one is other:
        return True
    if not are_versions(one.head.file.version, other.head.file.version):
        return False
    return max(one.wording.share_of(other.wording), other.wording.share_of(one.wording)) >= ALIKE


def _is_newer_version(one: Found, other: Found) -> bool:
    if not are_versions(one.file.version, other.file.version):
        return False
    return newest_first((other, one), lambda found: found.file.version)[0] is one
