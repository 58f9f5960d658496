"""Start at login on Linux: a systemd user unit (systemd.service(5), systemd.unit(5), systemd.exec(5))."""

from __future__ import annotations

import os
from pathlib import Path

from pocketrag.autostart.running import changing, ran, written
from pocketrag.autostart.service import (
    NICENESS,
    RESTART_SECONDS,
    Installation,
    Installed,
    Ran,
    Removed,
    WatchService,
)

UNIT = """\
# Written by `pocketrag watch --install`; `pocketrag watch --uninstall` takes it away.

[Unit]
Description=PocketRAG: keep the index of {library} up to date
StartLimitIntervalSec=600
StartLimitBurst=5

[Service]
ExecStart=:{command}
Restart=on-failure
RestartSec={restart}
Nice={niceness}
IOSchedulingClass=idle
# the engine may be in use by the app: it ends by itself once nobody needs it
KillMode=process
# which files changed is nobody's business; what goes wrong is in the journal
StandardOutput=null

[Install]
WantedBy=default.target
"""
"""`:` before a command: a `$` in it is a `$`, and names no variable."""


class Systemd:
    """The user's own service manager."""

    def __init__(self, config: Path | None = None) -> None:
        """Keep units below this folder for settings; below the user's if none is given."""
        found = config or Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
        self._units = found / "systemd" / "user"

    def install(self, service: WatchService) -> Installed:
        """Return what was written and done: the unit is enabled, and started if that can be done now.

        Raises AutostartError if the unit cannot be written.
        """
        file, text = self._file(service), unit(service)
        with changing(file):
            self._units.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")
        reloaded, enabled = _systemctl("daemon-reload"), _systemctl("enable", file.name)
        link = self._linked(file) if enabled.error else None
        started = _systemctl("restart", file.name)  # the watch that runs may be of an older unit
        return Installed(file, text, link, (reloaded, enabled, started), started=not started.error)

    def remove(self, service: WatchService) -> Removed:
        """Return what was deleted and done: the watch is ended, and starts no more."""
        file = self._file(service)
        link = self._link(file)
        if not (file.exists() or link.is_symlink()):
            return Removed((), ())
        disabled = _systemctl("disable", "--now", file.name)
        there = tuple(path for path in (file, link) if path.exists() or path.is_symlink())
        for path in there:
            with changing(path):
                path.unlink()
        return Removed(there, (disabled, _systemctl("daemon-reload")))

    def installation(self, service: WatchService) -> Installation:
        """Return whether the watch starts at login, and whether it runs."""
        file = self._file(service)
        installed = self.is_installed(service)
        running = installed and not _systemctl("is-active", "--quiet", file.name).error
        return Installation(file, installed, written(file) == unit(service), running)

    def is_installed(self, service: WatchService) -> bool:
        """Return whether the watch starts at login."""
        file = self._file(service)
        return file.exists() and self._link(file).is_symlink()

    def _file(self, service: WatchService) -> Path:
        return self._units / f"{service.name}.service"

    def _link(self, file: Path) -> Path:
        """Return where systemd looks for what is to start with a session."""
        return self._units / "default.target.wants" / file.name

    def _linked(self, file: Path) -> Path:
        """Return the link by which systemd finds the unit at the next login, as `enable` would make it."""
        link = self._link(file)
        with changing(link):
            link.parent.mkdir(parents=True, exist_ok=True)
            link.unlink(missing_ok=True)
            link.symlink_to(file)
        return link


def unit(service: WatchService) -> str:
    """Return the text of the unit that runs the watch."""
    return UNIT.format(
        library=_literal(str(service.library)),
        command=" ".join(map(quoted, _by_shell(service.command))),
        restart=RESTART_SECONDS,
        niceness=NICENESS,
    )


def _by_shell(command: tuple[str, ...]) -> tuple[str, ...]:
    """Return the command, run by a shell if systemd would refuse its program's path for a quote in it."""
    if any(character in command[0] for character in "\"'\\"):
        return ("/bin/sh", "-c", 'exec "$0" "$@"', *command)
    return command


def quoted(word: str) -> str:
    """Return a word of a command as systemd reads it back, whatever printable characters it holds."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{_literal(escaped)}"'


def _literal(text: str) -> str:
    """Return text in which systemd finds no specifier, such as `%h`."""
    return text.replace("%", "%%")


def _systemctl(*arguments: str) -> Ran:
    return ran("systemctl", "--user", *arguments)
