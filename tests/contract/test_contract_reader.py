"""What every reader of bytes does, the one in this process and the sandbox; and what the sandbox bears."""

from __future__ import annotations

import base64
import json
import os
import time
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from fakes import InlineReader

from pocketrag.domain import Document, PagePicture, Quote, Unread
from pocketrag.errors import Damaged, NoText, ReadingError, TimedOut, TooLarge
from pocketrag.reading import worker_process
from pocketrag.reading.attachments import MAX_LOST
from pocketrag.reading.png import Pixels, png
from pocketrag.reading.reader import parse
from pocketrag.reading.sandbox import Reader, Sandbox

SAMPLE_DOCS = Path(__file__).parents[2] / "sample_docs"
LEASE = SAMPLE_DOCS / "Home/Lease 2024 signed.pdf"
PAPERS = ["Home/Lease 2024 signed.pdf", "Home/budget 2025.xlsx", "Recipes/sunday dal.md"]


@pytest.fixture(params=["inline", "sandbox"])
def reader(request: pytest.FixtureRequest) -> Iterator[Reader]:
    made = InlineReader() if request.param == "inline" else Sandbox(workers=2)
    yield made
    made.close()


@pytest.mark.parametrize("paper", PAPERS)
def test_the_document_is_what_parsing_gives(reader: Reader, paper: str) -> None:
    path = SAMPLE_DOCS / paper
    assert reader.submit(path.read_bytes(), path.suffix).result() == parse(path.read_bytes(), path.suffix)


def test_a_file_that_cannot_be_read_says_why(reader: Reader) -> None:
    with pytest.raises(NoText) as raised:
        reader.submit(b"", ".txt").result()
    assert raised.value.remedy
    with pytest.raises(Damaged):
        reader.submit(b"%PDF-1.7 and then nothing of use", ".pdf").result()


def test_many_files_come_back_each_to_its_own(reader: Reader) -> None:
    waiting = [reader.submit(f"Paper number {n}.".encode(), ".txt") for n in range(12)]
    assert [w.result().text for w in waiting] == [f"Paper number {n}." for n in range(12)]
    reader.rest()
    assert reader.submit(b"One more.", ".txt").result().text == "One more."
    assert reader.submit(b"A name that is no text.", ".t\udcff").result().text == "A name that is no text."


HANG = "import time; time.sleep(60)"
DIE = "import os; os.kill(os.getpid(), 9)"
ABORT = "import os; os.abort()"
BALLOON = "x = [bytes(50_000_000) for _ in range(100)]"
CALL = "import socket; socket.create_connection(('127.0.0.1', 9))"
WRITE = "open('/tmp/written-by-a-reader', 'w')"
CREATE = "import os; os.close(os.open('/tmp/written-by-a-reader', os.O_CREAT | os.O_WRONLY))"
START = "import subprocess; subprocess.run(['true'])"


class Trap:
    """A sandbox whose reader runs a piece of code for a text that begins with `!`, or is attached so."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, seconds: float = 10.0) -> None:
        (folder / "sitecustomize.py").write_text(
            "import pocketrag.reading.reader as r\n"
            "whole = r.parse\n"
            "def parse(data, suffix, losses=None):\n"
            "    if data.startswith(b'!'):\n"
            "        try: exec(data[1:].decode())\n"
            "        except PermissionError as error: return whole(str(error).encode(), suffix)\n"
            "    return whole(data, suffix, losses)\n"
            "r.parse = parse\n"
            "known = r.parse_as\n"
            "def parse_as(kind, data, attachments):\n"
            "    if data.startswith(b'attached!'): exec(data[9:].decode())\n"
            "    return known(kind, data, attachments)\n"
            "r.parse_as = parse_as\n"
            "drawn = r.page_picture\n"
            "def page_picture(data, *wanted):\n"
            "    if data.startswith(b'!'): exec(data[1:].decode())\n"
            "    return drawn(data, *wanted)\n"
            "r.page_picture = page_picture\n"
        )
        monkeypatch.setenv("PYTHONPATH", str(folder), prepend=os.pathsep)
        self.sandbox = Sandbox(workers=1, seconds=seconds)

    def run(self, code: str) -> str:
        return self.sandbox.submit(f"!{code}".encode(), ".txt").result().text

    def draw(self, code: str) -> PagePicture:
        return self.sandbox.picture(f"!{code}".encode(), page=1, width=200).result()

    def still_works(self) -> bool:
        return self.sandbox.submit(b"Still here.", ".txt").result().text == "Still here."


def test_the_time_that_a_worker_takes_to_start_is_not_the_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trap = Trap(tmp_path, monkeypatch, seconds=2.0)
    with (tmp_path / "sitecustomize.py").open("a") as start:
        start.write("import time\ntime.sleep(2.2)\n")
    assert trap.still_works()
    trap.sandbox.close()


@pytest.fixture
def trap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Trap]:
    made = Trap(tmp_path, monkeypatch, seconds=3.0)
    yield made
    made.sandbox.close()


@pytest.mark.parametrize(
    ("code", "error"),
    [(HANG, TimedOut), (DIE, Damaged), (BALLOON, TooLarge), (ABORT, TooLarge)],
    ids=["hangs", "dies", "balloons", "gives up for want of memory"],
)
def test_a_worker_that_is_lost_costs_one_file(trap: Trap, code: str, error: type[ReadingError]) -> None:
    with pytest.raises(error) as raised:
        trap.run(code)
    assert raised.value.message
    assert raised.value.remedy
    assert trap.still_works()


@pytest.mark.parametrize(
    ("code", "error"),
    [(HANG, TimedOut), (DIE, Damaged), (BALLOON, TooLarge)],
    ids=["hangs", "dies", "balloons"],
)
def test_a_worker_that_is_lost_costs_one_picture(trap: Trap, code: str, error: type[ReadingError]) -> None:
    with pytest.raises(error):
        trap.draw(code)
    assert trap.still_works()


def _mail(**files: str) -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = "Keys"
    message["Message-ID"] = "<1@x.example>"
    message["From"] = message["To"] = "ann@x.example"
    message.set_content("See below.")
    for name, text in files.items():
        message.add_attachment(text, filename=f"{name}.txt")
    return message


def _outcomes(document: Document) -> dict[str, str]:
    return {
        one.name: one.content.reason if isinstance(one.content, Unread) else one.content.text
        for one in document.attachments
    }


@pytest.mark.parametrize(
    ("code", "reason"),
    [(HANG, "timed out"), (DIE, "damaged"), (BALLOON, "too large"), (ABORT, "too large")],
    ids=["hangs", "dies", "balloons", "gives up for want of memory"],
)
def test_an_attachment_that_a_worker_is_lost_to_costs_only_itself(trap: Trap, code: str, reason: str) -> None:
    mail = _mail(before="Red key.", bad=f"attached!{code}", after="Blue key.")
    document = trap.sandbox.submit(bytes(mail), ".eml").result()
    assert "See below." in document.text
    assert _outcomes(document) == {"before.txt": "Red key.", "bad.txt": reason, "after.txt": "Blue key."}
    assert trap.still_works()


def test_what_is_attached_to_an_attached_mail_costs_only_itself(trap: Trap) -> None:
    mail = _mail()
    mail.add_attachment(_mail(bad=f"attached!{DIE}", inner="Red key."))
    mail.add_attachment("Blue key.", filename="after.txt")
    found = _outcomes(trap.sandbox.submit(bytes(mail), ".eml").result())
    assert "See below." in found.pop("Keys.eml")
    assert found == {
        "Keys.eml › bad.txt": "damaged",
        "Keys.eml › inner.txt": "Red key.",
        "after.txt": "Blue key.",
    }


def test_behind_several_that_workers_are_lost_to_no_more_attachments_are_read(trap: Trap) -> None:
    bad = {f"bad{n}": f"attached!{DIE} # {n}" for n in range(MAX_LOST + 2)}
    document = trap.sandbox.submit(bytes(_mail(before="Red key.", **bad, after="Blue key.")), ".eml").result()
    first, *others = document.attachments
    assert isinstance(first.content, Document)
    messages = [one.content.message for one in others if isinstance(one.content, Unread)]
    assert len(messages) == MAX_LOST + 3
    assert len(set(messages[:MAX_LOST])) == len(set(messages[MAX_LOST:])) == 1
    assert messages[0] != messages[-1]


@pytest.mark.parametrize(
    "code", [CALL, WRITE, CREATE, START], ids=["network", "files", "new files", "programs"]
)
def test_a_parser_that_was_taken_over_finds_nothing_to_use(trap: Trap, code: str) -> None:
    assert "a reader" in trap.run(code)
    assert not Path("/tmp/written-by-a-reader").exists()


def test_a_pause_stops_the_worker_and_is_not_counted_as_its_time(trap: Trap, tmp_path: Path) -> None:
    trap.still_works()  # the worker is up
    code = f"import os, time\nfor n in range(8):\n    time.sleep(0.1)\n    os.utime({str(tmp_path)!r})"
    future = trap.sandbox.submit(f"!{code}".encode(), ".txt")
    with trap.sandbox.paused():
        time.sleep(0.2)
        before = tmp_path.stat().st_mtime_ns
        time.sleep(3.5)
        assert tmp_path.stat().st_mtime_ns == before
        assert not future.done()
    assert future.result().text.startswith("!import os")


def test_time_that_a_worker_waits_for_a_core_is_not_counted_as_its_own(
    trap: Trap, monkeypatch: pytest.MonkeyPatch
) -> None:
    trap.still_works()  # the worker is up
    code = "import time; time.sleep(3.5)"
    monkeypatch.setattr(worker_process, "processor_seconds", lambda _: (0.0, True))  # others have the cores
    assert trap.run(code) == f"!{code}"
    monkeypatch.setattr(worker_process, "processor_seconds", lambda _: (0.0, False))
    with pytest.raises(TimedOut):
        trap.run(code)


def test_a_file_handed_over_during_a_pause_is_read_after_it() -> None:
    sandbox = Sandbox(workers=1)
    with sandbox.paused(), sandbox.paused():
        future = sandbox.submit(b"Something.", ".txt")
        time.sleep(0.3)
        assert not future.done()
    assert future.result().text == "Something."
    sandbox.close()


@pytest.mark.parametrize("answer", ["[]", "{}", '{"document": 7}', '{"error": 7}', '{"error": ["x"]}', "7"])
def test_a_worker_that_talks_nonsense_is_not_believed(trap: Trap, answer: str) -> None:
    forged = f"import sys\nsys.modules['__main__'].to_bytes = lambda _: {answer.encode()!r}"
    with pytest.raises(Damaged, match="nonsense"):
        trap.run(forged)
    assert trap.still_works()


WHITE = base64.b64encode(png(Pixels(3, 2, 9, b"\xff" * 18))).decode()


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"picture": 7, "marks": []},
        {"picture": "bm90aGluZw==", "marks": []},
        {"picture": WHITE},
        {"picture": WHITE, "marks": [[0, 0, 4, 2]]},
        {"picture": WHITE, "marks": [[0, 0, 2]]},
        {"picture": WHITE, "marks": [["x", 0, 2, 2]]},
    ],
)
def test_a_worker_that_forges_a_picture_is_not_believed(trap: Trap, answer: dict[str, object]) -> None:
    forged = f"import sys\nsys.modules['__main__'].to_bytes = lambda _: {json.dumps(answer).encode()!r}"
    with pytest.raises(Damaged, match="nonsense"):
        trap.draw(forged)
    assert trap.still_works()


def test_a_page_is_drawn_in_the_sandbox_with_the_quote_marked() -> None:
    sandbox = Sandbox(workers=1)
    data = LEASE.read_bytes()
    picture = sandbox.picture(data, 1, 200, Quote("ASSURED SHORTHOLD TENANCY AGREEMENT")).result()
    assert picture.png.startswith(b"\x89PNG")
    assert picture.width == 200
    assert picture.marks
    assert sandbox.picture(data, 1, 200, Quote("a quote of another file")).result().marks == ()
    for missing, page in ((data, 99), (b"%PDF-1.7 and then nothing of use", 1)):
        with pytest.raises(ReadingError):
            sandbox.picture(missing, page, width=200).result()
    sandbox.close()


def test_a_worker_is_kept_for_the_next_file_whatever_its_parent_weighs() -> None:
    ballast = bytearray(400_000_000)
    ballast[::4096] = b"x" * len(ballast[::4096])
    sandbox = Sandbox(workers=1)
    used = set()
    for n in range(3):
        sandbox.submit(f"Paper {n}.".encode(), ".txt").result()
        worker = sandbox._idle.get(timeout=120)
        used.add(worker._process.pid)
        sandbox._idle.put(worker)
    sandbox.close()
    assert len(used) == 1


def test_closing_leaves_no_process(tmp_path: Path) -> None:
    sandbox = Sandbox(workers=1)
    sandbox.submit(b"Something.", ".txt").result()
    worker = sandbox._idle.get(timeout=120)
    sandbox._idle.put(worker)
    sandbox.close()
    with pytest.raises(ProcessLookupError):
        os.kill(worker._process.pid, 0)
