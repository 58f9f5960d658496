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
    """Return an OLE2 container; `folder/stream` makes a storage. Streams are padded to 4096 bytes."""
    sectors: list[bytes] = []
    fat: list[int] = []
    entries = [b""]

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

    def add_below(prefix: str) -> int:
        """Add the entries of a storage, each the right neighbour of the one before; returns the first."""
        names = sorted({n.removeprefix(prefix).split("/")[0] for n in streams if n.startswith(prefix)})
        first = len(entries)
        entries.extend([b""] * len(names))
        for number, name in enumerate(names, start=first):
            right = number + 1 if number + 1 < first + len(names) else _FREE
            if prefix + name in streams:
                size = max(4096, len(streams[prefix + name]))
                start = store(streams[prefix + name].ljust(4096, b"\0"))
                entries[number] = entry(name, 2, right, _FREE, start, size)
            else:
                entries[number] = entry(name, 1, right, add_below(f"{prefix}{name}/"), _END, 0)
        return first

    entries[0] = entry("Root Entry", 5, _FREE, add_below(""), _END, 0)
    directory = store(b"".join(entries))
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
    "__attach_version1.0_#00000000/__substg1.0_3707001F": wide("offer.csv"),
    "__attach_version1.0_#00000000/__substg1.0_37010102": b"part,price\nbase,840\n" + b" " * 4096,
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
        ("paragraph", "Attachment: offer.csv"),
    ]
    assert {block.place.message for block in document.blocks} == {"Leak: Küche · 2025-03-14"}
    assert (document.title, document.author, document.date) == ("Leak: Küche", "Sändra Poole", "2025-03-14")


def _attachment(number: int, name: str, listed: bytes = b"", **streams: bytes) -> dict[str, bytes]:
    folder = f"__attach_version1.0_#{number:08X}/"
    found = {
        f"{folder}__substg1.0_{key.lstrip('_').replace('__', '/')}": data for key, data in streams.items()
    }
    return {
        f"{folder}__properties_version1.0": bytes(8) + listed,
        f"{folder}__substg1.0_3707001F": wide(name),
        **found,
    }


def test_attachments_are_documents(read_as: ReadAs) -> None:
    (offer,) = read_as("a.msg", compound_file(MESSAGE)).attachments
    assert offer.name == "offer.csv"
    assert isinstance(offer.content, Document)
    assert offer.content.text == "part | price\nbase | 840"


def test_a_message_in_a_message_with_an_attachment_of_its_own(read_as: ReadAs) -> None:
    inner = {
        "__properties_version1.0": bytes(24) + DAY,
        "__substg1.0_0037001F": wide("Trip 3/4"),
        "__substg1.0_1000001F": wide("The train leaves at nine."),
        **_attachment(0, "plan.txt", _37010102=b"Platform six.".ljust(4096)),
    }
    folder = "__attach_version1.0_#00000001/"
    streams = {
        **MESSAGE,
        f"{folder}__substg1.0_3001001F": wide("Trip 3/4"),
        **{f"{folder}__substg1.0_3701000D/{name}": data for name, data in inner.items()},
    }
    document = read_as("a.msg", compound_file(streams))
    assert "Attachment: Trip 3-4.msg" in document.text
    names = [attachment.name for attachment in document.attachments]
    assert names == ["offer.csv", "Trip 3-4.msg", "Trip 3-4.msg › plan.txt"]
    trip, plan = (attachment.content for attachment in document.attachments[1:])
    assert isinstance(trip, Document)
    assert (trip.title, trip.date) == ("Trip 3/4", "2025-03-14")
    assert "The train leaves at nine." in trip.text
    assert isinstance(plan, Document)
    assert plan.text.startswith("Platform six.")


def test_a_picture_in_the_text_is_no_attachment(read_as: ReadAs) -> None:
    hidden = struct.pack("<IIQ", 0x7FFE000B, 6, 1)
    streams = {
        **MESSAGE,
        **_attachment(1, "logo.png", hidden, _37010102=b"\x89PNG\0", _370E001F=wide("image/png")),
        **_attachment(2, "roof.png", _37010102=b"\x89PNG\0", _370E001F=wide("image/png")),
    }
    document = read_as("a.msg", compound_file(streams))
    assert [attachment.name for attachment in document.attachments] == ["offer.csv", "roof.png"]
    assert "logo" not in document.text


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
