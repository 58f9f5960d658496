"""The watch that starts at login: what is written for systemd and launchd, and taken back.

Both service managers are stood in for by little programs on PATH that write down what they are told.
"""

from __future__ import annotations

import plistlib
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pocketrag.autostart.choosing import service_manager
from pocketrag.autostart.service import NAME, WatchService, watch_service
from pocketrag.autostart.systemd import quoted, unit
from pocketrag.errors import AutostartError
from pocketrag.paths import LibraryPaths, default_library

STAND_IN = """\
#!/bin/sh
printf '%s\\n' "$(basename "$0") $*" >> "{log}"
case "$*" in {failing}) echo "Failed to connect to bus" >&2; exit 1;; esac
"""


class Home:
    """A home folder, and service managers that obey or not."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.log = folder / "told"
        self.units = folder / "config" / "systemd" / "user"
        self.programs = folder / "bin"
        self.programs.mkdir()
        monkeypatch.setenv("HOME", str(folder))
        monkeypatch.setenv("XDG_CONFIG_HOME", str(folder / "config"))
        monkeypatch.setenv("PATH", f"{self.programs}:/usr/bin:/bin")
        self.obey()

    def obey(self, failing: str = "-") -> None:
        """From now on do as told, save for the commands that fit this pattern of the shell's."""
        for name in ("systemctl", "launchctl"):
            program = self.programs / name
            program.write_text(STAND_IN.format(log=self.log, failing=failing))
            program.chmod(0o755)

    def told(self) -> list[str]:
        """What the service managers were told since this was last asked."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        self.log.unlink(missing_ok=True)
        return lines


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    return Home(tmp_path, monkeypatch)


@pytest.fixture
def service(home: Home) -> WatchService:
    return watch_service(LibraryPaths(default_library()))


# ── systemd ─────────────────────────────────────────────────────────────────────────────────


def test_a_unit_is_written_enabled_and_started(home: Home, service: WatchService) -> None:
    done = service_manager("linux").install(service)
    assert done.file == home.units / "pocketrag-watch.service"
    assert done.file.read_text() == done.text == unit(service)
    assert done.started
    assert done.link is None
    assert home.told() == [
        "systemctl --user daemon-reload",
        "systemctl --user enable pocketrag-watch.service",
        "systemctl --user restart pocketrag-watch.service",
    ]


def test_without_a_session_to_speak_to_the_unit_is_linked_for_the_next_login(
    home: Home, service: WatchService
) -> None:
    home.obey(failing="*")
    done = service_manager("linux").install(service)
    assert not done.started
    assert done.link == home.units / "default.target.wants" / "pocketrag-watch.service"
    assert done.link.read_text() == done.text
    assert [ran.error for ran in done.ran] == ["Failed to connect to bus"] * 3
    assert service_manager("linux").is_installed(service)


def test_installing_twice_is_installing_once(home: Home, service: WatchService) -> None:
    home.obey(failing="*")
    for _ in "12":
        service_manager("linux").install(service)
    assert sorted(p.name for p in home.units.rglob("*")) == [
        "default.target.wants",
        "pocketrag-watch.service",
        "pocketrag-watch.service",
    ]


@pytest.mark.parametrize("failing", ["-", "*"])
def test_what_was_installed_is_taken_back_whole(home: Home, service: WatchService, failing: str) -> None:
    home.obey(failing="*")
    service_manager("linux").install(service)
    home.obey(failing)
    home.told()
    done = service_manager("linux").remove(service)
    assert len(done.files) == 2
    assert [p for p in home.units.rglob("*") if not p.is_dir()] == []
    assert home.told() == [
        "systemctl --user disable --now pocketrag-watch.service",
        "systemctl --user daemon-reload",
    ]
    assert service_manager("linux").remove(service).files == ()
    assert home.told() == []


def test_how_it_stands_is_told(home: Home, service: WatchService) -> None:
    systemd = service_manager("linux")
    assert not systemd.installation(service).installed
    home.obey(failing="*")
    systemd.install(service)
    found = systemd.installation(service)
    assert (found.installed, found.current, found.running) == (True, True, False)
    home.obey()
    assert systemd.installation(service).running
    found.file.write_text(found.file.read_text().replace("pocketrag", "an older one"))
    assert not systemd.installation(service).current


def test_a_unit_that_cannot_be_written_says_so(home: Home, service: WatchService) -> None:
    (home.folder / "config").write_text("a file, where a folder should be")
    with pytest.raises(AutostartError, match="cannot be changed") as raised:
        service_manager("linux").install(service)
    assert raised.value.remedy


PRINTABLE = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1)


@given(PRINTABLE)
def test_a_word_comes_back_as_it_was(word: str) -> None:
    """Within double quotes a POSIX shell takes back the same two escapes as systemd, apart from `$`."""
    assert "%" not in quoted(word).replace("%%", "")
    assert shlex.split(quoted(word).replace("%%", "%")) == [word]


@pytest.mark.parametrize("name", ["plain", "sp ace", "100%h", "$HOME", '"it\'s\\n"', "ünï; #x", "a=b"])
def test_systemd_itself_finds_the_program(home: Home, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    verifier = shutil.which("systemd-analyze")
    if verifier is None:
        pytest.skip("systemd is not there to say what it reads")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(home.folder))
    program = home.folder / name / "python"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    service = watch_service(LibraryPaths(home.folder / name / "library"), (str(program), "-m", "pocketrag"))
    file = home.folder / "pocketrag-watch.service"
    file.write_text(unit(service))
    done = subprocess.run(
        [verifier, "--user", "verify", str(file)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


# ── launchd ─────────────────────────────────────────────────────────────────────────────────


def test_an_agent_is_written_and_loaded(home: Home, service: WatchService) -> None:
    done = service_manager("darwin").install(service)
    assert done.file == home.folder / "Library" / "LaunchAgents" / "pocketrag-watch.plist"
    told = plistlib.loads(done.file.read_bytes())
    assert told["Label"] == "pocketrag-watch"
    assert told["ProgramArguments"] == list(service.command)
    assert told["RunAtLoad"] is True
    assert told["KeepAlive"] == {"SuccessfulExit": False}
    (line,) = home.told()
    assert re.fullmatch(rf"launchctl bootstrap gui/\d+ {done.file}", line)
    assert done.started


def test_an_older_launchd_loads_it_too(home: Home, service: WatchService) -> None:
    home.obey(failing="bootstrap*|bootout*")
    done = service_manager("darwin").install(service)
    assert done.started
    assert home.told()[-1] == f"launchctl load -w {done.file}"
    assert service_manager("darwin").remove(service).files == (done.file,)
    assert home.told()[-1] == f"launchctl unload -w {done.file}"


def test_an_agent_is_replaced_and_taken_back(home: Home, service: WatchService) -> None:
    launchd = service_manager("darwin")
    launchd.install(service)
    home.told()
    done = launchd.install(service)
    assert [line.split()[1] for line in home.told()] == ["bootout", "bootstrap"]
    found = launchd.installation(service)
    assert (found.installed, found.current, found.running) == (True, True, True)
    assert launchd.remove(service).files == (done.file,)
    assert not done.file.exists()
    assert not launchd.is_installed(service)
    assert launchd.remove(service).files == ()


# ── which, and of what name ─────────────────────────────────────────────────────────────────


def test_each_library_has_a_service_of_its_own(home: Home, tmp_path: Path) -> None:
    assert watch_service(LibraryPaths(default_library())).name == NAME
    names = [
        watch_service(LibraryPaths(tmp_path / name)).name for name in ("a/Papers", "b/Papers", "ü", "My %n")
    ]
    assert len(set(names)) == 4
    assert names[0].startswith("pocketrag-watch-papers-")
    assert all(re.fullmatch(r"[a-z0-9-]+", name) for name in names)


@pytest.mark.parametrize("name", ["two\nlines", "tab\t", "\x1b[2J", "caf\udce9", "sep\u2028"])
def test_a_path_that_cannot_be_written_down_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(AutostartError) as raised:
        watch_service(LibraryPaths(tmp_path / name))
    assert "Rename" in raised.value.remedy
    assert name not in str(raised.value)


def test_a_system_without_either_says_what_to_do(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(AutostartError, match="neither") as raised:
        service_manager("win32")
    assert "pocketrag watch" in raised.value.remedy
    monkeypatch.setenv("PATH", str(home.folder))
    with pytest.raises(AutostartError, match="neither"):
        service_manager("linux")
