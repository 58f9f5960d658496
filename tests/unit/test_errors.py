"""Errors are part of the product: each has a kind of its own, and survives a process boundary."""

from __future__ import annotations

import pickle
from collections.abc import Iterator

import pytest

from pocketrag import errors
from pocketrag.errors import PocketRagError


def tree(root: type[PocketRagError]) -> Iterator[type[PocketRagError]]:
    yield root
    for child in root.__subclasses__():
        yield from tree(child)


CLASSES = [c for c in tree(PocketRagError) if c.__module__ == errors.__name__]


@pytest.mark.parametrize("error", CLASSES)
def test_the_tree_in_the_docstring_is_the_tree(error: type[PocketRagError]) -> None:
    assert errors.__doc__ is not None
    assert error.__name__ in errors.__doc__


def test_leaves_have_kinds_of_their_own() -> None:
    leaves = [c for c in CLASSES if not c.__subclasses__()]
    assert len({c.kind for c in leaves}) == len(leaves)


@pytest.mark.parametrize("error", CLASSES)
def test_an_error_crosses_a_process_boundary_whole(error: type[PocketRagError]) -> None:
    sent = error("It broke.", "Mend it.")
    received = pickle.loads(pickle.dumps(sent))
    assert type(received) is error
    assert (received.message, received.remedy, str(received)) == (
        "It broke.",
        "Mend it.",
        "It broke. Mend it.",
    )
