"""How much memory this process takes."""

from __future__ import annotations

import sys
from pathlib import Path


def resident_bytes() -> int:
    """Return the bytes that this process holds; where the system does not say, the most it has held.

    On Linux the most would be the parent's, which a new process inherits until it has held more. On
    Windows, which tells neither, it is 0.
    """
    if sys.platform == "win32":
        return 0
    import resource

    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    except OSError:
        # bytes on macOS, kilobytes elsewhere
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return pages * resource.getpagesize()
