"""What fills its widget's width: drawn from content that is laid out for it."""

from __future__ import annotations

from abc import abstractmethod

from textual.content import Content
from textual.css.styles import RulesMap
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions, Visual


class Filling(Visual):
    """Lines laid out for the width there is."""

    @abstractmethod
    def content(self, width: int) -> Content:
        """Return the lines, none wider than this."""

    def render_strips(
        self, width: int, height: int | None, style: Style, options: RenderOptions
    ) -> list[Strip]:
        """Return the lines as they are drawn."""
        return self.content(width).render_strips(width, height, style, options)

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        """Return the width of the container."""
        return container_width

    def get_height(self, rules: RulesMap, width: int) -> int:
        """Return how many lines there are at this width."""
        return self.content(width).plain.count("\n") + 1
