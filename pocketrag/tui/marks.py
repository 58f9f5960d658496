"""Marks that travel with an answer's text to the widget that draws it.

Private-use characters, which `plain` removes from everything foreign: only we can write them.
"""

from __future__ import annotations

from typing import Final

CHIP_OPEN: Final = "\ue000"
"""Before a citation's number, in text on its way to the Markdown widget."""
CHIP_CLOSE: Final = "\ue001"
"""After a citation's number."""
DOUBT_OPEN: Final = "\ue002"
"""Where an unverified stretch begins."""
DOUBT_CLOSE: Final = "\ue003"
"""Where an unverified stretch ends."""
DOUBT_TAG: Final = "\ue004"
"""Where the word "unverified" is drawn."""
