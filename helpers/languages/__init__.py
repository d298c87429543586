"""Programs in other languages that call the course's servers, or are called: Node.js first of all.

`run("client.js", address)` runs a program and gives what it prints, `serve("server.js")` starts a server. The files
stand in a small Node project (`project`), which has `node_modules`, `protos` and generated code as any other has, and
are written by `%%project client.js`; programs in Go, Java, C++ and Ruby come with the course.

Where a language is not on this machine, a recording stands in: the bytes that the program's client has sent are
sent again to the same server, and the answers of a recorded server are given again. Each says in one line that it
does so. `recordings/` has them, and `python -m tools.record_languages` makes them.
"""

from __future__ import annotations

from .output import ProgramError
from .programs import available, run, serve
from .project import folder, save
from .source_code import source

__all__ = ["ProgramError", "available", "folder", "run", "save", "serve", "source"]
