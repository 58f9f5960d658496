"""What all tests share: no network beyond loopback, and models loaded once."""

from __future__ import annotations

import importlib.util
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from chroma_server import RunningChroma

    from pocketrag.engine.library import Library
    from pocketrag.models.hub import ModelFile
    from pocketrag.models.prepared import PreparedEmbedder
    from pocketrag.models.sentence_transformer import SentenceTransformerEmbedder
    from pocketrag.models.slm import LlamaModel

ROOT = Path(__file__).parents[1]
NETBLOCK = ROOT / "tests" / "support" / "netblock"
SAMPLE_DOCS = ROOT / "sample_docs"


def _block_the_network() -> None:
    """Install the audit hook of `support/netblock`; an audit hook cannot be taken out again."""
    spec = importlib.util.spec_from_file_location("netblock", NETBLOCK / "sitecustomize.py")
    assert spec is not None
    assert spec.loader is not None
    spec.loader.exec_module(importlib.util.module_from_spec(spec))


_block_the_network()


def pytest_configure(config: pytest.Config) -> None:
    """Keep the models prepared for this computer from one run to the next, and apart from the owner's own."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as a shell's `&` has it; children would inherit
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if hasattr(config, "workerinput"):  # one of several processes of tests: the first one has seen to it
        return
    assert config.cache is not None
    os.environ["POCKETRAG_MODELS"] = str(config.cache.mkdir("models"))
    _count_as_measured(Path(os.environ["POCKETRAG_MODELS"]))
    if config.getoption("numprocesses", None):
        _prepare(Path(os.environ["POCKETRAG_MODELS"]))


def _prepare(models: Path) -> None:
    """Prepare the bundled embedding model, before processes side by side would, each for itself."""
    from pocketrag.models.hub import embedding_model
    from pocketrag.models.prepare import PreparedModels

    if not PreparedModels(models).find(embedding_model("bundled")):
        PreparedModels(models).make(embedding_model("bundled"))


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name a long value by its parameter: such an id cannot be read, and some hold the time of day."""
    return argname if isinstance(val, str | bytes) and len(val) > 60 else None


def _count_as_measured(models: Path) -> None:
    """Let the bundled language model run as it came: no engine of a test spends its time on measuring it."""
    from pocketrag.models.hub import SMOLLM2, bundled
    from pocketrag.models.slm import Running
    from pocketrag.models.tuned import Tuned, TunedModels, save, this_build

    file = bundled(SMOLLM2)
    rates = 250.0, 80.0, 250.0, 80.0, 1.0, 1.0
    place = TunedModels(models).place(file)
    place.mkdir(exist_ok=True)
    numbers = *rates, 8192, 23_040, 0.0, 134_515_008
    save(Tuned(file.name, file.revision, this_build(), "", Running(), *numbers), place)


@pytest.fixture(scope="session")
def original_embedder() -> SentenceTransformerEmbedder:
    """The bundled embedding model, as it came."""
    from pocketrag.models.hub import embedding_model
    from pocketrag.models.sentence_transformer import SentenceTransformerEmbedder

    return SentenceTransformerEmbedder(embedding_model("bundled"))


@pytest.fixture(scope="session")
def embedder() -> PreparedEmbedder:
    """The bundled embedding model, prepared for this computer."""
    from pocketrag.models.hub import embedding_model
    from pocketrag.models.prepare import PreparedModels
    from pocketrag.paths import models_folder

    return PreparedModels(models_folder()).load(embedding_model("bundled"))


@pytest.fixture(scope="session")
def e5_like(tmp_path_factory: pytest.TempPathFactory) -> ModelFile:
    """A tiny model with random weights and with prompts, like E5's, saved as people save theirs."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from transformers import AutoTokenizer, BertConfig, BertModel, set_seed

    from pocketrag.models.hub import embedding_model

    set_seed(7)
    folder = tmp_path_factory.mktemp("tiny") / "bert"
    shape = BertConfig(
        vocab_size=30522,
        max_position_embeddings=128,
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
    )
    BertModel(shape).save_pretrained(folder)
    AutoTokenizer.from_pretrained(embedding_model("bundled").path).save_pretrained(folder)
    words = Transformer(str(folder), max_seq_length=64)
    model = SentenceTransformer(
        modules=[words, Pooling(32, "mean"), Normalize()],
        prompts={"query": "query: ", "document": "passage: "},
        device="cpu",
    )
    model.save(str(folder.with_name("tiny-e5")))
    return embedding_model(str(folder.with_name("tiny-e5")))


@pytest.fixture(scope="session")
def llama() -> LlamaModel:
    """The bundled language model, with a small context window."""
    from pocketrag.models.hub import language_model
    from pocketrag.models.slm import LlamaModel

    return LlamaModel(language_model("bundled"), context_tokens=1024)


@pytest.fixture(scope="session")
def chroma_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningChroma]:
    """A real Chroma server, which tests share: each has a library of its own there."""
    from chroma_server import RunningChroma

    server = RunningChroma(tmp_path_factory.mktemp("chroma server"))
    yield server
    server.kill()


@pytest.fixture(scope="session")
def sample_library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """A library of the sample documents, indexed with the real models; a busy computer answers alike."""
    from pocketrag.answering import deeper_look
    from pocketrag.engine.library import Library
    from pocketrag.paths import LibraryPaths
    from pocketrag.settings import Settings

    library = Library(LibraryPaths(tmp_path_factory.mktemp("samples")), Settings())
    library.add(SAMPLE_DOCS)
    for _ in library.index():
        pass
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(deeper_look, "SECONDS", 1_000.0)
        yield library
    library.close()
