"""A coverage-guided fuzz run over the reading room's own code, with atheris (libFuzzer for Python).

    python -m benchmarks.reading.fuzz [--minutes N] [--work FOLDER]

An input is a byte that chooses a name's ending, and a file. Seeds are `seeds/`, where a package is a folder
of its parts, and the smaller sample documents. Packages are mutated part by part and packed anew, as most
random changes to a zip file are caught by its checksums.

What must hold: a file becomes a `Document` whose blocks are ordered, in bounds and apart, whose text is
normalised, survives being stored, and is tiled by chunks within the window; or a `ReadingError`; within 30
seconds and 1.5 GB. The room's door turns any exception into `Damaged`, so the functions below it are called:
an exception that a third-party library or Python's own raises in its own code passes, one that arises in a
line of PocketRAG is a finding. Each is written into FOLDER/findings once for each line of code: a
traceback, and the input. Prints a summary; exit status 1 if there are findings.
"""

from __future__ import annotations

import argparse
import importlib
import io
import json
import pkgutil
import random
import subprocess
import sys
import tempfile
import time
import traceback
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["pocketrag"]):
    import pocketrag.reading
    from pocketrag.codec import document_of, document_values
    from pocketrag.domain import BlockKind, Document
    from pocketrag.errors import NoText, ReadingError
    from pocketrag.indexing.chunking import chunk_document
    from pocketrag.reading.attachments import Attachments, Read
    from pocketrag.reading.language import language_of
    from pocketrag.reading.normalise import normalise, normalise_code, one_line
    from pocketrag.reading.reader import _recognised
    from pocketrag.reading.recognition.kinds import ENDINGS, Kind

    for module in pkgutil.walk_packages(pocketrag.reading.__path__, "pocketrag.reading."):
        importlib.import_module(module.name)  # readers are imported late: too late to be instrumented

HERE = Path(__file__).resolve().parent
PACKAGE = str(Path(pocketrag.reading.__file__).resolve().parent.parent)
NORMALISER = "normaliser"
"""Stands for an ending: the input is a text, and goes to the normaliser alone."""
CHOICES = (*(next(e for e, of in ENDINGS.items() if of is kind) for kind in Kind), ".doc", "", NORMALISER)
WINDOW = 64
"""Tokens of the made-up embedder, whose tokens are words and pairs of letters."""
SECONDS, MEGABYTES, LONGEST = 30, 1_500, 80_000
RESTART = 900
"""Seconds after which the fuzzing process is replaced, so that leaks of libraries do not add up."""


def main() -> int:
    """Run the fuzzer in processes of its own until the time is over, and tell what was found."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "pocketrag-fuzz")
    options = parser.parse_args()
    corpus, findings = options.work / "corpus", options.work / "findings"
    for folder in (corpus, findings):
        folder.mkdir(parents=True, exist_ok=True)
    for number, (ending, data) in enumerate(seeds()):
        (corpus / f"seed{number}").write_bytes(bytes([CHOICES.index(ending)]) + data)
    end = time.monotonic() + 60 * options.minutes
    while (left := int(end - time.monotonic())) > 0:
        _run(options.work, corpus, findings, min(left, RESTART))
    found = sorted(path.name for path in findings.iterdir() if path.suffix != ".input")
    print(f"{len(list(corpus.iterdir()))} inputs kept, {len(found)} findings in {findings}", *found, sep="\n")
    return bool(found)


def _run(work: Path, corpus: Path, findings: Path, seconds: int) -> None:
    with (work / "log").open("ab") as log:
        subprocess.run(
            [
                *(sys.executable, "-c", "from benchmarks.reading.fuzz import fuzz; fuzz()", str(findings)),
                *(str(corpus), f"-max_total_time={seconds}", f"-timeout={SECONDS}", f"-max_len={LONGEST}"),
                *(f"-rss_limit_mb={MEGABYTES}", f"-artifact_prefix={findings}/", "-print_final_stats=1"),
            ],
            cwd=HERE.parent.parent,
            stdout=log,
            stderr=log,
            check=False,
        )


def fuzz() -> None:
    """Be the fuzzing process: `sys.argv` holds the folder for findings, then libFuzzer's own options."""
    findings = Path(sys.argv.pop(1))
    warnings.simplefilter("ignore")

    def target(data: bytes) -> None:
        try:
            check(data)
        except Exception as error:  # noqa: BLE001 (every exception is what is looked for)
            if _is_ours(error):
                _keep(error, data, findings)

    atheris.Setup([sys.argv[0], *sys.argv[1:]], target, custom_mutator=mutated)
    atheris.Fuzz()


# ── what must hold ──────────────────────────────────────────────────────────────────────────────


def check(data: bytes) -> None:
    """Read an input; raises AssertionError where a property does not hold, and whatever reading raises."""
    ending, data = CHOICES[data[0] % len(CHOICES)] if data else "", data[1:]
    if ending == NORMALISER:
        check_normaliser(data.decode("utf-8", "replace"))
        check_normaliser(data[: len(data) // 2 * 2].decode("utf-16-le", "surrogatepass"))
        return
    try:
        document = read(data, ending, Attachments(read))
    except (ReadingError, MemoryError):
        return
    check_document(document)
    check_raw(document, data)


def read(data: bytes, suffix: str, attachments: Attachments, read: Read | None = None) -> Document:
    """Do what the room's door does, but let exceptions out."""
    if not data:
        raise NoText("The file is empty.", "-")
    document = read(attachments) if read else _recognised(data, suffix, attachments)
    return replace(document, language=language_of(document), attachments=attachments.found())


def check_normaliser(text: str) -> None:
    """Normalising twice changes nothing, and leaves nothing that steers a terminal."""
    for normal in (normalise, one_line, normalise_code):
        once = normal(text)
        assert normal(once) == once, f"{normal.__name__} is not done after once"
        assert all(
            character.isprintable() or character in "\n\u200c\u200d"
            for character in once
            if character < "\x7f"
        )
        once.encode()
    assert "\n" not in one_line(text)


def check_document(document: Document) -> None:
    """A document is what the domain says it is, and so are its chunks and its stored form."""
    text, blocks = document.text, document.blocks
    assert blocks, "no blocks"
    assert all(0 <= block.start < block.end <= len(text) for block in blocks), "a block is out of bounds"
    assert all(one.end <= next_.start for one, next_ in pairwise(blocks)), "blocks overlap"
    edges = [0, *(edge for block in blocks for edge in (block.start, block.end)), len(text)]
    between = (text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True))
    assert not "".join(between).strip("\n"), "there is text outside of the blocks"
    pieces = ((block.kind, text[block.start : block.end]) for block in blocks)
    assert all(_is_normal(kind, piece) for kind, piece in pieces), "a block is not normalised"
    assert document_of(json.loads(json.dumps(document_values(document)))) == document, "not stored as it is"
    check_chunks(document)
    for attachment in document.attachments:
        if isinstance(attachment.content, Document):
            check_document(attachment.content)


def check_raw(document: Document, data: bytes) -> None:
    """What of the text stands in the file stands there letter by letter, blanks of any kind being alike."""
    if document.raw is not None:
        decoded, end = data.decode(document.raw.encoding, errors="replace"), 0
        for start, there, length in document.raw.runs:
            assert end <= start, "runs overlap"
            end = start + length
            text, raw = document.text[start:end], decoded[there : there + length]
            assert text.translate(_ALIKE) == raw.translate(_ALIKE), "a run is not equal"


_ALIKE = str.maketrans("\t\n\r\xa0", "    ")


def _is_normal(kind: BlockKind, text: str) -> bool:
    if kind is BlockKind.CODE:
        return normalise_code(text) == text
    cells = text.split("|") if kind is BlockKind.TABLE else [text]
    return all(normalise(cell) == (cell.strip(" ") if kind is BlockKind.TABLE else cell) for cell in cells)


def check_chunks(document: Document) -> None:
    """Chunks tile the text, and each embeds within the window."""
    chunks = chunk_document(document, _count_tokens, WINDOW)
    assert "".join(chunk.text for chunk in chunks) == document.text, "chunks do not tile the text"
    assert all(document.text[chunk.start : chunk.end] == chunk.text for chunk in chunks), "a span is wrong"
    longest = max(_count_tokens([chunk.embedded_text for chunk in chunks]))
    assert longest <= WINDOW, f"a chunk takes {longest} of {WINDOW} tokens"


def _count_tokens(texts: Sequence[str]) -> list[int]:
    return [2 + sum((len(word) + 1) // 2 for word in text.split()) for text in texts]


# ── findings ────────────────────────────────────────────────────────────────────────────────────


def _is_ours(error: Exception) -> bool:
    """Whether an exception arose in PocketRAG's own lines, or is one of the properties above."""
    frames = traceback.extract_tb(error.__traceback__)
    if isinstance(error, RecursionError):
        return sum(frame.filename.startswith(PACKAGE) for frame in frames) > len(frames) / 2
    if not isinstance(error, AssertionError) and type(error).__module__ != "builtins":
        return False
    return frames[-1].filename.startswith((PACKAGE, str(HERE)))


def _keep(error: Exception, data: bytes, findings: Path) -> None:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    name = f"{type(error).__name__}-{Path(frame.filename).stem}-{frame.lineno}"
    if isinstance(error, AssertionError):
        name += f"-{CHOICES[data[0] % len(CHOICES)].strip('.')}"
    if not (findings / name).exists():
        (findings / name).write_text("".join(traceback.format_exception(error)[-20:]), encoding="utf-8")
        (findings / f"{name}.input").write_bytes(data)


# ── inputs ──────────────────────────────────────────────────────────────────────────────────────


def seeds() -> Iterator[tuple[str, bytes]]:
    """Yield endings and files: those of `seeds/`, texts in another encoding too, and sample documents."""
    for path in sorted((HERE / "seeds").iterdir()):
        ending = ".mhtml" if path.suffix == ".mht" else path.suffix
        ending = next(e for e in CHOICES if ENDINGS.get(e) is ENDINGS[ending])
        if path.is_dir():
            parts = {str(part.relative_to(path)): part for part in sorted(path.rglob("*")) if part.is_file()}
            yield ending, _packed({name: part.read_bytes() for name, part in parts.items()})
        else:
            yield ending, path.read_bytes()
            yield ending, path.read_text(encoding="utf-8").replace("\n", "\r\n").encode("utf-16")
            yield NORMALISER, path.read_bytes()
    for path in sorted((HERE.parent.parent / "sample_docs").rglob("*.*")):
        if path.is_file() and path.suffix in CHOICES and path.stat().st_size < LONGEST / 2:
            yield path.suffix, path.read_bytes()


def mutated(data: bytes, max_size: int, seed: int) -> bytes:
    """Return a changed input; of a package, one part is changed."""
    parts = _parts(data[1:]) if data[1:3] == b"PK" else {}
    if not parts or seed % 8 == 0:
        changed: bytes = atheris.Mutate(data, max_size)
        return changed
    name = random.Random(seed).choice(sorted(parts))
    parts[name] = atheris.Mutate(parts[name], min(len(parts[name]) + 2_000, max_size))
    packed = data[:1] + _packed(parts)
    return packed if len(packed) <= max_size else data


def _parts(data: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            small = sum(entry.file_size for entry in package.infolist()) < 20 * LONGEST
            return {name: package.read(name) for name in package.namelist()} if small else {}
    except Exception:  # noqa: BLE001 (a mutated package breaks in every way; it is then mutated as bytes)
        return {}


def _packed(parts: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        warnings.simplefilter("ignore")  # two parts of one name
        for name, part in parts.items():
            package.writestr(name, part)
    return stream.getvalue()


if __name__ == "__main__":
    sys.exit(main())
