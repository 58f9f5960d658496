"""Text as every later stage sees it: normalised once, here, so that offsets and quotes stay true.

What goes: control and format characters (a document must not be able to steer a terminal, reverse
the direction of a line or hide text in zero-width marks), lone surrogates, private-use glyphs.
What is made alike: NFC, ligatures and Arabic presentation forms, blanks, line ends.
"""

from __future__ import annotations

import re
import unicodedata

_LINE_ENDS = re.compile("\r\n|[\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029]")
_ODD_BLANKS = "\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_ODD_BLANK = re.compile(f"[{_ODD_BLANKS}]")
_BLANKS = re.compile(f"[ {_ODD_BLANKS}]{{2,}}|[{_ODD_BLANKS}]")
"""All that becomes one blank, but not what is one already."""
_BROKEN_BY_SOFT_HYPHEN = re.compile("\u00ad[ \t]*\n[ \t]*")

# Unicode general categories Cc (but tab and newline), Cf (but the two joiners), Cs and Co, the
# noncharacters, the Hangul fillers, and the variation selectors that can smuggle hidden bytes.
_UNWANTED_RANGES = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160"
    "\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufeff"
    "\uffa0\ufff0-\ufffb\ufffe\uffff"
)
_UNWANTED_BEYOND = (  # in the planes of Unicode after the first
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff\U000f0000-\U0010ffff"
)
_UNWANTED = re.compile(f"[{_UNWANTED_RANGES}{_UNWANTED_BEYOND}]+")
# Joiners carry meaning inside these scripts (Arabic to Mongolian) and between emoji, nowhere else.
_STRAY_JOINER = re.compile(
    "(?<![\u0600-\u1cff\u200d\u2600-\u27bf\ufb50-\ufeff\U00010a00-\U00011fff\U0001f000-\U0001faff])[\u200c\u200d]+"
)
_REPEATED_JOINER = re.compile("([\u200c\u200d])[\u200c\u200d]+")

BULLET_GLYPHS = str.maketrans(dict.fromkeys("\uf0a7\uf0b7\uf0d8\uf076\uf0fc\uf02d", "•"))
"""Bullets as symbol fonts of Word and PDF encode them."""

_PRESENTATION_FORMS = "\ufb00-\ufb06\ufb13-\ufb17\ufb50-\ufdcf\ufdf0-\ufdfc\ufe70-\ufefc"
_PRESENTATION_FORM = re.compile(f"[{_PRESENTATION_FORMS}]")
_LAYOUT = str.maketrans("", "", "\t\n")
"""Takes away the only control characters that are wanted."""
_ODD = re.compile(f"[{_UNWANTED_RANGES}{_PRESENTATION_FORMS}\u2028\u2029\u200c\u200d\U00010000-\U0010ffff]")
"""What most texts hold nothing of: one look spares them all that cleans it away.

Of the planes beyond the first it is everything: many small ranges there would slow down each look.
"""
_HYPHENATED = re.compile("[-\u2010\u2011]\n(?<=[^\\W\\d_][-\u2010\u2011]\n)(?=[^\\W\\d_])")
_BLANKS_AROUND_LINE_END = re.compile(" *\n *")
_UNSPACED = (
    "\u3001-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uff01-\uff60"  # Chinese and Japanese, written without blanks
)
# The line end comes first: it is what the engine finds quickly.
_NEEDS_NO_BLANK = re.compile(f"\n(?:(?<=\\w[-\u2010\u2011]\n)(?=\\w)|(?<=[{_UNSPACED}]\n)(?=[{_UNSPACED}]))")
_LINE_END_RUN = re.compile("\n+")
_EMPTY_LINES = re.compile("\n{3,}")


def normalise(text: str) -> str:
    """Return running text in its one form: clean, blanks folded, hyphenation at line ends mended."""
    printable = text.isprintable()  # then its only blanks are plain ones
    if printable and "  " not in text and text.isascii():
        return text.strip()  # as most cells of most tables
    text = _clean(text)
    if "  " in text or (not printable and _ODD_BLANK.search(text)):
        text = _BLANKS.sub(" ", text)
    if "\n" in text:
        if " \n" in text or "\n " in text:
            text = _BLANKS_AROUND_LINE_END.sub("\n", text)
        text = mend_hyphenation(text)
        text = _EMPTY_LINES.sub("\n\n", text)
    return text.strip()


def normalise_code(text: str) -> str:
    """Return preformatted text, clean but with its indentation and its columns."""
    lines = _clean(text).replace("\t", "    ").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def one_line(text: str) -> str:
    """Return `text` normalised and on one line: no blank within Chinese or Japanese, none after a hyphen."""
    text = normalise(text)
    if "\n" in text:
        text = _NEEDS_NO_BLANK.sub("", text)
        text = _LINE_END_RUN.sub(" ", text)
    return text


def mend_hyphenation(text: str) -> str:
    """Return `text` with words joined that a line end had cut: `Kündi-⏎gung` → `Kündigung`.

    Only between two lower-case letters: `Nord-⏎Süd` and `3-⏎month` keep their hyphen.
    """
    return _HYPHENATED.sub(_joint, text)


def _joint(match: re.Match[str]) -> str:
    before, after = match.string[match.start() - 1], match.string[match.end()]
    return "" if before.islower() and after.islower() else match.group()


def _clean(text: str) -> str:
    if text.isascii() and text.translate(_LAYOUT).isprintable():
        return text
    if not _ODD.search(text):
        return unicodedata.normalize("NFC", text)
    text = _LINE_ENDS.sub("\n", text)
    text = _BROKEN_BY_SOFT_HYPHEN.sub("", text)
    text = _UNWANTED.sub("", text.translate(BULLET_GLYPHS))
    text = _REPEATED_JOINER.sub(r"\1", text)
    text = _STRAY_JOINER.sub("", text)
    text = _PRESENTATION_FORM.sub(lambda glyph: unicodedata.normalize("NFKC", glyph.group()), text)
    return unicodedata.normalize("NFC", text)
