"""`replay`: makes the calls of a capture again, by the real client library, and compares what comes."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

import grpc

from helpers.wire.capture import Capture
from helpers.wire.grpc.call import Call

from .result import Replay, ReplayedCall, count_replies, differences
from .script import Script, ScriptStep, script_of

MOST_AT_ONCE = 64
"""So many calls are under way at a time."""

REPLY_PATIENCE = 2.0
"""Seconds that a client's next step waits for a reply that had come before it when it was recorded."""

CONNECT_PATIENCE = 5.0
"""Seconds to wait for the connection."""

MORE_REPLIES, MORE_BYTES = 1000, 16 * 1024 * 1024
"""A call that gives so much more than was recorded is given up: it may never end."""

_TICK = 0.1  # seconds: how soon the stop button is heard
_OPTIONS = (
    ("grpc.use_local_subchannel_pool", 1),  # a connection of its own
    ("grpc.enable_http_proxy", 0),
    ("grpc.enable_retries", 0),  # each recorded call is one attempt
    ("grpc.max_receive_message_length", -1),
)


def replay(
    capture: Capture,
    server: Any,
    *,
    calls: Iterable[Call] | None = None,
    speed: float | None = None,
    metadata: Mapping[str, str | bytes] | None = None,
    timeout: float = 10.0,
) -> Replay:
    """Play the client's side of a capture against a server again.

    Each recorded call is made again by gRPC's own client: the same method, metadata, deadline, messages and half-close.
    What the client did after a reply waits for that reply. Bytes are not copied: connections, flow control and header
    compression are new. What gRPC and proxies add to metadata is not sent again, and messages are sent uncompressed.
    **The calls are real: what charges a card, charges it again.** A call is skipped whose beginning or end is not in
    the capture, or that is not gRPC.

    Args:
        capture: Recorded by a tap, or read by ``helpers.wire.load``.
        server: What `serve` returns, a tap, anything with an ``address``, such a string (``"127.0.0.1:50051"``) or a
            port number; or a `grpc.Channel`, for TLS and credentials. Any machine, not only this one.
        calls: Those to play (of ``capture.calls``); None for all.
        speed: None plays one call after another, as fast as they come; a number plays all with their recorded times,
            side by side as they were: 1 as recorded, 10 ten times as fast.
        metadata: Sent with each call instead of what was recorded under these keys, such as a token that is still
            valid.
        timeout: Most seconds that a call may take, also where its own deadline is later or missing.

    Returns:
        A table: how each call ended, and whether that is what was recorded.

    Raises:
        ConnectionError: Nobody answers there.
        ValueError: The address is none, or speed or timeout is not above zero.
    """
    for name, value in (("speed", speed), ("timeout", timeout)):
        if value is not None and not value > 0:
            raise ValueError(f"{name} is a number above zero, not {value!r}")
    chosen = capture.calls if calls is None else sorted(calls, key=lambda call: call.start_ns)
    scripts = [script_of(call) for call in chosen]
    target = "the channel that was given" if isinstance(server, grpc.Channel) else _address(server)
    if not isinstance(server, grpc.Channel) and any(isinstance(each, Script) for each in scripts):
        _reach(target)
    channel = server if isinstance(server, grpc.Channel) else grpc.insecure_channel(target, _OPTIONS)
    try:
        players = [
            _Player(each, channel, dict(metadata or {}), speed, timeout) if isinstance(each, Script) else each
            for each in scripts
        ]
        _play([each for each in players if isinstance(each, _Player)], speed)
    finally:
        if channel is not server:
            channel.close()
    played = tuple(
        each.result() if isinstance(each, _Player) else ReplayedCall(call, skipped=each)
        for call, each in zip(chosen, players, strict=True)
    )
    manner = (
        "one call after another" if speed is None else f"with the recorded times, {speed:g} times as fast"
    )
    return Replay(played, target, manner)


def _address(server: Any) -> str:
    """Host and port of what `replay` was given."""
    address = server if isinstance(server, (str, int)) else getattr(server, "address", None)
    if isinstance(address, bool) or address is None:
        raise ValueError(f"replay() takes a server, 'host:port', a port number or a channel, not {server!r}")
    host, colon, port = str(address).rpartition(":")
    bare = ":" in host and not host.startswith("[")  # an address of IPv6 needs its brackets
    if bare or not (port.isascii() and port.isdigit() and 0 < int(port) < 65_536 and (host or not colon)):
        raise ValueError(f"no port in {address!r}: replay() takes something like '127.0.0.1:50051'")
    return f"{host or '127.0.0.1'}:{port}"


def _reach(target: str) -> None:
    """See whether somebody listens: else each call would tell that by itself."""
    host, _, port = target.rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), CONNECT_PATIENCE).close()
    except OSError as error:
        raise ConnectionError(
            f"nobody answers at {target} ({error.strerror or error}): does the server run?"
        ) from None


def _play(players: list[_Player], speed: float | None) -> None:
    """Play all, and stop all where the cell is stopped."""
    active: list[_Player] = []
    begun, first = time.monotonic(), players[0].script.call.start_ns if players else 0
    try:
        for player in players:
            due = begun if speed is None else begun + (player.script.call.start_ns - first) / 1e9 / speed
            most = 1 if speed is None else MOST_AT_ONCE
            while len(active) >= most or time.monotonic() < due:
                active = [each for each in active if not each.ended.is_set()]
                rest = due - time.monotonic()
                if len(active) >= most:
                    active[0].ended.wait(_TICK)
                elif rest > 0:
                    time.sleep(min(rest, _TICK))
            player.start()
            active.append(player)
        for player in players:
            while not player.ended.wait(_TICK):
                pass
    except BaseException:
        for player in active:
            player.stop()
        raise


class _Player:
    """Plays one call, in a thread of its own."""

    def __init__(
        self,
        script: Script,
        channel: grpc.Channel,
        metadata: dict[str, str | bytes],
        speed: float | None,
        timeout: float,
    ) -> None:
        self.script = script
        self.ended = threading.Event()
        self._channel = channel
        kept = [(key, value) for key, value in script.metadata if key not in metadata]
        self._metadata = (*kept, *metadata.items())
        self._speed = speed
        self._timeout = timeout if script.timeout is None else min(script.timeout, timeout)
        self._notes = list(script.notes)
        self._moved = threading.Condition()
        self._replies: list[bytes] = []
        self._over = False
        self._asked = False  # whether all messages were sent
        self._call: Any = None
        self._begun = 0.0
        self._took = 0.0
        self._status, self._details = "", ""

    def start(self) -> None:
        """Begin."""
        threading.Thread(target=self._run, name="replay", daemon=True).start()

    def stop(self) -> None:
        """Give the call up."""
        call = self._call
        if call is not None:
            call.cancel()

    def result(self) -> ReplayedCall:
        """What became of it."""
        replies = tuple(self._replies)
        found = tuple(differences(self.script, self._status, self._details, replies))
        return ReplayedCall(
            self.script.call,
            None,
            self._status,
            self._details,
            replies,
            self._took,
            self.script.expected,
            found,
            tuple(self._notes),
        )

    def _run(self) -> None:
        self._begun = time.monotonic()
        try:
            # The wire knows no kinds of calls: this one sends and takes any number of messages.
            method: Any = self._channel.stream_stream(self.script.call.path)
            self._call = method(self._requests(), timeout=self._timeout, metadata=self._metadata)
            if not self._call.add_callback(self._end):
                self._end()
            with suppress(grpc.RpcError):
                self._receive()
            self._status, self._details = self._call.code().name, self._call.details() or ""
        except Exception as error:  # what gRPC does not take, such as a method that is no path
            self._status, self._details = "not sent", f"{type(error).__name__}: {error}"
        finally:
            self._took = time.monotonic() - self._begun
            self._end()
            self.ended.set()

    def _receive(self) -> None:
        cancelled = self.script.cancelled
        if cancelled is not None:
            threading.Thread(target=self._cancel, args=cancelled, name="replay", daemon=True).start()
        most = len(self.script.replies) + MORE_REPLIES
        room = sum(map(len, self.script.replies)) + MORE_BYTES
        for reply in self._call:
            room -= len(reply)
            with self._moved:
                self._replies.append(reply)
                self._moved.notify_all()
            if len(self._replies) >= most or room < 0:
                self._notes.append("given up: it gave much more than was recorded")
                self._call.cancel()

    def _cancel(self, replies: int, at: float) -> None:
        """Give the call up where the client did: after as many replies and, where there were none, as much time."""
        if self._speed is not None or not replies:
            self._wait_until(at / (self._speed or 1))
        self._wait_for(replies, self._timeout)
        self._wait_for_requests()
        self._call.cancel()

    def _wait_for_requests(self) -> None:
        with self._moved:
            self._moved.wait_for(lambda: self._over or self._asked, self._timeout)

    def _requests(self) -> Iterator[bytes]:
        """The client's steps; ends with the half-close, if there was one."""
        for step in self.script.steps:
            self._wait(step)
            if self._over:
                return
            if step.message is None:
                break
            yield step.message
        with self._moved:
            self._asked = True
            self._moved.notify_all()
            if not self.script.half_closes:
                self._moved.wait_for(lambda: self._over)

    def _wait(self, step: ScriptStep) -> None:
        if self._speed is not None:
            self._wait_until(step.at / self._speed)
        if not self._wait_for(step.after, REPLY_PATIENCE):
            what = "the half-close" if step.message is None else "a request"
            self._notes.append(
                f"{what} went on without {count_replies(step.after)}, which had come before it"
            )

    def _wait_for(self, replies: int, patience: float) -> bool:
        with self._moved:
            return self._moved.wait_for(lambda: self._over or len(self._replies) >= replies, patience)

    def _wait_until(self, seconds: float) -> None:
        """Until so many seconds after the beginning, or the end."""
        rest = self._begun + seconds - time.monotonic()
        if rest > 0:
            with self._moved:
                self._moved.wait_for(lambda: self._over, rest)

    def _end(self) -> None:
        with self._moved:
            self._over = True
            self._moved.notify_all()
