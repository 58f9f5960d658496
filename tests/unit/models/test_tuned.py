"""Language models tuned for this computer: kept, found again, and adopted only if faster and the same."""

from __future__ import annotations

import subprocess
import threading
from dataclasses import replace
from pathlib import Path
from unittest.mock import Mock

import pytest

from pocketrag.errors import ModelDamaged
from pocketrag.memory import Memory
from pocketrag.models import measuring, tuning
from pocketrag.models.drafting import answer_rates
from pocketrag.models.gguf import read_gguf
from pocketrag.models.hub import SMOLLM2, bundled
from pocketrag.models.loading import Models
from pocketrag.models.measuring import Likeness, Rates, Way, context_bytes, likeness
from pocketrag.models.native import quantize_to_q8_0
from pocketrag.models.prepare import PreparedModels
from pocketrag.models.slm import LlamaModel, Running
from pocketrag.models.tuned import WEIGHTS, Tuned, TunedModels, save, this_build
from pocketrag.settings import ModelSettings

FILE = bundled(SMOLLM2)
RECORD = Tuned(
    FILE.name, FILE.revision, this_build(), "Q8_0", Running(1, 1, 256, flash_attention=True),
    500.0, 100.0, 250.0, 80.0, 1.001, 0.95, 8192, 23_040, 0.1, 135_000_000,
)  # fmt: skip


@pytest.fixture(scope="module")
def q8(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled model with its weights in Q8_0."""
    to = tmp_path_factory.mktemp("forms") / WEIGHTS
    quantize_to_q8_0(FILE.path, to, 2)
    return to


@pytest.fixture
def tuned(q8: Path, tmp_path: Path) -> TunedModels:
    """What tuning leaves behind, but for the measuring."""
    kept = TunedModels(tmp_path)
    kept.place(FILE).mkdir()
    (kept.place(FILE) / WEIGHTS).hardlink_to(q8)
    save(RECORD, kept.place(FILE))
    return kept


def test_eight_bits_say_what_the_model_says(q8: Path) -> None:
    original = Way(FILE.path, Running())
    alike = likeness(Way(q8, Running(flash_attention=True)), original)
    assert alike.enough, alike
    assert not Likeness(1.2, 0.65).enough  # what four bits with one number a block come to


def rated(monkeypatch: pytest.MonkeyPatch, form: Rates, alike: Likeness) -> Way:
    """Return the way that is chosen where the form made here has these rates, and the original (100, 100)."""

    def compared(ways: list[Way], rounds: int = 1) -> list[Rates]:
        return [form if way.file.name == WEIGHTS else Rates(100, 100) for way in ways]

    monkeypatch.setattr(tuning, "compared", compared)
    monkeypatch.setattr(tuning, "likeness", lambda *_: alike)
    monkeypatch.setattr(tuning, "_draft_chosen", lambda way, rates: (way, rates))
    monkeypatch.setattr(tuning, "_other_forms", lambda original, *_: [replace(original, file=Path(WEIGHTS))])
    way, rates, before, _ = tuning.tune(FILE.path, Path(), 0)
    assert rates.seconds() <= before.seconds()
    return way


@pytest.mark.parametrize(
    ("rates", "alike", "adopted"),
    [
        (Rates(200, 110), Likeness(1.001, 0.95), True),
        (Rates(200, 110), Likeness(1.05, 0.95), False),
        (Rates(200, 110), Likeness(1.0, 0.5), False),
        (Rates(101, 101), Likeness(1.0, 1.0), False),
        (Rates(1000, 80), Likeness(1.0, 1.0), False),
        (Rates(80, 1000), Likeness(1.0, 1.0), False),
    ],
    ids=["faster", "worse", "other", "no faster", "slower to write", "slower to read"],
)
def test_only_what_is_faster_and_says_the_same_is_adopted(
    monkeypatch: pytest.MonkeyPatch, rates: Rates, alike: Likeness, adopted: bool
) -> None:
    assert (rated(monkeypatch, rates, alike).file.name == WEIGHTS) is adopted


@pytest.mark.parametrize(
    ("rates", "chosen"),
    [
        ([Rates(300, 80), Rates(250, 110)], 1),
        ([Rates(250, 110), Rates(300, 120)], 1),
        ([Rates(300, 80), Rates(101, 101)], 0),
        ([Rates(101, 101), Rates(99, 101)], None),
    ],
    ids=["slower to write", "quickest", "quicker as a whole", "no quicker"],
)
def test_threads_are_chosen_among_what_is_still_worth_it_when_measured_once_more(
    monkeypatch: pytest.MonkeyPatch, rates: list[Rates], chosen: int | None
) -> None:
    seen: list[Way] = []

    def compared(ways: list[Way]) -> list[Rates]:
        seen.extend(ways[1:])
        return [Rates(100, 100), *(rates[min(n, 1)] for n in range(len(ways) - 1))]

    monkeypatch.setattr(tuning, "compared", compared)
    original = Way(FILE.path, Running())
    way, found, before = tuning._threads_chosen(Way(Path(WEIGHTS), Running()), original)
    assert before == Rates(100, 100)
    assert (way, found) == ((original, before) if chosen is None else (seen[chosen], rates[chosen]))


@pytest.mark.parametrize(
    ("rates", "draft", "generation"),
    [([50.0, 51.0, 40.0], 0, 100.0), ([50.0, 60.0, 100.0], 12, 200.0), ([50.0, 60.0, 40.0], 4, 120.0)],
    ids=["hardly quicker", "long ones quickest", "short ones quickest"],
)
def test_as_many_tokens_are_drafted_as_answers_are_written_quickest_with(
    monkeypatch: pytest.MonkeyPatch, rates: list[float], draft: int, generation: float
) -> None:
    monkeypatch.setattr(tuning, "answer_rates", lambda _: rates)
    monkeypatch.setattr(tuning, "LlamaModel", Mock())
    way, found = tuning._draft_chosen(Way(FILE.path, Running()), Rates(200, 100))
    assert (way.running.draft_tokens, found) == (draft, Rates(200, generation))


def test_answers_are_timed_with_every_number_of_drafts(
    llama: LlamaModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pocketrag.models.drafting.PATIENCE", 0.0)
    monkeypatch.setattr("pocketrag.models.drafting.MOST", 6)
    assert all(rate > 0 for rate in answer_rates(llama))
    llama.draft_tokens = 0


@pytest.mark.parametrize(
    ("shares", "patience", "found"), [([0.9, 0.6, 0.1, 0.0], 60.0, 0.1), ([0.9, 0.8], 0.0, 0.9)]
)
def test_measuring_waits_a_while_for_the_computer_to_be_quiet(
    monkeypatch: pytest.MonkeyPatch, shares: list[float], patience: float, found: float
) -> None:
    monkeypatch.setattr(tuning, "busy_share", lambda _: shares.pop(0))
    monkeypatch.setattr(tuning, "PAUSE", 0.0)
    assert tuning.quiet_share(patience) == found
    assert replace(RECORD, busy=found).disturbed is (found == 0.9)


def test_the_memory_of_a_context_is_measured() -> None:
    each = context_bytes(Way(FILE.path, Running()))
    assert 0.8 < each / read_gguf(FILE.path).kv_bytes_per_token < 2


@pytest.mark.parametrize(("available", "tokens"), [(10**10, 8192), (300 * 10**6, 1536), (10**6, 1024)])
def test_a_context_is_as_long_as_leaves_memory_free(
    monkeypatch: pytest.MonkeyPatch, available: int, tokens: int
) -> None:
    monkeypatch.setattr(tuning, "context_bytes", lambda _: 25_000)
    monkeypatch.setattr(tuning, "computer_memory", lambda: Memory(10**10, available))
    assert tuning._context_chosen(Way(FILE.path, Running()), read_gguf(FILE.path)) == (tokens, 25_000)


def test_ways_that_do_not_fit_together_are_measured_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "computer_memory", lambda: Memory(10**10, 10**6))
    monkeypatch.setattr(measuring, "PROMPT_TOKENS", 40)
    monkeypatch.setattr(measuring, "opened", Mock(wraps=measuring.opened))
    ways = [Way(FILE.path, Running(1, 1)), Way(FILE.path, Running(1, 1, flash_attention=True))]
    assert all(rates.prompt > 0 < rates.generation for rates in measuring.compared(ways, rounds=2))
    assert [call.args[0] for call in measuring.opened.call_args_list] == ways * 2  # type: ignore[attr-defined]


def test_a_context_is_no_longer_than_was_found_to_fit(tuned: TunedModels, tmp_path: Path) -> None:
    save(replace(RECORD, context_tokens=1024), tuned.place(FILE))
    for wanted in (512, 4096):
        models = Models(ModelSettings(context_tokens=wanted), PreparedModels(tmp_path), tuned)
        list(models.language_model())
        model = models._language.model
        assert isinstance(model, LlamaModel)
        assert model.context_tokens == min(wanted, 1024)


def test_what_was_tuned_is_found_loaded_and_used(tuned: TunedModels, tmp_path: Path) -> None:
    assert tuned.find(FILE) == RECORD
    assert RECORD.rate == 500 * 135_000_000
    assert TunedModels(tmp_path).weights(FILE, RECORD).path == tuned.place(FILE) / WEIGHTS
    models = Models(ModelSettings(context_tokens=512), PreparedModels(tmp_path), tuned)
    list(models.language_model())
    assert models.to_tune() is None


def test_what_was_tuned_elsewhere_or_is_damaged_is_not_used(tuned: TunedModels) -> None:
    save(replace(RECORD, computer="another"), tuned.place(FILE))
    assert tuned.find(FILE) is None
    save(RECORD, tuned.place(FILE))
    weights = tuned.place(FILE) / WEIGHTS
    whole = weights.read_bytes()
    weights.unlink()
    weights.write_bytes(whole[:1_000_000])
    assert tuned.find(FILE) is None
    (tuned.place(FILE) / "tuned.json").write_text("{}")
    assert tuned.find(FILE) is None


def test_a_model_that_cannot_be_tuned_says_so_and_is_left_alone(tmp_path: Path) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(FILE.path.read_bytes()[:5_000_000])
    file, tuned = replace(FILE, path=broken), TunedModels(tmp_path / "models")
    with pytest.raises(ModelDamaged, match=r"cannot be tuned for this computer: .*cut short"):
        tuned.make(file)
    assert tuned.refused(file)


def test_a_model_is_adopted_once_it_is_tuned(tuned: TunedModels, tmp_path: Path) -> None:
    untuned = TunedModels(tmp_path / "empty")
    models = Models(ModelSettings(context_tokens=512), PreparedModels(tmp_path), untuned)
    list(models.language_model())
    before = models._language.model
    assert models.to_tune() == FILE
    (tmp_path / "empty").mkdir()
    tuned.place(FILE).rename(tmp_path / "empty" / tuned.place(FILE).name)
    models.adopt(FILE)
    assert isinstance(models._language.model, LlamaModel)
    assert models._language.model is not before
    assert models.to_tune() is None


def test_an_older_record_goes_only_when_the_new_one_is_whole(
    tuned: TunedModels, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = tmp_path / f"{FILE.name}-{FILE.revision}-t0"
    older.mkdir()
    with pytest.raises(ModelDamaged):
        tuned.make(replace(FILE, path=tmp_path))
    assert tuned.find(FILE) == RECORD
    assert older.exists()
    monkeypatch.setattr("pocketrag.models.tuned.ran", lambda *_: (b"", 0))
    assert tuned.make(FILE) == RECORD
    assert not older.exists()
    assert not tuned.refused(FILE)


def test_measuring_stands_still_and_ends_when_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tuned, started = TunedModels(tmp_path), threading.Event()
    real = subprocess.Popen

    def sleeper(*_: object, **options: object) -> subprocess.Popen[bytes]:
        process: subprocess.Popen[bytes] = real(["sleep", "60"], stderr=subprocess.PIPE)
        started.set()
        return process

    monkeypatch.setattr("pocketrag.models.forms.subprocess.Popen", sleeper)
    failed: list[ModelDamaged] = []

    def make() -> None:
        try:
            tuned.make(FILE)
        except ModelDamaged as error:
            failed.append(error)

    thread = threading.Thread(target=make)
    with tuned.paused():
        thread.start()
        assert started.wait(120)
    tuned.stop()
    thread.join(120)
    assert not thread.is_alive()
    assert failed
    assert not tuned.refused(FILE)  # it was told to end: that says nothing of the model
