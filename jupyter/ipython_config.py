"""Settings of every kernel in the course's environment."""

import contextlib
import ctypes
import os
import sys

# gRPC reads this once, when it is imported; a learner's first cell may do that before `import helpers`.
os.environ.setdefault("GRPC_VERBOSITY", "NONE")

if sys.platform == "linux":
    # Lessons send messages of megabytes over many short-lived threads. glibc would keep the memory of each for
    # later: a lesson that was run a hundred times held 800 MB. Blocks of this size go back to the system at once.
    m_mmap_threshold = -3
    with contextlib.suppress(OSError, AttributeError):  # another C library
        ctypes.CDLL(None).mallopt(m_mmap_threshold, 1 << 20)

c = get_config()  # noqa: F821
c.InteractiveShellApp.extensions.append("helpers.notebook")
