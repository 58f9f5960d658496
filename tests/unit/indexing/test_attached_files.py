"""Files that came in a mail: documents of their own, below the mail, and gone with it."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest
from house import House

from pocketrag.domain import Counts, FileIndexed, FileState, Filters


def mail(subject: str, **attached: bytes) -> bytes:
    """A message with files attached to it; `_` in a name stands for its dot."""
    message = EmailMessage()
    message["Subject"], message["From"], message["Date"] = (
        subject,
        "ann@x.example",
        "Fri, 14 Mar 2025 09:30:00 +0100",
    )
    message.set_content("See what is attached.")
    for name, data in attached.items():
        message.add_attachment(data, "application", "octet-stream", filename=name.replace("_", "."))
    return message.as_bytes()


class TestAttachedFiles:
    """Files that came in a mail: documents of their own, below the mail, and gone with it."""

    @pytest.fixture
    def trip(self, house: House) -> Path:
        path = house.docs / "Trip.eml"
        path.write_bytes(
            mail(
                "Trip", plan_md=b"# Plan\n\nThe train leaves at 9.", photo_jpg=b"\xff\xd8\xff", x_pdf=b"%PDF-"
            )
        )
        return path

    def words(self, house: House, query: str) -> list[str]:
        keys = house.lookup.words.chunks([query], 9, Filters())
        return [f.version.shown for c in house.lookup.chunks_by_key(keys, Filters()) for f in c.files]

    def states(self, house: House) -> dict[str, tuple[str, str]]:
        return {s.shown: (s.state.value, s.reason) for s in house.lookup.file_statuses(tuple(FileState))}

    def test_they_are_found_below_their_mail(self, house: House, trip: Path) -> None:
        house.index()
        assert self.words(house, '"train"') == ["Trip.eml › plan.md"]
        assert self.states(house) == {
            "Trip.eml": ("indexed", ""),
            "Trip.eml › plan.md": ("indexed", ""),
            "Trip.eml › photo.jpg": ("skipped", "no reader for .jpg files"),
            "Trip.eml › x.pdf": ("failed", "damaged"),
        }
        version, document = house.lookup.document(trip / "plan.md")
        assert (version.path, version.attachment) == (trip, "plan.md")
        assert document.title == "Plan"

    def test_they_are_counted_with_their_file(self, house: House, trip: Path) -> None:
        done = house.done()
        assert (done.indexed, done.failed) == (1, 0)
        assert house.lookup.counts() == Counts(indexed=1)
        assert house.done().unchanged == 1

    def test_they_are_dated_like_their_mail_and_narrowed_by_their_own_kind(
        self, house: House, trip: Path
    ) -> None:
        house.index()
        keys = house.lookup.words.chunks(["train"], 9, Filters())
        narrowed = [
            Filters(types=("md",)),
            Filters(since="2025-03-14", until="2025-03-14"),
            Filters(folder=trip),
        ]
        assert all(house.lookup.chunks_by_key(keys, filters) for filters in narrowed)
        assert not house.lookup.chunks_by_key(keys, Filters(types=("eml",)))

    def test_they_go_with_a_renamed_mail_and_nothing_is_embedded(self, house: House, trip: Path) -> None:
        house.index()
        embedded = len(house.embedder.embedded)
        trip.rename(house.docs / "Journey.eml")
        assert house.done().renamed == 1
        assert self.words(house, '"train"') == ["Journey.eml › plan.md"]
        assert set(house.embedder.embedded[embedded:]) == {
            "Journey",
            "Journey › plan",
        }

    def test_an_attachment_that_lies_in_the_folder_too_is_embedded_once(
        self, house: House, trip: Path
    ) -> None:
        house.index()
        house.write("plan.md", "# Plan\n\nThe train leaves at 9.")
        assert house.done().chunks_embedded == 0
        assert sorted(self.words(house, '"train"')) == ["Trip.eml › plan.md", "plan.md"]

    def test_they_are_gone_with_their_mail(self, house: House, trip: Path) -> None:
        house.index()
        trip.unlink()
        assert house.done().removed == 1
        assert self.words(house, '"train"') == []
        assert self.states(house) == {}
        assert house.lookup.chunk_count() == 0
        assert (
            house.vectors.keys("chunks")
            == house.vectors.keys("contexts")
            == house.vectors.keys("paths")
            == set()
        )

    def test_a_mail_that_changed_has_its_new_ones(self, house: House, trip: Path) -> None:
        house.index()
        trip.write_bytes(mail("Trip", ticket_txt=b"Seat 42 by the window."))
        house.index()
        assert self.words(house, '"train"') == []
        assert self.words(house, '"window"') == ["Trip.eml › ticket.txt"]

    def test_a_removed_folder_takes_them_along(self, house: House, trip: Path) -> None:
        house.index()
        house.catalog.remove_folder(house.docs)
        assert self.states(house) == {}
        assert house.lookup.chunk_count() == 0

    def test_one_that_failed_is_read_again_on_request(
        self, house: House, trip: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as patch:
            patch.setattr("pocketrag.reading.attachments.MAX_SECONDS", 0.0)  # so that none is begun in time
            house.index()
        assert self.states(house)["Trip.eml › plan.md"] == ("failed", "timed out")
        assert house.done().unchanged == 1
        assert house.done(retry=True).indexed == 1
        assert self.words(house, '"train"') == ["Trip.eml › plan.md"]
        assert self.states(house)["Trip.eml"] == ("indexed", "")
        assert house.keys_agree()

    def test_only_those_within_are_read_again(self, house: House, trip: Path) -> None:
        house.index()
        (house.docs / "Other.eml").write_bytes(mail("Other", y_pdf=b"%PDF-"))
        house.index()
        again = house.indexer().run([trip], retry=True)
        assert [event.path.name for event in again if isinstance(event, FileIndexed)] == ["Trip.eml"]
