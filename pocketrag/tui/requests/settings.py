"""The library's settings: told, and changed in their file."""

from __future__ import annotations

from pathlib import Path

from textual.message_pump import MessagePump

from pocketrag.paths import LibraryPaths
from pocketrag.tui.jobs import Job
from pocketrag.tui.messages import SettingsChanged, SettingsTold
from pocketrag.tui.requests.lanes import Lanes


class SettingsRequests:
    """What is asked of the settings file; no engine is needed for it."""

    def __init__(self, lanes: Lanes, paths: LibraryPaths) -> None:
        self._lanes = lanes
        self._paths = paths

    def tell(self, asker: MessagePump) -> Job:
        """Tell every setting: `SettingsTold` or `Failed`."""

        def work(job: Job) -> None:
            from pocketrag.settings_file import setting_lines

            job.tell(SettingsTold(setting_lines(self._paths)))

        return self._lanes.begin("look", work, asker)

    def change(self, asker: MessagePump, key: str, typed: str) -> Job:
        """Set a key to what was typed: `SettingsChanged` or `Failed`."""

        def work(job: Job) -> None:
            from pocketrag.settings_file import change_setting

            change_setting(self._paths, key, typed)
            job.tell(SettingsChanged(key))

        return self._lanes.begin("look", work, asker)

    def ignore(self, asker: MessagePump, path: Path, folder: Path) -> Job:
        """Leave a file or folder of a library folder out from now on: `SettingsChanged` or `Failed`."""

        def work(job: Job) -> None:
            from pocketrag.settings_file import ignore

            ignore(self._paths, path, folder)
            job.tell(SettingsChanged("index.ignore"))

        return self._lanes.begin("look", work, asker)
