"""Making forms of models: one process at a time, and nothing lost or left however a making ends."""

from __future__ import annotations

import errno
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from pocketrag.errors import ModelDamaged
from pocketrag.models.forms import FOR_NOW, give_up, making, ran
from pocketrag.models.hub import ModelFile
from pocketrag.models.prepare import PreparedModels

FILE = ModelFile("lease", Path("lease"), "abc")

MAKES = """
import sys; from pathlib import Path; from pocketrag.models.forms import making
with making(Path(sys.argv[1]), "making-") as folder:
    (folder / "half").touch(); print("at it", flush=True); sys.stdin.read()
"""


def made(target: Path, said: str) -> bool:
    """Make a form, unless another has just made it."""
    with making(target, "making-") as folder:
        if folder is not None:
            (folder / "said").write_text(said)
    return folder is not None


def shown(folder: Path) -> list[str]:
    """What lies around for a person to see."""
    return sorted(found.name for found in folder.iterdir() if not found.name.startswith("."))


def test_who_waits_for_another_that_makes_the_same_form_takes_that_one(tmp_path: Path) -> None:
    target, found = tmp_path / "form", list[bool]()
    second = threading.Thread(target=lambda: found.append(made(target, "second")))
    with making(target, "making-") as folder:
        assert folder is not None
        second.start()
        second.join(0.3)
        assert second.is_alive()
        (folder / "said").write_text("first")
    second.join(60)
    assert found == [False]
    assert (target / "said").read_text() == "first"
    assert made(target, "again")
    assert (target / "said").read_text() == "again"
    assert shown(tmp_path) == ["form"]


def test_a_form_stays_where_making_it_anew_fails(tmp_path: Path) -> None:
    target = tmp_path / "form"
    made(target, "before")
    with pytest.raises(ValueError, match="half way"), making(target, "making-"):
        raise ValueError("half way")
    assert (target / "said").read_text() == "before"
    assert shown(tmp_path) == ["form"]


def test_what_a_killed_making_left_goes_with_the_next(tmp_path: Path) -> None:
    target = tmp_path / "form"
    command = [sys.executable, "-c", MAKES, str(target)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"at it\n"
        process.kill()
    assert len(shown(tmp_path)) == 1
    assert made(target, "next")
    assert shown(tmp_path) == ["form"]


def test_a_making_that_is_interrupted_is_ended(tmp_path: Path) -> None:
    begun: list[subprocess.Popen[bytes]] = []

    def interrupt(process: subprocess.Popen[bytes]) -> None:
        begun.append(process)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ran("timeit", ["-n", "1", "-s", "import time", "time.sleep(60)"], 60, interrupt)
    assert begun[0].poll() is not None
    said, status = ran("timeit", ["-n", "1", "-s", "import time", "time.sleep(60)"], 0.1, bool)
    assert status < 0, said


def test_a_reason_that_may_pass_is_not_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    models = PreparedModels(tmp_path)
    for status, remembered in ((FOR_NOW, False), (1, True)):
        monkeypatch.setattr("pocketrag.models.prepare.ran", lambda *_, status=status: (b"a reason", status))
        with pytest.raises(ModelDamaged, match="a reason"):
            models.load(FILE)
        assert (shown(tmp_path) != []) is remembered


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), FOR_NOW, "No space left on device\n"),
        (ModelDamaged("It is cut short.", "Fetch it again."), 1, "It is cut short.\n"),
        (ValueError("odd"), 1, "ValueError: odd\n"),
    ],
)
def test_a_process_says_why_it_made_no_form(
    error: Exception, status: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        give_up(error)
    assert ended.value.code == status
    assert capsys.readouterr().err == said
