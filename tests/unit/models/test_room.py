"""Memory: what will not fit is refused before it is loaded, and what nobody needs leaves."""

from __future__ import annotations

import time
from pathlib import Path
from shutil import copyfile

import pytest

from pocketrag.domain import LoadEvent
from pocketrag.errors import ModelDamaged, ModelTooLarge
from pocketrag.memory import Memory
from pocketrag.models.gguf import read_gguf
from pocketrag.models.hub import SMOLLM2, bundled, language_model
from pocketrag.models.loading import Loading, Models
from pocketrag.models.prepare import PreparedModels
from pocketrag.models.room import refuse_too_large
from pocketrag.models.slm import LanguageModel, Message
from pocketrag.settings import ModelSettings

HELLO = [Message("user", "Hello")]
FILE = bundled(SMOLLM2)
NEEDED = read_gguf(FILE.path).needed_bytes(4096)


def only(monkeypatch: pytest.MonkeyPatch, *available: int) -> None:
    """Let so much memory be free, now and at each further look; then what was free at last."""
    left = list(available)
    monkeypatch.setattr(
        "pocketrag.models.room.look", lambda: Memory(16 * 10**9, left.pop(0) if len(left) > 1 else left[0])
    )


def done(loading: Loading[LanguageModel]) -> tuple[list[LoadEvent], LanguageModel]:
    events: list[LoadEvent] = []
    while True:
        try:
            events.append(next(loading))
        except StopIteration as end:
            return events, end.value


def models(folder: Path, language: str = "bundled") -> Models:
    return Models(ModelSettings(language=language, context_tokens=512), PreparedModels(folder))


def test_what_does_not_fit_is_refused_with_what_would(monkeypatch: pytest.MonkeyPatch) -> None:
    only(monkeypatch, NEEDED - 10**6)
    with pytest.raises(ModelTooLarge, match=r"0\.5 GB of memory .* 4,096 tokens") as raised:
        refuse_too_large(FILE, 4096)
    tokens = int("".join(filter(str.isdigit, raised.value.remedy)))
    assert 1024 <= tokens < 4096
    refuse_too_large(FILE, tokens)


def test_a_model_too_large_with_any_context_names_others(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "large.gguf"
    copyfile(FILE.path, file)
    with file.open("ab") as opened:
        opened.truncate(3 * 10**9)  # a sparse file
    only(monkeypatch, 2 * 10**9)
    with pytest.raises(ModelTooLarge, match="large") as raised:
        refuse_too_large(language_model(str(file)), 4096)
    assert "Llama-3.2-1B-Instruct or Qwen3-0.6B would fit" in raised.value.remedy
    only(monkeypatch, 10**8)
    with pytest.raises(ModelTooLarge) as raised:
        refuse_too_large(language_model(str(file)), 4096)
    assert "End other programs" in raised.value.remedy


def test_a_model_that_cannot_be_loaded_leaves_the_former_one_in_use(tmp_path: Path) -> None:
    ours = models(tmp_path)
    _, before = done(ours.language_model())
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(ModelDamaged):
        done(ours.use_language_model(ModelSettings(language=str(broken))))
    assert done(ours.language_model()) == ([], before)
    assert ours.names()[1] == SMOLLM2.name


def test_another_model_takes_the_place_of_the_one_in_use(tmp_path: Path) -> None:
    ours, other = models(tmp_path), tmp_path / "Other.gguf"
    copyfile(FILE.path, other)
    _, before = done(ours.language_model())
    talking = before.stream(HELLO, 8)
    next(talking)
    _, after = done(ours.use_language_model(ModelSettings(language=str(other), context_tokens=512)))
    assert after.name == "Other"
    assert done(ours.language_model()) == ([], after)
    assert list(talking)  # who was being answered is answered by the former one


def test_a_model_that_fits_only_in_the_others_place_is_put_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, other = models(tmp_path), tmp_path / "Other.gguf"
    copyfile(FILE.path, other)
    done(ours.language_model())
    only(monkeypatch, 10**8, 10**9)  # too little beside the former one, enough once it has gone
    _, after = done(ours.use_language_model(ModelSettings(language=str(other), context_tokens=512)))
    assert after.name == "Other"


def test_a_model_that_nobody_needs_leaves_and_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = models(tmp_path)
    _, before = done(ours.language_model())
    assert ours.unload_idle() == []
    now = time.monotonic()
    monkeypatch.setattr("pocketrag.models.loading.time.monotonic", lambda: now + 901)
    assert ours.unload_idle() == [SMOLLM2.name]
    assert ours.unload_idle() == []
    events, after = done(ours.language_model())
    assert len(events) == 2
    assert after is not before
    assert list(after.stream(HELLO, 2))
