"""Whether the computer runs on battery: what the system says, asked now and then.

Source: Linux, Documentation/ABI/testing/sysfs-class-power; macOS, pmset(1).
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

SUPPLIES = Path("/sys/class/power_supply")
"""Linux: a folder for each supply of power."""

EVERY_SECONDS = 10.0
"""For how long an answer of the system is taken to hold."""

PMSET_SECONDS = 5.0
"""How long macOS may take to answer."""


class Battery:
    """The computer's battery, as far as it matters here."""

    def __init__(self, read: Callable[[], bool] | None = None, every: float = EVERY_SECONDS) -> None:
        """Ask the system by `read`, at most every so many seconds."""
        self._read = read or on_battery
        self._every = every
        self._asked = -every
        self._in_use = False

    def in_use(self) -> bool:
        """Return whether the computer runs on battery; False where the system does not tell."""
        now = time.monotonic()
        if now - self._asked >= self._every:
            self._asked, self._in_use = now, self._read()
        return self._in_use


def on_battery(platform: str = sys.platform) -> bool:
    """Return whether the computer runs on battery now; False where the system does not tell."""
    if platform == "darwin":
        return pmset_says_battery(_pmset())
    return supplies_say_battery(SUPPLIES)


def supplies_say_battery(supplies: Path) -> bool:
    """Return whether, of Linux's supplies of power, none from outside is on and a battery is being used up.

    Batteries of mice and the like (`scope` is `Device`) do not count.
    """
    try:
        facts = [_facts(supply) for supply in supplies.iterdir()]
    except OSError:  # another system, or a container that is shown none
        return False
    plugged = any(one["type"] not in ("Battery", "UPS") and one["online"] == "1" for one in facts)
    used = any(one["type"] == "Battery" and one["status"] == "Discharging" for one in facts)
    return used and not plugged


def pmset_says_battery(said: str) -> bool:
    """Return whether `pmset -g batt` said that power is drawn from the battery."""
    return "Now drawing from 'Battery Power'" in said


def _facts(supply: Path) -> dict[str, str]:
    """Return what is known of a supply; all of it empty for one that is none of the computer's."""
    names = ("type", "online", "status")
    if _fact(supply, "scope") == "Device":
        return dict.fromkeys(names, "")
    return {name: _fact(supply, name) for name in names}


def _fact(supply: Path, name: str) -> str:
    try:
        return (supply / name).read_text("ascii", "replace").strip()
    except OSError:  # not every supply has every fact; some do not answer
        return ""


def _pmset() -> str:
    try:
        return subprocess.run(
            ["/usr/bin/pmset", "-g", "batt"],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=PMSET_SECONDS,
            check=False,
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""
