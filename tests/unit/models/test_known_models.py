"""The list of known models, how they fit a computer, and which one is recommended."""

from __future__ import annotations

from pathlib import Path
from shutil import copyfile
from unittest.mock import Mock

import pytest

from pocketrag.errors import ModelMissing
from pocketrag.memory import Memory
from pocketrag.models.fit import Computer, fitted, recommended_embedding_model, recommended_language_model
from pocketrag.models.gguf import read_gguf
from pocketrag.models.hub import SMOLLM2, bundled
from pocketrag.models.known import known, known_models
from pocketrag.models.local import FETCHED, local_models, meant
from pocketrag.models.overview import overview
from pocketrag.models.prepare import PreparedModels
from pocketrag.settings import ModelSettings

GIGABYTE = 10**9


def computer(cores: int, gigabytes: float) -> Computer:
    memory = Memory(int(gigabytes * GIGABYTE), int(gigabytes * GIGABYTE * 0.9))
    return Computer(cores, memory, ("AVX2",), gpu=False)


def recommended(cores: int, gigabytes: float) -> str:
    return recommended_language_model(fitted(known_models(), computer(cores, gigabytes), 4096)).name


def test_the_list_covers_what_it_should() -> None:
    language = [model for model in known_models() if model.role == "language"]
    embedding = [model for model in known_models() if model.role == "embedding"]
    assert len({model.licence for model in language}) >= 3
    assert language[0].parameters_m < 500
    assert language[-1].parameters_m > 8_000
    assert any(model.knows("ja") for model in embedding)
    assert any(model.window > 4_000 for model in embedding)
    assert sorted(m.parameters_m for m in language) == [m.parameters_m for m in language]
    for model in known_models():
        assert model.bundled or ("/" in model.repo and (model.file != "") == (model.role == "language"))


def test_what_the_list_says_of_the_bundled_model_is_what_its_file_says() -> None:
    listed, found = known("smollm2-135m-instruct"), read_gguf(bundled(SMOLLM2).path)
    assert listed is not None
    assert listed.vocabulary == found.vocabulary
    assert listed.kv_bytes_per_token == found.kv_bytes_per_token
    assert listed.needed_bytes(4096) == pytest.approx(found.needed_bytes(4096), rel=0.01)


def test_a_better_computer_is_recommended_a_better_model() -> None:
    assert recommended(2, 1) == "SmolLM2-135M-Instruct"
    assert recommended(64, 64) == "Qwen3-8B"
    sizes = [known(recommended(cores, 32)) for cores in (1, 2, 4, 8, 16, 32)]
    order = [model.parameters_m for model in sizes if model]
    assert order == sorted(order)
    assert len(set(order)) > 3


def test_memory_keeps_a_fast_computer_from_a_large_model() -> None:
    best = recommended_language_model(fitted(known_models(), computer(64, 4), 4096))
    assert "does not fit into memory" in best.reason
    fits = {one.model.name: one.fit for one in fitted(known_models(), computer(64, 4), 4096)}
    assert fits["Qwen3-8B"] == "too large"
    assert fits[best.name] == "fits"


def test_a_longer_context_needs_more_memory() -> None:
    names = [
        {one.model.name for one in fitted(known_models(), computer(4, 8), tokens) if one.fit == "fits"}
        for tokens in (2048, 32_768)
    ]
    assert names[1] < names[0]


def test_other_languages_have_another_embedding_model() -> None:
    best = recommended_embedding_model(fitted(known_models(), computer(2, 8), 4096))
    assert best.name == "all-MiniLM-L6-v2"
    assert "multilingual-e5-small" in best.reason


def test_models_are_found_where_they_were_fetched_dropped_or_named(tmp_path: Path) -> None:
    for place in (tmp_path / "Dropped-1B.gguf", tmp_path / FETCHED / "Qwen3-0.6B" / "q.gguf"):
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(b"GGUF")
    embedder = tmp_path / "my-embedder"
    embedder.mkdir()
    for name in ("model.safetensors", "modules.json"):
        (embedder / name).touch()
    half = tmp_path / FETCHED / "half.fetching"
    half.mkdir()
    (half / "model.safetensors").touch()
    (half / "modules.json").touch()
    found = {model.name: model.role for model in local_models(tmp_path)}
    assert found["Dropped-1B"] == found["Qwen3-0.6B"] == "language"
    assert found["my-embedder"] == "embedding"
    assert "half" not in " ".join(found)
    assert meant("qwen3-0.6b", tmp_path).setting == str(tmp_path / FETCHED / "Qwen3-0.6B" / "q.gguf")
    assert meant(str(embedder), tmp_path).role == "embedding"
    assert meant("SmolLM2-135M-Instruct", tmp_path).setting == "bundled"


@pytest.mark.parametrize(
    ("name", "remedy"), [("Qwen3-4B", "models pull Qwen3-4B"), ("no-such-model", "models list")]
)
def test_a_model_that_is_not_here_says_how_to_get_it(tmp_path: Path, name: str, remedy: str) -> None:
    with pytest.raises(ModelMissing) as raised:
        meant(name, tmp_path)
    assert remedy in raised.value.remedy


def test_the_overview_says_how_fast_passages_would_be_embedded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured = Mock(texts_per_second=100.0)
    monkeypatch.setattr(PreparedModels, "find", lambda _, file: measured if "MiniLM" in file.name else None)
    found = {model.name: model.passages_per_second for model in overview(ModelSettings(), tmp_path).models}
    assert found["all-MiniLM-L6-v2"] == 100.0
    assert 15 < found["multilingual-e5-small"] < found["bge-small-en-v1.5"] < 100
    assert found["Qwen3-8B"] == 0.0


def test_the_overview_says_what_is_here_and_what_is_in_use(tmp_path: Path) -> None:
    dropped = tmp_path / "Mine.gguf"
    copyfile(bundled(SMOLLM2).path, dropped)
    (tmp_path / "Broken.gguf").write_bytes(b"GGUF")
    found = {model.name: model for model in overview(ModelSettings(language=str(dropped)), tmp_path).models}
    assert found["Mine"].in_use
    assert found["Mine"].fit == "fits"
    assert not found["SmolLM2-135M-Instruct"].in_use
    assert found["SmolLM2-135M-Instruct"].here
    assert not found["Qwen3-8B"].here
    assert "damaged" in found["Broken"].purpose
