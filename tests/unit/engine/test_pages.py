"""Pictures of pages: what is said where one is not drawn in time."""

from __future__ import annotations

import hashlib
from concurrent.futures import Future
from pathlib import Path
from unittest.mock import create_autospec

import pytest
from tui.papers import LEASE, file

from pocketrag.domain import PagePicture
from pocketrag.engine.pages import Pages
from pocketrag.errors import TimedOut
from pocketrag.reading.sandbox import Sandbox
from pocketrag.storage.lookup import Lookup


def test_a_page_that_takes_too_long_is_no_reason_to_save_the_file_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    late: Future[PagePicture] = Future()
    late.set_exception(TimedOut("The file could not be read within 30 seconds.", "Save it anew."))
    monkeypatch.setattr(Sandbox, "picture", lambda *_: late)
    paper = tmp_path / "lease.pdf"
    paper.write_bytes(b"%PDF")
    lookup = create_autospec(Lookup, instance=True)
    lookup.document.return_value = (file(str(paper), hashlib.sha256(b"%PDF").hexdigest()), LEASE)
    pages = Pages(lookup)
    with pytest.raises(TimedOut, match="Page 3 could not be drawn") as told:
        pages.picture(paper, 3, 1_200, None)
    assert "try again" in told.value.remedy
    pages.close()
