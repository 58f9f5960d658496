"""The app's two themes: ink and honey at night, paper and honey by day.

One accent. It marks what the product is about (evidence, citations, the place where one types);
everything else is neutral, so that the eye goes to the evidence.
"""

from __future__ import annotations

from typing import Final

from textual.theme import Theme

DARK: Final = Theme(
    name="pocket-night",
    primary="#f0b64a",
    secondary="#8a94a8",
    accent="#f0b64a",
    warning="#d99a5b",
    error="#e0787a",
    success="#8fbf8b",
    foreground="#d9dce3",
    background="#12151b",
    surface="#171b23",
    panel="#1f2530",
    dark=True,
    variables={
        "border": "#f0b64a",
        "border-blurred": "#333b4a",
        "block-cursor-background": "#2a3342",
        "block-cursor-foreground": "#ffffff",
        "block-cursor-text-style": "none",
        "block-cursor-blurred-background": "#1d232e",
        "block-cursor-blurred-foreground": "#d9dce3",
        "block-cursor-blurred-text-style": "none",
        "block-hover-background": "#232a36",
        "input-cursor-background": "#f0b64a",
        "input-cursor-foreground": "#12151b",
        "input-selection-background": "#f0b64a 30%",
        "footer-background": "#12151b",
        "footer-key-foreground": "#f0b64a",
        "footer-description-foreground": "#8a94a8",
        "scrollbar": "#2a3342",
        "scrollbar-hover": "#3a465a",
        "scrollbar-active": "#f0b64a",
        "scrollbar-background": "#12151b",
        "scrollbar-background-hover": "#12151b",
        "scrollbar-background-active": "#12151b",
        "scrollbar-corner-color": "#12151b",
        "link-color": "#f0b64a",
        "link-style": "bold",
        "link-background-hover": "#f0b64a",
        "link-color-hover": "#12151b",
        "link-style-hover": "bold",
    },
)
"""The dark theme, which the app starts with."""

LIGHT: Final = Theme(
    name="pocket-day",
    primary="#a85f00",
    secondary="#6b7280",
    accent="#a85f00",
    warning="#b4532a",
    error="#b3383f",
    success="#3d7a44",
    foreground="#23272f",
    background="#faf8f3",
    surface="#f3efe6",
    panel="#e9e3d6",
    dark=False,
    variables={
        "border": "#a85f00",
        "border-blurred": "#cfc7b6",
        "block-cursor-background": "#e6dcc6",
        "block-cursor-foreground": "#14171c",
        "block-cursor-text-style": "none",
        "block-cursor-blurred-background": "#f0eadd",
        "block-cursor-blurred-foreground": "#23272f",
        "block-cursor-blurred-text-style": "none",
        "block-hover-background": "#eee7d8",
        "input-cursor-background": "#a85f00",
        "input-cursor-foreground": "#faf8f3",
        "input-selection-background": "#a85f00 25%",
        "footer-background": "#faf8f3",
        "footer-key-foreground": "#a85f00",
        "footer-description-foreground": "#6b7280",
        "scrollbar": "#d8cfbd",
        "scrollbar-hover": "#c5b999",
        "scrollbar-active": "#a85f00",
        "scrollbar-background": "#faf8f3",
        "scrollbar-background-hover": "#faf8f3",
        "scrollbar-background-active": "#faf8f3",
        "scrollbar-corner-color": "#faf8f3",
        "link-color": "#a85f00",
        "link-style": "bold",
        "link-background-hover": "#a85f00",
        "link-color-hover": "#faf8f3",
        "link-style-hover": "bold",
    },
)
"""The light theme."""
