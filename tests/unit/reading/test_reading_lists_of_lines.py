"""Subtitles, calendars and contacts."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pocketrag.domain import Document
from pocketrag.errors import NoText

ReadAs = Callable[[str, bytes], Document]

SRT = """1
00:00:01,000 --> 00:00:03,000
<i>There was</i>
a mill.

2
00:00:03,500 --> 00:00:05,000
It stood {\\an8}by the river.

3
01:02:20,000 --> 01:02:22,000
Years later.
"""
VTT = """WEBVTT - a film

STYLE
::cue { color: red }

NOTE nobody sees this

intro
00:01.000 --> 00:03.000 align:start
<v Ann>Is the mill &amp; the river old?

00:03.000 --> 00:04.000
<v Bo>Very.
"""


def _lines(document: Document) -> list[tuple[int | None, str]]:
    return [(block.place.line, document.text[block.start : block.end]) for block in document.blocks]


def test_subtitles(read_as: ReadAs) -> None:
    assert _lines(read_as("a.srt", SRT.encode())) == [
        (2, "[0:00:01] There was a mill. It stood by the river."),
        (11, "[1:02:20] Years later."),
    ]
    for name in ("a.vtt", "a"):
        assert _lines(read_as(name, VTT.encode())) == [
            (9, "[0:00:01] Ann: Is the mill & the river old?"),
            (12, "[0:00:03] Bo: Very."),
        ]


def test_long_speeches_are_cut_at_sentences(read_as: ReadAs) -> None:
    times = [f"00:{n // 60:02d}:{n % 60:02d}" for n in range(100)]
    cues = "".join(f"{time},0 --> {time},9\nSentence at {time} is said.\n\n" for time in times)
    lengths = [len(text) for _, text in _lines(read_as("a.srt", cues.encode()))]
    assert max(lengths) < 350
    with pytest.raises(NoText):
        read_as("b.srt", b"99999999999999:00:00,0 --> x\n" * 100)


ICS = """BEGIN:VCALENDAR
X-WR-CALNAME:Mill
BEGIN:VTIMEZONE
TZID:Europe/Berlin
END:VTIMEZONE
BEGIN:VEVENT
SUMMARY:Boiler\\, yearly
  check
DTSTART;TZID=Europe/Berlin:20250314T093000
DTEND:20250314T100000Z
RRULE:FREQ=YEARLY;COUNT=3
LOCATION:Cellar
ATTENDEE;CN="Ann Poole";ROLE=X:mailto:ann@x.example
DESCRIPTION:Bring the key.\\nRing first.
BEGIN:VALARM
DESCRIPTION:alarm text
END:VALARM
END:VEVENT
BEGIN:VTODO
SUMMARY:Pay
DUE;VALUE=DATE:20250401
END:VTODO
END:VCALENDAR
"""
VCF = """BEGIN:VCARD
VERSION:3.0
N:Poole;Ann;;;
FN:Ann Poole
ORG:Quillan;Repairs
TEL;TYPE=CELL:+49 1
item1.EMAIL;type=INTERNET;type=home:ann@x.example
ADR;TYPE=work:;;Mill Lane 3;Withy;;12345;
PHOTO;ENCODING=b:AAAA
END:VCARD
BEGIN:VCARD
VERSION:2.1
FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:J=C3=B6rg=
 =C3=9Cnal
BDAY:1980-05-01
END:VCARD
"""


@pytest.mark.parametrize("name", ["a.ics", "a"])
def test_a_calendar(read_as: ReadAs, name: str) -> None:
    document = read_as(name, ICS.replace("\n", "\r\n").encode())
    assert _lines(document) == [
        (
            6,
            "Event: Boiler, yearly check\nBegins: 2025-03-14 09:30 Europe/Berlin\n"
            "Ends: 2025-03-14 10:00 UTC\n"
            "Repeats: freq yearly, count 3\nWhere: Cellar\nWith: Ann Poole <ann@x.example>\n"
            "Description: Bring the key.\nRing first.",
        ),
        (19, "Task: Pay\nDue: 2025-04-01"),
    ]
    assert document.title == "Mill"


@pytest.mark.parametrize("name", ["a.vcf", "a"])
def test_contacts(read_as: ReadAs, name: str) -> None:
    assert _lines(read_as(name, VCF.encode())) == [
        (
            1,
            "Contact: Ann Poole\nOrganization: Quillan, Repairs\n"
            "Phone (cell): +49 1\nMail (home): ann@x.example\n"
            "Address (work): Mill Lane 3, Withy, 12345",
        ),
        (11, "Contact: Jörg Ünal\nBirthday: 1980-05-01"),
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"END:VEVENT\nEND:VEVENT\nSUMMARY:x\n",
        b"BEGIN:VEVENT\n" * 20_000,
        b"BEGIN:VCARD\nEND:VALARM\nEND:VCARD\n",
        b"BEGIN:VCARD\nTEL" + b';"' * 30_000,
        b"BEGIN:VCARD\nFN;ENCODING=QUOTED-PRINTABLE:=\n" + b"=\n" * 30_000,
    ],
)
def test_broken_entries(read_as: ReadAs, data: bytes) -> None:
    with pytest.raises(NoText):
        read_as("a.ics", data)
