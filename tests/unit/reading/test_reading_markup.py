"""reStructuredText, Org and LaTeX: structure with its lines, marks dropped."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pocketrag.domain import Document

ReadAs = Callable[[str, bytes], Document]
Shown = Callable[[Document], list[tuple[str, str]]]

RST = """.. _top:

====
Mill
====

Rent
----

The *rent* is ``840`` euros, see `the lease <http://x>`_ and :doc:`Bins <bins>`
or ask **Ann**.  It works like this::

    pay(840)

    wait()

.. note:: Heating
   apart.

.. code-block:: python
   :linenos:

   x = 1

.. toctree::
   a
   b

- Keys
- Bins

=====  ===
Month  Due
=====  ===
May    840
=====  ===

+------+-----+
| Who  | Age |
+======+=====+
| Ann  | 40  |
+------+-----+

.. [1] Source.
.. a comment
"""


def test_restructured_text(read_as: ReadAs, shown: Shown) -> None:
    document = read_as("a.rst", RST.encode())
    assert shown(document) == [
        ("heading1", "Mill"),
        ("heading2", "Rent"),
        ("paragraph", "The rent is 840 euros, see the lease and Bins or ask Ann. It works like this:"),
        ("code", "pay(840)\n\nwait()"),
        ("paragraph", "Heating"),
        ("paragraph", "apart."),
        ("code", "x = 1"),
        ("list", "- Keys"),
        ("list", "- Bins"),
        ("table", "Month | Due"),
        ("table", "May | 840"),
        ("table", "Who | Age"),
        ("table", "Ann | 40"),
        ("paragraph", "[1] Source."),
    ]
    assert [block.place.line for block in document.blocks] == [
        *(4, 7, 10, 13, 17, 18, 23, 29, 30, 33, 35, 39, 41, 44)
    ]
    assert document.blocks[2].place.section == ("Mill", "Rent")
    assert document.title == "Mill"


ORG = """#+TITLE: Mill
#+AUTHOR: Ann
#+DATE: <2025-03-14 Fri>

* TODO [#A] Rent :home:money:
:PROPERTIES:
:ID: 1
:END:
SCHEDULED: <2025-04-01>
The /rent/ is =840= euros, see [[http://x][the lease]].
# a comment
** Keys
- front *door*
#+BEGIN_SRC python
x = 1
#+END_SRC
| Month | Due |
|-------+-----|
| May   | 840 |
"""


def test_org(read_as: ReadAs, shown: Shown) -> None:
    document = read_as("a.org", ORG.encode())
    assert shown(document) == [
        ("heading1", "TODO Rent"),
        ("paragraph", "The rent is 840 euros, see the lease."),
        ("heading2", "Keys"),
        ("list", "- front door"),
        ("code", "x = 1"),
        ("table", "Month | Due"),
        ("table", "May | 840"),
    ]
    assert [block.place.line for block in document.blocks] == [5, 10, 12, 13, 15, 17, 19]
    assert document.blocks[3].place.section == ("TODO Rent", "Keys")
    assert (document.title, document.author, document.date) == ("Mill", "Ann", "2025-03-14")


TEX = r"""\documentclass{article}
\title{The \emph{Mill}}
\author{Ann Poole}
% \section{Not here}
\begin{document}
\maketitle
\section{Rent}\label{s}
The rent is 840\,\euro{} or 50\% less, caf\'e, Stra{\ss}e, \textbf{bold} --- see~\cite{lease}.
It is $a_{1} + \frac{b}{2}$ a year.\footnote{Heating apart.}

Second.
\begin{enumerate}
\item Keys
\item Bins
\end{enumerate}
\begin{verbatim}
x = {1}
\end{verbatim}
\begin{table}
\caption{Dues}
\begin{tabular}{l|r}
\hline
Month & Due \\ \hline
May & 840 \\
\end{tabular}
\end{table}
\end{document}
gone
"""


def test_latex(read_as: ReadAs, shown: Shown) -> None:
    document = read_as("a.tex", TEX.encode())
    assert shown(document) == [
        ("heading1", "The Mill"),
        ("heading2", "Rent"),
        (
            "paragraph",
            "The rent is 840 € or 50% less, café, Straße, bold — see [lease]. "
            r"It is $a_{1} + \frac{b}{2}$ a year. (Heating apart.)",
        ),
        ("paragraph", "Second."),
        ("list", "1. Keys"),
        ("list", "2. Bins"),
        ("code", "x = {1}"),
        ("paragraph", "Dues"),
        ("table", "Month | Due"),
        ("table", "May | 840"),
    ]
    assert [block.place.line for block in document.blocks][1:] == [7, 8, 11, 13, 14, 17, 20, 23, 24]
    assert document.blocks[3].place.section == ("The Mill", "Rent")
    assert (document.title, document.author) == ("The Mill", "Ann Poole")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.rst", "x::\n" * 30_000),
        ("a.rst", "=" * 300_000 + "\n" + "a\n=\n" * 10_000),
        ("a.rst", ".. x::\n" * 20_000 + "a"),
        ("a.rst", "`" * 100_000 + "\n" + "*a " * 6_000),
        ("a.org", "#+BEGIN_SRC\n:X:\n" * 20_000 + "* a"),
        ("a.org", "*a/" * 30_000 + "\n| " * 2000),
        ("a.tex", "\\section{" * 3_000 + "x"),
        ("a.tex", "\\begin{tabular}{" * 3_000 + "x"),
        ("a.tex", "\\begin{itemize}" * 20_000 + "\\item x"),
        ("a.tex", "$" * 50_001 + "\\[ x" * 5_000),
        ("a.tex", "\\'" * 50_000 + "x" + "\n\n" * 50_000),
    ],
)
def test_markup_made_to_be_slow(read_as: ReadAs, name: str, text: str) -> None:
    assert read_as(name, text.encode()).blocks


def test_two_colons_alone_announce_a_literal_block_and_are_no_text(read_as: ReadAs, shown: Shown) -> None:
    assert shown(read_as("a.rst", b"So:\n\n::\n\n    as it is\n\nEnd.\n")) == [
        ("paragraph", "So:"),
        ("code", "as it is"),
        ("paragraph", "End."),
    ]
