"""One engine for all clients: found, shared, left, ended; and told apart from what only looks like it."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from queue import Queue

import pytest
from engines import NOWHERE, STEP, about, client, hold, let_go, plain
from tui.papers import plain_answer

from pocketrag.domain import (
    AnswerReady,
    FileIndexed,
    FileUnchanged,
    Filters,
    IndexDone,
    IndexEvent,
    IndexProgress,
    PassagesFound,
    Token,
    Turn,
    Watching,
)
from pocketrag.engine.client import EngineClient
from pocketrag.engine.connection import Connection, EngineGone
from pocketrag.engine.record import proof, read_record
from pocketrag.engine.starting import Startup, end, running
from pocketrag.errors import (
    EngineClosed,
    EngineNewer,
    EngineStopped,
    FolderError,
    PocketRagError,
    SettingsError,
)
from pocketrag.paths import LibraryPaths
from pocketrag.settings import settings_text

PATIENCE = 120.0


def until(happens: Callable[[], object]) -> None:
    """Wait until something is so."""
    patience = time.monotonic() + PATIENCE
    while not happens():
        assert time.monotonic() < patience, "it never happened"
        time.sleep(0.01)


@pytest.fixture(params=["unix", "loopback"])
def startup(request: pytest.FixtureRequest) -> Startup:
    return plain(loopback=request.param == "loopback")


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    folder.mkdir()
    for number in range(30):
        (folder / f"{number}.txt").write_text("x")
    return folder


def test_every_method_over_the_socket(paths: LibraryPaths, startup: Startup, docs: Path) -> None:
    with closing(client(paths, startup=startup)) as engine:
        assert engine.add(docs) == docs
        assert engine.folders() == (docs,)
        events = list(engine.index())
        assert sum(isinstance(e, FileIndexed) for e in events) == 30
        assert isinstance(events[-1], IndexDone)
        assert engine.search("rent", Filters(), 3).counts.indexed == 30
        answer = list(engine.ask("rent?", (), Filters()))
        assert [type(e) for e in answer] == [PassagesFound, Token, Token, Token, AnswerReady]
        kept = engine.keep_answer(plain_answer("a", "b", query="c"), None)
        assert engine.conversation(kept).said == (Turn("a", "b", "c"),)
        assert list(engine.load()) == []
        assert engine.status(files=True).counts.indexed == 30
        with pytest.raises(FolderError, match="not there"):
            engine.add(NOWHERE)
        for stumbling in (
            (engine.search("stumble", Filters(), 1) for _ in "x"),
            engine.ask("stumble", (), Filters()),
        ):
            with pytest.raises(PocketRagError, match="RuntimeError") as raised:
                list(stumbling)
            assert "secret" not in str(raised.value)
        assert engine.remove(docs) == 30


def test_two_clients_have_the_same_engine(paths: LibraryPaths) -> None:
    with closing(client(paths, "first")) as first, closing(client(paths, "second")) as second:
        kept = first.keep_answer(plain_answer("a", "b", query="c"), None)
        assert second.conversation(kept).said == (Turn("a", "b", "c"),)
        found = about(paths)
        assert found is not None
        assert [c.name for c in found.clients] == ["first", "second", "looker"]


def test_clients_that_come_at_the_same_moment_end_with_one_engine(paths: LibraryPaths) -> None:
    code = (
        "import sys; from pathlib import Path; from engines import client, about;"
        "from pocketrag.paths import LibraryPaths; paths = LibraryPaths(Path(sys.argv[1]));"
        "engine = client(paths); print(about(paths).pid); engine.folders(); engine.close()"
    )
    command = [sys.executable, "-c", code, str(paths.root)]
    tests = str(Path(__file__).parents[2])
    started = [
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={"PYTHONPATH": tests})
        for _ in range(4)
    ]
    said = [process.communicate(timeout=PATIENCE)[0].strip() for process in started]
    assert len(set(said)) == 1
    assert said[0].isdigit()


def test_an_engine_ends_a_while_after_its_last_client_has_gone(paths: LibraryPaths) -> None:
    keep_alive(paths, 0.3)
    first, second = client(paths), client(paths)
    first.close()
    time.sleep(0.8)
    assert about(paths) is not None, "one client is still there"
    second.close()
    until(lambda: not paths.engine.exists() and not paths.socket.exists())
    assert running(paths, "test") is None


def test_a_client_that_only_watches_keeps_the_engine(paths: LibraryPaths, docs: Path) -> None:
    keep_alive(paths, 0.2)
    with closing(client(paths)) as engine:
        engine.add(docs)
        events = engine.watch()
        assert isinstance(next(e for e in events if isinstance(e, Watching)), Watching)
        time.sleep(0.6)
        found = about(paths)
        assert found is not None
        assert "watching 1 folder" in found.doing
        close(events)


def test_closing_a_stream_closes_it_in_the_engine(paths: LibraryPaths) -> None:
    with closing(client(paths)) as engine:
        events = engine.ask("talk on", (), Filters())
        next(events)
        close(events)
        until(lambda: notes(paths) == ["asking", "asked"])


def test_a_client_killed_in_the_middle_of_a_stream_is_noticed(paths: LibraryPaths) -> None:
    code = (
        "import sys; from pathlib import Path; from engines import client;"
        "from pocketrag.domain import Filters;"
        "from pocketrag.paths import LibraryPaths; engine = client(LibraryPaths(Path(sys.argv[1])));"
        "[print(type(e).__name__, flush=True) for e in engine.ask('talk on', (), Filters())]"
    )
    with closing(client(paths)) as engine:
        killed = subprocess.Popen(
            [sys.executable, "-c", code, str(paths.root)],
            stdout=subprocess.PIPE,
            text=True,
            env={"PYTHONPATH": str(Path(__file__).parents[2])},
        )
        assert killed.stdout is not None
        assert killed.stdout.readline() == "PassagesFound\n"
        killed.kill()
        killed.wait()
        until(lambda: notes(paths) == ["asking", "asked"])
        assert engine.folders() == ()


def test_an_index_nobody_waits_for_stops_and_the_next_goes_on(paths: LibraryPaths, docs: Path) -> None:
    hold(paths)
    with closing(client(paths)) as engine:
        engine.add(docs)
        events = engine.index()
        next(e for e in events if isinstance(e, FileIndexed))
        close(events)
        until(lambda: (found := about(paths)) is not None and found.doing == ())
        let_go(paths)
        done = engine.status().counts.indexed
        assert 0 < done < 30
        last = list(engine.index())[-1]
        assert isinstance(last, IndexDone)
        assert (last.indexed, last.unchanged) == (30 - done, done)


def test_who_asks_for_an_index_during_a_run_hears_of_it_and_has_one_as_of_the_call(
    paths: LibraryPaths, docs: Path
) -> None:
    hold(paths)
    with closing(client(paths)) as engine:
        engine.add(docs)
        watched = engine.watch()
        next(e for e in watched if isinstance(e, FileIndexed))
        (docs / "late.txt").write_text("x")
        heard = engine.index()
        foreign = next(e for e in heard if isinstance(e, IndexProgress))
        assert foreign.files_total == 30
        let_go(paths)
        events = list(heard)
        assert isinstance(events[-1], IndexDone)
        assert sum(isinstance(e, FileIndexed | FileUnchanged) for e in events) == 31
        assert engine.status().counts.indexed == 31
        close(watched)


def test_several_follow_one_watch(paths: LibraryPaths, docs: Path) -> None:
    with closing(client(paths, "app")) as app, closing(client(paths, "watch")) as watch:
        app.add(docs)
        heard: Queue[tuple[str, IndexEvent]] = Queue()
        streams = {"app": app.watch(), "watch": watch.watch()}
        for name, events in streams.items():
            threading.Thread(target=listen, args=(name, events, heard), daemon=True).start()
        expect(heard, {("app", Watching), ("watch", Watching)})
        (docs / "new.txt").write_text("x")
        expect(heard, {("app", FileIndexed), ("watch", FileIndexed)})
        found = about(paths)
        assert found is not None
        assert found.doing == ("watching 1 folder",)


def test_a_folder_that_is_added_is_watched_and_one_removed_in_a_run_is_forgotten(
    paths: LibraryPaths, docs: Path
) -> None:
    with closing(client(paths)) as engine:
        watched = engine.watch()
        next(e for e in watched if isinstance(e, Watching))
        engine.add(docs)
        next(e for e in watched if isinstance(e, FileIndexed))
        assert engine.remove(docs) > 0
        assert engine.status().counts.indexed == 0
        next(e for e in watched if isinstance(e, Watching))
        assert engine.status().counts.indexed == 0
        close(watched)


def test_indexing_can_be_paused_and_resumed(paths: LibraryPaths, docs: Path) -> None:
    hold(paths)
    with closing(client(paths)) as engine:
        engine.add(docs)
        watched = engine.watch()
        next(e for e in watched if isinstance(e, FileIndexed))
        control(paths, "pause")
        let_go(paths)
        found = about(paths)
        assert found is not None
        assert "indexing is paused" in found.doing
        before = engine.status().counts.indexed
        time.sleep(7 * STEP)
        assert engine.status().counts.indexed <= before + 1 < 30, "the file at hand was finished"
        control(paths, "resume")
        next(e for e in watched if isinstance(e, IndexDone))
        assert engine.status().counts.indexed == 30
        close(watched)


def test_rebuilding_in_a_running_engine_and_in_a_new_one(paths: LibraryPaths, docs: Path) -> None:
    with closing(client(paths)) as engine:
        engine.add(docs)
        list(engine.index())
        with closing(EngineClient(paths, "test", plain(), rebuild=True)) as other:
            assert other.status().counts.indexed == 0
        list(engine.index())
        control(paths, "end", "asked")
    until(lambda: not paths.engine.exists())
    with closing(EngineClient(paths, "test", plain(), rebuild=True)) as new:
        assert new.status().counts.indexed == 0
        assert new.folders() == (docs,)


# ── ended, replaced ─────────────────────────────────────────────────────────────────────────


def test_whoever_listens_is_told_that_the_engine_was_asked_to_end(paths: LibraryPaths, docs: Path) -> None:
    with closing(client(paths)) as engine:
        engine.add(docs)
        events = engine.watch()
        next(e for e in events if isinstance(e, FileIndexed))
        control(paths, "end", "asked")
        with pytest.raises(EngineClosed):
            list(events)
        assert engine.folders() == (docs,), "the next call starts another"


def test_a_newer_client_replaces_an_older_engine_once(paths: LibraryPaths) -> None:
    with closing(client(paths, startup=plain(version="1.9.0"))) as old:
        talking = old.ask("talk on", (), Filters())
        next(talking)
        with closing(client(paths, startup=plain(version="1.10.0"))) as new:
            found = about(paths)
            assert found is not None
            assert found.version == "1.10.0"
            with pytest.raises(EngineStopped, match="new engine"):
                list(talking)
            with pytest.raises(EngineNewer, match=r"1\.10\.0") as raised:
                old.folders()
            assert "engine stop" in raised.value.remedy
            assert new.folders() == ()
            with closing(client(paths, startup=plain(version="1.10.0"))):
                again = about(paths)
                assert again is not None
                assert again.pid == found.pid, "the newer one stays"


def test_changed_settings_start_another_engine_and_mistaken_ones_do_not(paths: LibraryPaths) -> None:
    with closing(client(paths)):
        before = about(paths)
        assert before is not None
        paths.settings.write_text("[answer]\nstrictnes = 1\n")
        with pytest.raises(SettingsError):
            client(paths)
        paths.settings.write_text(settings_text() + "# only a remark\n")
        with closing(client(paths)):
            same = about(paths)
            assert same is not None
            assert same.pid == before.pid
        paths.settings.write_text("[answer]\nstrictness = 0.9\n")
        with closing(client(paths)):
            after = about(paths)
            assert after is not None
            assert after.pid != before.pid


def test_an_engine_whose_library_was_deleted_ends(paths: LibraryPaths) -> None:
    import shutil

    keep_alive(paths, 100)
    with closing(client(paths)):
        found = running(paths, "test")
        assert found is not None
        shutil.rmtree(paths.root)
        assert found.wait_for_end(PATIENCE)
        found.hang_up()


# ── who is there ────────────────────────────────────────────────────────────────────────────


def test_the_folder_and_all_that_is_in_it_are_the_owners_alone(paths: LibraryPaths) -> None:
    with closing(client(paths)):
        assert paths.root.stat().st_mode & 0o777 == 0o700
        for file in (paths.engine, paths.socket, paths.lock, paths.engine_log, paths.starting):
            assert file.stat().st_mode & 0o077 == 0, file


def test_a_library_too_deep_for_a_socket_has_it_elsewhere(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    runtime = tmp_path_factory.mktemp("run")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    deep = LibraryPaths(tmp_path / ("deep" * 20) / "library")
    with closing(client(deep)) as engine:
        assert engine.folders() == ()
        record = read_record(deep.engine)
        assert record is not None
        (folder,) = runtime.iterdir()
        assert record.address == f"unix:{folder}/engine.sock"
        assert folder.stat().st_mode & 0o777 == 0o700
        control(deep, "end", "asked")
        until(lambda: not list(runtime.iterdir()))


def test_a_client_tells_nothing_to_what_cannot_prove_itself(paths: LibraryPaths) -> None:
    """A process that took over a dead engine's port hears a greeting and random numbers, and no more."""
    with closing(client(paths, startup=plain(loopback=True))):
        record = read_record(paths.engine)
        assert record is not None
    end_found(paths)
    heard: list[bytes] = []
    thief = socket.create_server(("127.0.0.1", 0))
    taken = replace(record, address=f"tcp:127.0.0.1:{thief.getsockname()[1]}")

    def answer() -> None:
        connection, _ = thief.accept()
        connection.settimeout(PATIENCE)
        heard.append(connection.recv(65_536))
        said = json.dumps({"nonce": "00", "proof": "00" * 32})
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(said)}\r\n\r\n"
        connection.sendall((head + said).encode())
        while more := connection.recv(65_536):
            heard.append(more)

    thread = threading.Thread(target=answer)
    thread.start()
    with pytest.raises(EngineGone):
        Connection(taken, "test")
    thread.join()
    thief.close()
    assert record.secret.encode() not in b"".join(heard)
    assert b"/call" not in b"".join(heard)
    assert b"Authorization" not in b"".join(heard)


def test_what_a_thief_hears_is_of_no_use_with_an_engine_elsewhere(paths: LibraryPaths) -> None:
    with closing(client(paths, startup=plain(loopback=True))):
        record = read_record(paths.engine)
        assert record is not None
        here, elsewhere = record, replace(record, address="tcp:127.0.0.1:9")
        assert proof(here, "engine", "aa", "bb") != proof(elsewhere, "engine", "aa", "bb")
        assert proof(here, "engine", "aa", "bb") != proof(here, "client", "aa", "bb")


@pytest.mark.parametrize("loopback", [False, True])
def test_an_engine_tells_nothing_to_who_cannot_prove_itself(paths: LibraryPaths, loopback: bool) -> None:
    with closing(client(paths, startup=plain(loopback=loopback))):
        record = read_record(paths.engine)
        assert record is not None
        stranger = Connection(record, "stranger")
        stranger._authorization = "00" * 32
        from pocketrag.errors import EngineUnreachable

        with pytest.raises(EngineUnreachable, match="secret"):
            stranger.call("folders")
        found = about(paths)
        assert found is not None
        assert "stranger" not in [c.name for c in found.clients]


def test_an_engine_with_another_secret_is_not_the_one(paths: LibraryPaths) -> None:
    with closing(client(paths)):
        record = read_record(paths.engine)
        assert record is not None
        with pytest.raises(EngineGone):
            Connection(replace(record, secret="00" * 32), "test")


@pytest.mark.parametrize("path", ["/call/close", "/call/__init__", "/call/_run", "/", "/call/"])
def test_only_what_the_protocol_declares_can_be_asked_for(paths: LibraryPaths, path: str) -> None:
    with closing(client(paths)):
        found = running(paths, "test")
        assert found is not None
        found.request("POST", path, "[]", {"Authorization": found._authorization})
        assert found.getresponse().status == 404
        found.hang_up()


def test_a_request_that_makes_no_sense_is_refused(paths: LibraryPaths) -> None:
    with closing(client(paths)) as engine:
        for body in ("", "[", "[1, 2]", '["x", {"is": "Turn"}, 3]', "[" * 100_000):
            found = running(paths, "test")
            assert found is not None
            found.request("POST", "/call/search", body, {"Authorization": found._authorization})
            assert found.getresponse().status == 400
            found.hang_up()
        assert engine.folders() == ()


# ── helpers ─────────────────────────────────────────────────────────────────────────────────


def keep_alive(paths: LibraryPaths, seconds: float) -> None:
    paths.make()
    paths.settings.write_text(f"[engine]\nkeep_alive = {seconds}\n")


def notes(paths: LibraryPaths) -> list[str]:
    file = paths.logs / "notes"
    return file.read_text().splitlines() if file.exists() else []


def close(events: Iterator[object]) -> None:
    events.close()  # type: ignore[attr-defined]


def control(paths: LibraryPaths, method: str, *arguments: object) -> None:
    found = running(paths, "test")
    assert found is not None
    found.call(method, *arguments)
    found.hang_up()


def end_found(paths: LibraryPaths) -> None:
    found = running(paths, "test")
    assert found is not None
    assert end(found, "asked")


def listen(name: str, events: Iterator[IndexEvent], heard: Queue[tuple[str, IndexEvent]]) -> None:
    with pytest.raises(EngineClosed):  # when the test is over
        for event in events:
            heard.put((name, event))


def expect(heard: Queue[tuple[str, IndexEvent]], wanted: set[tuple[str, type]]) -> None:
    while wanted:
        name, event = heard.get(timeout=PATIENCE)
        wanted.discard((name, type(event)))
