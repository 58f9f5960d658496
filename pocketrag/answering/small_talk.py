"""Small talk: greetings, thanks, and questions about the assistant itself, answered without searching.

Only what is small talk from beginning to end counts: "what can you do?" does, "what can I do about the
boiler?" and "hello, when is the rent due?" do not.
"""

from __future__ import annotations

import re
from typing import Final

from pocketrag.answering.words import fold

_YOU: Final = r"(?:there|you|pocketrag|assistant|bot|everyone|all|zusammen|du|ihr|friend)"
_HELLO: Final = (
    r"(?:hello|hi|hiya|hey|howdy|greetings|good (?:morning|afternoon|evening|day)"
    r"|hallo|servus|moin|gruezi|gruss gott|guten (?:morgen|tag|abend))"
)
_THANKS: Final = (
    r"(?:(?:many )?thanks|thank you|thx|ty|cheers|much appreciated|danke(?: ?schon)?"
    r"|vielen dank|herzlichen dank"
    r"|besten dank)(?: (?:so|very|a|sehr|dir|ihnen))?(?: (?:much|lot|million))?(?: (?:indeed"
    r"|again|nochmals?))?"
    r"(?: for (?:your|the) (?:help|answer)| fur (?:die|deine|ihre) (?:hilfe|antwort))?"
)
_PRAISE: Final = (
    r"(?:(?:that (?:was|is)|that's|das (?:war|ist)|very|really|sehr|so|how|wie) )?"
    r"(?:great|good|nice|perfect|excellent|awesome|wonderful|helpful|super|toll|prima|perfekt"
    r"|gut|hilfreich|klasse)"
)
_BYE: Final = (
    r"(?:good ?bye|bye(?: bye)?|see you(?: (?:later|soon|tomorrow))?|good night|ciao|tschuss|auf wiedersehen"
    r"|bis (?:bald|spater|morgen)|gute nacht)"
)
_HOW: Final = (
    r"(?:how are you(?: (?:today|doing))?|how do you do|how is it going|how's it going"
    r"|wie geht(?:'s| es)(?: (?:dir|ihnen))?)"
)
_WHO: Final = (
    r"(?:who|what) (?:exactly )?are you|what(?: is|'s) your name|are you (?:a |an )?(?:bot|ai"
    r"|robot|human|person)"
    r"|wer (?:bist du|sind sie)|was (?:bist du|sind sie)|wie (?:heisst du|heissen sie)"
)
_WHAT: Final = (
    r"(?:so )?what (?:can|do) you do(?: for me)?|what can i ask(?: you)?"
    r"|how can you help(?: me)?|can you help me"
    r"|help(?: me)?(?: please)?|how (?:do|does) (?:you|this|it|pocketrag) work"
    r"|how do i use (?:you|this|it|pocketrag)"
    r"|what is pocketrag|was (?:kannst du|konnen sie)(?: alles)?(?: (?:fur mich )?(?:tun|machen))?"
    r"|was kann ich (?:dich|sie) fragen|hilfe|kannst du mir helfen|wie funktioniert (?:das|es|pocketrag)"
)

_OPENING: Final = rf"(?:{_HELLO}(?: {_YOU})*(?: |$))*"
_CLOSING: Final = rf"(?: (?:{_YOU}|please|bitte|today|heute|again|then|ok|okay))*"


def _whole(words: str) -> re.Pattern[str]:
    return re.compile(rf"{_OPENING}(?:{words}){_CLOSING}")


_KINDS: Final = (
    ("hello", _whole(rf"{_HELLO}|{_HOW}")),
    ("thanks", _whole(rf"(?:(?:ok|okay|{_PRAISE}) )?{_THANKS}(?: {_PRAISE})?|{_PRAISE}")),
    ("bye", _whole(rf"(?:{_THANKS} )?(?:and )?{_BYE}")),
    ("who", _whole(_WHO)),
    ("what", _whole(_WHAT)),
)

_GERMAN: Final = re.compile(
    r"\b(?:hallo|servus|moin|gruezi|gruss|guten|danke|dank|wer|wie|was (?:bist|kannst|kann"
    r"|konnen|sind)|bist|du|sie|kannst|konnen|hilfe|tschuss|wiedersehen"
    r"|bis|gute|nacht|sehr|das|toll|prima|perfekt|gut|hilfreich|klasse)\b"
)

_ENGLISH_REPLIES: Final = {
    "hello": "Hello! Ask me anything about the files in your library.",
    "thanks": "You are welcome.",
    "bye": "Goodbye!",
    "who": "I am PocketRAG: I answer questions from your own files, on this computer, and cite where each"
    " answer stands.",
    "what": "I answer questions from the files of your library and show the exact place each answer comes"
    " from; if they do not say, I say so. Try: “When does the lease end?”",
}
_GERMAN_REPLIES: Final = {
    "hello": "Hallo! Fragen Sie mich etwas zu den Dateien Ihrer Bibliothek.",
    "thanks": "Gern geschehen.",
    "bye": "Auf Wiedersehen!",
    "who": "Ich bin PocketRAG: Ich beantworte Fragen aus Ihren eigenen Dateien, auf diesem Rechner, und nenne"
    " zu jeder Antwort die Stelle.",
    "what": "Ich beantworte Fragen aus den Dateien Ihrer Bibliothek und zeige die genaue Stelle, von der die"
    " Antwort kommt; steht dort nichts, sage ich das. Zum Beispiel: „Wann endet der Mietvertrag?“",
}

LONGEST: Final = 80
"""Characters of small talk, at most: what is longer has something to ask."""


def small_talk(question: str) -> str | None:
    """Return a short reply, in English or German, if the question is nothing but small talk; None if not."""
    if len(question) > LONGEST:
        return None
    said = " ".join(re.findall(r"[\w']+", fold(question.replace("’", "'")).replace("ß", "ss")))
    kind = next((kind for kind, words in _KINDS if words.fullmatch(said)), None)
    if kind is None:
        return None
    return (_GERMAN_REPLIES if _GERMAN.search(said) else _ENGLISH_REPLIES)[kind]
