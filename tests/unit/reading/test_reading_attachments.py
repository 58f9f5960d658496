"""Files that came with a mail: each a document of its own, bounded, with a name that is safe to show."""

from __future__ import annotations

import random
import zipfile
from collections.abc import Callable
from email.message import EmailMessage
from hashlib import sha256
from io import BytesIO

import pytest
from docx import Document as new_docx

from pocketrag.domain import Attachment, Document, Unread
from pocketrag.reading import attachments
from pocketrag.reading.reader import parse
from pocketrag.reading.sandbox import Sandbox

ReadAs = Callable[[str, bytes], Document]

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
CALENDAR = b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Handover\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"


def _mail(body: str = "See below.\n", subject: str = "Trip") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Ann <ann@x.example>"
    message["Date"] = "Fri, 14 Mar 2025 09:30:00 +0100"
    message["Subject"] = subject
    message["MIME-Version"] = "1.0"
    message.set_content(body)
    return message


def _attach(
    message: EmailMessage, name: str | None, data: bytes, kind: str = "application/octet-stream"
) -> None:
    main, _, sub = kind.partition("/")
    message.add_attachment(data, maintype=main, subtype=sub, filename=name)


def _with(*files: tuple[str, bytes]) -> bytes:
    message = _mail()
    for name, data in files:
        _attach(message, name, data)
    return bytes(message)


def _letter(text: str = "The deposit is 840 euros.") -> bytes:
    document, file = new_docx(), BytesIO()
    document.add_heading("Deposit", 1)
    document.add_paragraph(text)
    document.save(file)
    return file.getvalue()


def _names(document: Document) -> list[str]:
    return [attachment.name for attachment in document.attachments]


def _text(attachment: Attachment) -> str:
    assert isinstance(attachment.content, Document)
    return attachment.content.text


def _reason(attachment: Attachment) -> str:
    assert isinstance(attachment.content, Unread)
    assert attachment.content.message
    assert attachment.content.remedy
    return attachment.content.reason


def test_each_file_is_a_document_known_by_its_content(read_as: ReadAs) -> None:
    letter = _letter()
    document = read_as("a.eml", _with(("letter.bin", letter), ("rooms.csv", b"room,floor\nattic,3\n")))
    assert document.text.endswith("See below.\n\nAttachment: letter.bin\n\nAttachment: rooms.csv")
    first, second = document.attachments
    assert (first.name, first.sha256) == ("letter.bin", sha256(letter).hexdigest())
    assert isinstance(first.content, Document)
    assert first.content.blocks[1].place.section == ("Deposit",)
    assert _text(second) == "room | floor\nattic | 3"


def test_a_mail_of_attachments_only_is_a_document(read_as: ReadAs) -> None:
    message = EmailMessage()
    _attach(message, "rooms.csv", b"room,floor\nattic,3\n")
    document = read_as("a.eml", bytes(message))
    assert document.text == "Attachment: rooms.csv"
    assert _names(document) == ["rooms.csv"]


def test_what_cannot_be_read_says_why_and_costs_nothing_else(read_as: ReadAs) -> None:
    files = (
        ("photo.jpg", b"\xff\xd8\xff\xe0" + bytes(50)),
        ("empty.txt", b""),
        ("cut.docx", _letter()[:2000]),
        ("things.zip", _zip({"a.txt": b"x"})),
        ("strange.avi", b"some text"),
        ("bomb.docx", _zip({"word/document.xml": bytes(160_000_000)})),
        ("note.txt", b"Bring the keys."),
    )
    document = read_as("a.eml", _with(*files))
    assert [_reason(one) for one in document.attachments[:-1]] == [
        "unsupported",
        "empty",
        "damaged",
        "unsupported",
        "unsupported",
        "too large",
    ]
    assert _text(document.attachments[-1]) == "Bring the keys."


def _zip(files: dict[str, bytes]) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in files.items():
            package.writestr(name, data)
    return file.getvalue()


def test_an_attached_message_and_its_own_attachments_stand_side_by_side(read_as: ReadAs) -> None:
    inner = _mail("The train leaves at nine.\n", "Trip 3/4")
    _attach(inner, "plan.txt", b"Platform six.")
    outer = _mail("Forwarded.\n", "Fwd")
    outer.add_attachment(inner)
    document = read_as("a.eml", bytes(outer))
    assert _names(document) == ["Trip 3-4.eml", "Trip 3-4.eml › plan.txt"]
    trip, plan = document.attachments
    assert isinstance(trip.content, Document)
    assert trip.content.blocks[0].place.message == "Trip 3/4 · 2025-03-14"
    assert trip.content.attachments == ()
    assert _text(plan) == "Platform six."
    assert "The train" not in document.text
    assert document.text.endswith("Attachment: Trip 3-4.eml")


def test_below_the_second_level_nothing_is_read(read_as: ReadAs) -> None:
    message = _mail("The lowest text.\n", "level 4")
    for level in (3, 2, 1, 0):
        outer = _mail(subject=f"level {level}")
        outer.add_attachment(message)
        message = outer
    document = read_as("a.eml", bytes(message))
    assert _names(document)[-1] == "level 1.eml › level 2.eml › level 3.eml"
    assert [isinstance(one.content, Document) for one in document.attachments] == [True, True, False]


def test_pictures_in_the_text_and_signatures_are_nothing(read_as: ReadAs) -> None:
    message = _mail()
    message.add_alternative("<p>See <img src='cid:logo'></p>", subtype="html")
    page = message.get_payload()
    assert isinstance(page, list)
    assert isinstance(page[1], EmailMessage)
    page[1].add_related(PNG, maintype="image", subtype="png", cid="<logo>", filename="logo.png")
    message.add_attachment(PNG, "image", "png", disposition="inline", cid="<face>", filename="face.png")
    _attach(message, "smime.p7s", b"0\x80", "application/pkcs7-signature")
    _attach(message, "signature.asc", b"-----BEGIN", "application/pgp-signature")
    _attach(message, "roof.png", PNG, "image/png")
    document = read_as("a.eml", bytes(message))
    assert _names(document) == ["roof.png"]
    assert document.text.endswith("See below.\n\nAttachment: roof.png")


def test_an_invitation_is_an_attachment_once(read_as: ReadAs) -> None:
    message = _mail("You are invited.\n")
    message.add_alternative("<p>You are invited.</p>", subtype="html")
    message.add_alternative(CALENDAR, maintype="text", subtype="calendar")
    document = read_as("a.eml", bytes(message))
    assert _names(document) == ["invitation.ics"]
    assert "Handover" in _text(document.attachments[0])
    _attach(message, "invite.ics", CALENDAR, "application/ics")
    assert _names(read_as("b.eml", bytes(message))) == ["invite.ics"]


def test_a_file_within_an_alternative_is_found(read_as: ReadAs) -> None:
    page = EmailMessage()
    page.set_content("<p>Here.</p>", subtype="html")
    page.add_attachment(b"Bring the keys.", "text", "plain", filename="note.txt")
    message = _mail("Here.\n")
    message.make_alternative()
    message.attach(page)
    document = read_as("a.eml", bytes(message))
    assert _names(document) == ["note.txt"]
    assert document.text.count("Here.") == 1


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\ann\\note.txt", "note.txt"),
        ("..", "attachment"),
        ("/", "attachment"),
        ("a\x00b\x1b[31m.txt", "ab[31m.txt"),
        ("\u202etxt.exe.txt", "txt.exe.txt"),
        ("no\nte.txt", "no te.txt"),
        ("n" * 700 + ".txt", "n" * 95 + "….txt"),
        ("n" * 5000 + ".txt", "n" * 99 + "…"),
        (".txt", ".txt"),
    ],
)
def test_names_are_bare(read_as: ReadAs, given: str, shown: str) -> None:
    header = f"application/octet-stream; name*=utf-8''{''.join(f'%{byte:02X}' for byte in given.encode())}"
    data = f"Subject: x\nMIME-Version: 1.0\nContent-Type: {header}\n\nBring the keys.".encode()
    (attachment,) = read_as("a.eml", data).attachments
    assert attachment.name == shown


@pytest.mark.parametrize(
    ("parameter", "shown"),
    [
        (b'filename="Gr\xfc\xdfe.txt"', "Grüße.txt"),
        ('filename="Grüße.txt"'.encode(), "Grüße.txt"),
        (b'filename="=?utf-8?q?Gr=C3=BC=C3=9Fe.txt?="', "Grüße.txt"),
        (b"filename*=undefined''a.txt", "attachment"),
        (b"filename*=a\0b''a.txt", "attachment"),
    ],
)
def test_names_in_any_encoding(read_as: ReadAs, parameter: bytes, shown: str) -> None:
    data = b"Subject: x\nMIME-Version: 1.0\nContent-Disposition: attachment; " + parameter + b"\n\nKeys."
    assert [name.removesuffix(".txt") for name in _names(read_as("a.eml", data))] == [
        shown.removesuffix(".txt")
    ]


def test_names_are_unique_and_the_same_file_is_taken_once(read_as: ReadAs) -> None:
    same, other = b"Bring the keys.", b"Bring the bikes."
    files = [
        ("note.txt", same),
        ("note.txt", same),
        ("Note.txt", other),
        ("note.txt", b"x y"),
        ("copy.txt", same),
    ]
    assert _names(read_as("a.eml", _with(*files))) == ["note.txt", "Note (2).txt", "note (3).txt", "copy.txt"]


def test_in_a_mailbox_names_tell_the_message(read_as: ReadAs) -> None:
    first, second, third = _mail(), _mail(subject="Keys/locks"), EmailMessage()
    third.set_content("no subject")
    for message, data in ((first, b"one"), (second, b"two"), (third, b"three")):
        _attach(message, "note.txt", data)
    separator = b"From ann@x.example Fri Mar 14 09:30:00 2025\n"
    mailbox = b"".join(separator + bytes(message) + b"\n\n" for message in (first, second, third, first))
    document = read_as("a.mbox", mailbox)
    assert _names(document) == [
        "Trip · 2025-03-14 › note.txt",
        "Keys-locks · 2025-03-14 › note.txt",
        "message 3 › note.txt",
    ]
    assert document.text.count("Attachment: note.txt") == 4
    assert _names(read_as("one.mbox", separator + bytes(first))) == ["note.txt"]


@pytest.mark.parametrize(
    ("limit", "value", "reasons"),
    [
        ("MAX_FILES", 2, ["", "", "too large"]),
        ("MAX_BYTES", 14, ["", "too large", "too large"]),
        ("MAX_CHARACTERS", 14, ["", "too large", "too large"]),
        ("MAX_SECONDS", -1.0, ["timed out", "timed out", "timed out"]),
    ],
)
def test_what_is_beyond_a_limit_is_told(
    read_as: ReadAs, monkeypatch: pytest.MonkeyPatch, limit: str, value: float, reasons: list[str]
) -> None:
    monkeypatch.setattr(attachments, limit, value)
    files = [(f"{number}.txt", b"Bring keys %d" % number) for number in range(3)]
    found = read_as("a.eml", _with(*files)).attachments
    assert [one.content.reason if isinstance(one.content, Unread) else "" for one in found] == reasons
    if limit in {"MAX_FILES", "MAX_BYTES"}:
        assert found[-1].name == "further attachments"


def test_attachments_come_through_the_sandbox() -> None:
    data = _with(("letter.docx", _letter()), ("photo.png", PNG))
    sandbox = Sandbox(1)
    try:
        assert sandbox.submit(data, ".eml").result() == parse(data, ".eml")
    finally:
        sandbox.close()


def test_broken_attachments_never_fail_the_mail() -> None:
    chance = random.Random(7)
    letter = _letter()
    for _ in range(60):
        cut = bytearray(letter[: chance.randrange(1, len(letter))])
        for _ in range(20):
            cut[chance.randrange(len(cut))] = chance.randrange(256)
        name = f"a.{chance.choice('docx pdf eml msg mbox csv json html rtf xyz'.split())}"
        document = parse(_with((name, bytes(cut)), ("note.txt", b"Bring the keys.")), ".eml")
        assert document.attachments[-1].name == "note.txt"
        assert _text(document.attachments[-1]) == "Bring the keys."
