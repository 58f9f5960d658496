"""What a look at the library's health finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

CheckState = Literal["ok", "warning", "problem"]
"""A warning is worth knowing; with a problem, something does not work or answers may be wrong."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    name: str
    state: CheckState
    found: str
    """What was found, in a sentence or less."""
    remedy: str = ""
    """What to do about it; empty where nothing need be done."""
