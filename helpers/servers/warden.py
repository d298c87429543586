"""A program that ends other processes when the one that started it has ended, in whatever way.

It reads from its standard input which processes to watch: `+4711` for one that has begun, `-4711` for one that is over.
Where the program that writes there has ended, with SIGKILL too, the input ends, and then all that is left is killed.
It is run as a file, without anything that is installed: it has to start quickly, and to work whatever else is broken.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Iterable


def kill_when_over(lines: Iterable[str]) -> None:
    """Reads what to watch until the lines end; kills what is left then, each with all that it has started."""
    watched: set[int] = set()
    for line in lines:
        process = int(line[1:])
        (watched.add if line[0] == "+" else watched.discard)(process)
    for process in watched:
        with contextlib.suppress(OSError):  # it has ended meanwhile
            if os.name == "nt":
                os.kill(process, signal.SIGTERM)  # which ends it there, without asking
            else:
                os.killpg(process, signal.SIGKILL)


if __name__ == "__main__":
    kill_when_over(sys.stdin)
