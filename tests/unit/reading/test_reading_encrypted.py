"""Office files that are encrypted: those that open without asking, and those that need a password."""

from __future__ import annotations

import re
from collections.abc import Callable
from email.message import EmailMessage
from io import BytesIO

import pytest
from docx import Document as new_docx
from msoffcrypto.format.ooxml import OOXMLFile
from openpyxl import Workbook

from pocketrag.domain import Document, Unread
from pocketrag.errors import Encrypted, ReadingError
from pocketrag.reading.sandbox import Sandbox

ReadAs = Callable[[str, bytes], Document]

NOBODYS_PASSWORDS = ["", "VelvetSweatshop"]


def _letter() -> bytes:
    document, file = new_docx(), BytesIO()
    document.add_paragraph("The deposit is 840 euros.")
    document.save(file)
    return file.getvalue()


def _workbook() -> bytes:
    workbook, file = Workbook(), BytesIO()
    workbook.active.append(["part", "price"])
    workbook.active.append(["base", 840])
    workbook.save(file)
    return file.getvalue()


def _locked(data: bytes, password: str) -> bytes:
    file = BytesIO()
    OOXMLFile(BytesIO(data)).encrypt(password, file)
    return file.getvalue()


@pytest.mark.parametrize("password", NOBODYS_PASSWORDS)
@pytest.mark.parametrize("name", ["letter.docx", "letter", "letter.doc"])
def test_what_opens_without_a_password_is_read(read_as: ReadAs, name: str, password: str) -> None:
    assert read_as(name, _locked(_letter(), password)).text == "The deposit is 840 euros."


def test_a_workbook_of_which_only_the_structure_is_protected(read_as: ReadAs) -> None:
    assert read_as("a.xlsx", _locked(_workbook(), "VelvetSweatshop")).text == "part | price\nbase | 840"


@pytest.mark.parametrize("name", ["letter.docx", "a.xlsx", "a"])
def test_a_password_is_asked_for(read_as: ReadAs, name: str) -> None:
    with pytest.raises(Encrypted, match="password"):
        read_as(name, _locked(_letter(), "840"))


def test_it_works_in_the_sandbox() -> None:
    sandbox = Sandbox(1)
    try:
        opened = sandbox.submit(_locked(_letter(), ""), ".docx")
        closed = sandbox.submit(_locked(_letter(), "840"), ".docx")
        assert opened.result().text == "The deposit is 840 euros."
        assert isinstance(closed.exception(), Encrypted)
    finally:
        sandbox.close()


def test_an_attachment_with_a_password(read_as: ReadAs) -> None:
    message = EmailMessage()
    message.set_content("The password is 840.")
    message.add_attachment(_locked(_letter(), "840"), "application", "msword", filename="letter.docx")
    (attachment,) = read_as("a.eml", bytes(message)).attachments
    assert isinstance(attachment.content, Unread)
    assert attachment.content.reason == "encrypted"


@pytest.mark.parametrize(
    ("pattern", "replacement"),
    [
        (rb'spinCount="\d{6}"', b'spinCount="999999"'),
        (rb'hashAlgorithm="SHA512"', b'hashAlgorithm="SHA999"'),
        (rb"<keyEncryptors", b"<keyEncryptoXs"),
        (rb"<\?xml version=\"1.0\" encoding=\"UTF-8\"", b'<!DOCTYPE x [<!ENTITY a "a">]>'),
        (rb"saltValue=\"", b'saltValue="?'),
    ],
)
def test_a_strange_description_of_the_encryption(read_as: ReadAs, pattern: bytes, replacement: bytes) -> None:
    data = _locked(_letter(), "")
    match = re.search(pattern, data)
    assert match is not None
    changed = data[: match.start()] + replacement + data[match.start() + len(replacement) :]
    with pytest.raises(ReadingError):
        read_as("letter.docx", changed)


def test_damaged_containers(read_as: ReadAs) -> None:
    data = _locked(_letter(), "")
    for damaged in (data[:600], data[:4000], data[: len(data) // 2], data[:512] + bytes(len(data) - 512)):
        with pytest.raises(ReadingError):
            read_as("letter.docx", damaged)
