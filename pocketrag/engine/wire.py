"""What goes over the wire besides values (`typed_json`): errors, of the class that they were."""

from __future__ import annotations

from pocketrag import errors
from pocketrag.errors import PocketRagError
from pocketrag.typed_json import Json


class WireError(ValueError):
    """What came is not what was to come: the other end is another version, or no engine at all."""


def error_values(error: PocketRagError) -> Json:
    """Return an error as one object."""
    return {"kind": error.kind, "message": error.message, "remedy": error.remedy}


def error_of(values: Json) -> PocketRagError:
    """Return the error, of the class that it was; of the common one if this version does not know it."""
    known = {found.kind: found for found in _subclasses(PocketRagError)}
    return known.get(values["kind"], PocketRagError)(str(values["message"]), str(values["remedy"]))


def _subclasses(root: type[PocketRagError]) -> list[type[PocketRagError]]:
    """Return a class and all below it, nearest first, so that a leaf wins over its parent's kind."""
    below = [found for child in root.__subclasses__() for found in _subclasses(child)]
    return [root, *(found for found in below if found.__module__ == errors.__name__)]
