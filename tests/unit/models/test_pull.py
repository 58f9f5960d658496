"""Pulling models from a hub: whole, gone on with, checked, and a clear word for whatever goes wrong."""

from __future__ import annotations

import json
import resource
import threading
from collections.abc import Generator, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hub import REVISION, Hub, serving

from pocketrag.errors import PullError
from pocketrag.models.fetching import RECORD
from pocketrag.models.local import FETCHED, PARTS, local_models
from pocketrag.models.pull import Pulled, PullEvent, PullProgress, PullTarget, pull, pull_target

MEGABYTE = 1 << 20
GGUF = b"GGUF" + bytes(range(256)) * (12 * MEGABYTE // 256)
EMBEDDER = {
    "modules.json": b"[]",
    "config.json": b"{}",
    "1_Pooling/config.json": b'{"pooling": "mean"}',
    "model.safetensors": bytes(1000),
    "pytorch_model.bin": bytes(5000),
    "onnx/model.onnx": bytes(7000),
    "../../outside.json": b"{}",
}


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    with serving(Hub({"ada/tiny-GGUF": {"tiny.gguf": GGUF}, "ada/embedder": EMBEDDER})) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        for switch in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"):
            monkeypatch.delenv(switch, raising=False)
        yield hub


TINY = pull_target("ada/tiny-GGUF/tiny.gguf")


def pulled(target: PullTarget, folder: Path) -> list[PullEvent]:
    return list(pull(target, folder))


def refused(target: PullTarget, folder: Path) -> PullError:
    with pytest.raises(PullError) as raised:
        pulled(target, folder)
    return raised.value


def test_a_model_is_pulled_whole_with_its_progress_and_its_record(hub: Hub, tmp_path: Path) -> None:
    events = pulled(TINY, tmp_path)
    path = tmp_path / FETCHED / "tiny" / "tiny.gguf"
    assert events[-1] == Pulled("tiny", path)
    assert path.read_bytes() == GGUF
    steps = [event for event in events if isinstance(event, PullProgress)]
    assert [step.done for step in steps] == sorted(step.done for step in steps)
    assert steps[-1].done == steps[-1].total == len(GGUF)
    assert json.loads((path.parent / RECORD).read_text())["revision"] == REVISION
    assert [model.name for model in local_models(tmp_path)][-1] == "tiny"
    assert len(pulled(TINY, tmp_path)) == 1  # it is here: nothing is asked for
    assert len(hub.ranges) == 1


def test_a_connection_that_drops_is_gone_on_with(hub: Hub, tmp_path: Path) -> None:
    hub.drops = [5 * MEGABYTE]
    pulled(TINY, tmp_path)
    assert hub.ranges[0] == ""
    assert int(hub.ranges[1].removeprefix("bytes=").rstrip("-")) > 3 * MEGABYTE
    assert (tmp_path / FETCHED / "tiny" / "tiny.gguf").read_bytes() == GGUF


@pytest.fixture
def half_way(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Generator[PullEvent, None, None]]:
    """What is still to come of a pull that has stalled after a megabyte, until the hub goes on."""
    monkeypatch.setattr("pocketrag.models.pull.SAYING_SECONDS", 0.0)
    hub.stalls = threading.Event()
    with closing(pull(TINY, tmp_path)) as events:
        next(event for event in events if isinstance(event, PullProgress) and event.done > MEGABYTE)
        yield events


def test_a_pull_that_is_cancelled_goes_on_where_it_stopped(
    hub: Hub, tmp_path: Path, half_way: Generator[PullEvent, None, None]
) -> None:
    half_way.close()
    assert [model.name for model in local_models(tmp_path)].count("tiny") == 0
    assert list((tmp_path / FETCHED / f"tiny{PARTS}").glob("*.part"))
    assert hub.stalls is not None
    hub.stalls.set()
    pulled(TINY, tmp_path)
    assert hub.ranges[-1].startswith("bytes=")
    assert (tmp_path / FETCHED / "tiny" / "tiny.gguf").read_bytes() == GGUF


def test_a_model_that_another_is_fetching_is_left_to_that_one(
    hub: Hub, tmp_path: Path, half_way: Generator[PullEvent, None, None]
) -> None:
    assert "being fetched already" in refused(TINY, tmp_path).message
    assert hub.stalls is not None
    hub.stalls.set()
    assert isinstance(list(half_way)[-1], Pulled)
    assert len(hub.ranges) == 1
    assert [found.name for found in (tmp_path / FETCHED).iterdir()] == ["tiny"]


def test_what_is_not_what_the_hub_says_is_deleted(hub: Hub, tmp_path: Path) -> None:
    hub.lies = True
    error = refused(TINY, tmp_path)
    assert "SHA-256" in error.message
    assert not list(tmp_path.rglob("*.gguf*"))
    hub.lies = False
    assert isinstance(pulled(TINY, tmp_path)[-1], Pulled)


def test_a_disk_that_is_too_full_is_said_before(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import shutil\n"
        "shutil.disk_usage = lambda path: shutil._ntuple_diskusage(10**9, 10**9, 150_000_000)\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=":")
    error = refused(TINY, tmp_path / "models")
    assert "no room" in error.message
    assert "150 MB are free" in error.message
    assert hub.ranges == []


def test_a_disk_that_fills_up_meanwhile_is_said_and_gone_on_with(hub: Hub, tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4 * MEGABYTE, before[1]))
    try:
        error = refused(TINY, tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert "no room" in error.message
    pulled(TINY, tmp_path)
    assert hub.ranges[-1] == f"bytes={4 * MEGABYTE}-"


def test_a_models_folder_that_cannot_be_written_is_said(hub: Hub, tmp_path: Path) -> None:
    (tmp_path / "models").write_text("in the way")
    error = refused(TINY, tmp_path / "models")
    assert f"The models folder {tmp_path / 'models'} cannot be written" in error.message
    assert hub.ranges == []


def test_without_a_network_the_way_by_hand_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    error = refused(TINY, tmp_path)
    assert "switched off" in error.message
    assert "https://huggingface.co/ada/tiny-GGUF/resolve/main/tiny.gguf" in error.remedy
    assert str(tmp_path) in error.remedy


def test_a_hub_that_cannot_be_reached_or_refuses_is_said(hub: Hub, tmp_path: Path) -> None:
    hub.status = 403
    assert "status 403" in refused(TINY, tmp_path).message
    hub.status = 200
    assert "no repository" in refused(pull_target("ada/nothing"), tmp_path).message
    error = refused(pull_target("ada/tiny-GGUF/huge.gguf"), tmp_path)
    assert "tiny.gguf" in error.remedy


def test_an_embedding_model_is_a_folder_of_the_files_it_needs(hub: Hub, tmp_path: Path) -> None:
    target = pull_target("ada/embedder")
    assert pulled(target, tmp_path)[-1] == Pulled("embedder", tmp_path / FETCHED / "embedder")
    files = {
        str(file.relative_to(tmp_path / FETCHED / "embedder"))
        for file in tmp_path.rglob("*")
        if file.is_file()
    }
    assert files == {"modules.json", "config.json", "1_Pooling/config.json", "model.safetensors", RECORD}
    assert not list(tmp_path.parent.glob("outside.json"))


def test_prompts_that_a_models_files_do_not_tell_are_kept(hub: Hub, tmp_path: Path) -> None:
    target = pull_target("multilingual-e5-small")
    hub.repos[target.repo] = dict(EMBEDDER)
    pulled(target, tmp_path)
    about = tmp_path / FETCHED / target.name / "config_sentence_transformers.json"
    assert json.loads(about.read_text())["prompts"] == {"query": "query: ", "document": "passage: "}


@pytest.mark.parametrize(
    ("name", "said"), [("all-MiniLM-L6-v2", "comes with"), ("../../etc/passwd", "on the list")]
)
def test_what_cannot_be_pulled_is_said_at_once(name: str, said: str) -> None:
    with pytest.raises(PullError, match=said):
        pull_target(name)
