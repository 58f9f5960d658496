"""Which service manager this system has."""

from __future__ import annotations

import shutil
import sys

from pocketrag.autostart.launchd import Launchd
from pocketrag.autostart.systemd import Systemd
from pocketrag.errors import AutostartError


def service_manager(platform: str = sys.platform) -> Systemd | Launchd:
    """Return the service manager of the system. Raises AutostartError if it is none that we know."""
    if platform == "darwin":
        return Launchd()
    if platform == "linux" and shutil.which("systemctl"):
        return Systemd()
    raise AutostartError(
        "This system has neither systemd nor launchd, so PocketRAG cannot arrange to be started at login.",
        "Let your desktop's list of programs to start run `pocketrag watch`.",
    )
