"""A line to type on, drawn safely: names and pasted text on it may come from anywhere."""

from __future__ import annotations

from typing import ClassVar

from rich.highlighter import Highlighter
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.suggester import Suggester
from textual.widgets import Input

from pocketrag.plain import plain


class _Plain(Highlighter):
    """Puts the text that is safe to draw, which is as long, in the place of the one that is typed."""

    def highlight(self, text: Text) -> None:
        """Change the text that is drawn."""
        text.plain = plain(text.plain)


class Field(Input):
    """An input of one line."""

    def __init__(
        self,
        value: str = "",
        placeholder: str = "",
        suggester: Suggester | None = None,
        id: str | None = None,
    ) -> None:
        super().__init__(value, placeholder, _Plain(), suggester=suggester, id=id, compact=True)


class NarrowingField(Field, inherit_bindings=False):
    """A line that narrows a list. Enter is the list's own, so that the footer says what it does."""

    BINDINGS: ClassVar[list[BindingType]] = [
        binding for binding in Input.BINDINGS if not (isinstance(binding, Binding) and binding.key == "enter")
    ]
