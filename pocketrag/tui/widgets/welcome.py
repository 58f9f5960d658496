"""What an empty conversation shows: who this is, and something to try."""

from __future__ import annotations

from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Center, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from pocketrag.domain import IndexProgress, LibraryStatus
from pocketrag.plain import one_line
from pocketrag.wording import counts_in_words, duration, leavings_in_words

_PAGE: Final = (
    "╭─────────╮",
    "│ ━━━━━━  │",
    "│ ━━━━━━━ │",
)
_POCKET: Final = (
    "▐█████████████▌",
    "▐             ▌",
    "▐█████████████▌",
    "▝▜███████████▛▘",
    "  ▝▀▀█████▀▀▘  ",
)
_STITCHES: Final = "╌╌╌╌╌╌╌╌╌╌╌╌╌"
_TAGLINE: Final = "Ask your own files. Offline, with receipts."
_TAGLINE_ELSEWHERE: Final = "Ask your own files. With receipts."
"""The same, where a model or vectors are on another computer."""


_STARTERS: Final = (
    "Add a folder of yours  (ctrl+o)",
    "Try the sample papers: one made-up household",
)


class Examples(OptionList):
    """A few questions to try; a number or Enter chooses one."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "select", "Try it")]


class Welcome(Vertical):
    """The logo, a line about the library, and example questions."""

    class Chosen(Message):
        """An example question was chosen."""

        def __init__(self, question: str) -> None:
            super().__init__()
            self.question = question

    class FolderWanted(Message):
        """A folder is to be added."""

    class SamplesWanted(Message):
        """The sample papers are to be added."""

    def __init__(self, examples: tuple[str, ...], *, samples: bool = False) -> None:
        """Offer questions; with `samples`, an empty library the sample papers too."""
        super().__init__()
        self._starters = _STARTERS if samples else _STARTERS[:1]
        self._starting = False
        self.examples = tuple(one_line(example) for example in examples[:5])
        """The questions offered."""

    def compose(self) -> ComposeResult:
        """Lay out logo, tagline, hint and examples."""
        with Center():
            yield Static(logo(), id="logo")
        yield Static(Content.styled(_TAGLINE, "bold"), id="tagline")
        yield Static(Content("Opening your library…"), id="hint")
        if self.examples:
            yield Center(_offered(self.examples))

    def tell(self, status: LibraryStatus) -> None:
        """Show how the library stands, and the examples where they can be answered."""
        empty = not status.counts.indexed
        self.query_one("#hint", Static).update(_hint(status))
        tagline = _TAGLINE if status.stays_here else _TAGLINE_ELSEWHERE
        self.query_one("#tagline", Static).update(Content.styled(tagline, "bold"))
        if self._starting is not (not status.folders):
            self._starting = not status.folders
            self._offer(self._starters if self._starting else self.examples)
        for offered in self.query(Examples):
            offered.display = self._starting or (bool(self.examples) and not empty)

    def _offer(self, what: tuple[str, ...]) -> None:
        """Offer this instead of what was offered."""
        offered = next(iter(self.query(Examples)), None)
        if offered is None:
            self.mount(Center(_offered(what)))
        else:
            offered.clear_options()
            offered.add_options(_options(what))

    def tell_progress(self, progress: IndexProgress) -> None:
        """Show how far reading has come, and that one need not wait for it."""
        left = progress.seconds_left
        said = f"Reading your files: {progress.files_done:,} of {progress.files_total:,}"
        said += f", {duration(left)} left" if left is not None else ""
        self.query_one("#hint", Static).update(Content(f"{said}. Ask at once about those that are in."))

    def choose(self, number: int) -> None:
        """Choose what is offered under a number, from 1."""
        if not self._starting:
            self.post_message(self.Chosen(self.examples[number - 1]))
        elif number == 1:
            self.post_message(self.FolderWanted())
        else:
            self.post_message(self.SamplesWanted())

    @property
    def starters(self) -> int:
        """How many ways to begin are offered; 0 once there is a folder."""
        return len(self._starters) if self._starting else 0

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Pass on the example that was chosen."""
        event.stop()
        self.choose(event.option_index + 1)


def _offered(what: tuple[str, ...]) -> Examples:
    return Examples(*_options(what), markup=False, compact=True)


def _options(offered: tuple[str, ...]) -> list[Option]:
    return [
        Option(Content.assemble((f"{number} ", "bold $accent"), (what, "")))
        for number, what in enumerate(offered, 1)
    ]


def _hint(status: LibraryStatus) -> Content:
    if status.counts.indexed:
        where = ", on this computer only" if status.stays_here else ""
        return Content(f"{counts_in_words(status.counts, status.chunks)}{where}.")
    counts = status.counts
    if counts.waiting:
        return Content("Reading your files. You can ask as soon as the first ones are in.")
    if counts.failed or counts.skipped:
        return Content.assemble("None of your files could be read. ", ("f3", "bold $accent"), " shows why.")
    if status.folders:
        return Content("Looking through your folders…")
    return Content.assemble(
        "Nothing is indexed yet. Press ", ("ctrl+o", "bold $accent"), " to add a folder of yours.\n",
        " ".join(leavings_in_words(status)) or "It is read where it is; nothing leaves this computer.",
    )  # fmt: skip


def logo() -> Content:
    """Return the mark: a written page, half in a pocket."""
    page = [Content.styled(f"  {line}  ", "$foreground 75%") for line in _PAGE]
    pocket = [Content.styled(line, "$accent") for line in _POCKET]
    seam = Content.styled(_STITCHES, "$background on $accent")
    pocket[1] = Content.assemble(("▐", "$accent"), seam, ("▌", "$accent"))
    return Content("\n").join([*page, *pocket])
