"""Where prepared models are kept, and how one comes to be: once a computer, in a process of its own.

PyTorch, which the export needs, is never imported by the engine.
"""

from __future__ import annotations

import logging
from pathlib import Path

from pocketrag.errors import ModelDamaged
from pocketrag.models.forms import FOR_NOW, Forms, last_words, ran
from pocketrag.models.hub import ModelFile
from pocketrag.models.prepared import Prepared, PreparedEmbedder, read_prepared

log = logging.getLogger(__name__)

FORM_VERSION = 2
"""Version of how models are prepared: raise it when what comes out changes. (2: tokens come out too.)"""

SECONDS = 1800.0
"""How long preparing may take: half a minute for a small model on two cores, many for a large one."""


class PreparedModels:
    """The models prepared for this computer, in one folder that all libraries share."""

    def __init__(self, folder: Path) -> None:
        """Keep them in this folder, which need not be there yet."""
        self._forms = Forms(folder, "v", FORM_VERSION)

    def place(self, file: ModelFile) -> Path:
        """Return the folder of a model's prepared form, whether it is there or not."""
        return self._forms.place(file)

    def find(self, file: ModelFile) -> Prepared | None:
        """Return what is known of a model's prepared form; None if there is none that is whole."""
        return read_prepared(self.place(file))

    def load(self, file: ModelFile, threads: int = 0) -> PreparedEmbedder:
        """Return the prepared model at work, made first if need be.

        Raises ModelDamaged if it cannot be prepared, at once where that was tried before.
        """
        about = self.find(file)
        if about is None and self._forms.refusal(file).exists():
            raise _unprepared(file, self._forms.refusal(file).read_text(encoding="utf-8"))
        return PreparedEmbedder(self.place(file), about or self.make(file, threads), threads)

    def make(self, file: ModelFile, threads: int = 0) -> Prepared:
        """Return the prepared form, made now (half a minute), in place of one that was there.

        Raises ModelDamaged, which says why, if the model cannot be prepared; what was there stays then.
        """
        try:
            self._forms.open()
        except OSError as error:
            raise _unprepared(file, f"{self._forms.folder} cannot be written ({error.strerror})") from error
        arguments = [str(file.path), str(self.place(file)), file.name, file.revision, str(threads)]
        said, status = ran("pocketrag.models.export", arguments, SECONDS, bool)
        about = self.find(file) if status == 0 else None
        if about is None:
            why = last_words(said, status)
            if 0 <= status != FOR_NOW:
                self._forms.refuse(file, why)
            raise _unprepared(file, why)
        self._forms.settle(file)
        return about


def _unprepared(file: ModelFile, why: str) -> ModelDamaged:
    log.info("a model cannot be prepared: %s", why)
    return ModelDamaged(
        f"The embedding model {file.name} cannot be prepared for this computer: {why}.",
        "It is used as it came, which is slower; `pocketrag models prepare` tries again.",
    )
