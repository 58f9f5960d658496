"""The real product, as programs use it: real models, in processes without a network."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from engines import end_engines_below

ROOT = Path(__file__).parents[2]
PASSAGE_KEYS = {
    "rank", "score", "file", "relative", "place", "start", "end", "text", "highlights", "state", "also_in",
    "versions", "attachment", "title", "author", "date", "modified", "language",
}  # fmt: skip


class Product:
    """The installed command on one library, with every socket beyond loopback refused."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.docs = folder / "docs"
        self.docs.mkdir()
        (self.docs / "lease.md").write_text(
            "# Lease\n\n## Rent\n\nThe rent is 850 euros, due on the first day of every month.\n"
        )
        (self.docs / "cake.txt").write_text("Plum cake needs a kilo of plums and a little cinnamon.")
        (self.docs / "broken.pdf").write_bytes(b"%PDF-1.7 and then nothing of use")

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {
            **os.environ,
            "POCKETRAG_LIBRARY": str(self.folder / "library"),
            "PYTHONPATH": str(ROOT / "tests" / "support" / "netblock"),
        }
        command = [str(Path(sys.executable).with_name("pocketrag")), *arguments]
        done = subprocess.run(
            command, capture_output=True, text=True, env=environment, check=False, timeout=200
        )
        assert "Traceback" not in done.stderr
        return done

    def json(self, *arguments: str) -> dict[str, Any]:
        done = self.run(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    made = Product(tmp_path_factory.mktemp("product"))
    assert made.run("add", str(made.docs)).returncode == 0
    done = made.run("index", "--json")
    assert done.returncode == 0, done.stderr
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert [e["event"] for e in events if e["event"] != "done"].count("indexed") == 2
    last = events[-1]
    assert last["event"] == "done"
    assert (last["indexed"], last["failed"], last["chunks_embedded"]) == (2, 1, 2)
    (failed,) = [e for e in events if e["event"] == "failed"]
    assert failed["file"].endswith("broken.pdf")
    assert failed["reason"] == "damaged"
    assert failed["remedy"]
    yield made
    end_engines_below(made.folder)


def test_the_block_is_real(product: Product) -> None:
    code = "import socket; socket.create_connection(('192.0.2.1', 80), timeout=1)"
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "tests" / "support" / "netblock")}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=False
    )
    assert "the network is blocked here" in done.stderr


def test_ask_answers_offline_with_receipts(product: Product) -> None:
    answer = product.json("ask", "How much is the rent?")
    assert not answer["refused"]
    assert answer["refusal"] is None
    assert "850" in answer["answer"]
    assert answer["model"] == "SmolLM2-135M-Instruct"
    assert set(answer) == {
        "question", "answer", "refused", "refusal", "query", "model", "sentences", "citations", "passages",
        "index", "timings", "words_only",
    }  # fmt: skip
    citation = answer["citations"][0]
    assert citation["relative"] == "lease.md"
    assert citation["place"]["section"] == ["Lease", "Rent"]
    assert citation["verified"] is True
    assert len(citation["file_sha256"]) == 64
    assert citation["end"] - citation["start"] == len(citation["quote"])
    assert all(set(p) == PASSAGE_KEYS for p in answer["passages"])
    assert answer["index"] == {"indexed": 2, "waiting": 0, "failed": 1, "skipped": 0}
    assert set(answer["timings"]) == {
        "evidence_ms", "first_token_ms", "total_ms", "prompt_tokens", "completion_tokens"
    }  # fmt: skip


def test_it_answers_in_a_namespace_without_any_network(product: Product) -> None:
    alone = ["unshare", "--net", "--map-root-user"]
    if shutil.which("unshare") is None or subprocess.run([*alone, "true"], check=False).returncode != 0:
        pytest.skip("network namespaces are not to be had here")
    assert product.run("engine", "stop").returncode == 0  # the next one is started in the namespace
    command = [*alone, str(Path(sys.executable).with_name("pocketrag")), "ask", "How much is the rent?"]
    environment = {**os.environ, "POCKETRAG_LIBRARY": str(product.folder / "library")}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False, timeout=200)
    assert done.returncode == 0, done.stderr
    assert "850" in done.stdout
    assert product.run("engine", "stop").returncode == 0


def test_search_has_the_shape_that_programs_rely_on(product: Product) -> None:
    found = product.json("search", "plum cake", "-k", "1")
    assert set(found) == {
        "query", "results", "suggestions", "index", "timings", "looked_at", "words_only",
    }  # fmt: skip
    (result,) = found["results"]
    assert set(result) == PASSAGE_KEYS
    assert result["relative"] == "cake.txt"
    assert result["state"] == "fresh"
    assert result["text"][: result["end"] - result["start"]] == result["text"]


def test_all_documents_come_as_lines(product: Product) -> None:
    done = product.run("search", "--all", "Which papers mention plums?", "--json")
    document, last = [json.loads(line) for line in done.stdout.splitlines()]
    assert set(document) == {*PASSAGE_KEYS, "event", "passages"}
    assert (document["relative"], document["passages"]) == ("cake.txt", 1)
    assert (last["event"], last["documents"], last["index"]["indexed"]) == ("done", 1, 2)


def test_search_is_narrowed(product: Product) -> None:
    assert {r["relative"] for r in product.json("search", "rent", "--type", "txt")["results"]} == {"cake.txt"}
    assert product.json("search", "rent", "--until", "1999-12-31")["results"] == []


def test_status_lists_what_failed_and_with_files_everything(product: Product) -> None:
    status = product.json("status")
    assert status["files"] == {"indexed": 2, "waiting": 0, "failed": 1, "skipped": 0}
    assert [Path(item["file"]).name for item in status["items"]] == ["broken.pdf"]
    assert len(product.json("status", "--files")["items"]) == 3


def test_strict_indexing_fails_if_a_file_did(product: Product) -> None:
    assert product.run("index", "--strict").returncode == 1


def test_what_people_see_is_text_not_json(product: Product) -> None:
    shown = product.run("ask", "How much is the rent?").stdout
    assert "[1] lease.md · line 5 · Rent" in shown
    assert "{" not in shown


def test_a_follow_up_goes_on_with_the_last_conversation(product: Product) -> None:
    product.json("ask", "How much is the rent?")
    again = product.json("ask", "and when is it due?", "--continue")
    assert "rent" in again["query"]


def test_many_questions_in_one_go(product: Product) -> None:
    questions = product.folder / "questions.jsonl"
    questions.write_text(
        '{"id": "a", "question": "How much is the rent?"}\n'
        '{"id": "b", "question": "and when is it due?", "after": "a"}\n'
    )
    out = product.folder / "answers.jsonl"
    assert product.run("ask", "--questions", str(questions), "--out", str(out)).returncode == 0
    first, second = [json.loads(line) for line in out.read_text().splitlines()]
    assert (first["id"], second["id"]) == ("a", "b")
    assert "rent" in second["query"]


def test_logs_hold_neither_questions_nor_text(product: Product) -> None:
    product.run("ask", "How much cinnamon goes into the cake?")
    logs = list((product.folder / "library" / "logs").iterdir())
    assert logs
    written = "".join(log.read_text() for log in logs).casefold()
    assert not any(word in written for word in ("cinnamon", "850", "rent is"))


def test_without_its_language_model_the_rest_goes_on(product: Product) -> None:
    settings = product.folder / "library" / "settings.toml"
    before = settings.read_text()
    settings.write_text(before.replace('language = "bundled"', 'language = "/nowhere/big.gguf"'))
    try:
        asked = product.run("ask", "How much is the rent?")
        assert asked.returncode == 1
        assert "/nowhere/big.gguf is not there" in asked.stderr
        assert "models.language" in asked.stderr
        assert product.json("status")["language_model"] == "big"
        assert product.json("search", "rent")["results"]
    finally:
        settings.write_text(before)
