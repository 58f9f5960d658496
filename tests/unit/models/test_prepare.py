"""Preparing an embedding model: once, faithfully, with its prompts, and an honest word where it fails."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fakes import WordEmbedder

from pocketrag.domain import ModelPreparing, ModelReady, ModelUnprepared
from pocketrag.errors import ModelDamaged
from pocketrag.models.embedder import Embedder, Vectors
from pocketrag.models.faithfulness import faithfulness, ndcg, read_probes
from pocketrag.models.hub import ModelFile
from pocketrag.models.loading import Models
from pocketrag.models.prepare import PreparedModels
from pocketrag.models.prepared import GRAPH, PreparedEmbedder, read_prepared
from pocketrag.models.sentence_transformer import SentenceTransformerEmbedder
from pocketrag.paths import models_folder
from pocketrag.settings import ModelSettings

TEXTS = ["the lease ends in May", "plum cake with cream", "", "boiler " * 300, "Grüße aus Köln", "水道料金"]


class Scrambled(WordEmbedder):
    """An embedder computed wrongly: documents come out as those of other texts."""

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        return super().embed_documents(texts)[::-1]


@pytest.fixture(scope="module")
def prepared_models(e5_like: ModelFile, tmp_path_factory: pytest.TempPathFactory) -> PreparedModels:
    """Models none of which is prepared yet, but one in an older way."""
    models = PreparedModels(tmp_path_factory.mktemp("models"))
    older(models, e5_like).mkdir()
    return models


def older(models: PreparedModels, file: ModelFile) -> Path:
    """Where a form of a model would lie that was made in an older way."""
    place = models.place(file)
    return place.with_name(place.name.rpartition("-v")[0] + "-v0")


def cosines(ours: Vectors, theirs: Vectors) -> Vectors:
    return np.asarray((ours * theirs).sum(axis=1))


def test_the_bundled_model_is_prepared_as_int8_and_stays_faithful(
    embedder: PreparedEmbedder, original_embedder: SentenceTransformerEmbedder
) -> None:
    assert embedder.fingerprint.endswith("/int8")
    assert embedder.fingerprint != original_embedder.fingerprint
    assert embedder.window == original_embedder.window
    assert embedder.count_tokens(TEXTS) == original_embedder.count_tokens(TEXTS)
    assert faithfulness(embedder, original_embedder, read_probes()).enough


def test_a_model_of_the_owners_keeps_its_prompts_and_its_window(
    e5_like: ModelFile, prepared_models: PreparedModels
) -> None:
    ours, theirs = prepared_models.load(e5_like), SentenceTransformerEmbedder(e5_like).centred()
    assert ours.window == theirs.window == 64
    assert cosines(ours.embed_documents(TEXTS), theirs.embed_documents(TEXTS)).min() > 0.95
    queries = [np.stack([one.embed_query(text) for text in TEXTS]) for one in (ours, theirs)]
    assert cosines(*queries).min() > 0.95
    prompted = theirs.model.encode_document(["a lease"], normalize_embeddings=True)
    bare = theirs.model.encode(["a lease"], normalize_embeddings=True)
    assert not np.allclose(prompted, bare, atol=1e-3)
    about = prepared_models.find(e5_like)
    assert about is not None
    assert about.fingerprint.endswith("/int8-centred"), "the vectors of random weights all lean one way"
    assert np.allclose(ours.embed_documents(["a lease"]), about.centre.of_texts(prompted), atol=0.2)
    assert ours.count_tokens(["a lease"])[0] > theirs.count_tokens(["a lease"])[0]


def test_a_prepared_model_is_found_again_and_a_damaged_one_is_not(
    e5_like: ModelFile, prepared_models: PreparedModels
) -> None:
    prepared_models.load(e5_like)
    place = prepared_models.place(e5_like)
    assert read_prepared(place) == prepared_models.find(e5_like) is not None
    whole = (place / GRAPH).read_bytes()
    (place / GRAPH).write_bytes(whole[:-1])
    assert prepared_models.find(e5_like) is None
    (place / GRAPH).write_bytes(whole)
    assert prepared_models.find(replace(e5_like, revision="another")) is None


def test_a_form_made_in_an_older_way_goes_when_a_new_one_is_made(
    e5_like: ModelFile, prepared_models: PreparedModels
) -> None:
    prepared_models.load(e5_like)
    assert prepared_models.find(e5_like)
    assert not older(prepared_models, e5_like).exists()


def test_what_cannot_be_prepared_is_said_and_remembered(e5_like: ModelFile, tmp_path: Path) -> None:
    models, broken = PreparedModels(tmp_path), replace(e5_like, path=tmp_path, name="broken")
    with pytest.raises(ModelDamaged, match="cannot be prepared for this computer"):
        models.load(broken)
    with pytest.raises(ModelDamaged, match="cannot be loaded"):
        models.load(broken)  # at once: nothing is tried again
    assert models.find(broken) is None


def test_a_model_that_cannot_be_prepared_is_used_as_it_came_and_said(
    e5_like: ModelFile, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    models = Models(ModelSettings(embedding=str(e5_like.path)), PreparedModels(tmp_path / "file" / "models"))
    loading, events = models.embedder(), []
    while True:
        try:
            events.append(next(loading))
        except StopIteration as done:
            embedder: Embedder = done.value
            break
    assert [type(event) for event in events] == [ModelPreparing, ModelReady, ModelUnprepared]
    assert isinstance(embedder, SentenceTransformerEmbedder)


def test_a_form_that_ranks_otherwise_is_not_faithful() -> None:
    found = faithfulness(Scrambled(), WordEmbedder(), read_probes())
    assert not found.enough
    assert found.ranking < 0.5


def test_a_form_equal_to_its_original_is_faithful() -> None:
    assert faithfulness(WordEmbedder(), WordEmbedder(), read_probes()).enough


def test_ndcg_falls_with_the_rank_of_the_answer() -> None:
    passages = np.eye(3, dtype=np.float32)
    assert ndcg(passages, passages) == 1.0
    second = np.array([[0.5, 1, 0], [0, 1, 0], [0, 0, 1]], np.float32)
    assert ndcg(second, passages) == pytest.approx((1 / np.log2(3) + 2) / 3)


def test_a_prepared_model_needs_no_pytorch() -> None:
    code = (
        "import sys; from pathlib import Path; from pocketrag.models.hub import embedding_model;"
        "from pocketrag.models.prepare import PreparedModels;"
        "PreparedModels(Path(sys.argv[1])).load(embedding_model('bundled')).embed_query('lease');"
        "sys.exit(any(m in sys.modules for m in ('torch', 'sentence_transformers', 'transformers', 'onnx')))"
    )
    command = [sys.executable, "-c", code, str(models_folder())]
    assert subprocess.run(command, check=False).returncode == 0


def test_a_background_batch_waits_until_it_may_go_on(embedder: PreparedEmbedder) -> None:
    may, asked, done = threading.Event(), threading.Event(), threading.Event()

    def wait() -> None:
        asked.set()
        may.wait(30)

    def work() -> None:
        embedder.giving_way(wait).embed_documents(["a text in the background"])
        done.set()

    threading.Thread(target=work, daemon=True).start()
    assert asked.wait(30)
    embedder.embed_query("a question meanwhile")
    embedder.embed_documents(["its evidence", "of several sentences", "in several batches " * 90] * 3)
    assert not done.is_set()
    may.set()
    assert done.wait(30)
