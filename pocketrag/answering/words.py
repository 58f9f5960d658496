"""Words of a text, folded so that forms of one word compare equal more often than not."""

from __future__ import annotations

import re

from pocketrag.storage import terms

fold = terms.fold
words = terms.words

NUMBER = re.compile(r"\d+(?:[.,:/-]\d+)*")

FUNCTION_WORDS = frozenset(
    terms.words(
        """
    a about after again all also am an and any anyone anything are as ask at be because been before being
    but by can could did do does doing done for from get gets give go got had has have having he her here
    hers him his how i if in into is it its just know let like long many may me might mine most much must
    my need no nor not now of off ok on once one only or our out over please really say says shall she
    should so some someone something soon still such tell than that the their them then there these they
    thing things this those to too under until up us use very want was we were what whats when where which
    while who whom whose why will with would yes you your
    aber als am an auch auf aus bei bin bis da das dass dem den der des die dies diese doch du ein eine
    einem einen einer er es für gibt hat habe haben ich ihr im in ist ja kann mein meine mit muss nach nicht
    noch nur ob oder sich sie sind so soll um und uns unser von vor wann war warum was weil welche wenn wer
    werden wie wieviel wir wird wo zu zum zur über
    """
    )
)
"""English and German words that say nothing of what a question is about; folded."""

ENGLISH_DOCUMENT = "(?:document|paper|file|letter|e?-?mail|message|contract|note|report|article)"
GERMAN_DOCUMENT = "(?:dokument|papier|brief|verträg|bericht)"
"""Patterns of words for documents, without their endings; each way of asking for several has more of them."""

QUERY_WORDS = 64
"""Words of a query that are looked up: a pasted page is searched by its beginning, not for minutes."""


def content_words(text: str) -> list[str]:
    """Return the words that say what a text is about: no function words, each once, in order."""
    return list(dict.fromkeys(w for w in words(text) if _tells(w)))


def _tells(word: str) -> bool:
    """Whether a word says something; one character does where it is one of many thousand."""
    return word not in FUNCTION_WORDS and (len(word) > 1 or not (word.isascii() or terms.is_plain(word)))


def query_words(query: str) -> list[str]:
    """Return the words that a query is searched by: its content words, the first `QUERY_WORDS` of them."""
    return content_words(query)[:QUERY_WORDS]


def codes(query: str) -> list[str]:
    """Return what a query names exactly: words with a digit, and names with a dot or a line in them."""
    return [word for word in query_words(query) if any(c.isdigit() or c in "._" for c in word)]


def stem(word: str) -> str:
    """Return a word less its commonest English endings: "paying" and "pays" meet in "pay"."""
    if any(c.isdigit() for c in word):
        return word
    for ending in ("ing", "ies", "es", "ed", "s", "e", "y"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


def stems(text: str) -> set[str]:
    """Return the stems of a text's content words, parts of compounds such as `2-year` included."""
    found = set()
    for word in content_words(text):
        found.add(stem(word))
        found.update(stem(part) for part in re.split(r"[.,:/-]", word) if len(part) > 1)
    return found


def numbers(text: str) -> set[str]:
    """Return the numbers of a text, thousands marks and trailing zeros removed: 1,250.00 is 1250."""
    return {_plain_number(found) for found in NUMBER.findall(text)}


def _plain_number(number: str) -> str:
    number = re.sub(r"(?<=\d)[,.](?=\d{3}\b)", "", number).replace(",", ".")
    return number.rstrip("0").rstrip(".") if re.fullmatch(r"\d+\.\d+", number) else number
