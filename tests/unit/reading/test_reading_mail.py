"""Mail: headers, body, quoted text, alternatives, attachments, and broken messages."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage

import pytest

from pocketrag.domain import Document

ReadAs = Callable[[str, bytes], Document]
Shown = Callable[[Document], list[tuple[str, str]]]


def _mail(body: str = "Dear Hannah,\n\nthe base is in.\n") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Sändra Poole <sandra@quillan.example>"
    message["To"] = "hannah@withypost.example"
    message["Subject"] = "Leak: Küche"
    message["Date"] = "Fri, 14 Mar 2025 09:30:00 +0100"
    message.set_content(body)
    return message


HEADERS = (
    "From: Sändra Poole <sandra@quillan.example>\nTo: hannah@withypost.example\n"
    "Date: Fri, 14 Mar 2025 09:30:00 +0100\nSubject: Leak: Küche"
)


def test_headers_body_and_place(read_as: ReadAs, shown: Shown) -> None:
    document = read_as("a.eml", bytes(_mail()))
    assert shown(document) == [
        ("paragraph", HEADERS),
        ("paragraph", "Dear Hannah,"),
        ("paragraph", "the base is in."),
    ]
    assert {block.place.message for block in document.blocks} == {"Leak: Küche · 2025-03-14"}
    assert (document.title, document.author, document.date) == ("Leak: Küche", "Sändra Poole", "2025-03-14")


def test_quoted_text_stays_without_its_marks(read_as: ReadAs, shown: Shown) -> None:
    quoted = (
        "On Tue, 4 Feb 2025, Sandra wrote:\n> Please ring us.\n>\n> On Mon, Hannah wrote:\n>> It leaks.\n"
    )
    body = f"Agreed.\n\n{quoted}"
    assert shown(read_as("a.eml", bytes(_mail(body))))[1:] == [
        ("paragraph", "Agreed."),
        ("paragraph", "On Tue, 4 Feb 2025, Sandra wrote:"),
        ("paragraph", "Please ring us."),
        ("paragraph", "On Mon, Hannah wrote:"),
        ("paragraph", "It leaks."),
    ]


def test_plain_text_is_preferred_and_attachments_are_named(read_as: ReadAs, shown: Shown) -> None:
    message = _mail()
    message.add_alternative("<p>the <b>HTML</b> version</p>", subtype="html")
    message.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="Übergabe\x1b[2J.pdf")
    texts = [text for _, text in shown(read_as("a.eml", bytes(message)))]
    assert texts == [HEADERS, "Dear Hannah,", "the base is in.", "Attachment: Übergabe[2J.pdf"]


def test_html_only(read_as: ReadAs, shown: Shown) -> None:
    message = _mail()
    message.set_content("<p>Dear Ann</p><ul><li>one</li></ul>", subtype="html")
    assert shown(read_as("a.eml", bytes(message)))[1:] == [("paragraph", "Dear Ann"), ("list", "- one")]


def test_a_forwarded_message_is_read(read_as: ReadAs) -> None:
    outer = _mail("See below.\n")
    inner = _mail("The inner text.\n")
    outer.add_attachment(inner)
    document = read_as("a.eml", bytes(outer))
    assert document.text.count("Subject: Leak: Küche") == 2
    assert document.text.endswith("The inner text.")


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"Subject: x\n\nbody", "Subject: x\n\nbody"),
        (b"Subject: =?utf-8?b?broken\nDate: never\n\nbody", "Date: never\nSubject: =?utf-8?b?broken\n\nbody"),
        (b"Content-Type: text/plain; charset=x-unknown\n\ncaf\xe9 au lait", "café au lait"),
        (b"Subject: caf\xe9 Gr\xfc\xdfe\n\nbody", "Subject: café Grüße\n\nbody"),
        (b"MIME-Version: 1.0\nContent-Type: multipart/mixed\n\n--a\n\ntext\n--a--\n", "--a\n\ntext\n--a--"),
        (b"no header at all", "no header at all"),
    ],
)
def test_broken_messages(read_as: ReadAs, data: bytes, text: str) -> None:
    assert read_as("a.eml", data).text == text


def test_a_message_without_a_date(read_as: ReadAs) -> None:
    document = read_as("a.eml", b"Subject: Only this\n\nbody")
    assert document.blocks[0].place.message == "Only this"
    assert document.date == ""


def test_messages_within_messages_without_end(read_as: ReadAs) -> None:
    message = "Subject: bottom\n\ninnermost text\n"
    for level in range(150):
        message = f"Subject: level {level}\nMIME-Version: 1.0\nContent-Type: message/rfc822\n\n{message}"
    assert read_as("a.eml", message.encode()).title == "level 149"
