"""Programs in other languages that call the course's servers, or are called: Node.js first of all.

`run("client.js", address)` runs a program and gives what it prints, `serve("server.js")` starts a server. The files
stand in a small Node project (`folder`), which has `node_modules`, `protos` and generated code as any other has, and
are written by `%%project client.js`; programs in Go, Java, C++ and Ruby come with the course, and `source` shows them.

Where a language is not on this machine, a recording stands in: the bytes that the program's client has sent are
sent again to the same server, and the answers of a recorded server are given again. Each says in one line that it
does so. `recordings/` has them, and `python -m tools.record_languages` makes them.

Each name is imported when it is asked for, from where ``__init__.pyi`` says: a kernel has the magic, and no more.
"""

from __future__ import annotations

from helpers import lazy

__getattr__, __dir__, __all__ = lazy.attach(__name__, __file__)
