"""Single files: their stored text, pictures of their pages, and showing them outside the app."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

from textual.message_pump import MessagePump

from pocketrag.domain import Span
from pocketrag.tui.jobs import Job
from pocketrag.tui.messages import DocumentTold, OutsideFailed, PageDrawn, PageFailed, ShownOutside
from pocketrag.tui.requests.lanes import Lanes


class DocumentRequests:
    """What is asked about one file."""

    def __init__(self, lanes: Lanes) -> None:
        self._lanes = lanes

    def text(self, asker: MessagePump, path: Path) -> Job:
        """Tell a file's stored text: `DocumentTold` or `Failed`."""
        return self._lanes.look(asker, lambda engine: DocumentTold(*engine.document(path)))

    def picture(self, asker: MessagePump, file: Path, page: int, width: int, span: Span | None) -> Job:
        """Draw a page, what stands at a span of its text marked: `PageDrawn` or `PageFailed`."""

        def work(job: Job) -> None:
            job.tell(PageDrawn(page, self._lanes.engine.page_picture(file, page, width, span)))

        return self._lanes.begin("draw", work, asker, PageFailed)

    def open(self, asker: MessagePump, path: Path, page: int | None) -> Job:
        """Open a file in the system's program, at a page if it can: `ShownOutside` or `OutsideFailed`."""
        return self._outside(asker, path, lambda: _outside().open_outside(path, page))

    def reveal(self, asker: MessagePump, path: Path) -> Job:
        """Show a file in the system's file manager: `ShownOutside` or `OutsideFailed`."""
        return self._outside(asker, path, lambda: _outside().reveal(path))

    def _outside(self, asker: MessagePump, path: Path, show: Callable[[], None]) -> Job:
        def work(job: Job) -> None:
            show()
            job.tell(ShownOutside(path))

        return self._lanes.begin("keep", work, asker, OutsideFailed)


def _outside() -> ModuleType:
    """Return what starts other programs: nothing that the first paint needs."""
    from pocketrag.tui import outside

    return outside
