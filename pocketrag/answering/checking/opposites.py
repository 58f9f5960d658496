"""Words of which one excludes the other: all and some, before and after, at least and at most, rise and fall.

An axis has poles; a sentence may take only poles that its quote takes. Some axes say something by being
there at all (`all`, `at least`): on these, a sentence may take no pole where the quote takes none.
"""

from __future__ import annotations

import re

_SIDED = (
    "knee|arm|leg|eye|ear|foot|shoulder|hip|ankle|wrist|elbow|thumb|breast|lung|kidney|door|window|wheel|lane|tap"
    "|drawer|pocket|wing|bank|tyre|mirror|headlight|indicator"
)
"""What there is one of on each side."""

_COUNT = r"(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty|half)\b"

STRICT = frozenset({"bound", "quantity", "order", "place in order", "change"})
"""Axes on which a pole that the quote does not have is an addition."""

_AXES: dict[str, dict[str, str]] = {
    "bound": {
        "at least": (
            r"at least|no (?:less|fewer) than|not (?:less|fewer) than|(?:a )?minimum(?: of)?"
            r"|or (?:more|older|above|over|longer|later)|mindestens|wenigstens|minimal|ab (?=\d)"
            r"|frühestens|at the earliest"
        ),
        "at most": (
            r"at most|no (?:more|longer|later) than|up to"
            r"|not (?:(?:\w+ ){1,3}(?:for )?)?(?:more|longer|larger|bigger|higher|greater|later) than"
            r"|(?:a )?maximum(?: of)?|or (?:less|fewer|younger|below|under|shorter)"
            r"|not exceed(?:ing)?|höchstens|maximal|bis zu|spätestens|at the latest|within"
            r"|innerhalb"
        ),
        "more": (
            r"(?<!no )(?<!not )(?:more|longer|older|greater|higher|larger|bigger) than"
            r"|exceeds?|exceeding|above|over(?= ?[£€$\d])|mehr als|über(?= ?\d)"
        ),
        "less": (
            r"(?<!no )(?<!not )(?:less|fewer|shorter|younger|lower) than|below|under(?= ?[£€$\d])"
            r"|weniger als|unter(?= ?\d)"
        ),
        "about": (
            rf"about(?= ?(?:[£€$\d]|{_COUNT}))|approximately|roughly|around(?= ?(?:[£€$\d]|{_COUNT}))"
            r"|nearly|almost|ungefähr"
            r"|etwa|circa|ca\.|fast"
        ),
    },
    "quantity": {
        "all": (
            r"all(?! over)(?!owed)|full|everything|everybody|everyone|everywhere|anywhere|anything"
            r"|anybody|whole|entire(?:ly)?|fully|completely|alle[nrs]?|sämtliche[nr]?|ganze[nrs]?"
            r"|jede[nrs]?(?= (?!tag|woche|monat|jahr))|always|immer"
        ),
        "most": r"(?<!at )most(?! of the time)|majority|meisten?|mehrheit|usually|meistens",
        "some": (
            r"some|a few|several|einige[nr]?|manche[nr]?|sometimes|manchmal|teilweise|partly"
            r"|part of|parts? only"
        ),
        "half": r"(?<!and a )half(?! (?:an?|past) )(?! the (?:day|year))|hälfte",
        "only": r"only|solely|exclusively|nur|ausschließlich|lediglich",
        "both": r"both(?! (?:\S+ ){1,6}and )|beide[nr]?",
        "either": r"either(?! of neither)|entweder",
    },
    "order": {
        "before": (
            r"before|prior to|earlier than|ahead of|previous to|bevor|vor(?= (?:de[mr]|einzug|auszug|ablauf"
            r"|einbruch|ende|abschluss|erhalt|eingang|lieferung|zahlung|beginn))"
        ),
        "after": (
            r"(?<!look )(?<!looks )(?<!looked )(?<!looking )after(?!noon)|following(?= )|later than"
            r"|once(?= (?:(?:the|a|your|his|her) )?\w+(?: \w+)? (?:has|have|is|was|are|were))"
            r"|nach(?= (?:de[mr]|einzug|auszug|ablauf|einbruch|ende|abschluss|erhalt"
            r"|eingang|lieferung|zahlung|beginn))|nachdem|upon"
        ),
        "during": r"during|während",
    },
    "place in order": {
        "first": r"first(?= \w)(?! of (?:january|every|each|the month))|erste[nrs]?|initial(?:ly)?",
        "last": r"last(?! (?:for|until))|latest|final(?:ly)?|most recent(?:ly)?|letzte[nrsm]?|zuletzt",
        "next": r"next|nächste[nrsm]?",
    },
    "change": {
        "up": (
            r"ris(?:e|es|ing|en)|rose|increas\w+|gr[eo]w\w*|climb\w*|went up|goes up|rais(?:e[sd]?"
            r"|ing)|gestiegen|steig\w+|erhöh\w+"
        ),
        "down": (
            r"f[ae]ll(?:s|en|ing)?|decreas\w+|drop(?:s|ped)?|declin\w+|went down|goes down|reduc\w+"
            r"|lower(?:s|ed|ing)|gesunken|sink\w+|gesenkt|senk\w+"
        ),
    },
    "inclusion": {
        "included": r"includ(?:es?|ed|ing)|inclusive(?: of)?|inkl\.|inklusive|einschließlich|inbegriffen",
        "on top": (
            r"plus (?:vat|tax(?:es)?|postage|delivery|shipping|fees?)|exclud(?:es?|ed|ing)|exclusive of"
            r"|on top|not includ(?:ed|ing)|zzgl\.|zuzüglich|exkl\.|exklusive|ausschließlich der"
        ),
    },
    "opening": {
        "open": r"open(?:s|ed|ing)?|öffne\w*|geöffnet|macht\b.*\bauf",
        "close": r"clos(?:e|es|ed|ing)|shuts?(?! (?:off|down))|schließ\w+|geschlossen|macht\b.*\bzu",
    },
    "journey": {
        "leave": (
            r"leav(?:e|es|ing)(?! (?:expires?|not|that|lapses?))(?<!of leave)(?=\b)|depart(?:s|ed"
            r"|s at|ure)?|sets? off|abfahr\w*|fährt\b.*\bab|verlassen"
        ),
        "arrive": r"arriv(?:e|es|ed|ing|al)|ankunft|ankommen|kommt\b.*\ban",
    },
    "span": {
        "start": r"start(?:s|ed|ing)?|beg[aiu]n(?:s|ning)?|commenc\w+|beginnt|beginn|anfang",
        "end": r"end(?:s|ed|ing)?|expir\w+|finish\w*|laps\w+|terminat\w+|endet|ende(?!n)|läuft\b.*\bab",
    },
    "vote": {
        "for": r"in favour|in favor|support(?:s|ed)?|vot(?:e|es|ed|ing) for|dafür",
        "against": r"against|oppos\w+|dagegen|gegen",
    },
    "daytime": {
        "morning": r"mornings?|morgens|vormittags?|breakfast",
        "afternoon": r"afternoons?|nachmittags?",
        "evening": r"evenings?|abends?|bedtime",
        "night": r"nights?|nachts?|nacht",
    },
    "season": {
        "spring": r"spring|frühling|frühjahr",
        "summer": r"summer|sommer",
        "autumn": r"autumn|herbst",
        "winter": r"winter",
    },
    "compass": {
        "north": r"north(?:ern|-facing)?|norden|nördlich\w*",
        "south": r"south(?:ern|-facing)?|süden|südlich\w*",
        "east": r"east(?:ern|-facing)?|osten|östlich\w*",
        "west": r"west(?:ern|-facing)?|westen|westlich\w*",
    },
    "front": {"front": r"front|vorder\w+", "back": r"back(?= \w)|rear|hinter\w+"},
    "hand": {
        "left": rf"left(?= (?:side|hand|of|{_SIDED}))|links|linke[nrsm]?",
        "right": rf"right(?= (?:side|hand|of|{_SIDED}))|rechts|rechte[nrsm]?",
    },
    "floor": {
        "up": r"upstairs|upper|top floor|attic|obergeschoss|oben",
        "down": r"downstairs|lower floor|basement|cellar|erdgeschoss|keller|unten",
        "ground": r"ground floor",
    },
    "age": {
        "old": r"old(?! (?:age|and))(?<!years old)|used|alte[nrsm]?|gebraucht\w*",
        "new": r"new|neue[nrsm]?",
    },
    "price": {
        "cheap": r"cheap(?:er|est)?|inexpensive|billig\w*|günstig\w*",
        "dear": r"(?:more |most )?expensive|dearer|costlier|teuer|teurer\w*",
    },
    "size": {
        "big": r"big(?:ger|gest)?|large[rst]*|groß\w*|größer\w*",
        "small": r"small(?:er|est)?|little|klein\w*",
    },
    "pace": {"fast": r"fast(?:er|est)?|quick\w*|schnell\w*", "slow": r"slow\w*|langsam\w*"},
    "heat": {"hot": r"hot|warm|heiß\w*", "cold": r"cold|cool|kalt\w*|kühl\w*"},
    "tax": {"gross": r"gross|brutto", "net": r"net\b|netto"},
    "payment": {"paid": r"(?<!not )paid|bezahlt", "owed": r"unpaid|outstanding|overdue|unbezahlt|offen"},
    "cost": {
        "free": r"free of charge|for free|kostenlos|gratis|costs nothing",
        "paid": r"costs extra|cost extra|for a fee|kostenpflichtig",
    },
    "duty": {
        "must": (
            r"must(?! not)|has to|have to|is required|are required|required|mandatory|compulsory"
            r"|muss|müssen|pflicht|obliged"
        ),
        "may": (
            r"may(?! not)|can(?! ?not|['’]t)|optional(?:ly)?|voluntary|allowed|permitted|darf"
            r"|dürfen|kann|können|freiwillig"
        ),
    },
    "side": {"in": r"inside|indoors?|innen|drinnen", "out": r"outside|outdoors?|außen|draußen"},
    "ways": {"single": r"single|one-way|einfach\w*", "return": r"return ticket|round trip|hin- und rück\w*"},
    "extreme": {
        "most": r"highest|largest|biggest|longest|warmest|höchste\w*|größte\w*",
        "least": r"lowest|smallest|shortest|coldest|niedrigste\w*|kleinste\w*",
    },
}

_POLES = {
    axis: {pole: re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE) for pole, words in poles.items()}
    for axis, poles in _AXES.items()
}


def poles(text: str) -> dict[str, set[str]]:
    """Return the axes that a text speaks on, each with the poles it takes."""
    found: dict[str, set[str]] = {}
    for axis, by_pole in _POLES.items():
        taken = {pole for pole, words in by_pole.items() if words.search(text)}
        if taken:
            found[axis] = taken
    return found


def shared_pole_words(said: str, held: str) -> set[str]:
    """Return the words by which a text takes poles that the other takes: `expires` for `ends`."""
    own, theirs = poles(said), poles(held)
    shared = [_POLES[axis][pole] for axis in own for pole in own[axis] & theirs.get(axis, set())]
    return {word for words in shared for match in words.finditer(said) for word in match[0].split()}


def opposed(said: str, near: str, around: str) -> str:
    """Return an axis on which what is said departs from a quote; empty if there is none.

    `near` is the clause of the quote that speaks of the same thing, `around` the whole quote.
    """
    own, clause, whole = poles(said), poles(near), poles(around)
    for axis, taken in own.items():
        held = clause.get(axis) or whole.get(axis) or set()
        if taken - held and (held or axis in STRICT):
            return axis
    return ""
