"""Mail: headers, body, quoted text, alternatives, attachments, and broken messages."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage

import pytest

from pocketrag.domain import Document
from pocketrag.errors import Unsupported

ReadAs = Callable[[str, bytes], Document]
Shown = Callable[[Document], list[tuple[str, str]]]
Voices = Callable[..., list[tuple[str, str]]]

ONE_DAY = "Ann, 2025-03-01"


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


@pytest.fixture
def voices(read_as: ReadAs) -> Voices:
    """Give each block after the headers with the section it stands in, of a mail with this body."""

    def read_body(body: str, subtype: str = "plain") -> list[tuple[str, str]]:
        message = _mail()
        message.set_content(body, subtype=subtype)
        document = read_as("a.eml", bytes(message))
        return [
            (" / ".join(block.place.section), document.text[block.start : block.end])
            for block in document.blocks[1:]
        ]

    return read_body


def test_quoted_text_stays_without_its_marks_under_a_section_of_its_own(voices: Voices) -> None:
    quoted = (
        "On Tue, 4 Feb 2025, Sandra wrote:\n> Please ring us.\n>\n> On Mon, Hannah wrote:\n>> It leaks.\n"
    )
    assert voices(f"Agreed.\n\n{quoted}") == [
        ("", "Agreed."),
        ("Quoted: Tue, 4 Feb 2025, Sandra", "On Tue, 4 Feb 2025, Sandra wrote:"),
        ("Quoted: Tue, 4 Feb 2025, Sandra", "Please ring us."),
        ("Quoted: Mon, Hannah", "On Mon, Hannah wrote:"),
        ("Quoted: Mon, Hannah", "It leaks."),
    ]


def test_answers_within_a_quote_stay_in_order(voices: Voices) -> None:
    body = "Anna wrote:\n> Tea?\nYes.\n\n> Cake?\nNo.\n"
    assert voices(body) == [
        ("Quoted: Anna", "Anna wrote:"),
        ("Quoted: Anna", "Tea?"),
        ("", "Yes."),
        ("Quoted: Anna", "Cake?"),
        ("", "No."),
    ]


@pytest.mark.parametrize(
    ("announcement", "whose"),
    [
        ("On Fri, Mar 14, 2025 at 9:30 AM Ann <a@x.example>\nwrote:", "Fri, Mar 14, 2025 at 9:30 AM Ann"),
        ("Am 14.03.2025 um 09:30 schrieb Ann <a@x.example>:", "14.03.2025 um 09:30 Ann"),
        ("Le ven. 14 mars 2025 à 09:30, Ann <a@x.example> a écrit :", "ven. 14 mars 2025 à 09:30, Ann"),
        ("El vie, 14 mar 2025 a las 9:30, Ann (<a@x.example>) escribió:", "vie, 14 mar 2025 a las 9:30, Ann"),
        ("2025年3月14日 09:30，Ann <a@x.example> 写道：", "2025年3月14日 09:30，Ann"),
        (
            "-----Original Message-----\nFrom: Ann\nSent: Saturday, March 1, 2025 5:00 PM\nSubject: Leak",
            ONE_DAY,
        ),
        ("________________\n*De :* Ann <a@x.example>\n*Envoyé :* samedi\n*Objet :* Fuite", "Ann, samedi"),
        ("Von: Ann [mailto:a@x.example]\nGesendet: 1.3.2025\nAn: Bo\nBetreff: Leck", "Ann, 1.3.2025"),
        ("---- Forwarded ----\nSubject: Leak\nDate: Sat, 1 Mar 2025 17:00:00 +0000\nFrom: Ann", ONE_DAY),
        ("发件人: Ann <a@x.example>\n发送时间: 2025年3月1日\n主题: 漏水", "Ann, 2025年3月1日"),
    ],
)
def test_all_after_the_line_of_a_mail_program_is_quoted(
    voices: Voices, announcement: str, whose: str
) -> None:
    found = voices(f"Agreed.\n\n{announcement}\n\nIT LEAKS BADLY\n\nPlease come.\n")
    assert found[0] == ("", "Agreed.")
    assert {section.split(" / ")[0] for section, _ in found[1:]} == {f"Quoted: {whose}"}
    assert found[-1][1] == "Please come."


@pytest.mark.parametrize(
    "body",
    [
        "From: Berlin\nTo: Paris\nDate: 3 May",
        "She came at noon and wrote:\nI was here.",
        "On the table lie these:\nbread, butter",
        "Subject: English\nRoom: 4",
    ],
)
def test_a_writers_own_words_are_not_taken_for_a_quote(voices: Voices, body: str) -> None:
    assert {section for section, _ in voices(body)} == {""}


def test_a_signature_stands_apart(voices: Voices) -> None:
    assert voices("See you.\n\n-- \nAnn Lee\nRoom 4\n") == [
        ("", "See you."),
        ("Signature", "Ann Lee\nRoom 4"),
    ]


@pytest.mark.parametrize(
    "quote",
    [
        "<div>On Fri, Mar 14, 2025 at 9:30 AM Ann wrote:<br></div><blockquote>Tea?</blockquote>",
        "<div id=divRplyFwdMsg><b>From:</b> Ann<br><b>Sent:</b> now<br><b>Subject:</b> Tea</div>Tea?",
    ],
)
def test_a_quote_in_a_web_page(voices: Voices, quote: str) -> None:
    found = voices(f"<h2>Answer</h2><p>Yes.</p>{quote}", "html")
    assert found[:2] == [("Answer", "Answer"), ("Answer", "Yes.")]
    assert all(section.startswith("Quoted: ") and "Ann" in section for section, _ in found[2:])
    assert found[-1][1] == "Tea?"


def test_hostile_bodies_take_no_time(voices: Voices) -> None:
    for body in (
        ">" * 100_000 + " deep",
        "\n".join(">" * depth + " x" for depth in range(1000)),
        ("On 2025 " + "a@b 1:1 " * 40 + "\n") * 2_000 + "end",
        "From: a@b\n" * 5_000,
        "-- \nx\n" * 5_000,
        "On " + "x" * 1_000_000 + " wrote:",
    ):
        assert voices(body)


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


def test_a_body_that_is_no_text_costs_itself_only(read_as: ReadAs) -> None:
    junk = bytes(range(1, 32)) * 50
    document = read_as("a.eml", b"From: ann@x.example\nSubject: K\x01\x02eys\n\n" + junk)
    assert document.text.startswith("From: ann@x.example\nSubject: Keys\n\nAttachment: ")
    with pytest.raises(Unsupported):
        read_as("b.eml", b"\n\n" + junk)


def test_a_message_without_a_date(read_as: ReadAs) -> None:
    document = read_as("a.eml", b"Subject: Only this\n\nbody")
    assert document.blocks[0].place.message == "Only this"
    assert document.date == ""


def test_messages_within_messages_without_end(read_as: ReadAs) -> None:
    message = "Subject: bottom\n\ninnermost text\n"
    for level in range(150):
        message = f"Subject: level {level}\nMIME-Version: 1.0\nContent-Type: message/rfc822\n\n{message}"
    assert read_as("a.eml", message.encode()).title == "level 149"
