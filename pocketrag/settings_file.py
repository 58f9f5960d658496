"""The settings file changed key by key, everything else in it left as its owner wrote it. Owns tomlkit."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from pocketrag.domain import SettingLine
from pocketrag.errors import SettingsError
from pocketrag.paths import LibraryPaths
from pocketrag.private_files import write_private
from pocketrag.settings import Settings, checked_settings, load_settings

_PATTERN_SIGNS = re.compile(r"([\\*?\[\]!# ])")
"""What would mean something in a line of .gitignore."""


def setting_lines(paths: LibraryPaths) -> tuple[SettingLine, ...]:
    """Return every setting of a library, in the order of the file. Raises SettingsError."""
    found, defaults = load_settings(paths), Settings()
    lines = []
    for section, group in Settings.model_fields.items():
        for key, described in type(group.default).model_fields.items():
            value, default = (_shown(getattr(getattr(s, section), key)) for s in (found, defaults))
            choices = getattr(described.annotation, "__args__", ())
            named = tuple(choice for choice in choices if isinstance(choice, str))
            lines.append(SettingLine(f"{section}.{key}", value, default, described.description or "", named))
    return tuple(lines)


def change_setting(paths: LibraryPaths, key: str, typed: str) -> Settings:
    """Return the settings with one key set to what was typed, written to the file.

    Raises SettingsError for an unknown key, a value that it cannot have, or a file that cannot be written.
    """
    section, _, name = key.partition(".")
    kind = type(getattr(getattr(Settings(), section, None), name, None))
    return _changed(paths, section, name, typed if kind is str else _value(key, typed))


def ignore(paths: LibraryPaths, path: Path, folder: Path) -> Settings:
    """Return the settings with a rule that leaves out a file, or folder, of a library folder.

    Raises SettingsError if the file of settings cannot be written.
    """
    rules = load_settings(paths).index.ignore
    pattern = "/" + _PATTERN_SIGNS.sub(r"\\\1", path.relative_to(folder).as_posix())
    return _changed(paths, "index", "ignore", list(dict.fromkeys((*rules, pattern))))


def _changed(paths: LibraryPaths, section: str, name: str, value: object) -> Settings:
    import tomlkit

    load_settings(paths)  # writes the file if there is none, and refuses one that is broken already
    try:
        file = tomlkit.parse(paths.settings.read_text(encoding="utf-8"))
        table = file.setdefault(section, tomlkit.table())
        table[name] = value
        settings = checked_settings(file.unwrap(), paths.settings)
        write_private(paths.settings, tomlkit.dumps(file), durable=True)
    except OSError as error:
        raise SettingsError(
            f"The settings file {paths.settings} cannot be written: {error.strerror or error}.",
            "Check its permissions, and that the disk is not full.",
        ) from error
    return settings


def _value(key: str, typed: str) -> object:
    """Return what was typed as a TOML value; a list may be typed without brackets and quotation marks."""
    try:
        return tomllib.loads(f"value = {typed}")["value"]
    except tomllib.TOMLDecodeError:
        return [part.strip() for part in typed.split(",") if part.strip()] if key == "index.ignore" else typed


def _shown(value: Any) -> str:  # noqa: ANN401 - whatever a setting may be
    match value:
        case tuple():
            return ", ".join(value)
        case float():
            return f"{value:g}"
        case _:
            return str(value)
