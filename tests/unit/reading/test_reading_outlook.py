"""Outlook messages, in a compound file written here; and old Office files told by what is in theirs."""

from __future__ import annotations

import struct
from collections.abc import Callable

import pytest

from pocketrag.domain import Document
from pocketrag.errors import Encrypted, ReadingError, Unsupported
from pocketrag.reading.mail.outlook import decompress_rtf

ReadAs = Callable[[str, bytes], Document]
Shown = Callable[[Document], list[tuple[str, str]]]

_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def compound_file(streams: dict[str, bytes]) -> bytes:
    """Return an OLE2 container; a name `folder/stream` makes a storage. Streams are padded to 4096 bytes."""
    names = sorted({name.split("/")[0] for name in streams})
    sectors: list[bytes] = []
    fat: list[int] = []

    def store(data: bytes) -> int:
        first = len(sectors)
        padded = data + bytes(-len(data) % 512)
        sectors.extend(padded[at : at + 512] for at in range(0, len(padded), 512))
        fat.extend([*range(first + 1, len(sectors)), _END])
        return first

    def entry(name: str, kind: int, right: int, child: int, start: int, size: int) -> bytes:
        encoded = name.encode("utf-16-le") + b"\0\0"
        return (
            encoded.ljust(64, b"\0")
            + struct.pack("<HBBIII", len(encoded), kind, 1, _FREE, right, child)
            + bytes(36)
            + struct.pack("<IQ", start, size)
        )

    entries = [entry("Root Entry", 5, _FREE, 1, _END, 0)]
    below: list[bytes] = []
    for number, name in enumerate(names, start=1):
        right = number + 1 if number < len(names) else _FREE
        inner = [full for full in streams if full.startswith(f"{name}/")]
        if inner:
            data = streams[inner[0]].ljust(4096, b"\0")
            entries.append(entry(name, 1, right, len(names) + 1 + len(below), _END, 0))
            below.append(entry(inner[0].split("/")[1], 2, _FREE, _FREE, store(data), len(data)))
        else:
            data = streams[name].ljust(4096, b"\0")
            entries.append(entry(name, 2, right, _FREE, store(data), len(data)))
    directory = store(b"".join([*entries, *below]))
    fat_sectors = len(fat) // 128 + 1
    first_fat = len(sectors)
    fat += [_FAT] * fat_sectors
    fat += [_FREE] * (-len(fat) % 128)
    header = struct.pack(
        "<8s16sHHHHH6xIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        bytes(16),
        0x3E,
        3,
        0xFFFE,
        9,
        6,
        0,
        fat_sectors,
        directory,
        0,
        4096,
        _END,
        0,
        _END,
        0,
    )
    difat = [first_fat + i for i in range(fat_sectors)] + [_FREE] * (109 - fat_sectors)
    return header + struct.pack("<109I", *difat) + b"".join(sectors) + struct.pack(f"<{len(fat)}I", *fat)


def wide(text: str) -> bytes:
    return text.encode("utf-16-le")


DAY = struct.pack("<IIQ", 0x00390040, 6, 133_864_146_000_000_000)  # 14 March 2025
MESSAGE = {
    "__properties_version1.0": bytes(32) + DAY,
    "__substg1.0_0037001F": wide("Leak: Küche"),
    "__substg1.0_0C1A001F": wide("Sändra Poole"),
    "__substg1.0_5D01001F": wide("sandra@quillan.example"),
    "__substg1.0_0E04001F": wide("Hannah"),
    "__substg1.0_1000001F": wide("Dear Hannah,\r\n\r\nthe base is in.\r\n\r\n> It leaks.\r\n"),
    "__attach_version1.0_#00000000/__substg1.0_3707001F": wide("offer.pdf"),
}


@pytest.mark.parametrize("name", ["leak.msg", "leak", "leak.doc"])
def test_a_message(read_as: ReadAs, shown: Shown, name: str) -> None:
    document = read_as(name, compound_file(MESSAGE))
    assert shown(document) == [
        (
            "paragraph",
            "From: Sändra Poole <sandra@quillan.example>\nTo: Hannah\nDate: 2025-03-14\nSubject: Leak: Küche",
        ),
        ("paragraph", "Dear Hannah,"),
        ("paragraph", "the base is in."),
        ("paragraph", "It leaks."),
        ("paragraph", "Attachment: offer.pdf"),
    ]
    assert {block.place.message for block in document.blocks} == {"Leak: Küche · 2025-03-14"}
    assert (document.title, document.author, document.date) == ("Leak: Küche", "Sändra Poole", "2025-03-14")


def _with_body(**streams: bytes) -> bytes:
    kept = {name: data for name, data in MESSAGE.items() if "1000001F" not in name and "attach" not in name}
    return compound_file({**kept, **{f"__substg1.0_{name[1:]}": data for name, data in streams.items()}})


def test_a_message_of_html_or_rich_text_only(read_as: ReadAs) -> None:
    assert read_as("a.msg", _with_body(_10130102=b"<p>The <b>page</b></p>")).text.endswith("\n\nThe page")
    rich = b"{\\rtf1 The rich text\\par}"
    plain = struct.pack("<IIII", len(rich) + 12, len(rich), 0x414C454D, 0) + rich
    assert read_as("a.msg", _with_body(_10090102=plain)).text.endswith("\n\nThe rich text")


def test_compressed_rich_text() -> None:
    """The example of [MS-OXRTFCP] 4.1.1."""
    data = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
    )
    assert decompress_rtf(data) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"


@pytest.mark.parametrize(
    ("streams", "expected", "word"),
    [
        ({"WordDocument": b"x"}, Unsupported, ".docx"),
        ({"Workbook": b"x"}, Unsupported, ".xlsx"),
        ({"PowerPoint Document": b"x"}, Unsupported, ".pptx"),
        ({"EncryptedPackage": b"x", "EncryptionInfo": b"y"}, Encrypted, "password"),
        ({"Something": b"x"}, Unsupported, "PDF"),
    ],
)
def test_old_office_files_are_named(
    read_as: ReadAs, streams: dict[str, bytes], expected: type[ReadingError], word: str
) -> None:
    with pytest.raises(expected) as raised:
        read_as("a.doc", compound_file(streams))
    assert word in str(raised.value)


def test_damaged_containers(read_as: ReadAs) -> None:
    data = compound_file(MESSAGE)
    for damaged in (data[:600], data[:1500], data[:512] + b"\xff" * 3000, data[:-2000] + bytes(2000)):
        try:
            assert read_as("a.msg", damaged).text
        except ReadingError as error:
            assert error.remedy
