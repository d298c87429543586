"""The TCP connections of a capture file: segments in, records out, as a tap would have made them.

A connection is told when it is known what it speaks and which end is the client. What speaks neither HTTP nor TLS is
left out and counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from ..direction import TO_CLIENT, TO_SERVER
from ..record import Record
from . import recognition
from .inflow import Arrival, Inflow
from .layers import ACK, FIN, RST, SYN, TcpSegment, address, port

MOST_FLOWS = 20_000
"""So many connections are followed at a time; of more, the one that was silent for longest is taken for ended."""

MOST_REFUSED = 100
"""So many connections that were refused are told one by one."""

CLIENT_BYTES = 256 * 1024
"""Bytes of a connection after which its client is told by the ports if nothing else has told it."""

UNDECIDED_BYTES = 64 * 1024
"""Bytes of a connection after which it is left out if it is still not known what it speaks."""

WAITING_BYTES = 1024 * 1024
"""Bytes of a connection that wait, in their order, until it is clear what became of a missing segment."""

ALL_BYTES = 32 * 1024 * 1024
"""Bytes of all connections that wait for the one or the other; when there are more, nobody waits any longer."""

_UNDECIDED, _TOLD, _LEFT_OUT = "undecided", "told", "left out"
_COST = 200  # bytes of memory that a piece takes beyond its data, about


class _Flow:
    """One connection."""

    __slots__ = (
        "begun", "client", "closed", "ends", "first_ns", "inflows", "last_ns", "number", "queue", "size", "state",
    )  # fmt: skip

    def __init__(self, ends: tuple[bytes, bytes], t_ns: int) -> None:
        self.ends = ends
        self.inflows = Inflow(), Inflow()  # what the end of the same place sends
        self.client: int | None = None
        self.begun = False  # whether the capture has its beginning
        self.state = _UNDECIDED
        self.number = 0
        self.first_ns = self.last_ns = t_ns
        self.closed = False
        # pieces (and events) that are not told yet: end, piece, event
        self.queue: list[tuple[int, Arrival, str | None]] = []
        self.size = 0


class Flows:
    """Follows the connections of a file.

    Args:
        tell: Takes the records.
    """

    def __init__(self, tell: Callable[[Record], object]) -> None:
        self._tell = tell
        self._flows: dict[tuple[bytes, bytes], _Flow] = {}
        self._size = 0
        self._ports: Counter[int] = Counter()  # how many connections had each port at one of their ends
        self.connections = 0
        """Connections that were told."""
        self.joined = 0
        """Of these, those whose beginning is not in the file."""
        self.left_out: Counter[int] = Counter()
        """Connections that speak something else, by the server's port."""
        self.silent = 0
        """Connections without data."""
        self.refused = 0
        """Connections that nobody accepted."""
        self.repeated = 0
        """Segments of told connections that brought nothing new."""
        self.lost = 0
        """Bytes that are missing within told connections."""
        self.forgotten = 0
        """Connections that were taken for ended because there were too many."""

    def take(self, segment: TcpSegment, t_ns: int) -> None:
        """Take the next segment of the file."""
        source, target, sequence, acknowledged, flags, data, missing = segment
        key = (source, target) if source < target else (target, source)
        flow = self._flows.get(key)
        if flags & SYN:
            flow = self._syn(flow, key, segment, t_ns)
        elif flow is None:
            if flags & RST or not (data or missing):
                return  # nothing to be seen of it yet, or no longer
            flow = self._add(key, t_ns)
        elif flow.state == _LEFT_OUT:
            return
        end = flow.ends.index(source)
        inflow, other = flow.inflows[end], flow.inflows[1 - end]
        if flow.closed:
            inflow.repeated += bool(data)
            return
        flow.last_ns = max(flow.last_ns, t_ns)
        fresh = not inflow.started
        if fresh and not flags & SYN:
            inflow.start(sequence)
        pieces: list[Arrival] = []
        if data or missing or flags & FIN:
            begin = sequence + 1 if flags & SYN else sequence
            pieces = inflow.take(begin, data, missing, bool(flags & FIN), t_ns)
        if flags & ACK and not flags & RST:
            other.acknowledge(acknowledged)
        self._queue(flow, end, pieces)
        for each in (0, 1):
            if flow.inflows[each].waiting:
                self._queue(flow, each, flow.inflows[each].wait())
        if flags & RST:
            self._reset(flow, end, t_ns, fresh)
        elif flow.queue:
            self._advance(flow)

    def finish(self) -> None:
        """The file has ended."""
        for flow in list(self._flows.values()):
            self._end(flow)
        self._flows.clear()

    def _add(self, key: tuple[bytes, bytes], t_ns: int) -> _Flow:
        if len(self._flows) >= MOST_FLOWS:
            self._forget_oldest()
        flow = self._flows[key] = _Flow(key, t_ns)
        self._ports.update(map(port, key))
        return flow

    def _forget_oldest(self) -> None:
        """Let go of a quarter, so that this is rare: of those that have ended, and of those that were silent longest."""
        flows = self._flows
        order = sorted(flows, key=lambda each: (not flows[each].closed, flows[each].last_ns))
        for key in order[: MOST_FLOWS // 4]:
            flow = flows.pop(key)
            self.forgotten += flow.state == _TOLD and not flow.closed
            self._end(flow)

    def _syn(self, flow: _Flow | None, key: tuple[bytes, bytes], segment: TcpSegment, t_ns: int) -> _Flow:
        """The beginning of a connection, or once more that of one that is known."""
        first = (segment.sequence + 1) & 0xFFFFFFFF
        if flow is not None:
            end = flow.ends.index(segment.source)
            if flow.closed or flow.state == _LEFT_OUT or not flow.inflows[end].start(first):
                self._end(flow)  # the ports are used again
                del self._flows[key]
                flow = None
        if flow is None:
            flow = self._add(key, t_ns)
            flow.begun = True
        end = flow.ends.index(segment.source)
        flow.inflows[end].start(first)
        if flow.client is None:
            flow.client = 1 - end if segment.flags & ACK else end
        return flow

    def _queue(self, flow: _Flow, end: int, pieces: list[Arrival]) -> None:
        for piece in pieces:
            flow.queue.append((end, piece, None))
            flow.size += len(piece.data) + _COST
            self._size += len(piece.data) + _COST

    def _advance(self, flow: _Flow) -> None:
        """Tell what can be told."""
        if flow.state == _UNDECIDED:
            self._decide(flow)
        if flow.state != _TOLD:
            return
        waiting = any(each.waiting for each in flow.inflows)
        held = sum(each.held for each in flow.inflows)
        if waiting and (flow.size + held > WAITING_BYTES or self._size > ALL_BYTES):
            self._give_up(flow)
            waiting = False
        if not waiting:
            self._tell_queue(flow)

    def _give_up(self, flow: _Flow) -> None:
        for end in (0, 1):
            self._queue(flow, end, flow.inflows[end].give_up())

    def _decide(self, flow: _Flow, last: bool = False) -> None:
        """Find out what the connection speaks, and who its client is."""
        known: list[bool | None] = []
        for end in (0, 1):
            pieces = [piece for each, piece, _ in flow.queue if each == end]
            known.append(self._speaks(pieces, flow.begun))
        if True in known:
            flow.client = self._client(flow) if flow.client is None else flow.client
            if flow.client is not None or last or flow.size > CLIENT_BYTES:
                self._begin(flow)
        elif False in known or self._too_much(flow):
            self._leave_out(flow)

    def _too_much(self, flow: _Flow) -> bool:
        return flow.size > UNDECIDED_BYTES or self._size > ALL_BYTES

    @staticmethod
    def _speaks(pieces: list[Arrival], begun: bool) -> bool | None:
        if begun:
            first = b""
            for piece in pieces:
                first += piece.data
                if piece.lost:
                    begun = False
                    break
                if len(first) > 8192:
                    break
            if begun:
                return recognition.speaks(first, True)
        # only the newest one has not been looked at
        return recognition.speaks(pieces[-1].data, False) if pieces else None

    def _begin(self, flow: _Flow) -> None:
        """From here on the connection is told."""
        if flow.client is None:
            flow.client = self._client_by_port(flow)
        flow.state = _TOLD
        self.connections += 1
        self.joined += not flow.begun
        flow.number = self.connections
        names = [address(flow.ends[flow.client]), address(flow.ends[1 - flow.client])]
        event = f"{'OPEN' if flow.begun else 'JOINED'}: {names[0]} → {names[1]}"
        self._tell(Record(flow.number, TO_SERVER, flow.first_ns, b"", event))

    @staticmethod
    def _client(flow: _Flow) -> int | None:
        for end, piece, _ in flow.queue:
            said = recognition.is_client(piece.data)
            if said is not None:
                return end if said else 1 - end
        return None

    def _client_by_port(self, flow: _Flow) -> int:
        """The end whose port is rarer in the file: clients share the server's, not theirs; else what ports tell alone."""
        counts = [self._ports[port(each)] for each in flow.ends]
        return recognition.client_by_port(flow.ends) if counts[0] == counts[1] else int(counts[1] < counts[0])

    def _leave_out(self, flow: _Flow) -> None:
        client = self._client_by_port(flow) if flow.client is None else flow.client
        flow.state = _LEFT_OUT
        self.left_out[port(flow.ends[1 - client])] += 1
        self._forget_queue(flow)
        flow.inflows = Inflow(), Inflow()

    def _forget_queue(self, flow: _Flow) -> None:
        self._size -= flow.size
        flow.queue, flow.size = [], 0

    def _tell_queue(self, flow: _Flow) -> None:
        queue = flow.queue
        if len(queue) > 1:
            queue.sort(key=lambda each: each[1].t_ns)
        for end, piece, event in queue:
            direction = TO_SERVER if end == flow.client else TO_CLIENT
            flow.first_ns = t_ns = max(flow.first_ns, piece.t_ns)
            if piece.lost:
                self.lost += piece.lost
                event = f"LOST: {piece.lost}"
            elif piece.end:
                event = "FIN"
            self._tell(Record(flow.number, direction, t_ns, piece.data, event))
            if event == "RESET":
                flow.closed = True
        self._forget_queue(flow)
        if not flow.closed and all(each.ended for each in flow.inflows):
            flow.closed = True
        if flow.closed:
            self._gone(flow)

    def _gone(self, flow: _Flow) -> None:
        self.repeated += sum(each.repeated for each in flow.inflows)
        self._tell(Record(flow.number, TO_SERVER, flow.first_ns, b"", "GONE"))

    def _reset(self, flow: _Flow, end: int, t_ns: int, fresh: bool) -> None:
        """One end has torn the connection down; ``fresh`` says that it has sent nothing else."""
        if fresh and flow.begun and end != flow.client and flow.state == _UNDECIDED and not flow.queue:
            self.refused += 1
            flow.closed = True
            if self.refused <= MOST_REFUSED:
                self._begin(flow)
                self._tell(Record(flow.number, TO_CLIENT, max(flow.first_ns, t_ns), b"", "REFUSED"))
                self._gone(flow)
            return
        self._settle(flow)
        if flow.state == _TOLD:
            flow.queue.append((end, Arrival(max(t_ns, flow.last_ns), b""), "RESET"))
            self._tell_queue(flow)
        flow.closed = True

    def _settle(self, flow: _Flow) -> None:
        """Nothing more comes: decide now, and tell what is left."""
        self._give_up(flow)
        if flow.state == _UNDECIDED:
            if not any(piece.data or piece.lost for _, piece, _ in flow.queue):
                self._forget_queue(flow)
                self.silent += 1
                flow.closed = True
                return
            self._decide(flow, last=True)
            if flow.state == _UNDECIDED:
                self._leave_out(flow)
        if flow.state == _TOLD:
            self._tell_queue(flow)

    def _end(self, flow: _Flow) -> None:
        """No more is followed of a connection."""
        if flow.closed or flow.state == _LEFT_OUT:
            return
        self._settle(flow)
        if flow.state == _TOLD and not flow.closed:
            self._gone(flow)
        flow.closed = True
