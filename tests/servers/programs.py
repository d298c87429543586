"""Programs that tests start in processes of their own: servers that behave, and some that do not."""

from __future__ import annotations

ECHO = """
import os, socket, sys
listener = socket.create_server(("127.0.0.1", int(os.environ["PORT"])))
print("listening on 127.0.0.1:%d" % listener.getsockname()[1])
print("given", sys.argv[1:], file=sys.stderr)
while True:
    connection, _ = listener.accept()
    with connection:
        connection.sendall(str(os.getpid()).encode())
"""
"""Answers whoever connects with the number of its process."""

GRACEFUL = (
    """
import signal, sys
def end(*_):
    print("farewell")
    sys.exit(7)
signal.signal(signal.SIGTERM, end)
"""
    + ECHO
)
"""Says something when it is asked to end."""

STUBBORN = "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + ECHO
"""Does not end when it is asked to."""

PARENT = (
    """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import time; print('child', flush=True); time.sleep(60)"])
print("has started", child.pid)
"""
    + ECHO
)
"""Starts a process itself."""

NODE = """
const server = require("node:net").createServer(socket => socket.end(String(process.pid)));
server.listen(Number(process.env.PORT), "127.0.0.1", () =>
  console.log(`listening on 127.0.0.1:${server.address().port}`));
"""
"""The same as `ECHO`, in JavaScript."""
