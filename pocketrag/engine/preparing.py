"""Preparing the language model for this computer: once, in the background, after its first answer.

Until that is done the model answers as it came; while a question is answered, measuring stands still.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from pocketrag.errors import ModelError
from pocketrag.models.hub import ModelFile
from pocketrag.models.loading import Models
from pocketrag.models.tuned import AT_LEISURE, TunedModels

log = logging.getLogger(__name__)


class Preparing:
    """Tunes the language model in use, if nobody has before."""

    def __init__(self, models: Models, tuned: TunedModels, gpu_layers: int, *, wanted: bool) -> None:
        """Do nothing yet; nor ever, unless it is `wanted`."""
        self._models = models
        self._tuned = tuned
        self._gpu_layers = gpu_layers
        self._wanted = wanted
        self._at_work: ModelFile | None = None
        self._starting = threading.Lock()
        self._closed = False

    @contextmanager
    def after(self) -> Iterator[None]:
        """Keep measuring still while a question is answered; then begin, if there is something to tune."""
        with self._tuned.paused():
            yield
        self._begin()

    def said(self) -> str:
        """Return what is being prepared, in words; empty while nothing is."""
        return f"preparing {self._at_work.name} for this computer" if self._at_work else ""

    def close(self) -> None:
        """Break off what is under way."""
        self._closed = True
        self._tuned.stop()

    def _begin(self) -> None:
        with self._starting:
            if not self._wanted or self._closed or self._at_work:
                return
            try:
                file = self._models.to_tune()
            except ModelError:  # it has gone since: who asks next is told
                return
            if file is None:
                return
            self._at_work = file
        threading.Thread(target=self._prepare, args=(file,), name="preparing", daemon=True).start()

    def _prepare(self, file: ModelFile) -> None:
        try:
            self._tuned.make(file, self._gpu_layers, AT_LEISURE)
            if not self._closed:
                self._models.adopt(file)
        except ModelError as error:
            log.warning("the language model stays as it came: %s", error.kind)
        finally:
            self._at_work = None
