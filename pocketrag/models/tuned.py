"""Language models as they run fastest here: where what was measured is kept, and how it comes to be.

What is kept for a model is a form of its weights (its own file, or another one made of it) and how
llama.cpp is to use the cores. A process of its own (`tuning.py`) makes it, and only what it measured to be
faster, and to say the same, is ever used.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pocketrag.errors import ModelDamaged, ModelError
from pocketrag.models.forms import FOR_NOW, Forms, last_words, ran
from pocketrag.models.gguf import read_gguf
from pocketrag.models.hub import ModelFile
from pocketrag.models.slm import Running
from pocketrag.settings import ModelSettings

log = logging.getLogger(__name__)

RECORD, WEIGHTS = "tuned.json", "model.gguf"

MAKING = "tuning-"
"""What the name of a folder begins with in which a model is being tuned."""

TUNING_VERSION = 2
"""Version of how models are tuned: raise it when other ways are tried."""

QUIET = 0.25
"""Share of the cores' time that other programs may use while ways to run a model are compared."""

SOON, AT_LEISURE = 20.0, 120.0
"""Seconds that measuring waits for a quiet computer: when a person waits for it, and when nobody does."""

SECONDS = 1800.0
"""How long tuning may take: a minute for a small model on two quiet cores, many for a large one."""


@dataclass(frozen=True, slots=True)
class Tuned:
    """What was measured of a model on this computer, and what came of it."""

    name: str
    revision: str
    computer: str
    """What would make it be measured anew: the cores, and llama.cpp's version."""
    form: str
    """Such as Q8_0: of the weights that were made here; empty where the model's own file is used."""
    running: Running
    prompt_rate: float
    generation_rate: float
    """Tokens a second, as it is used from now on."""
    prompt_rate_before: float
    generation_rate_before: float
    """Tokens a second, of the model as it came."""
    perplexity_ratio: float
    agreement: float
    """Of the form with the model as it came; 1 where that is used."""
    context_tokens: int
    """The longest context that fits into memory beside the weights, and that the model was trained for."""
    context_bytes: int
    """What each of its tokens takes, as measured."""
    busy: float
    """Share of the cores' time that other programs used just before."""
    parameters: int

    @property
    def disturbed(self) -> bool:
        """Whether other programs were at work: measured anew when they are not, it may turn out better."""
        return self.busy > QUIET

    @property
    def rate(self) -> float:
        """Parameters times prompt tokens a second: what tells how fast another model would be here."""
        return self.prompt_rate * self.parameters


def context_of(tuned: Tuned | None, wanted: int) -> int:
    """Return how long a context a model is given: as wanted, but not longer than was found to fit."""
    return min(wanted, tuned.context_tokens) if tuned else wanted


def running_of(tuned: Tuned | None, settings: ModelSettings) -> Running:
    """Return how a model runs: as was measured, or as llama.cpp has it; and as the settings say."""
    running = tuned.running if tuned else Running()
    if settings.threads:
        running = replace(running, threads=settings.threads, batch_threads=settings.threads)
    return replace(running, gpu_layers=settings.gpu_layers)


def this_build() -> str:
    """Return what measurements depend on, beside the model."""
    return f"{os.cpu_count()} cores, llama-cpp-python {version('llama-cpp-python')}"


class TunedModels:
    """The language models tuned for this computer, in the folder that all libraries share."""

    def __init__(self, folder: Path) -> None:
        """Keep them in this folder, which need not be there yet."""
        self._forms = Forms(folder, "t", TUNING_VERSION)
        self._process: subprocess.Popen[bytes] | None = None
        self._pauses = 0
        self._stopped = False
        self._changing = threading.Lock()

    def place(self, file: ModelFile) -> Path:
        """Return the folder of what is kept of a model, whether it is there or not."""
        return self._forms.place(file)

    def find(self, file: ModelFile) -> Tuned | None:
        """Return what was measured of a model here; None if nothing was, or it is not whole."""
        try:
            values: dict[str, Any] = json.loads((self.place(file) / RECORD).read_text(encoding="utf-8"))
            if set(values) != {field.name for field in fields(Tuned)}:
                return None
            found = Tuned(**{**values, "running": Running(**values["running"])})
            if found.form:
                read_gguf(self.place(file) / WEIGHTS)
        except (OSError, ValueError, TypeError, ModelError):
            return None
        return found if found.computer == this_build() else None

    def weights(self, file: ModelFile, tuned: Tuned) -> ModelFile:
        """Return the file to load."""
        return replace(file, path=self.place(file) / WEIGHTS) if tuned.form else file

    def refused(self, file: ModelFile) -> bool:
        """Return whether tuning failed before: it is not tried again by itself."""
        return self._forms.refusal(file).exists()

    def make(self, file: ModelFile, gpu_layers: int = 0, patience: float = SOON) -> Tuned:
        """Return what was measured, now (a minute for the bundled model), in place of an older record.

        At most `patience` seconds are spent on waiting for other programs to be done with the cores.

        Raises ModelDamaged, which says why, if that cannot be done; what was there stays then.
        """
        try:
            self._forms.open()
        except OSError as error:
            raise _untuned(file, f"{self._forms.folder} cannot be written ({error.strerror})") from error
        said, status = self._run(file, gpu_layers, patience)
        found = self.find(file) if status == 0 else None
        if found is None:
            why = last_words(said, status)
            if 0 <= status != FOR_NOW and not self._stopped:  # else it was ended, by somebody or by us
                self._forms.refuse(file, why)
            raise _untuned(file, why)
        self._forms.settle(file)
        return found

    def _run(self, file: ModelFile, gpu_layers: int, patience: float) -> tuple[bytes, int]:
        numbers = [str(gpu_layers), str(patience)]
        arguments = [str(file.path), str(self.place(file)), file.name, file.revision, *numbers]
        try:
            return ran("pocketrag.models.tuning", arguments, SECONDS, self._begun)
        finally:
            with self._changing:
                self._process = None

    def _begun(self, process: subprocess.Popen[bytes]) -> None:
        with self._changing:
            self._process = process
            if self._pauses:
                self._signal(signal.SIGSTOP)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Let measuring stand still meanwhile: a question shall have the cores to itself."""
        with self._changing:
            self._pauses += 1
            self._signal(signal.SIGSTOP)
        try:
            yield
        finally:
            with self._changing:
                self._pauses -= 1
                if not self._pauses:
                    self._signal(signal.SIGCONT)

    def stop(self) -> None:
        """End measuring, if it is under way; what is kept is never half of something."""
        with self._changing:
            self._stopped = True
            self._signal(signal.SIGTERM)
            self._signal(signal.SIGCONT)  # one that stands still would not hear it

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)


def _untuned(file: ModelFile, why: str) -> ModelDamaged:
    log.info("a language model cannot be tuned: %s", why)
    return ModelDamaged(
        f"The language model {file.name} cannot be tuned for this computer: {why}.",
        "It is used as it came, which is slower; `pocketrag models prepare` tries again.",
    )


def save(tuned: Tuned, folder: Path) -> None:
    """Write the record of what was measured."""
    (folder / RECORD).write_text(json.dumps(asdict(tuned), indent=1), encoding="utf-8")
