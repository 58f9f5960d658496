"""A setting, as front ends show it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SettingLine:
    """One setting, as it may be shown and changed."""

    key: str
    """Section and name: `answer.strictness`."""
    value: str
    """As TOML, but a text without its quotation marks."""
    default: str
    description: str
    choices: tuple[str, ...]
    """The values that there are, where they are few; else empty."""
