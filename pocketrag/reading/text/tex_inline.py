"""LaTeX within a paragraph → what a reader sees: accents composed, commands dropped, their texts kept."""

from __future__ import annotations

import re
import unicodedata

from pocketrag.reading.normalise import one_line

LEVELS = {
    "part": 1,
    "chapter": 1,
    "section": 2,
    "subsection": 3,
    "subsubsection": 4,
    "paragraph": 5,
    "subparagraph": 6,
}
"""Depths of headings; the document's title has 1, as has a part."""

_ACCENTS = {
    "`": "\u0300",
    "'": "\u0301",
    "^": "\u0302",
    "~": "\u0303",
    '"': "\u0308",
    "=": "\u0304",
    ".": "\u0307",
    "u": "\u0306",
    "v": "\u030c",
    "H": "\u030b",
    "c": "\u0327",
    "k": "\u0328",
    "r": "\u030a",
}
_ACCENT = re.compile(r"""\\(?:([`'^~"=.])\s*\{?\\?([A-Za-z])\}?|([uvHckr])\s*\{\\?([A-Za-z])\})""")
_LETTERS = {
    "ss": "ß",
    "ae": "æ",
    "AE": "Æ",
    "oe": "œ",
    "OE": "Œ",
    "o": "ø",
    "O": "Ø",
    "aa": "å",
    "AA": "Å",
    "l": "ł",
}
_SIGNS = {
    "ldots": "…",
    "dots": "…",
    "textbackslash": "\\",
    "S": "§",
    "copyright": "©",
    "pounds": "£",
    "euro": "€",
}
_WORDS = {**_LETTERS, **_SIGNS, "LaTeX": "LaTeX", "TeX": "TeX", "today": "", "par": "\n"}

_GONE = (
    "label vspace hspace includegraphics input include bibliography bibliographystyle usepackage "
    "documentclass newcommand renewcommand pagenumbering newtheorem centering setlength setcounter "
    "addtocounter pagestyle thispagestyle index graphicspath definecolor color fontsize selectfont "
    "resizebox scalebox hypersetup def let vskip hskip rule hyphenation"
)
_DROPPED = re.compile(
    rf"\\(?:{'|'.join(_GONE.split())})\b\*?(?:\s*(?:\[[^\[\]]{{0,300}}\]|\{{[^{{}}]{{0,500}}\}})){{0,4}}"
)
_CITED = re.compile(
    r"\\(?:cite[a-z]*|ref|eqref|autoref|cref|pageref)\*?(?:\[[^\]]{0,100}\])*\{([^{}]{1,300})\}"
)
_LINKED = re.compile(r"\\href\{[^{}]{0,500}\}")
_ADDRESS = re.compile(r"\\url\s*\{([^{}]{0,500})\}")
_SPANNING = re.compile(r"\\multi(?:row|column)\s*\{[^{}]{0,20}\}\s*\{[^{}]{0,40}\}")
_FOOTNOTE = re.compile(r"\\(?:footnote|thanks)\s*\{([^{}]{0,2000})\}")
_COMMAND = re.compile(r"\\([A-Za-z]{1,40})\*?(?:\[[^\[\]]{0,200}\])?[ \t]?")
_FORMULA = re.compile(
    r"\$\$[^$]{1,4000}\$\$|\$[^$\n]{1,1000}\$|\\\[.{1,4000}?\\\]|\\\(.{1,1000}?\\\)", re.DOTALL
)
_KEPT = re.compile("\ue000(\\d{1,7})\ue001")
_SYMBOL = re.compile(r"\\([&%$#_{}])")
_BRACE = re.compile(r"(?<!\\)[{}]")
_MAX_ARGUMENT = 2_000


def plain_tex(text: str) -> str:
    """Return running text on one line; formulas stand in it as they are written."""
    if "\\" not in text and not any(sign in text for sign in "${}~`'-"):
        return one_line(text)
    formulas: list[str] = []

    def keep(match: re.Match[str]) -> str:
        """Return a mark that stands for a formula until everything else is plain."""
        formulas.append(match.group())
        return f"\ue000{len(formulas) - 1}\ue001"

    text = _FORMULA.sub(keep, text.replace("\ue000", "").replace("\ue001", ""))
    text = _SPANNING.sub("", _ADDRESS.sub(r"\1", text))
    text = _FOOTNOTE.sub(r" (\1)", _LINKED.sub("", _CITED.sub(r"[\1]", _DROPPED.sub("", text))))
    text = _ACCENT.sub(_accented, text)
    text = _SYMBOL.sub(lambda match: keep_symbol(match.group(1)), text)
    text = text.replace("\\\\", "\n").replace("\\,", " ").replace("\\ ", " ").replace("\\-", "")
    text = _COMMAND.sub(lambda match: _WORDS.get(match.group(1), ""), text)
    text = text.replace("{", "").replace("}", "").replace("~", " ").replace("``", "“").replace("''", "”")
    text = text.replace("---", "—").replace("--", "–").translate(_SYMBOLS_BACK)
    return one_line(_KEPT.sub(lambda match: formulas[int(match.group(1))], text))


_SYMBOLS_BACK = {0xE100 + index: symbol for index, symbol in enumerate("&%$#_{}")}


def keep_symbol(symbol: str) -> str:
    """Return what stands for an escaped symbol until braces and commands are gone."""
    return chr(0xE100 + "&%$#_{}".index(symbol))


def argument_at(text: str, position: int) -> tuple[str, int]:
    """Return the text within the braces that open at `position`, and where they end."""
    depth = 0
    for brace in _BRACE.finditer(text, position, position + _MAX_ARGUMENT):
        depth += 1 if brace.group() == "{" else -1
        if depth == 0:
            return text[position + 1 : brace.start()], brace.end()
    return "", position + 1


def _accented(match: re.Match[str]) -> str:
    mark, letter = match.group(1) or match.group(3), match.group(2) or match.group(4)
    return unicodedata.normalize("NFC", letter + _ACCENTS[mark])
