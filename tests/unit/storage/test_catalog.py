"""The catalog's file: versions, migrations, damage, and what each change leaves behind."""

from __future__ import annotations

import json
import sqlite3
import threading
from pathlib import Path

import pytest

from pocketrag.domain import Block, BlockKind, Chunk, Document, Filters, Place
from pocketrag.errors import LibraryDamaged, LibraryFromNewerVersion, LibraryUnwritable, UnknownFile
from pocketrag.storage.catalog import Catalog
from pocketrag.storage.checking import faults
from pocketrag.storage.database import Database
from pocketrag.storage.lookup import Lookup
from pocketrag.storage.records import Content, FileRecord, KeyedChunk, NewDocument
from pocketrag.storage.references import References
from pocketrag.storage.schema import MIGRATIONS, VERSION

DOCS = Path("/docs")
TEXT = "The rent is 850 euros."
DOCUMENT = Document(
    TEXT,
    (Block(BlockKind.PARAGRAPH, 0, len(TEXT), Place(page=2, section=("Rent",))),),
    title="Lease",
    pages=3,
    textless_pages=(1,),
)


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(tmp_path / "catalog.sqlite3")


def put(database: Database, name: str = "a.pdf", sha256: str = "s1", mtime_ns: int = 0) -> Path:
    catalog = Catalog(database)
    catalog.add_folder(DOCS)
    record = FileRecord(DOCS / name, DOCS, size=10, mtime_ns=mtime_ns, kind=name.rsplit(".", 1)[-1])
    chunk = Chunk(0, len(TEXT), TEXT, "Lease", Place(page=2))
    keyed = KeyedChunk(chunk, f"key-{sha256}", "key-context")
    document = catalog.put_document(NewDocument(Content(sha256, record.kind, "1"), DOCUMENT, [keyed]))
    catalog.attach(record, document, {"": f"path-{name}"})
    return record.path


def test_a_new_catalog_has_the_newest_schema(tmp_path: Path, database: Database) -> None:
    (version,) = database.connection.execute("PRAGMA user_version").fetchone()
    assert version == VERSION == len(MIGRATIONS)


def test_a_catalog_of_the_first_version_is_brought_up_to_date(tmp_path: Path) -> None:
    file = tmp_path / "old.sqlite3"
    old = sqlite3.connect(file)
    old.executescript(f"BEGIN; {MIGRATIONS[0]}; PRAGMA user_version = 1; COMMIT;")
    old.execute("INSERT INTO folders (path) VALUES (?)", (b"/docs",))
    old.commit()
    old.close()
    assert Catalog(Database(file)).folders() == (DOCS,)


def third_version(file: Path, text: str) -> None:
    """A catalog from before the full text was folded and cut into terms by us, with one document."""
    old = sqlite3.connect(file)
    for migration in MIGRATIONS[:3]:
        old.executescript(str(migration))
    old.executescript(
        "INSERT INTO folders (path) VALUES (CAST('/docs' AS BLOB));"
        "INSERT INTO documents (sha256, kind, recipe, text, blocks, title, author, date, textless_pages)"
        f" VALUES ('s1', 'txt', '1', '{text}', '[]', '', '', '', '[]');"
        "INSERT INTO chunks (document_id, start, end, context, header, place, key)"
        f" VALUES (1, 0, {len(text)}, 'Miete', 'Betrag', '{{}}', 'key-1');"
        f"INSERT INTO chunk_words (rowid, text, context) VALUES (1, '{text}', 'Miete\nBetrag');"
        "INSERT INTO files (path, folder_id, size, mtime_ns, kind, day, state, reason, message, remedy,"
        " document_id, path_key) VALUES (CAST('/docs/Wohnung/a.txt' AS BLOB), 1, 1, 0, 'txt', '', 'indexed',"
        " '', '', '', 1, 'p');"
        "PRAGMA user_version = 3;"
    )
    old.close()


def test_the_words_of_an_older_catalog_are_made_anew(tmp_path: Path) -> None:
    third_version(tmp_path / "old.sqlite3", "Die Straße 房租每月八百五十欧元。")
    database = Database(tmp_path / "old.sqlite3")
    lookup = Lookup(database)
    for word in ("strasse", "房租", "欧", "betrag"):
        assert list(lookup.words.chunks([word], 5, Filters())) == ["key-1"], word
    assert lookup.words.frequencies(["strasse", "每月", "miete", "auto"]) == {
        "strasse": 1,
        "每月": 1,
        "miete": 1,
        "auto": 0,
    }
    assert faults(database.connection) == ""
    Catalog(database).forget(DOCS / "Wohnung" / "a.txt")
    assert lookup.words.chunks(["strasse", "房租"], 5, Filters()) == {}
    assert database.connection.execute("SELECT count(*) FROM path_words").fetchone() == (0,)


def before_headings(connection: sqlite3.Connection) -> None:
    """Make a catalog like those that did not note where headings stand."""
    for table in ("chunks", "next_chunks"):
        connection.execute(f"ALTER TABLE {table} DROP COLUMN headings")


def test_where_headings_stand_is_noted_in_an_older_catalog(tmp_path: Path, database: Database) -> None:
    text = "House\n\nRent\n\n850 euros.\n\nPets\n\nWho | Age\nCat | 3"
    spans = [(0, 5), (7, 11), (13, 23), (25, 29), (31, 40), (41, 48)]
    kinds = ["heading", "heading", "paragraph", "heading", "table", "table"]
    headers = [""] * 5 + ["Who | Age"]
    rows = zip(kinds, spans, headers, strict=True)
    put(database)
    database.connection.execute(
        "UPDATE documents SET text = ?, blocks = ?",
        (text, json.dumps([[kind, *span, {}, 0, header] for kind, span, header in rows])),
    )
    database.connection.execute('UPDATE chunks SET start = 0, "end" = ?', (len(text),))
    before_headings(database.connection)
    database.connection.execute(f"PRAGMA user_version = {VERSION - 1}")
    database.close()

    again = Database(tmp_path / "catalog.sqlite3")

    (headings,) = again.connection.execute("SELECT headings FROM chunks LIMIT 1").fetchone()
    assert json.loads(headings) == [[0, 11], [25, 29], [31, 40]]


def test_words_folded_in_an_older_way_are_made_anew(tmp_path: Path, database: Database) -> None:
    put(database)
    database.connection.execute("DELETE FROM path_words")
    before_headings(database.connection)
    database.connection.execute(f"PRAGMA user_version = {VERSION - 2}")
    database.close()

    again = Database(tmp_path / "catalog.sqlite3")

    assert Lookup(again).words.files(["a"], 5)
    assert faults(again.connection) == ""


def test_a_step_that_breaks_off_leaves_the_older_catalog_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "old.sqlite3"
    third_version(file, "Die Miete.")
    broken = sqlite3.connect(file)
    broken.execute("UPDATE chunks SET start = 'x'")  # no text stands there
    broken.commit()
    with pytest.raises(TypeError):
        Database(file)
    assert broken.execute("PRAGMA user_version").fetchone() == (4,)
    assert broken.execute("SELECT count(*) FROM chunk_words WHERE chunk_words MATCH 'miete'").fetchone() == (
        1,
    )
    broken.close()


def test_a_catalog_of_a_newer_version_is_left_untouched(tmp_path: Path, database: Database) -> None:
    database.connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    database.close()
    before = (tmp_path / "catalog.sqlite3").read_bytes()
    with pytest.raises(LibraryFromNewerVersion):
        Database(tmp_path / "catalog.sqlite3")
    assert (tmp_path / "catalog.sqlite3").read_bytes() == before


def test_a_damaged_catalog_is_said(tmp_path: Path) -> None:
    file = tmp_path / "catalog.sqlite3"
    file.write_bytes(b"not a database at all, whatever it says" * 50)
    with pytest.raises(LibraryDamaged) as raised:
        Database(file)
    assert raised.value.remedy


def test_a_catalog_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    with pytest.raises((LibraryUnwritable, LibraryDamaged)):
        Database(tmp_path / "no such folder" / "catalog.sqlite3")


def test_a_document_comes_back_as_it_was_put(database: Database) -> None:
    path = put(database)
    version, document = Lookup(database).document(path)
    assert document == DOCUMENT
    assert (version.path, version.sha256, version.title) == (path, "s1", "Lease")


def test_an_unknown_file_is_said(database: Database) -> None:
    with pytest.raises(UnknownFile):
        Lookup(database).document(Path("/docs/never.pdf"))


def test_words_are_found_without_diacritics_and_in_the_context(database: Database) -> None:
    put(database)
    lookup = Lookup(database)
    assert list(lookup.words.chunks(["lease"], 5, Filters())) == ["key-s1"]
    assert list(lookup.words.chunks(["RÉNT"], 5, Filters())) == ["key-s1"]
    assert lookup.words.chunks(["boiler"], 5, Filters()) == {}


def test_a_forgotten_file_takes_its_words_along(database: Database) -> None:
    path = put(database)
    Catalog(database).forget(path)
    lookup = Lookup(database)
    assert lookup.words.chunks(["rent"], 5, Filters()) == {}
    assert lookup.words.frequencies(["rent"]) == {"rent": 0}
    assert lookup.chunk_count() == 0


def test_a_document_stays_while_another_file_holds_it(database: Database) -> None:
    first = put(database, "a.pdf")
    catalog = Catalog(database)
    record = FileRecord(DOCS / "b.pdf", DOCS, 10, 0, "pdf")
    known = catalog.document_id(Content("s1", "pdf", "1"))
    assert known is not None
    catalog.attach(record, known, {"": "path-b"})
    catalog.forget(first)
    (chunk,) = Lookup(database).chunks_by_key(["key-s1"], Filters())
    assert [f.version.path for f in chunk.files] == [DOCS / "b.pdf"]


def test_filters_narrow_by_folder_type_and_day(database: Database) -> None:
    day = 86_400 * 10**9
    put(database, "Home/a.pdf", "s1", mtime_ns=0)
    put(database, "Home2/b.md", "s2", mtime_ns=400 * day)
    lookup = Lookup(database)

    def found(filters: Filters) -> list[str]:
        return sorted(lookup.keys(filters))

    assert found(Filters()) == ["key-s1", "key-s2"]
    assert found(Filters(folder=DOCS / "Home")) == ["key-s1"]
    assert found(Filters(types=("md",))) == ["key-s2"]
    assert found(Filters(since="1971-01-01")) == ["key-s2"]
    assert found(Filters(until="1970-12-31")) == ["key-s1"]
    assert lookup.passing(Filters(types=("docx",))) == 0


def test_removing_a_folder_says_how_many_files_it_forgot(database: Database) -> None:
    put(database, "a.pdf", "s1")
    put(database, "b.pdf", "s2")
    catalog = Catalog(database)
    assert catalog.remove_folder(DOCS) == 2
    assert catalog.folders() == ()
    assert References(database).known(["key-s1", "path-a.pdf"]) == set()


def test_a_parent_folder_takes_over_its_children(database: Database) -> None:
    path = put(database)
    catalog = Catalog(database)
    catalog.add_folder(Path("/"))
    assert catalog.folders() == (Path("/"),)
    assert Lookup(database).document(path)[0].folder == Path("/")


def test_a_failed_transaction_leaves_nothing(database: Database) -> None:
    catalog = Catalog(database)

    def half() -> None:
        with database.transaction() as connection:
            connection.execute("INSERT INTO folders (path) VALUES (?)", (b"/half",))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half()
    assert catalog.folders() == ()


def test_threads_that_end_leave_no_file_open(database: Database) -> None:
    catalog, before = Catalog(database), len(list(Path("/dev/fd").iterdir()))
    for _ in range(20):
        thread = threading.Thread(target=catalog.folders)
        thread.start()
        thread.join()
    assert len(list(Path("/dev/fd").iterdir())) <= before + 6
