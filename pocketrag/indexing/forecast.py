"""What adding a folder would bring: which files would be read, and how long that would take here.

Nothing is opened. How many passages a file will make is told from its size and its kind: as in the library
so far, where that knows enough files of the kind, else as in the papers that the shares below come from.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Final, NamedTuple

from pocketrag.domain import FolderForecast, KindCount
from pocketrag.indexing.scan import Scan

_TEXT_SHARE: Final = {
    "html": 0.2, "htm": 0.2, "xhtml": 0.2, "pdf": 0.1, "docx": 0.04, "xlsx": 0.1, "pptx": 0.02, "odt": 0.05,
    "ods": 0.03, "odp": 0.03, "eml": 0.1, "msg": 0.01, "mbox": 0.1, "epub": 0.3, "rtf": 0.07, "doc": 0.2,
}  # fmt: skip
"""Characters of text in a byte of a file, of some 400 public and sample files; of other kinds `_PLAIN`."""
_PLAIN: Final = 0.9
_PASSAGE: Final = 320
"""Characters of a passage on average, in the sample papers."""
_ENOUGH: Final = 10
"""Files of a kind from which a library tells what others of it will bring."""


class Held(NamedTuple):
    """What a library holds of one kind of file."""

    files: int
    bytes: int
    passages: int


def forecast(scan: Scan, held: Mapping[str, Held], passages_per_second: float | None) -> FolderForecast:
    """Return what a scan says of a folder that is not read yet; without a rate, not how long it takes."""
    files: defaultdict[str, int] = defaultdict(int)
    sizes: defaultdict[str, int] = defaultdict(int)
    for record in scan.files:
        files[record.kind] += 1
        sizes[record.kind] += record.size
    most_first = sorted(files, key=lambda kind: (-files[kind], kind))
    passages = sum(max(count, sizes[kind] * _density(kind, held)) for kind, count in files.items())
    return FolderForecast(
        files=len(scan.files),
        bytes=sum(sizes.values()),
        kinds=tuple(KindCount(kind, files[kind], sizes[kind]) for kind in most_first),
        skipped=len(scan.skipped),
        known=len(scan.same),
        more=scan.cut,
        seconds=passages / passages_per_second if passages_per_second else None,
    )


def _density(kind: str, held: Mapping[str, Held]) -> float:
    """Return how many passages a byte of such a file makes."""
    known = held.get(kind)
    if known is not None and known.files >= _ENOUGH and known.bytes:
        return known.passages / known.bytes
    return _TEXT_SHARE.get(kind, _PLAIN) / _PASSAGE
