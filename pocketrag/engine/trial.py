"""A trial of a language model: loaded once in a process that may die of it, before the engine loads it.

A file that makes llama.cpp crash would take the engine with it, again and again. So a model of the owner's
is first tried in a throw-away process, which also sees whether it knows any language at all; that it went
well is remembered with the file's size and time. The bundled model's sum is checked instead.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Protocol

from pocketrag.errors import ModelDamaged, ModelError
from pocketrag.models.hub import ModelFile, language_model
from pocketrag.models.measuring import Way, refuse_senseless
from pocketrag.models.room import refuse_too_large
from pocketrag.models.slm import LlamaModel, Message, Running
from pocketrag.settings import BUNDLED, ModelSettings

SECONDS = 300.0
"""How long loading a model and saying one word may take: large ones come from slow disks."""

REMEMBERED = "tried language model"

REFUSED = 3
"""The exit status of a trial that says itself, as JSON on standard output, what is wrong with the model."""


class Memory(Protocol):
    """Where a library keeps its small facts."""

    def meta(self, key: str) -> str | None:
        """Return a fact; None if there is none of that name."""

    def set_meta(self, key: str, value: str) -> None:
        """Keep a fact."""


def tried(settings: ModelSettings, memory: Memory) -> None:
    """Return once the language model is known not to crash its process. Raises ModelError if it does."""
    if settings.language == BUNDLED or settings.is_remote:
        return
    file = language_model(settings.language)
    refuse_too_large(file, settings.context_tokens)
    facts = file.path.stat()
    this = json.dumps([str(file.path), facts.st_size, facts.st_mtime_ns, settings.context_tokens])
    if memory.meta(REMEMBERED) == this:
        return
    _survives(file, settings)
    memory.set_meta(REMEMBERED, this)


def _survives(file: ModelFile, settings: ModelSettings) -> None:
    """Return if a process of its own could load the model and say a word. Raises ModelDamaged."""
    command = [sys.executable, "-P", "-m", __name__, str(file.path)]
    numbers = [str(settings.context_tokens), str(settings.threads), str(settings.gpu_layers)]
    try:
        done = subprocess.run(
            command + numbers, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=False, timeout=SECONDS
        )
    except subprocess.TimeoutExpired as error:
        raise _damaged(file.path, f"takes more than {SECONDS:.0f} seconds to load") from error
    if done.returncode == REFUSED:
        raise ModelDamaged(*json.loads(done.stdout.splitlines()[-1]))
    if done.returncode != 0:
        raise _damaged(file.path, "cannot be loaded: its process ended with " + _ending(done.returncode))


def _ending(status: int) -> str:
    return f"signal {-status}" if status < 0 else f"status {status}"


def _damaged(file: Path, why: str) -> ModelDamaged:
    return ModelDamaged(
        f"The language model {file} {why}.",
        'Set models.language to "bundled" or to another GGUF file, one that fits into memory.',
    )


def main() -> None:
    """Load the model named on the command line, and have it say a word."""
    path = Path(sys.argv[1])
    tokens, threads, layers = map(int, sys.argv[2:])
    try:
        running = Running(threads, threads, gpu_layers=layers)
        model = LlamaModel(ModelFile(path.stem, path, ""), tokens, running)
        for _ in model.stream([Message("user", "Hello")], 1):
            pass
        refuse_senseless(Way(path, running))
    except ModelError as error:
        print(json.dumps([error.message, error.remedy]), flush=True)  # noqa: T201  to whoever tries it
        sys.exit(REFUSED)


if __name__ == "__main__":
    main()
