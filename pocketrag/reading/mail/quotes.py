"""Which lines of a mail are its writer's own, and which are quoted from an earlier one.

Mail programs mark a quote in two ways: `>` before each line, or a line such as "On … wrote:" or a block
of "From: … Sent: … Subject: …" after which all is quoted. Their words are those of the programs'
translations; nothing else here depends on a language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from pocketrag.reading.mail.parts import mail_day
from pocketrag.reading.normalise import one_line

QUOTED, SIGNATURE = "Quoted", "Signature"

_MARKS = re.compile(r"[ \t]?(?:>[ \t]?)+")
_MAX_LINE = 400
"""Characters of a line that may announce a quote."""
_MAX_SECTION = 120
_MAX_BARE_SIGNATURE = 12
"""Lines that may follow two hyphens without the blank that makes them the mark of a signature (RFC 3676)."""

_OPENING = re.compile(
    r"(?:On|Am|Le|El|Il|Op|Den|Em|A|La|Dnia|W dniu|Dne|Dňa|På|Vào|Pe|În|U|Στις|В)\b"
    r"|(?:\w{2,4}[.,]{1,2} )?\d{1,4}[.\-/年년 ]",
    re.IGNORECASE,
)
"""How the line that announces a quote begins: a word for "on", or the date."""
_MAY_ANNOUNCE = re.compile(rf".*[:：]|[-_=*]{{2}}|{_OPENING.pattern}", re.IGNORECASE)
"""What every line that announces a quote is like; most lines are not, and cost no more than this."""
_WROTE = re.compile(
    r"\b(?:wrote|writes|schrieb|schreef|geschreven|a écrit|escribió|escreveu|va escriure|ha scritto|skrev|"
    r"kirjoitti|napisał|napisała|napisał\(a\)|pisze|napsal|napsala|napsal\(a\)|napísal|napísala|írta|a scris|"
    r"je napisao|je napisala|написал|написала|написал\(а\)|пишет|написав|пише|написа|έγραψε|yazdı|đã viết|"
    r"כתב|כתבה|كتب)(?!\w)|写道|寫道|書きました|のメール|님이 작성",
    re.IGNORECASE,
)
_TIME_OR_ADDRESS = re.compile(r"\d[:.h]\d\d|\S@\S")
_ADDRESS = re.compile(r"\s*[<(\[]{1,2}\s?[^<>()\[\]\s]{1,200}@[^<>()\[\]\s]{1,200}[>)\]]{1,2}")
_SEPARATOR = re.compile(r"\s*(?:[-_=*]{5,}|[-_=*]{2,} ?[^\W_][^-_=*]{2,50}[-_=*]{2,})\s*")
_LABEL = re.compile(r"\s*\*?([^\W\d_][\w .\-]{0,24}?) ?\*?[:：]\*?\s*(.*)")

_FROM, _DATE, _SUBJECT = "from", "date", "subject"
_LABELS = {
    word: kind
    for kind, words in {
        _FROM: "from|von|de|da|van|från|fra|lähettäjä|od|feladó|od|від|от|от кого|de la|από|kimden|gönderen|"
        "发件人|寄件者|寄件人|差出人|보낸 사람|보낸사람|מאת|من|expéditeur|remitente|mittente|remetente|từ",
        _DATE: "sent|date|gesendet|datum|envoyé|envoyé le|enviado|enviado el|enviada em|fecha|data|inviato|"
        "verzonden|skickat|sendt|dato|lähetetty|päivämäärä|päiväys|wysłano|wysłane|odesláno|odoslané|dátum|"
        "elküldve|отправлено|дата|надіслано|trimis|ημερομηνία|στάλθηκε|tarih|gönderildi|gönderme tarihi|"
        "发送时间|日期|寄件日期|傳送時間|送信日時|日付|보낸 날짜|날짜|נשלח|תאריך|تاريخ|đã gửi|ngày",
        _SUBJECT: "subject|betreff|objet|sujet|asunto|assunto|oggetto|onderwerp|ämne|emne|aihe|temat|předmět|"
        "predmet|tárgy|тема|subiect|subiectul|θέμα|konu|主题|主旨|件名|제목|נושא|الموضوع|chủ đề",
    }.items()
    for word in words.split("|")
}


class Line(NamedTuple):
    """A line without its marks, and how many it had."""

    depth: int
    text: str


class Run(NamedTuple):
    """Consecutive lines of one voice."""

    section: str
    """Whose they are; empty for the writer's own."""
    lines: list[str]


class _Start(NamedTuple):
    """Lines that announce a quote."""

    length: int
    depth: int
    """How many marks the quoted lines have; 0: all that follows is quoted."""
    section: str


def runs(lines: Sequence[str]) -> Iterator[Run]:
    """Yield the lines in order, without their marks, cut where the voice changes."""
    unmarked = [_unmarked(line) for line in lines]
    voices = zip(_sections(unmarked), unmarked, strict=True)
    for (section, _), run in groupby(voices, key=lambda voice: (voice[0], voice[1].depth)):
        texts = [line.text for _, line in run]
        if any(texts):
            yield Run(section, texts)


def quote_begins(paragraph: str) -> str:
    """Return the section that a paragraph of a web page opens: all after it is quoted; empty if it is not."""
    start = _announcement([Line(0, text) for text in paragraph.split("\n")[:8]], 0)
    return start.section if start and start.depth == 0 else ""


def _unmarked(line: str) -> Line:
    marks = _MARKS.match(line)
    return Line(marks.group().count(">"), line[marks.end() :]) if marks else Line(0, line)


def _sections(lines: Sequence[Line]) -> Iterator[str]:
    """Yield the section of each line."""
    names: dict[int, str] = {}
    own, index = "", 0
    while index < len(lines):
        line = lines[index]
        start = _announcement(lines, index)
        if start is not None:
            own = "" if own == SIGNATURE else own
            names[start.depth] = start.section
            yield from [start.section] * start.length
            index += start.length
            continue
        if line.depth:
            own = ""
        elif not names.get(0) and _opens_signature(lines, index):
            own = SIGNATURE
        yield names.get(line.depth, QUOTED) if line.depth else names.get(0, own)
        index += 1


def _announcement(lines: Sequence[Line], index: int) -> _Start | None:
    text = lines[index].text.strip()
    if not text or len(text) > _MAX_LINE or not _MAY_ANNOUNCE.match(text):
        return None
    return _attribution(lines, index) or _header_block(lines, index)


def _attribution(lines: Sequence[Line], index: int) -> _Start | None:
    """Return what "On … wrote:" announces, on one line or wrapped onto up to three."""
    depth = lines[index].depth
    opened = bool(_OPENING.match(lines[index].text.strip()))
    for length in range(1, 4 if opened else 2):
        group = lines[index : index + length]
        last = group[-1]
        if len(group) < length or last.depth != depth or not last.text.strip() or len(last.text) > _MAX_LINE:
            return None
        if last.text.rstrip().endswith((":", "：")):
            text = one_line(" ".join(line.text for line in group))
            return _announced(text, length, depth, _next_depth(lines, index + length), opened=opened)
    return None


def _announced(text: str, length: int, depth: int, below: int, *, opened: bool) -> _Start | None:
    wrote = _WROTE.search(text)
    dated = bool(_TIME_OR_ADDRESS.search(text))
    if below > depth and (wrote or (dated and opened)):
        return _Start(length, below, _quoted(_whose(text)))
    if wrote and dated and opened:
        return _Start(length, depth, _quoted(_whose(text)))
    return None


def _next_depth(lines: Sequence[Line], index: int) -> int:
    """Return the depth of the next line that is not empty, at most one line further on."""
    return next((line.depth for line in lines[index : index + 2] if line.text.strip()), 0)


def _header_block(lines: Sequence[Line], index: int) -> _Start | None:
    """Return what a block of an earlier mail's headers announces, the line of hyphens before it included."""
    first = index
    if _SEPARATOR.fullmatch(lines[index].text):
        first = next(
            (at for at in (index + 1, index + 2) if at < len(lines) and lines[at].text.strip()), index
        )
    found = _headers(lines, first)
    sender = found.get(_FROM, "")
    if not sender or (first == index and next(iter(found)) != _FROM):
        return None
    if _SUBJECT not in found and ("@" not in sender or _DATE not in found):
        return None
    said = found.get(_DATE, "")
    whose = ", ".join(
        filter(None, (_ADDRESS.sub("", sender).strip() or sender, mail_day(said, otherwise=said)))
    )
    return _Start(first - index + 1, lines[index].depth, _quoted(whose))


def _headers(lines: Sequence[Line], index: int) -> dict[str, str]:
    """Return the known headers that stand together from a line on; none if that one is none."""
    found: dict[str, str] = {}
    depth = lines[index].depth
    for line in lines[index : index + 8]:
        label = _LABEL.fullmatch(line.text[:_MAX_LINE])
        kind = _LABELS.get(label.group(1).casefold()) if label else None
        if line.depth != depth or not line.text.strip() or (not found and kind is None):
            break
        if label and kind:
            found.setdefault(kind, one_line(label.group(2)))
    return found


def _whose(attribution: str) -> str:
    """Return who wrote, and when, as the line itself has it."""
    text = _ADDRESS.sub("", _WROTE.sub("", attribution)).rstrip(":： ,")
    first, _, rest = text.partition(" ")
    return rest if first.casefold() in _SMALL_WORDS else text


_SMALL_WORDS = frozenset("on am le el il op den em a la dnia dne på".split())


def _quoted(whose: str) -> str:
    whose = one_line(whose)
    cut = whose if len(whose) <= _MAX_SECTION else f"{whose[:_MAX_SECTION].rstrip()}…"
    return f"{QUOTED}: {cut}" if cut else QUOTED


def _opens_signature(lines: Sequence[Line], index: int) -> bool:
    text = lines[index].text
    if text != "--":
        return text == "-- "
    below = [line for line in lines[index + 1 : index + 200] if line.text.strip() and not line.depth]
    return 0 < len(below) <= _MAX_BARE_SIGNATURE
