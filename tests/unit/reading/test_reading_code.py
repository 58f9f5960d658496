"""Source code, logs and XML: blocks with their lines and the definitions they stand in."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pocketrag.domain import BlockKind, Document
from pocketrag.errors import Damaged, ReadingError

ReadAs = Callable[[str, bytes], Document]
Shown = Callable[[Document], list[tuple[str, str]]]

PYTHON = '''"""What it is for."""

import os


# how warm
@cache
def warmth(x: int) -> int:
    """Return it, a function of x."""
    return x


class Mill:
    name = "x"

    def grind(self) -> None:
        def inner():
            pass
'''
RUST = "use std;\n\npub struct Mill {\n    x: u8,\n}\n\nimpl Mill {\n    pub(crate) fn grind(&self) {}\n}\n"
C = "#include <a.h>\n\nstatic int grind(struct mill *m,\n                 int x)\n{\n  if (x) return 1;\n}\n"
JS = "let a = 1;\nexport const grind = async (x) => {\n  y();\n};\nexport default class Mill extends A {\n}\n"
SQL = "-- the mills\nCREATE TABLE IF NOT EXISTS mill (\n  id int\n);\ninsert into mill values (1);\n"
TOML = "title = 'x'\n\n[tool.mill]\nspeed = 3\n"
GO = "package x\n\ntype Mill struct {\n}\n\nfunc (m *Mill) Grind(x int) error {\n}\n"


@pytest.mark.parametrize(
    ("name", "code", "expected"),
    [
        ("a.py", PYTHON, [(1, ()), (6, ("warmth",)), (13, ("Mill",)), (16, ("Mill", "grind"))]),
        ("a.rs", RUST, [(1, ()), (3, ("Mill",)), (7, ("Mill",)), (8, ("Mill", "grind"))]),
        ("a.c", C, [(1, ()), (3, ("grind",))]),
        ("a.js", JS, [(1, ()), (2, ("grind",)), (5, ("Mill",))]),
        ("a.sql", SQL, [(1, ("mill",))]),
        ("a.toml", TOML, [(1, ()), (3, ("tool.mill",))]),
        ("a.go", GO, [(1, ()), (3, ("Mill",)), (6, ("Grind",))]),
    ],
)
def test_code_is_cut_at_definitions(
    read_as: ReadAs, name: str, code: str, expected: list[tuple[int, tuple[str, ...]]]
) -> None:
    document = read_as(name, code.encode())
    found = [(block.place.line, block.place.section) for block in document.blocks]
    assert found[: len(expected)] == expected
    assert {block.kind for block in document.blocks} == {BlockKind.CODE}
    assert "".join(document.text.split()) == "".join(code.split())


def test_long_code_is_cut_at_empty_lines(read_as: ReadAs) -> None:
    code = "".join(f"x{n} = {n}\n" + ("\n" if n % 15 == 14 else "") for n in range(100))
    blocks = read_as("a.py", code.encode()).blocks
    assert [block.place.line for block in blocks] == [1, 33, 65, 97]


def test_logs_keep_their_lines(read_as: ReadAs, shown: Shown) -> None:
    document = read_as("a.log", b"\n\n10:00 INFO  start\n10:01 ERROR  stop\n" * 30)
    assert document.blocks[0].place.line == 3
    assert shown(document)[0][1].startswith("10:00 INFO  start\n10:01 ERROR  stop\n\n")


@pytest.mark.parametrize(
    "line", ["a*" * 190 + "(", "a " * 190, "static " * 50, "const a" + "=" * 380, "[" * 390, "x" * 5_000_000]
)
def test_lines_made_to_be_slow(read_as: ReadAs, line: str) -> None:
    assert read_as("a.c", (line + "\n").encode()).blocks


def test_xml_data_and_text(read_as: ReadAs, shown: Shown) -> None:
    feed = (
        "<?xml version='1.0'?><rss><channel><title>Town news</title><link>http://x</link>"
        "<item><title>Bins</title><pubDate>2025-03-14</pubDate>"
        "<description>&lt;p&gt;On &lt;b&gt;Friday&lt;/b&gt;&lt;/p&gt;</description></item>"
        "<item><guid id='7'/><para>Mixed <b>text</b> here.</para></item></channel></rss>"
    )
    for name in ("a.xml", "a.rss", "a"):
        document = read_as(name, feed.encode())
        assert shown(document) == [
            ("heading2", "Town news"),
            ("paragraph", "link: http://x"),
            ("heading3", "Bins"),
            ("paragraph", "pubdate: 2025-03-14"),
            ("paragraph", "On Friday"),
            ("paragraph", "guid: id=7"),
            ("paragraph", "Mixed text here."),
        ]
    assert document.blocks[4].place.section == ("Town news", "Bins")
    assert document.title == "Town news"


def test_hostile_xml(read_as: ReadAs) -> None:
    laughs = '<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;">]><x>&b;</x>'
    assert "lollol" not in read_as("a.xml", laughs.encode()).text
    secret = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'
    assert "root:" not in read_as("b.xml", secret.encode()).text
    assert read_as("c.xml", b"<a><b>never closed").blocks[0].kind is BlockKind.CODE
    with pytest.raises(Damaged):
        read_as("d.xml", b"<a>" * 100_000 + b"</a>" * 100_000)
    with pytest.raises(ReadingError):
        read_as("e.xml", b"\x00\x01\x02\x03" * 100)
