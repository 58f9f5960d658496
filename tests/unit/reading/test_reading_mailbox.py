"""Mailboxes, saved web pages, and mails known by their content."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pocketrag.domain import Document
from pocketrag.errors import NoText

ReadAs = Callable[[str, bytes], Document]
Shown = Callable[[Document], list[tuple[str, str]]]

FIRST = (
    b"Message-ID: <1@x>\nFrom: ann@x\nDate: Fri, 14 Mar 2025 09:30:00 +0100\nSubject: One\n\nFirst body.\n"
)
SECOND = b"Received: by x\nFrom: bo@x\nTo: ann@x\nSubject: Two\n\nSecond body.\n\n>From here on.\n"
MBOX = b"From ann@x Fri Mar 14 09:30:00 2025\n" + FIRST + b"\nFrom bo@x Sat Mar 15\n" + SECOND


@pytest.mark.parametrize("name", ["all.mbox", "all", "all.txt", "all.eml"])
def test_a_mailbox(read_as: ReadAs, name: str) -> None:
    document = read_as(name, MBOX)
    shown = [(document.text[b.start : b.end], b.place.message) for b in document.blocks]
    assert [place for _, place in shown] == ["One · 2025-03-14"] * 2 + ["Two"] * 3
    assert [text for text, _ in shown][1] == "First body."
    assert [text for text, _ in shown][3:] == ["Second body.", "From here on."]
    assert document.date == "2025-03-14"


def test_a_mailbox_of_windows_and_one_without_separators(read_as: ReadAs) -> None:
    assert read_as("a.mbox", MBOX.replace(b"\n", b"\r\n")).blocks[-1].place.message == "Two"
    assert "First body." in read_as("b.mbox", FIRST).text


@pytest.mark.parametrize("name", ["one", "one.txt", "one.doc"])
def test_a_mail_is_known_by_its_headers(read_as: ReadAs, name: str) -> None:
    assert read_as(name, FIRST).blocks[0].place.message == "One · 2025-03-14"


def test_a_message_of_apple_mail(read_as: ReadAs) -> None:
    data = str(len(FIRST)).encode() + b"\n" + FIRST + b"<?xml version='1.0'?><plist></plist>"
    document = read_as("1.emlx", data)
    assert document.title == "One"
    assert document.text.endswith("First body.")


PAGE = (
    b"From: <Saved by Blink>\nSnapshot-Content-Location: http://x/\nSubject: Bins\nDate: Fri, 14 Mar 2025\n"
    b'MIME-Version: 1.0\nContent-Type: multipart/related; type="text/html"; boundary="b"\n\n--b\n'
    b"Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n"
    b"<html><head><title>Bins</title></head>"
    b"<body><nav>menu</nav><h2>Zone C</h2><p>caf=C3=A9</p></body></html>\n"
    b"--b\nContent-Type: text/css\n\np {}\n--b--\n"
)


@pytest.mark.parametrize("name", ["bins.mhtml", "bins.mht", "bins", "bins.doc"])
def test_a_saved_web_page(read_as: ReadAs, shown: Shown, name: str) -> None:
    document = read_as(name, PAGE)
    assert shown(document) == [("heading2", "Zone C"), ("paragraph", "café")]
    assert document.title == "Bins"


def test_a_saved_page_without_a_page(read_as: ReadAs) -> None:
    with pytest.raises(NoText):
        read_as("a.mhtml", PAGE.replace(b"text/html; charset", b"image/png; charset"))


def test_ten_thousand_separators(read_as: ReadAs) -> None:
    assert read_as("a.mbox", b"From a Mon\n\n" * 10_000 + FIRST).text.endswith("First body.")


def test_what_one_message_quotes_is_not_said_of_the_next(read_as: ReadAs) -> None:
    quoting = FIRST.replace(b"First body.", b"IMPORTANT NEWS\n\nYes.\n\nAnn wrote:\n> Tea?")
    mailbox = b"From ann@x Fri Mar 14 09:30:00 2025\n" + quoting + b"\nFrom bo@x Sat Mar 15\n" + SECOND
    sections = [block.place.section for block in read_as("a.mbox", mailbox).blocks]
    assert sections[1:5] == [("IMPORTANT NEWS",)] * 2 + [("Quoted: Ann",)] * 2
    assert set(sections[5:]) == {()}
