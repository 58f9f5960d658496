"""The language model of a library: tried before it is loaded, exchanged for another while it is at work."""

from __future__ import annotations

from collections.abc import Iterator

from pocketrag.domain import LoadEvent
from pocketrag.engine.trial import Memory, tried
from pocketrag.models.loading import Loading, Models
from pocketrag.models.slm import LanguageModel
from pocketrag.paths import LibraryPaths
from pocketrag.settings import Settings
from pocketrag.settings_file import change_setting


class LanguageModelInUse:
    """Which language model answers, now and by the settings."""

    def __init__(self, paths: LibraryPaths, settings: Settings, models: Models, memory: Memory) -> None:
        """Load nothing yet; `memory` keeps which of the owner's models went well when they were tried."""
        self.settings = settings
        """Those that the library is at work with: another model changes them."""
        self._paths = paths
        self._models = models
        self._memory = memory

    def load(self) -> Loading[LanguageModel]:
        """Return the language model; one of the owner's is first tried in a process of its own."""
        if not self._models.language_model_is_there:
            tried(self.settings.models, self._memory)
        return (yield from self._models.language_model())

    def use(self, setting: str, confirmed: bool) -> Iterator[LoadEvent]:
        """Yield as another language model takes the place of the one in use, now and in the settings.

        With `confirmed`, `setting` may be the address of a server beyond this computer.
        """
        changed = {"language": setting, **({"confirmed_address": setting} if confirmed else {})}
        chosen = self.settings.models.model_copy(update=changed)
        tried(chosen, self._memory)
        yield from self._models.use_language_model(chosen)
        for key, value in changed.items():
            change_setting(self._paths, f"models.{key}", value)
        self.settings = self.settings.model_copy(update={"models": chosen})
