"""The keys of a screen on its last line: as many as fit whole, and no half of one."""

from __future__ import annotations

from textual import events
from textual.widgets import Footer
from textual.widgets._footer import FooterKey


class KeyBar(Footer):
    """Textual's footer, less the keys there is no room for; F1 and the palette have them all."""

    async def recompose(self) -> None:
        """Lay out the keys of what has the focus now."""
        await super().recompose()
        self._fit()

    def on_resize(self, event: events.Resize) -> None:
        """Leave out what does not fit any more, and show what does again."""
        self._fit()

    def _fit(self) -> None:
        keys = list(self.query(FooterKey))
        docked = [key for key in keys if key.has_class("-command-palette")]
        room = self.size.width - sum(_width(key) + 1 for key in docked)
        for key in keys:
            if key not in docked:
                room -= _width(key)
                key.display = room >= 0


def _width(key: FooterKey) -> int:
    """Return the cells that a key takes, with what is around it."""
    return key.render().cell_len + key.gutter.width
