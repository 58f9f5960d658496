"""How much memory this process takes, and how much there is; how many cores, who has them. Owns psutil."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass


def resident_bytes() -> int:
    """Return the bytes that this process holds; where the system does not say, the most it has held.

    On Linux the most would be the parent's, which a new process inherits until it has held more. On
    Windows, which tells neither, it is 0.
    """
    if sys.platform == "win32":
        return 0
    import resource

    try:
        with open("/proc/self/statm", "rb", buffering=0) as file:  # noqa: PTH123  # asked after every file
            pages = int(file.read().split()[1])
    except OSError:
        # bytes on macOS, kilobytes elsewhere
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return pages * resource.getpagesize()


@dataclass(frozen=True, slots=True)
class Memory:
    """A computer's memory, in bytes."""

    total: int
    available: int
    """What a program can have without others being pushed out."""


def computer_memory() -> Memory:
    """Return how much memory the computer has, and how much of it is to be had."""
    import psutil

    found = psutil.virtual_memory()
    return Memory(found.total, found.available)


def busy_share(seconds: float) -> float:
    """Return the share of all cores' time that is used, by whomever, in the next so many seconds."""
    import psutil

    return float(psutil.cpu_percent(interval=seconds)) / 100


def processor_seconds(process: int) -> tuple[float, bool]:
    """Return for how many seconds a process has had a core, and whether it has one or waits for one.

    0 and False for one that is gone.
    """
    import psutil

    try:
        asked = psutil.Process(process)
        times, status = asked.cpu_times(), asked.status()
    except psutil.Error:
        return 0.0, False
    return float(times.user + times.system), bool(status == psutil.STATUS_RUNNING)


def physical_cores() -> int:
    """Return the processor's cores; two threads that share one count once."""
    import psutil

    return psutil.cpu_count(logical=False) or os.cpu_count() or 1
