"""The language model is prepared in the background: after an answer, once, and only where that is wanted."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from pocketrag.engine.preparing import Preparing
from pocketrag.errors import ModelDamaged
from pocketrag.models.hub import SMOLLM2, ModelFile
from pocketrag.models.loading import Models
from pocketrag.models.prepare import PreparedModels
from pocketrag.models.slm import Running
from pocketrag.models.tuned import Tuned, TunedModels, save, this_build
from pocketrag.settings import ModelSettings

PATIENCE = 120.0


class Measuring(TunedModels):
    """Measures nothing: what comes of it, and when, is the test's to say."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.begun, self.may_end = threading.Event(), threading.Event()
        self.made: list[str] = []
        self.fails = False

    def make(self, file: ModelFile, gpu_layers: int = 0, patience: float = 0.0) -> Tuned:
        self.made.append(file.name)
        self.begun.set()
        assert self.may_end.wait(PATIENCE)
        if self.fails:
            raise ModelDamaged("It cannot be tuned.", "Use it as it came.")
        numbers = 1, 1, 1, 1, 1, 1, 4096, 1, 0, 135
        found = Tuned(file.name, file.revision, this_build(), "", Running(1, 1), *numbers)
        self.place(file).mkdir(parents=True)
        save(found, self.place(file))
        return found


@pytest.fixture
def measuring(tmp_path: Path) -> Measuring:
    return Measuring(tmp_path)


@pytest.fixture
def models(tmp_path: Path, measuring: Measuring) -> Models:
    return Models(ModelSettings(context_tokens=512), PreparedModels(tmp_path), measuring)


def ended() -> None:
    """Wait until what was begun in the background is over."""
    for thread in threading.enumerate():
        if thread.name == "preparing":
            thread.join(PATIENCE)
            assert not thread.is_alive()


def answer(preparing: Preparing) -> None:
    with preparing.after():
        pass


def test_it_begins_after_an_answer_and_happens_once(measuring: Measuring, models: Models) -> None:
    preparing = Preparing(models, measuring, 0, wanted=True)
    answer(preparing)
    assert measuring.made == []  # no language model was needed yet
    list(models.language_model())
    before = models._language.model
    answer(preparing)
    assert measuring.begun.wait(PATIENCE)
    assert SMOLLM2.name in preparing.said()
    answer(preparing)
    measuring.may_end.set()
    ended()
    assert preparing.said() == ""
    assert models._language.model is not before  # as it was tuned
    answer(preparing)
    ended()
    assert measuring.made == [SMOLLM2.name]


def test_a_model_that_cannot_be_tuned_stays_as_it_came(measuring: Measuring, models: Models) -> None:
    measuring.fails = True
    measuring.may_end.set()
    list(models.language_model())
    before = models._language.model
    answer(Preparing(models, measuring, 0, wanted=True))
    ended()
    assert measuring.made == [SMOLLM2.name]
    assert models._language.model is before


@pytest.mark.parametrize("wanted", [True, False], ids=["closed", "unwanted"])
def test_nothing_begins_where_it_is_not_wanted(measuring: Measuring, models: Models, wanted: bool) -> None:
    list(models.language_model())
    preparing = Preparing(models, measuring, 0, wanted=wanted)
    if wanted:
        preparing.close()
    answer(preparing)
    ended()
    assert measuring.made == []
