"""Kinds of question that are about documents as wholes: a list or a count, a comparison, a summary.

They are told by how they are put, in English and German, and only where nothing else can be meant: "which
papers mention the boiler?" lists, "which paper do I need for the boiler?" does not. What is not recognised
is answered from passages, like any other question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pocketrag.answering.checking.names import is_german
from pocketrag.answering.words import ENGLISH_DOCUMENT, GERMAN_DOCUMENT, query_words, words


@dataclass(frozen=True, slots=True)
class Listing:
    """Every document that holds some words is asked for, or their number."""

    about: str
    """The words."""
    german: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs between two documents is asked for."""

    between: str
    """What names them both; where only one name is given, its versions are meant."""
    about: str
    """What of them is to be compared; empty for everything."""
    german: bool
    named: bool = True
    """Whether the documents are named; not so where a question only speaks of an old and a new one."""

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Yield each way to take the two names apart: an "and" may belong to one of them."""
        for mark in _AND.finditer(self.between):
            one, other = self.between[: mark.start()], self.between[mark.end() :]
            if one and other:
                yield one, other


@dataclass(frozen=True, slots=True)
class Summary:
    """What one document says is asked for."""

    of: str
    """What names it; empty where the filters do."""
    german: bool
    sure: bool
    """Whether nothing but a summary can be meant, whichever document it is: not so of "what is … about"."""


OLDER: Final = frozenset(
    "old older oldest previous former earlier first original draft before alt alte alten alter altes alteren"
    " vorige vorigen fruhere fruheren erste ersten entwurf vorher fruher".split()
)
NEWER: Final = frozenset(
    "new newer newest current latest final signed sign last now neu neue neuen neues neuer neueste neuesten"
    " neueren aktuelle aktuellen letzte letzten endgultige endgultigen unterschriebene unterschriebenen"
    " unterschrieben jetzt".split()
)
"""What says which of two versions is meant; folded."""

Kind = Listing | Comparison | Summary

_AND: Final = re.compile(r"\s+(?:and|with|to|vs\.?|versus|against|und|mit)\s+", re.IGNORECASE)

_POLITE: Final = (
    r"(?:(?:please|can you|could you|would you|kannst du|können sie|bitte)(?: mir| me)?(?: bitte| kurz)? )*"
)
_DOCUMENTS: Final = (
    rf"(?:{ENGLISH_DOCUMENT}s|texts|pages|{GERMAN_DOCUMENT}en?|dateien|texten?|notizen|artikeln?)"
)
"""Words for documents that need not stand in them: few letters say that they are one."""
_KINDS: Final = (
    r"(?:invoices|bills|receipts|policies|agreements|minutes|studies|books|rechnungen|quittungen|policen)"
)
"""Words for a kind of document that a document of this kind is likely to hold itself."""
_NOUN: Final = rf"(?:(?P<kind>{_KINDS})|{_DOCUMENTS})"
_OURS: Final = r"(?:(?:of|the|my|our|der|die|meiner?|unserer?) )*"
_HOLD: Final = (
    r"(?:(?:that |which |is there |are there |do (?:i|we) have |did (?:i|we) get )*"
    r"(?:mention|contain|discuss|cover|hold|include|name|concern|"
    r"(?:are|is|were|say(?:s)?(?: something| anything)?|talk|speak|tell(?: me)?|come|came|refer|deal|have"
    r"|sent|written)"
    r"(?: about| of| from| by| to| with)|about|from|by|with|on)(?:s|ed|ing)?)"
)
_HALTEN: Final = (
    r"(?:(?:die |in denen |gibt es |haben wir |habe ich )*"
    r"(?:erwähnen|enthalten|nennen|betreffen|(?:handeln|sprechen|sind|kommen|stammen) von|über|von|mit|zu))"
)

_LISTINGS: Final = (
    (False, rf"(?:which|what|how many) {_OURS}{_NOUN} {_HOLD} (?P<about>.+)"),
    (False, rf"(?:in )?(?:which|what|how many) {_OURS}{_NOUN} (?:is|are) (?P<about>.+?) (?:mentioned|named)"),
    (False, rf"(?:list|count)(?: me)?(?: all| every)? {_OURS}{_NOUN} {_HOLD} (?P<about>.+)"),
    (False, rf"(?:show|find|give|name)(?: me)? all {_OURS}{_NOUN} {_HOLD} (?P<about>.+)"),
    (
        False,
        rf"how many {_OURS}(?P<about>{_KINDS})"
        r" (?:are there|(?:do|did) (?:i|we) (?:have|get|keep)|have (?:i|we)(?: got)?)(?: in (?:here|all))?",
    ),
    (False, rf"(?:list|show|find|name|count)(?: me)? (?:all|every)(?: of)? {_OURS}(?P<about>{_KINDS})"),
    (True, rf"(?:welche|wie ?viele) {_OURS}{_NOUN} {_HALTEN} (?P<about>.+)"),
    (True, rf"wie ?viele {_OURS}(?P<about>{_KINDS}) (?:gibt es|haben wir|habe ich)"),
    (
        True,
        rf"in (?:welchen|wie ?vielen) {_OURS}{_NOUN} (?:wird|werden|kommt|kommen|steht|stehen)"
        r" (?P<about>.+?)(?: vor| erwähnt| genannt)?",
    ),
    (True, rf"(?:liste|zeige?|nenne?|finde?)(?: mir)? alle {_OURS}{_NOUN}(?: auf)? {_HALTEN} (?P<about>.+)"),
)
_COMPARISONS: Final = (
    (
        False,
        r"how (?:did|do|does|has|have) (?P<about>.+?) chang(?:e|ed) (?:between|from|in) (?P<between>.+)",
    ),
    (
        False,
        r"what(?:'s| has| have)? changed (?:about|for|with|on|as to) (?P<about>.+?) (?:between|from|in)"
        r" (?P<between>.+)",
    ),
    (False, r"what(?:'s| is| are) the differences? in (?P<about>.+?) between (?P<between>.+)"),
    (
        True,
        r"(?:wie|was) hat sich (?!(?:zwischen|in|im|am|an|bei|beim) )(?P<about>.+?)"
        r" (?:zwischen|von|vom|im|in) (?P<between>.+?) (?:ge|ver)ändert",
    ),
    (
        False,
        r"what(?:'s| is| are| has| have)?(?: the)? (?:changed|changes|different|differences?|differs)"
        r" (?:between|from) (?P<between>.+)",
    ),
    (False, r"(?:show |list |tell )?(?:me )?(?:the |all )*(?:differences?|changes) between (?P<between>.+)"),
    (False, r"compare (?P<between>.+)"),
    (False, r"how (?:does|do|did) (?P<between>.+? differ from .+)"),
    (False, r"what(?:'s| is| has| have)?(?: been)? (?:changed|changes|different|new) in (?P<between>.+)"),
    (True, r"vergleiche?(?: bitte| mir)* (?P<between>.+)"),
    (
        True,
        r"(?:was sind |zeige? |nenne? )?(?:mir )?(?:die |alle )*(?:unterschiede?|änderungen) zwischen"
        r" (?P<between>.+)",
    ),
    (
        True,
        r"was (?:ist (?:anders|neu)|hat sich) (?:zwischen|in|im|am|bei|beim|an) (?P<between>.+?)"
        r"(?: (?:ge|ver)ändert)?",
    ),
)
_SUMMARIES: Final = (
    (
        False,
        True,
        r"(?:briefly )?(?:summari[sz]e|sum up|(?:give me |write |show me )?(?:(?:an?|the) )?"
        r"(?:(?:short|brief|quick) )?(?:summary|overview|gist) of|tl;?dr:?)(?: (?P<of>.+?))?"
        r"(?: for me| please| briefly| in short| in (?:a )?\w+ (?:words|sentences))*",
    ),
    (False, False, r"what(?:'s| is| are) (?P<of>.+?) (?:all |mainly |basically )?about"),
    (False, False, r"what (?:does|do) (?P<of>.+?) say"),
    (
        True,
        True,
        r"fass(?:e|en sie)?(?: (?P<of>.+?))?(?: (?:kurz|bitte|für mich|mir))* zusammen",
    ),
    (
        True,
        True,
        r"(?:gib mir |schreibe? )?(?:eine |die )?(?:kurze )?zusammenfassung (?:von|vom|der|des|zu)"
        r" (?P<of>.+)",
    ),
    (True, False, r"(?:worum geht es|wovon handelt|was steht(?: alles)?)(?: in| im| bei| beim)? (?P<of>.+)"),
)


def kind_of(question: str) -> Kind | None:
    """Return what kind of question about whole documents this is; None if it is none, or may not be.

    `question`: without filters.
    """
    said = " ".join(question.replace("’", "'").split()).strip(" .!?")
    for german, pattern in _LISTINGS:
        found = _match(pattern, said)
        if found and query_words(found["about"]):
            return Listing(" ".join(filter(None, (found.groupdict().get("kind"), found["about"]))), german)
    for german, pattern in _COMPARISONS:
        if found := _match(pattern, said):
            between = re.sub(r" differ from ", " and ", found["between"])
            return Comparison(between, found.groupdict().get("about") or "", german)
    if _speaks_of_two(said):
        return Comparison(said, said, is_german(said), named=False)
    for german, sure, pattern in _SUMMARIES:
        if found := _match(pattern, said):
            return Summary(found["of"] or "", german, sure)
    return None


def _speaks_of_two(said: str) -> bool:
    """Whether a question names both an older and a newer version: what the draft said, what was signed."""
    spoken = set(words(said))
    return bool(spoken & OLDER and spoken & NEWER)


def _match(pattern: str, said: str) -> re.Match[str] | None:
    return re.fullmatch(_POLITE + pattern, said, re.IGNORECASE)
