"""The JSON that other programs rely on: values of the domain become plain objects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from pocketrag.codec import Json, place_values
from pocketrag.domain import (
    AllMatched,
    Answer,
    CatalogRebuilt,
    Check,
    Citation,
    ConversationEntry,
    Counts,
    DocumentMatched,
    FileFailed,
    FileIndexed,
    FileRemoved,
    FileRenamed,
    FileSkipped,
    FileStatus,
    FileUnchanged,
    FileVersion,
    IndexDone,
    IndexEvent,
    IndexRenewed,
    IndexRepaired,
    KeptConversation,
    KeptTurn,
    LibraryStatus,
    Passage,
    Refusal,
    SearchEvent,
    SearchResults,
)
from pocketrag.engine.protocol import EngineInfo
from pocketrag.errors import PocketRagError


def passage_json(passage: Passage) -> Json:
    """Return one result of a search."""
    return {
        "rank": passage.rank,
        "score": passage.score,
        "file": str(passage.file.path),
        "relative": passage.file.relative,
        **_document_json(passage.file),
        "place": place_values(passage.chunk.place),
        "start": passage.chunk.start,
        "end": passage.chunk.end,
        "text": passage.chunk.text,
        "highlights": [[span.start, span.end] for span in passage.highlights],
        "state": passage.freshness.value,
        "also_in": list(passage.also_in),
        "versions": list(passage.versions),
    }


def _document_json(file: FileVersion) -> Json:
    """Return what a file says of itself, for display and for narrowing a search."""
    return {
        "attachment": file.attachment,
        "title": file.title,
        "author": file.author,
        "date": file.date,
        "modified": file.modified,
        "language": file.language,
    }


def search_json(results: SearchResults) -> Json:
    """Return a search's outcome."""
    return {
        "query": results.query,
        "results": [passage_json(p) for p in results.passages],
        "suggestions": list(results.suggestions),
        "looked_at": results.looked_at,
        "words_only": results.words_only,
        "index": counts_json(results.counts),
        "timings": {"search_ms": round(results.search_ms, 1)},
    }


def match_json(event: SearchEvent) -> Json:
    """Return an event of a search for all documents: each document as a result, last their number."""
    match event:
        case DocumentMatched(passage, passages):
            return {"event": "document", "passages": passages, **passage_json(passage)}
        case AllMatched():
            return {
                "event": "done",
                "query": event.query,
                "words": list(event.words),
                "documents": event.documents,
                "passages": event.passages,
                "suggestions": list(event.suggestions),
                "index": counts_json(event.counts),
                "timings": {"search_ms": round(event.search_ms, 1)},
            }


def answer_json(answer: Answer) -> Json:
    """Return a question's outcome, answered or refused."""
    return {
        "question": answer.question,
        "answer": answer.text,
        "refused": answer.refused,
        "refusal": refusal_json(answer.refusal) if answer.refusal else None,
        "query": answer.query,
        "model": answer.model,
        "sentences": [
            {"text": s.text, "citations": list(s.citations), "verified": s.verified} for s in answer.sentences
        ],
        "citations": [citation_json(c) for c in answer.citations],
        "passages": [passage_json(p) for p in answer.passages],
        "words_only": answer.words_only,
        "index": counts_json(answer.counts),
        "timings": {name: round(value, 1) for name, value in asdict(answer.timings).items()},
    }


def citation_json(citation: Citation) -> Json:
    """Return a claim's exact source."""
    return {
        "marker": citation.marker,
        "file": str(citation.file.path),
        "relative": citation.file.relative,
        **_document_json(citation.file),
        "place": place_values(citation.place),
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
        "file_sha256": citation.file.sha256,
        "verified": citation.verified,
    }


def entry_json(entry: ConversationEntry) -> Json:
    """Return a kept conversation as a list names it."""
    return asdict(entry)


def conversation_json(kept: KeptConversation) -> Json:
    """Return a kept conversation whole; each citation says how its file stands now."""
    entry = {name: value for name, value in entry_json(kept.entry).items() if name != "excerpt"}
    return {**entry, "turns": [_turn_json(turn) for turn in kept.turns]}


def _turn_json(turn: KeptTurn) -> Json:
    cited = zip(turn.answer.citations, turn.freshness, strict=True)
    answer = {name: value for name, value in answer_json(turn.answer).items() if name != "passages"}
    citations = [{**citation_json(citation), "state": freshness.value} for citation, freshness in cited]
    return {"at": turn.at, "mark": turn.mark, **answer, "citations": citations}


def refusal_json(refusal: Refusal) -> Json:
    """Return why a question was not answered."""
    return {
        "reason": refusal.reason.value,
        "looked_for": refusal.looked_for,
        "suggestions": list(refusal.suggestions),
        "score": refusal.score,
    }


def counts_json(counts: Counts) -> Json:
    """Return how many files are in each state."""
    return asdict(counts)


def status_json(status: LibraryStatus) -> Json:
    """Return the library at a glance."""
    return {
        "folders": [str(folder) for folder in status.folders],
        "files": counts_json(status.counts),
        "chunks": status.chunks,
        "bytes_on_disk": status.bytes_on_disk,
        "embedding_model": status.embedding_model,
        "language_model": status.language_model,
        "indexing": status.indexing,
        "polled": [{"folder": str(folder), "reason": reason} for folder, reason in status.polled],
        "away": [str(place) for place in status.away],
        "set_aside": list(status.set_aside),
        "preparing": status.preparing,
        "leaves_computer": status.leaves_computer,
        "vectors": asdict(status.vectors),
        "rebuilding": status.rebuilding,
        "items": [file_json(item) for item in status.items],
    }


def file_json(item: FileStatus) -> Json:
    """Return one file's state."""
    return {
        "file": str(item.path),
        "state": item.state.value,
        "reason": item.reason,
        "remedy": item.remedy,
        "pages": item.pages,
        "textless_pages": len(item.textless_pages),
        "pictures": list(item.textless_pages),
        "chunks": item.chunks,
        "attachment": item.attachment,
        "message": item.message,
        "title": item.title,
        "author": item.author,
        "date": item.date,
        "language": item.language,
        "modified": item.modified,
    }


def index_json(event: IndexEvent) -> Json | None:
    """Return an event of indexing; None for those that only people look at."""
    match event:
        case FileIndexed(path, chunks, embedded, reused, pictures):
            counts = {"chunks": chunks, "chunks_embedded": embedded, "chunks_reused": reused}
            return {"event": "indexed", "file": str(path), **counts, "pictures": list(pictures)}
        case FileUnchanged(path):
            return {"event": "unchanged", "file": str(path)}
        case FileRenamed(path, previous):
            return {"event": "renamed", "file": str(path), "previous": str(previous)}
        case FileRemoved(path):
            return {"event": "removed", "file": str(path)}
        case FileFailed(path, reason, message, remedy):
            why = {"reason": reason, "message": message, "remedy": remedy}
            return {"event": "failed", "file": str(path), **why}
        case FileSkipped(path, rule):
            return {"event": "skipped", "file": str(path), "rule": rule}
        case IndexRepaired():
            return {"event": "repaired", **asdict(event)}
        case IndexRenewed():
            return {"event": "renewed", **asdict(event)}
        case CatalogRebuilt():
            return {"event": "rebuilt", **asdict(event)}
        case IndexDone():
            return {"event": "done", **asdict(event), "seconds": round(event.seconds, 3)}
        case _:
            return None


def checks_json(checks: Sequence[Check], repaired: Sequence[str]) -> Json:
    """Return what was looked at, whether all is well, and what was mended before."""
    return {
        "checks": [asdict(check) for check in checks],
        "ok": all(check.state != "problem" for check in checks),
        "repaired": list(repaired),
    }


def engine_json(engine: EngineInfo, at_login: bool) -> Json:
    """Return a running engine at a glance; `at_login`: whether a watch is started at login."""
    return {
        "running": True,
        "library": str(engine.library),
        "pid": engine.pid,
        "version": engine.version,
        "address": engine.address,
        "started": engine.started,
        "keep_alive": engine.keep_alive,
        "memory_bytes": engine.memory_bytes,
        "doing": list(engine.doing),
        "clients": [asdict(client) for client in engine.clients],
        "at_login": at_login,
    }


def no_engine_json(library: Path, crashes: int, reason: str, at_login: bool) -> Json:
    """Return that no engine runs, and how many crashed one after the other."""
    told = {"library": str(library), "crashes": crashes, "reason": reason, "at_login": at_login}
    return {"running": False, **told}


def error_json(error: PocketRagError) -> Json:
    """Return an error with its remedy."""
    return {"error": {"kind": error.kind, "message": error.message, "remedy": error.remedy}}
