"""Rewriting of a zip container so that its bytes depend on its content alone."""

from __future__ import annotations

import re
import zipfile
from datetime import datetime
from pathlib import Path

_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")
_STAMP = (1980, 1, 1, 0, 0, 0)


def freeze(path: Path, modified: datetime) -> None:
    """Rewrite the office file at ``path`` with fixed time stamps throughout."""
    with zipfile.ZipFile(path) as old:
        parts = {info.filename: old.read(info) for info in old.infolist()}
    core = parts["docProps/core.xml"]
    stamp = modified.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    parts["docProps/core.xml"] = _MODIFIED.sub(rb"\g<1>" + stamp + rb"\g<2>", core)
    parts.pop("docProps/thumbnail.jpeg", None)
    parts["_rels/.rels"] = _without_thumbnail(parts["_rels/.rels"])
    with zipfile.ZipFile(path, "w") as new:
        for name, data in parts.items():
            info = zipfile.ZipInfo(name, date_time=_STAMP)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            new.writestr(info, data)


def _without_thumbnail(rels: bytes) -> bytes:
    """Return the package's relations less the one to a preview picture."""
    return re.sub(rb"<Relationship [^>]*thumbnail[^>]*/>", b"", rels)
