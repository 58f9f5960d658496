"""Engines that die: their clients say so and go on, and nothing that they leave is in the way."""

from __future__ import annotations

import os
import re
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from engines import about, client, end_engine, hold, let_go, plain

from pocketrag.domain import AnswerReady, FileIndexed, Filters, IndexDone, Token
from pocketrag.engine.connection import Connection
from pocketrag.engine.record import EngineRecord, read_record, write_record
from pocketrag.engine.starting import crashes, forgive, running
from pocketrag.engine.trial import REMEMBERED, tried
from pocketrag.errors import EngineDown, EngineStopped, EngineUnreachable, LibraryLocked, ModelDamaged
from pocketrag.models.hub import SMOLLM2, bundled
from pocketrag.paths import LibraryPaths
from pocketrag.settings import ModelSettings

PATIENCE = 120.0


@pytest.fixture
def paths(tmp_path: Path) -> Iterator[LibraryPaths]:
    used = LibraryPaths(tmp_path / "library")
    yield used
    end_engine(used)


def kill(paths: LibraryPaths) -> None:
    """Kill the library's engine, and wait until it is gone."""
    found = running(paths, "test")
    assert found is not None
    os.kill(found.record.pid, signal.SIGKILL)
    assert found.wait_for_end(PATIENCE)
    found.hang_up()


def test_an_engine_killed_between_two_calls_is_not_even_noticed(paths: LibraryPaths) -> None:
    with closing(client(paths)) as engine:
        kill(paths)
        assert engine.folders() == ()


def test_an_engine_that_dies_in_an_answer_is_said_and_the_next_call_starts_another(
    paths: LibraryPaths,
) -> None:
    with closing(client(paths)) as engine:
        events = engine.ask("die", (), Filters())
        with pytest.raises(EngineStopped) as raised:
            assert any(isinstance(event, Token) for event in events)
            list(events)
        assert "again" in raised.value.remedy
        assert isinstance(list(engine.ask("again?", (), Filters()))[-1], AnswerReady)


def test_an_engine_that_dies_in_a_call_is_said(paths: LibraryPaths) -> None:
    with closing(client(paths)) as engine:
        with pytest.raises(EngineStopped):
            engine.search("die", Filters(), 1)
        assert engine.folders() == ()


def test_a_question_is_asked_again_by_itself_if_nothing_was_shown(
    paths: LibraryPaths, tmp_path: Path
) -> None:
    bullet = tmp_path / "bullet"
    bullet.touch()
    with closing(client(paths)) as engine:
        events = list(engine.ask(f"die once {bullet}", (), Filters()))
        assert isinstance(events[-1], AnswerReady)
        assert not bullet.exists()
        with pytest.raises(EngineStopped):
            list(engine.ask("die at once", (), Filters()))


def test_an_index_goes_on_in_the_next_engine(paths: LibraryPaths, tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    for number in range(20):
        (docs / f"{number}.txt").write_text("x")
    hold(paths)
    with closing(client(paths)) as engine:
        engine.add(docs)
        events = engine.index()
        next(event for event in events if isinstance(event, FileIndexed))
        kill(paths)
        let_go(paths)
        with pytest.raises(EngineStopped):
            list(events)
        last = list(engine.index())[-1]
        assert isinstance(last, IndexDone)
        assert last.indexed + last.unchanged == 20
        assert last.unchanged > 0


# ── what a dead engine leaves ───────────────────────────────────────────────────────────────


def a_dead_process() -> int:
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait()
    return done.pid


def a_socket_without_anybody(paths: LibraryPaths) -> None:
    import socket

    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(paths.socket))


def a_record(paths: LibraryPaths, address: str = "") -> None:
    record = EngineRecord(address or f"unix:{paths.socket}", a_dead_process(), "0.0.1", 0.0, "00" * 32, True)
    write_record(paths.engine, record)


def both(paths: LibraryPaths) -> None:
    a_record(paths)
    a_socket_without_anybody(paths)


def lock_files(paths: LibraryPaths) -> None:
    paths.lock.touch()
    paths.starting.touch()


LEFTOVERS: dict[str, Callable[[LibraryPaths], object]] = {
    "a record": a_record,
    "a socket": a_socket_without_anybody,
    "both": both,
    "half a record": lambda paths: paths.engine.write_text('{"is": "EngineRec'),
    "an empty record": lambda paths: paths.engine.touch(),
    "another's record": lambda paths: paths.engine.write_text('{"pid": 1}'),
    "a port that is closed": lambda paths: a_record(paths, "tcp:127.0.0.1:1"),
    "an address of no kind": lambda paths: a_record(paths, "smoke:signals"),
    "lock files": lock_files,
    "damaged crashes": lambda paths: paths.crashes.write_text("{"),
    "a file in the socket's place": lambda paths: paths.socket.write_text("x"),
    "a newer engine's record, dead": lambda paths: write_record(
        paths.engine, EngineRecord(f"unix:{paths.socket}", a_dead_process(), "99.0", 0.0, "00" * 32, True)
    ),
}


@pytest.mark.parametrize("leave", LEFTOVERS.values(), ids=LEFTOVERS)
def test_leftovers_are_not_in_the_way(paths: LibraryPaths, leave: Callable[[LibraryPaths], object]) -> None:
    paths.make()
    leave(paths)
    with closing(client(paths)) as engine:
        assert engine.folders() == ()


def test_a_lost_record_is_written_again(paths: LibraryPaths) -> None:
    with closing(client(paths)):
        before = read_record(paths.engine)
        paths.engine.unlink()
        until(lambda: read_record(paths.engine) == before)


def test_a_library_held_by_something_else_is_said(paths: LibraryPaths) -> None:
    paths.make()
    code = (
        "import sys, time; from filelock import FileLock;"
        "lock = FileLock(sys.argv[1]); lock.acquire(); print('held', flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen([sys.executable, "-c", code, str(paths.lock)], stdout=subprocess.PIPE)
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    try:
        with pytest.raises(LibraryLocked):
            client(paths)
    finally:
        holder.kill()
        holder.wait()
    with closing(client(paths)) as engine:
        assert engine.folders() == ()


# ── again and again ─────────────────────────────────────────────────────────────────────────


def test_three_crashes_in_a_row_are_enough_until_a_person_says_so(paths: LibraryPaths) -> None:
    for _ in range(2):
        with pytest.raises(EngineUnreachable, match="SIGSEGV"):
            client(paths, startup=plain("--crash"))
    with pytest.raises(EngineDown, match="3 times in a row"):
        client(paths, startup=plain("--crash"))
    with pytest.raises(EngineDown, match="SIGSEGV") as raised:
        client(paths)  # which would not crash
    assert "engine start" in raised.value.remedy
    assert crashes(paths).count == 3
    forgive(paths)
    with closing(client(paths)) as engine:
        assert engine.folders() == ()


def test_another_version_gets_a_chance_of_its_own(paths: LibraryPaths) -> None:
    for _ in range(3):
        with pytest.raises((EngineUnreachable, EngineDown)):
            client(paths, startup=plain("--crash", version="1.0"))
    with closing(client(paths, startup=plain(version="1.1"))) as engine:
        assert engine.folders() == ()


def test_engines_killed_soon_after_their_start_count_and_those_that_have_answered_do_not(
    paths: LibraryPaths,
) -> None:
    with closing(client(paths)) as engine:
        list(engine.ask("?", (), Filters()))
        until(lambda: (record := read_record(paths.engine)) is not None and record.steady)
        kill(paths)
        engine.folders()
        assert crashes(paths).count == 0
        for _ in range(2):
            kill(paths)
            engine.folders()
        assert crashes(paths).count == 2
        kill(paths)
        with pytest.raises(EngineDown):
            engine.folders()


def test_an_engine_that_ends_well_is_no_crash(paths: LibraryPaths) -> None:
    for _ in range(4):
        client(paths).close()
        end_engine(paths)
    assert crashes(paths).count == 0


def test_a_stopped_process_is_said_not_waited_for(
    paths: LibraryPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pocketrag.engine.connection.HELLO_SECONDS", 0.5)
    with closing(client(paths)):
        found = about(paths)
        assert found is not None
        os.kill(found.pid, signal.SIGSTOP)
        try:
            with pytest.raises(EngineUnreachable, match=str(found.pid)):
                client(paths)
        finally:
            os.kill(found.pid, signal.SIGCONT)


def test_a_polite_signal_ends_the_engine_well(paths: LibraryPaths) -> None:
    with closing(client(paths)):
        found: Connection | None = running(paths, "test")
        assert found is not None
        os.kill(found.record.pid, signal.SIGTERM)
        assert found.wait_for_end(PATIENCE)
        assert not paths.engine.exists()
        assert crashes(paths).count == 0


# ── a model that kills ──────────────────────────────────────────────────────────────────────


class Facts(dict[str, str]):
    """A library's small facts."""

    def meta(self, key: str) -> str | None:
        return self.get(key)

    def set_meta(self, key: str, value: str) -> None:
        self[key] = value


def test_a_model_that_does_not_survive_its_trial_is_an_error(tmp_path: Path) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF" + bytes(range(256)) * 40)
    facts = Facts()
    with pytest.raises(ModelDamaged, match=r"broken\.gguf"):
        tried(ModelSettings(language=str(broken)), facts)
    assert facts == {}


@pytest.mark.parametrize(
    ("hurt", "told"),
    [
        (
            lambda whole: whole.replace(b"tokenizer.chat_template", b"tokenizer.that_template"),
            "no chat template",
        ),
        (lambda whole: whole.replace(b"llama", b"xlama", 1), "(xlama)"),
        (
            lambda whole: whole[:5_000_000] + bytes(range(256)) * 350_000 + whole[94_600_000:],
            "weights are damaged",
        ),
    ],
    ids=["no template", "unknown architecture", "weights of chance"],
)
def test_a_trial_says_what_is_wrong_with_a_model(
    tmp_path: Path, hurt: Callable[[bytes], bytes], told: str
) -> None:
    model = tmp_path / "hurt.gguf"
    model.write_bytes(hurt(bundled(SMOLLM2).path.read_bytes()))
    with pytest.raises(ModelDamaged, match=re.escape(told)) as raised:
        tried(ModelSettings(language=str(model), context_tokens=512), Facts())
    assert raised.value.remedy


def test_a_model_that_was_tried_is_not_tried_again_until_it_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = tmp_path / "good.gguf"
    header = (b"GGUF" + struct.pack("<IQQ", 3, 0, 0)).ljust(32, b"\0")  # of no tensors and no facts
    model.write_bytes(header)
    trials: list[str] = []
    monkeypatch.setattr("pocketrag.engine.trial._survives", lambda file, settings: trials.append(file.name))
    facts = Facts()
    for _ in range(2):
        tried(ModelSettings(language=str(model)), facts)
    assert trials == ["good"]
    assert REMEMBERED in facts
    model.write_bytes(header + b"and better")
    tried(ModelSettings(language=str(model)), facts)
    assert trials == ["good", "good"]
    tried(ModelSettings(), facts)  # the bundled one
    assert trials == ["good", "good"]


def until(happens: Callable[[], object]) -> None:
    patience = time.monotonic() + PATIENCE
    while not happens():
        assert time.monotonic() < patience, "it never happened"
        time.sleep(0.01)
