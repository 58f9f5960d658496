"""Files shown by other programs: opened, at their page where the program can do that, or in their folder.

A path is handed over as one argument of a command, never through a shell; it is absolute, so that no
name can be taken for an option.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from pocketrag.errors import OutsideError

_VIEWERS: Final = {
    "evince": "--page-index={page}",
    "atril": "--page-index={page}",
    "xreader": "--page-index={page}",
    "okular": "--page={page}",
    "zathura": "--page={page}",
    "qpdfview": "",
}
"""Viewers of PDFs that go to a page, by the name of their program: how they are told (their manuals)."""


def open_outside(path: Path, page: int | None) -> None:
    """Open a file in the program that the system has for it. Raises OutsideError."""
    _start(open_command(_there(path), page))


def reveal(path: Path) -> None:
    """Show a file in the system's file manager. Raises OutsideError."""
    _start(reveal_command(_there(path)))


def open_command(path: Path, page: int | None) -> list[str]:
    """Return what opens a file: at the page, if the system's viewer of PDFs can."""
    if sys.platform == "darwin":
        return ["open", str(path)]
    if page is not None and path.suffix.lower() == ".pdf":
        viewer = _default_viewer()
        if viewer == "qpdfview":
            return [viewer, f"{path}#{page}"]
        if viewer in _VIEWERS:
            return [viewer, _VIEWERS[viewer].format(page=page), str(path)]
    return ["xdg-open", str(path)]


def reveal_command(path: Path) -> list[str]:
    """Return what shows a file in its folder, selected where the file manager can do that."""
    if sys.platform == "darwin":
        return ["open", "-R", str(path)]
    if shutil.which("dbus-send"):  # https://www.freedesktop.org/wiki/Specifications/file-manager-interface/
        return [
            "dbus-send", "--session", "--dest=org.freedesktop.FileManager1", "--type=method_call",
            "/org/freedesktop/FileManager1", "org.freedesktop.FileManager1.ShowItems",
            f"array:string:{path.as_uri().replace(',', '%2C')}", "string:",
        ]  # fmt: skip
    return ["xdg-open", str(path.parent)]


def _default_viewer() -> str:
    """Return the name of the program that opens PDFs here, such as `evince`; empty if that is not known."""
    try:
        asked = ["xdg-mime", "query", "default", "application/pdf"]
        said = subprocess.run(asked, capture_output=True, text=True, timeout=5, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return said.strip().removesuffix(".desktop").rpartition(".")[2].lower()


def _there(path: Path) -> Path:
    if not path.is_absolute() or not path.is_file():
        raise OutsideError(f"{path.name} is not there any more.", "Update the index with ctrl+r.")
    return path


def _start(command: list[str]) -> None:
    """Start a program and leave it. Raises OutsideError where there is no desktop, or no such program."""
    desktop = sys.platform == "darwin" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if not desktop:
        raise OutsideError("There is no desktop here to show it on.", "Open the file where you sit.")
    try:
        subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise OutsideError(
            f"{command[0]} cannot be started: {error.strerror or error}.", "Open the file by hand."
        ) from error
