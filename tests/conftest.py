"""What all tests share: no network beyond loopback, and models loaded once."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pocketrag.engine.library import Library
    from pocketrag.models.embedder import SentenceTransformerEmbedder
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


@pytest.fixture(scope="session")
def embedder() -> SentenceTransformerEmbedder:
    """The bundled embedding model."""
    from pocketrag.models.embedder import SentenceTransformerEmbedder
    from pocketrag.models.hub import embedding_model

    return SentenceTransformerEmbedder(embedding_model("bundled"))


@pytest.fixture(scope="session")
def llama() -> LlamaModel:
    """The bundled language model, with a small context window."""
    from pocketrag.models.hub import language_model
    from pocketrag.models.slm import LlamaModel

    return LlamaModel(language_model("bundled"), context_tokens=1024)


@pytest.fixture(scope="session")
def sample_library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """A library of the sample documents, indexed with the real models."""
    from pocketrag.engine.library import Library
    from pocketrag.paths import LibraryPaths
    from pocketrag.settings import Settings

    library = Library(LibraryPaths(tmp_path_factory.mktemp("samples")), Settings())
    library.add(SAMPLE_DOCS)
    for _ in library.index():
        pass
    yield library
    library.close()
