"""The catalog's tables, and how an older catalog becomes a newer one.

`PRAGMA user_version` holds the schema's version. `MIGRATIONS[n]` takes version n to n + 1; a new
library runs them all, an old one the rest, each in a transaction of its own: SQL, or where rows are
to be made from what stands in others, a function. A shipped migration is never edited: a change is a
new one at the end.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from pocketrag.errors import LibraryFromNewerVersion
from pocketrag.storage import full_text
from pocketrag.storage.headings import note_headings

Migration = str | Callable[[sqlite3.Connection], None]

MIGRATIONS: tuple[Migration, ...] = (
    """
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

    CREATE TABLE folders (id INTEGER PRIMARY KEY, path BLOB NOT NULL UNIQUE);

    -- A file's content as read. Files with equal content share one.
    CREATE TABLE documents (
        id INTEGER PRIMARY KEY,
        sha256 TEXT NOT NULL,
        kind TEXT NOT NULL,        -- file name ending: equal bytes may read differently as .md and .txt
        recipe TEXT NOT NULL,      -- version of reading and chunking that made it
        text TEXT NOT NULL,
        blocks TEXT NOT NULL,      -- JSON
        title TEXT NOT NULL,
        author TEXT NOT NULL,
        date TEXT NOT NULL,
        pages INTEGER,
        textless_pages TEXT NOT NULL,  -- JSON
        UNIQUE (sha256, kind, recipe)
    );

    CREATE TABLE chunks (
        id INTEGER PRIMARY KEY,
        document_id INTEGER NOT NULL REFERENCES documents (id),
        start INTEGER NOT NULL,    -- characters of documents.text
        "end" INTEGER NOT NULL,
        context TEXT NOT NULL,
        place TEXT NOT NULL,       -- JSON
        key TEXT NOT NULL          -- of its vector in Chroma
    );
    CREATE INDEX chunks_document ON chunks (document_id);
    CREATE INDEX chunks_key ON chunks (key);

    -- Contentless: the text itself stands in documents, once.
    CREATE VIRTUAL TABLE chunk_words USING fts5 (
        text, context, content='', tokenize="unicode61 remove_diacritics 2"
    );

    CREATE TABLE files (
        id INTEGER PRIMARY KEY,
        path BLOB NOT NULL UNIQUE, -- as the file system has it: names need not be UTF-8
        folder_id INTEGER NOT NULL REFERENCES folders (id),
        size INTEGER NOT NULL,
        mtime_ns INTEGER NOT NULL,
        kind TEXT NOT NULL,
        day TEXT NOT NULL,         -- ISO day: the document's own, else the file's
        state TEXT NOT NULL,
        reason TEXT NOT NULL,
        message TEXT NOT NULL,
        remedy TEXT NOT NULL,
        document_id INTEGER REFERENCES documents (id),
        path_key TEXT NOT NULL     -- of the vector of its folder and file name
    );
    CREATE INDEX files_document ON files (document_id);

    CREATE TABLE turns (
        position INTEGER PRIMARY KEY, question TEXT NOT NULL, answer TEXT NOT NULL, query TEXT NOT NULL
    );
    """,
    """
    -- Title and headings are vectors of their own; a table's header goes before its rows.
    ALTER TABLE chunks ADD COLUMN header TEXT NOT NULL DEFAULT '';
    ALTER TABLE chunks ADD COLUMN context_key TEXT NOT NULL DEFAULT '';
    CREATE INDEX chunks_context_key ON chunks (context_key);

    ALTER TABLE documents ADD COLUMN language TEXT NOT NULL DEFAULT '';
    ALTER TABLE documents ADD COLUMN raw TEXT;    -- JSON: where the text stands in the file

    -- The files that came in another one. A document lives as long as a file or its parent holds it.
    CREATE TABLE attachments (
        parent_id INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
        name TEXT NOT NULL,
        kind TEXT NOT NULL,
        document_id INTEGER REFERENCES documents (id),  -- NULL: it could not be read
        reason TEXT NOT NULL,
        message TEXT NOT NULL,
        remedy TEXT NOT NULL,
        PRIMARY KEY (parent_id, name)
    ) WITHOUT ROWID;
    CREATE INDEX attachments_document ON attachments (document_id);

    -- The file on disk that an attachment came in: its path then is this, and its name below it.
    ALTER TABLE files ADD COLUMN container BLOB;
    CREATE INDEX files_container ON files (container);
    """,
    """
    -- Where drives are mounted inside the folders: an emptied mount point is not a deletion.
    CREATE TABLE mounts (
        path BLOB PRIMARY KEY,
        identity TEXT NOT NULL     -- of the file system (f_fsid: up to 64 bits, unsigned); 0 for unknown
    ) WITHOUT ROWID;

    -- Keys of vectors that something let go of: to be dropped, unless something else refers to them.
    CREATE TABLE loose_keys (key TEXT PRIMARY KEY) WITHOUT ROWID;
    """,
    """
    -- The chunks of the index that is being made beside the one that is searched.
    CREATE TABLE next_chunks (
        id INTEGER PRIMARY KEY,
        document_id INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
        start INTEGER NOT NULL,
        "end" INTEGER NOT NULL,
        context TEXT NOT NULL,
        header TEXT NOT NULL,
        place TEXT NOT NULL,
        key TEXT NOT NULL,
        context_key TEXT NOT NULL
    );
    CREATE INDEX next_chunks_document ON next_chunks (document_id);

    -- The documents that it holds: some have no chunk.
    CREATE TABLE next_documents (
        document_id INTEGER PRIMARY KEY REFERENCES documents (id) ON DELETE CASCADE
    );
    """,
    full_text.rebuild,
    # Without it, a document's language is read from behind the whole of its text.
    "CREATE INDEX documents_language ON documents (language)",
    """
    -- An id is never given twice: a client may go on with a conversation that another one has deleted.
    CREATE TABLE conversations (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        title TEXT NOT NULL,
        created REAL NOT NULL,     -- seconds since the epoch
        updated REAL NOT NULL
    );

    -- An older catalog holds the turns of one conversation.
    ALTER TABLE turns RENAME TO old_turns;
    CREATE TABLE turns (
        id INTEGER PRIMARY KEY,
        conversation_id INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
        at REAL NOT NULL,          -- seconds since the epoch
        question TEXT NOT NULL,
        answer TEXT NOT NULL,
        outcome TEXT NOT NULL      -- JSON: all else of the answer, its passages excepted
    );
    CREATE INDEX turns_conversation ON turns (conversation_id);

    -- Prefixes of one and two letters have an index of their own: one searches while typing.
    CREATE VIRTUAL TABLE title_words USING fts5 (
        title, content='conversations', content_rowid='id', tokenize="unicode61 remove_diacritics 2"
    );
    CREATE VIRTUAL TABLE turn_words USING fts5 (
        question, answer, content='turns', content_rowid='id', prefix='1 2',
        tokenize="unicode61 remove_diacritics 2"
    );
    CREATE TRIGGER conversation_added AFTER INSERT ON conversations BEGIN
        INSERT INTO title_words (rowid, title) VALUES (new.id, new.title);
    END;
    CREATE TRIGGER conversation_deleted AFTER DELETE ON conversations BEGIN
        INSERT INTO title_words (title_words, rowid, title) VALUES ('delete', old.id, old.title);
    END;
    CREATE TRIGGER conversation_renamed AFTER UPDATE OF title ON conversations BEGIN
        INSERT INTO title_words (title_words, rowid, title) VALUES ('delete', old.id, old.title);
        INSERT INTO title_words (rowid, title) VALUES (new.id, new.title);
    END;
    CREATE TRIGGER turn_added AFTER INSERT ON turns BEGIN
        INSERT INTO turn_words (rowid, question, answer) VALUES (new.id, new.question, new.answer);
    END;
    CREATE TRIGGER turn_deleted AFTER DELETE ON turns BEGIN
        INSERT INTO turn_words (turn_words, rowid, question, answer)
        VALUES ('delete', old.id, old.question, old.answer);
    END;

    INSERT INTO conversations (title, created, updated)
    SELECT substr(question, 1, 80), strftime('%s', 'now') + 0.0, strftime('%s', 'now') + 0.0
    FROM old_turns ORDER BY position LIMIT 1;
    INSERT INTO turns (conversation_id, at, question, answer, outcome)
    SELECT 1, strftime('%s', 'now') + 0.0, question, answer, json_object(
        'is', 'Answer', 'question', '', 'query', query, 'text', '', 'sentences', json_array(),
        'citations', json_array(), 'passages', json_array(), 'refusal', NULL, 'model', '',
        'counts', json_object('is', 'Counts'), 'timings', json_object('is', 'Timings'))
    FROM old_turns ORDER BY position;
    DROP TABLE old_turns;
    """,
    """
    ALTER TABLE turns ADD COLUMN mark TEXT NOT NULL DEFAULT '';  -- what a person says of the answer
    """,
    full_text.rebuild,  # ł and ø are folded since
    note_headings,
)

VERSION = len(MIGRATIONS)


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the catalog to this program's version, step by step.

    Raises LibraryFromNewerVersion if it is ahead of this program: it is then left untouched.
    """
    (found,) = connection.execute("PRAGMA user_version").fetchone()
    if found > VERSION:
        raise LibraryFromNewerVersion(
            f"This library was last used by a newer PocketRAG (catalog version {found}, known: {VERSION}).",
            "Update PocketRAG, or pick another library with --library.",
        )
    for version in range(found, VERSION):
        _step(connection, MIGRATIONS[version], version + 1)


def _step(connection: sqlite3.Connection, migration: Migration, version: int) -> None:
    """Take the catalog to this version, or leave it as it was."""
    if isinstance(migration, str):
        connection.executescript(f"BEGIN; {migration}; PRAGMA user_version = {version}; COMMIT;")
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        migration(connection)
        connection.execute(f"PRAGMA user_version = {version}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
