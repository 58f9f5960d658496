"""Start at login on macOS: a launchd agent. Source: launchd.plist(5), launchctl(1)."""

from __future__ import annotations

import os
import plistlib
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


class Launchd:
    """The user's own service manager."""

    def __init__(self, home: Path | None = None, user: int | None = None) -> None:
        """Keep agents in this home folder, and run them for this user; the caller's if none is given."""
        self._agents = (home or Path.home()) / "Library" / "LaunchAgents"
        self._domain = f"gui/{os.getuid() if user is None else user}"

    def install(self, service: WatchService) -> Installed:
        """Return what was written and done: the agent is loaded if that can be done now.

        Raises AutostartError if the agent cannot be written.
        """
        file, text = self._file(service), agent(service)
        before = self._unloaded(service) if file.exists() else ()
        with changing(file):
            self._agents.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")
        started = ran("launchctl", "bootstrap", self._domain, str(file))
        done = (*before, started)
        if started.error:  # before OS X 10.11
            done = (*done, ran("launchctl", "load", "-w", str(file)))
        return Installed(file, text, None, done, started=not done[-1].error)

    def remove(self, service: WatchService) -> Removed:
        """Return what was deleted and done: the watch is ended, and starts no more."""
        file = self._file(service)
        if not file.exists():
            return Removed((), ())
        done = self._unloaded(service)
        with changing(file):
            file.unlink()
        return Removed((file,), done)

    def installation(self, service: WatchService) -> Installation:
        """Return whether the watch starts at login, and whether it runs."""
        file = self._file(service)
        installed = self.is_installed(service)
        running = installed and not ran("launchctl", "print", f"{self._domain}/{service.name}").error
        return Installation(file, installed, written(file) == agent(service), running)

    def is_installed(self, service: WatchService) -> bool:
        """Return whether the watch starts at login."""
        return self._file(service).exists()

    def _file(self, service: WatchService) -> Path:
        return self._agents / f"{service.name}.plist"

    def _unloaded(self, service: WatchService) -> tuple[Ran, ...]:
        ended = ran("launchctl", "bootout", f"{self._domain}/{service.name}")
        if not ended.error:
            return (ended,)
        return ended, ran("launchctl", "unload", "-w", str(self._file(service)))


def agent(service: WatchService) -> str:
    """Return the text of the agent that runs the watch."""
    return plistlib.dumps(
        {
            "Label": service.name,
            "ProgramArguments": list(service.command),
            "RunAtLoad": True,
            "KeepAlive": {"SuccessfulExit": False},
            "ThrottleInterval": RESTART_SECONDS,
            "ProcessType": "Background",
            "LowPriorityIO": True,
            "Nice": NICENESS,
            # the engine may be in use by the app: it ends by itself once nobody needs it
            "AbandonProcessGroup": True,
            # which files changed is nobody's business; what goes wrong is written down
            "StandardOutPath": os.devnull,
            "StandardErrorPath": str(service.log),
        }
    ).decode("utf-8")
