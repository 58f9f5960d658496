"""A small fictional household, whose papers the fake engine answers from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pocketrag.domain import (
    Answer,
    Block,
    BlockKind,
    Chunk,
    Citation,
    ConversationEntry,
    Counts,
    Document,
    FileState,
    FileStatus,
    FileVersion,
    Freshness,
    KeptConversation,
    KeptTurn,
    Passage,
    Place,
    Refusal,
    RefusalReason,
    Sentence,
    Span,
    Timings,
)

FOLDER = Path("/home/ada/Papers")
COUNTS = Counts(indexed=31, failed=2)
MODEL = "SmolLM2-135M-Instruct"

_LEASE = (
    ("h", 1, "Lease agreement"),
    ("p", 1, "Between Orchard Lane Housing (landlord) and Ada Brandt (tenant), for the flat at 14 Orchard "
             "Lane, second floor left, signed on 2 January 2024."),
    ("h", 1, "Rent"),
    ("p", 1, "The monthly rent is €940, due on the third working day of each month. Heating and water are "
             "charged separately, once a year, by consumption."),
    ("t", 2, "Item                 Monthly    Yearly"),
    ("t", 2, "Rent                 €  940   €11,280"),
    ("t", 2, "Heating, in advance  €   85   € 1,020"),
    ("t", 2, "Caretaker            €   22   €   264"),
    ("h", 2, "Deposit"),
    ("p", 2, "The deposit is two months' rent. It is returned within six months of the end of the lease."),
    ("h", 3, "Termination"),
    ("p", 3, "Either party may end this lease in writing. The notice period for the tenant is three months "
             "to the end of a month. After five years of residence the landlord's notice period becomes "
             "six months."),
    ("p", 3, "Notice must be given by letter. An e-mail is not sufficient."),
    ("h", 4, "Keys"),
    ("c", 4, "front_door = 2\ncellar     = 1\nletterbox  = 1"),
)  # fmt: skip
_KINDS = {"h": BlockKind.HEADING, "p": BlockKind.PARAGRAPH, "t": BlockKind.TABLE, "c": BlockKind.CODE}


def document(parts: tuple[tuple[str, int, str], ...], title: str) -> Document:
    """Return a document made of (kind, page, text) parts."""
    text = ""
    blocks: list[Block] = []
    section: tuple[str, ...] = ()
    for index, (kind, page, body) in enumerate(parts):
        gap = "\n" if kind == "t" and index and parts[index - 1][0] == "t" else "\n\n"
        text += gap if text else ""
        section = (body,) if kind == "h" else section
        place = Place(page=page, section=section)
        blocks.append(Block(_KINDS[kind], len(text), len(text) + len(body), place, level=int(kind == "h")))
        text += body
    return Document(text, tuple(blocks), title=title, pages=parts[-1][1])


def file(name: str, sha: str = "a" * 64) -> FileVersion:
    """Return a file of the household."""
    return FileVersion(FOLDER / name, FOLDER, sha, Path(name).stem, 1_700_000_000.0)


LEASE_FILE = file("Home/Lease 2024.pdf")
LEASE = document(_LEASE, "Lease agreement")
LETTER_FILE = file("Home/Letter from the landlord, March.docx", "b" * 64)
LETTER = document(
    (
        ("h", 1, "Your flat at 14 Orchard Lane"),
        ("p", 1, "Dear Ms Brandt, thank you for your question about moving out early. As agreed on the "
                 "phone, we accept a notice period of two months if you find a new tenant yourself."),
        ("p", 1, "Kind regards, Orchard Lane Housing"),
    ),
    "Letter",
)  # fmt: skip
NOTES_FILE = file("Notes/moving.md", "c" * 64)
NOTES = document(
    (
        ("h", 1, "Moving"),
        ("p", 1, "Ask the landlord about notice. Cancel electricity four weeks ahead. Forward the mail."),
    ),
    "Moving",
)
DOCUMENTS = {
    LEASE_FILE.path: (LEASE_FILE, LEASE),
    LETTER_FILE.path: (LETTER_FILE, LETTER),
    NOTES_FILE.path: (NOTES_FILE, NOTES),
}


def span(text: str, quote: str) -> Span:
    """Return where a quote stands."""
    start = text.index(quote)
    return Span(start, start + len(quote))


def passage(
    rank: int, score: float, source: FileVersion, doc: Document, begin: str, end: str, *quotes: str,
    freshness: Freshness = Freshness.FRESH,
) -> Passage:  # fmt: skip
    """Return the passage from `begin` to `end`, these quotes highlighted."""
    start = doc.text.index(begin)
    stop = doc.text.index(end, start) + len(end)
    block = next(b for b in reversed(doc.blocks) if b.start <= start)
    chunk = Chunk(start, stop, doc.text[start:stop], doc.title, block.place)
    return Passage(rank, score, source, chunk, tuple(span(doc.text, q) for q in quotes), freshness)


NOTICE = "The notice period for the tenant is three months to the end of a month."
LETTER_QUOTE = "we accept a notice period of two months if you find a new tenant yourself."
WRITING = "Notice must be given by letter."

PASSAGES = (
    passage(1, 0.83, LEASE_FILE, LEASE, "Either party", "not sufficient.", NOTICE, WRITING),
    passage(2, 0.71, LETTER_FILE, LETTER, "Dear Ms Brandt", "yourself.", LETTER_QUOTE),
    passage(3, 0.44, NOTES_FILE, NOTES, "Ask the", "mail.", "Ask the landlord about notice.",
            freshness=Freshness.CHANGED),
)  # fmt: skip


def citation(marker: int, source: FileVersion, doc: Document, quote: str, verified: bool = True) -> Citation:
    """Return a citation of a quote."""
    where = span(doc.text, quote)
    block = next(b for b in reversed(doc.blocks) if b.start <= where.start)
    return Citation(marker, source, block.place, where.start, where.end, quote, verified)


QUESTION = "How long is my notice period, and may I give notice by e-mail?"
DRAFT = "The notice period is **three months**, I think, and you should send a letter, maybe"


def notice_answer(question: str = QUESTION, query: str | None = None) -> Answer:
    """Return an answer with three citations and one unverified sentence."""
    sentences = (
        Sentence("Your notice period is **three months** to the end of a month.", (1,), True),
        Sentence("If you find a new tenant yourself, the landlord accepts two months.", (2,), True),
        Sentence("Notice must be given by letter; an e-mail does not count.", (3,), True),
        Sentence("Most landlords are flexible about this.", (), False),
    )
    text = (
        "Your notice period is **three months** to the end of a month. [1] If you find a new tenant "
        "yourself, the landlord accepts two months. [2]\n\nNotice must be given by letter; an e-mail does "
        "not count. [3] Most landlords are flexible about this."
    )
    citations = (
        citation(1, LEASE_FILE, LEASE, NOTICE),
        citation(2, LETTER_FILE, LETTER, LETTER_QUOTE),
        citation(3, LEASE_FILE, LEASE, WRITING),
    )
    timings = Timings(
        evidence_ms=42, first_token_ms=310, total_ms=1900, prompt_tokens=512, completion_tokens=60
    )
    return Answer(
        question, query or question, text, sentences, citations, PASSAGES, None, MODEL, COUNTS, timings
    )


def refusal_answer(question: str = "What is the name of my dentist?") -> Answer:
    """Return a refusal with the nearest passages."""
    refusal = Refusal(
        RefusalReason.NOTHING_RELEVANT,
        "dentist name",
        ("use other words: practice, appointment, bill", "add the folder that holds your health papers"),
        0.18,
    )
    near = (replace(PASSAGES[2], rank=1),)
    return Answer(question, "dentist name", "", (), (), near, refusal, "", COUNTS, Timings(total_ms=64))


def quoting_answer(question: str = QUESTION) -> Answer:
    """Return an answer that is nothing but two quotes, as the engine gives where the model fails."""
    text = f"> “{NOTICE}” [1]\n>\n> “{LETTER_QUOTE}” [2]"
    answer = notice_answer(question)
    sentences = (Sentence(NOTICE, (1,), True), Sentence(LETTER_QUOTE, (2,), True))
    return replace(answer, text=text, sentences=sentences, citations=answer.citations[:2], model="")


def plain_answer(question: str, text: str, **changes: object) -> Answer:
    """Return an answer of one verified sentence without citations, or what `changes` make of it."""
    fields: dict[str, object] = {
        "sentences": (Sentence(text, (), True),), "citations": (), "passages": (), "refusal": None,
        "model": MODEL, "counts": COUNTS, "timings": Timings(total_ms=800), "query": question,
    } | changes  # fmt: skip
    return Answer(question=question, text=text, **fields)  # type: ignore[arg-type]


FILES = (
    FileStatus(LEASE_FILE.path, FOLDER, FileState.INDEXED, "", "", 4, (), 12),
    FileStatus(LETTER_FILE.path, FOLDER, FileState.INDEXED, "", "", 1, (), 3),
    FileStatus(FOLDER / "Bank/Statement 2023.pdf", FOLDER, FileState.FAILED, "Needs a password.",
               "Save a copy without a password, then update the index.", None, (), 0),
    FileStatus(FOLDER / "Scans/Receipt.pdf", FOLDER, FileState.FAILED, "Holds no text: 3 pages are pictures.",
               "Run text recognition over it (for example ocrmypdf), then update the index.",
               3, (1, 2, 3), 0),
    FileStatus(FOLDER / "Photos/cat.jpg", FOLDER, FileState.SKIPPED, "Not a kind of file that is read.", "",
               None, (), 0),
    FileStatus(FOLDER / "Notes/new.md", FOLDER, FileState.WAITING, "", "", None, (), 0),
    FileStatus(NOTES_FILE.path, FOLDER, FileState.INDEXED, "", "", None, (), 1),
)  # fmt: skip
EXAMPLES = (
    "How long is my notice period?",
    "What did the dishwasher cost, and is it still under warranty?",
    "Which insurance covers a burst pipe?",
)


def kept(number: int, *answers: Answer, title: str = "", at: float = 1_740_000_000.0) -> KeptConversation:
    """Return a conversation as the engine tells it, an answer a minute; the second file cited has changed."""
    turns = tuple(
        KeptTurn(
            replace(answer, passages=()),
            at + 60.0 * index,
            tuple(
                Freshness.CHANGED if citation.file == LETTER_FILE else Freshness.FRESH
                for citation in answer.citations
            ),
            id=100 * number + index,
        )
        for index, answer in enumerate(answers)
    )
    named = title or answers[0].question
    return KeptConversation(ConversationEntry(number, named, at, turns[-1].at, len(turns)), turns)


HISTORY = (
    kept(1, notice_answer(), plain_answer("And by fax?", "No.", query="notice by fax")),
    kept(2, refusal_answer(), at=1_740_100_000.0),
    kept(3, quoting_answer("When may I move out?"), title="Moving [b]out[/b]", at=1_740_200_000.0),
)
