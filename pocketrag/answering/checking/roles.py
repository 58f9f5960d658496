"""Who does what to whom: whether two people, or two ends of something, have changed places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from pocketrag.answering.checking.clauses import Clause, clauses
from pocketrag.answering.checking.dates import MONTHS, WEEKDAYS
from pocketrag.answering.checking.names import TITLES, is_german, names, people
from pocketrag.answering.words import fold

_PARTIES = (
    "landlord landlady tenant lessor lessee lender borrower buyer seller purchaser vendor employer employee"
    " customer client supplier contractor owner insurer insured bank creditor debtor teacher pupil parent"
    " parents school council guarantor agent manager patient doctor neighbour neighbor sender recipient"
    " vermieter mieter käufer verkäufer arbeitgeber arbeitnehmer kunde lieferant eigentümer gläubiger"
    " schuldner versicherer vermieterin mieterin absender empfänger eltern schule"
).split()
_PARTY = re.compile(rf"\b(?:{'|'.join(_PARTIES)})\b", re.IGNORECASE)
_PASSIVE = re.compile(
    r"\b(?:was|were|is|are|am|been|be|being)\s+(?:\w+ly\s+)?(?:also\s+)?"
    r"(?:\w+ed|lent|sold|bought|given|paid|owed|kept|held|sent|written|chosen|taken|shown|told|taught|left|made|let)\b"
    r"|\b(?:wird|wurde|werden|wurden|worden)\b",
    re.IGNORECASE,
)
_RECEIVING = re.compile(
    r"\b(?:needs?|requires?|undergoes|(?:takes?|took)(?! (?:over|place|part|effect|care|off|up|down)\b)"
    r"|borrow\w*|receiv\w*|bought|buy(?:s|ing)?|purchas\w*|got|gets|getting|inherit\w*|obtain\w*|learn\w*"
    r"|rents?(?= from)|braucht|benötigt|kauft\w*|gekauft|erhält|erhielt|erhalten|bekam|bekommt|bekommen"
    r"|leiht\w*|geliehen|erbt\w*|geerbt)\b",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"\b(?:is|are|was|were|has|have|had|may|must|can|will|shall|should|does|did|gave|lent|sold|sent|paid|told|kept"
    r"|owes?|gives?|lends?|sells?|pays?|buys?|bought|got|gets|hat|haben|hatte|kann|muss|darf|wird|wurde|ist|war"
    r"|\w+ed|(?<!the )(?<!a )\w{3,}(?:s|te)(?= (?:the|a|an|his|her|its|their|den|die|das|dem|[A-Z£€$\d])))\b"
)
_IS = re.compile(
    r"\s+(?:is|are|was|were|ist|sind|war|waren)\s+(?:(?:the|a|an|our|my|your|his|her|their|der|die|das|ein|eine"
    r"|mein|meine|unser|unsere|sein|seine|ihr|ihre)\s+)?(?:new |old |former )?",
    re.IGNORECASE,
)
_ENDS = re.compile(
    r"\b(?i:from|von|vom)\s+((?:the |der |dem )?[\w£€$.,:]+(?:\s[A-Z]\w+)?)"
    r"\s+(?i:to|bis|nach|until|zum?|till?)\s+"
    r"((?:the |der |dem )?[\w£€$.,:]*\w(?:\s[A-Z]\w+)?)"
)
_DAYS_AND_MONTHS = "|".join(sorted({*MONTHS, *WEEKDAYS}, key=len, reverse=True))
_CALENDAR_ENDS = re.compile(
    rf"\b({_DAYS_AND_MONTHS})\s*(?:to|until|till|through|bis|[–-])\s*({_DAYS_AND_MONTHS})\b", re.IGNORECASE
)
"""`open April to October`."""

_THE_NOUN = re.compile(r"\b(?:by|to|from) (?:the|an?|our|his|her|their) (?P<noun>[a-z]\w+)(?! [A-Z])\b")
_ASIDE = re.compile(
    r"\b(?:in|with|of|at|on|about|between|under|over|through|mit|bei|in|im|am|auf|über|zwischen)"
    r"(?: (?:the|a|der|die|das|dem|den|[A-Z]\w+))*$"
)

_JOINING = " ,;andu"
"""The characters of `and` and `und`, and what stands around them, at the beginning of a clause."""

GIVES, TAKES = "gives", "takes"


def roles(text: str, known: frozenset[str] = frozenset()) -> dict[str, set[str]]:
    """Return for each person or party in a text whether they act (or give) or are acted upon (or receive).

    A subject of two verbs may do both. `known` are names that the first word of the text may be.
    """
    found: dict[str, set[str]] = {}
    for clause in clauses(text):
        if found and _PASSIVE.match(clause.text.lstrip(_JOINING)):  # `… and was succeeded by`: same subject
            found[next(iter(found))].add(TAKES)
        for party, role in _roles(text, clause, known):
            found.setdefault(party, set()).add(role)
    return found


def roles_differ(said: str, held: str) -> bool:
    """Return whether somebody acts in the sentence who is acted upon in the quote, or the other way round."""
    own, theirs = _roles_of_both(said, held)
    wrong = {party for party in own.keys() & theirs.keys() if not own[party] & theirs[party]}
    rivals = {role for party in theirs.keys() - wrong for role in theirs[party]}
    return len(wrong) > 1 or any(own[party] & rivals for party in wrong)


def takes_the_place(said: str, held: str) -> bool:
    """Return whether a sentence leaves out a party of the quote, or has another do what that does there."""
    own, theirs = _roles_of_both(said, held)
    if theirs.keys() - own.keys() - set(re.findall(r"\w+", fold(said))):
        return True
    ousted = {role for who, held_roles in theirs.items() for role in held_roles - own.get(who, set())}
    return any(own[who] & ousted for who in own.keys() - theirs.keys())


def _roles_of_both(said: str, held: str) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Return the roles in either text; what is a name in one is a name in both."""
    german = is_german(said) or is_german(held)
    known = frozenset(name for text in (said, held) for name, _ in names(text, german))
    return roles(said, known), roles(held, known)


def ends_differ(said: str, held: str) -> bool:
    """Return whether a sentence goes from B to A where the quote goes from A to B."""
    own, theirs = _ends(said), _ends(held)
    turned = {(b, a) for a, b in theirs}
    return bool(own & turned - theirs)


def _ends(text: str) -> set[tuple[str, str]]:
    found = [*_ENDS.finditer(text), *_CALENDAR_ENDS.finditer(text)]
    return {(_bare(match[1]), _bare(match[2])) for match in found}


def _bare(end: str) -> str:
    return re.sub(r"^(the|der|dem) ", "", fold(end)).strip(".,:")


def _roles(text: str, clause: Clause, known: frozenset[str]) -> Iterator[tuple[str, str]]:
    passive = bool(_PASSIVE.search(clause.text))
    receiving = bool(_RECEIVING.search(clause.text)) and not passive
    after = clause.start
    here = [party for party in _parties(text, known) if clause.start <= party[1] < clause.end]
    if any(_IS.fullmatch(text[end:start]) for (_, _, end), (_, start, _) in pairwise(here)):
        return  # `Mr Pym is the landlord`: nobody does anything to anybody
    for who, start, end in here:
        role = _role(text[clause.start : start].rstrip(), text[after:start], passive, receiving)
        after = end
        if role:
            yield " ".join(sorted(who)), role


def _parties(text: str, known: frozenset[str]) -> list[tuple[frozenset[str], int, int]]:
    """Return people, and parties by what they are called, each with its span."""
    found = people(text, is_german(text))
    first = re.match(r"[A-Z]\w+", text)
    if first and fold(first[0]) in known and all(start > 0 for _, start, _ in found):
        found.append((frozenset({fold(first[0])}), 0, first.end()))
    spans = [(start, end) for _, start, end in found]
    found += [
        (frozenset({fold(m[0])}), m.start(), m.end())
        for m in _PARTY.finditer(text)
        if not any(start < m.start() < end for start, end in spans)  # the Wexcombe School is one party
    ]
    found += [(frozenset({m["noun"]}), *m.span("noun")) for m in _THE_NOUN.finditer(text)]
    return sorted(dict.fromkeys(found), key=lambda party: party[1])


def _role(before: str, since: str, passive: bool, receiving: bool) -> str:
    """Return the role of somebody: `before` is the clause up to them, `since` what follows the one before."""
    if re.search(rf"\b(?:by|from|von|vom)(?: (?:the|a|his|her|our|der|dem|den|{TITLES}))*$", before):
        return GIVES
    if re.search(rf"\b(?:to|for|an|für)(?: (?:the|a|his|her|our|die|den|der|{TITLES}))*$", before):
        return TAKES
    if _ASIDE.search(before):
        return ""
    subject = not _VERB.search(since)
    return GIVES if subject != (passive or receiving) else TAKES
