"""The pool's panel against real gRPC servers, and its parts with plain values."""

from __future__ import annotations

import gc
import threading
import time
from concurrent import futures
from types import SimpleNamespace

import grpc
import ipywidgets.widgets.widget as widget_module
import psutil
import pytest

from helpers import cells
from helpers.views.kit import lifecycle
from helpers.views.timeline import PoolLab, Timeline, pool_run
from helpers.views.timeline.pool_run import NO_NUMBERS, Sent, observe, when_sent

PATIENCE = 30.0  # for what must happen; nothing here depends on how long it takes


class PoolServer:
    """A server with a log, as `PoolLab` expects one; its handler waits until ``release`` is set."""

    def __init__(self, workers: int, release: threading.Event) -> None:
        self.log: list[SimpleNamespace] = []
        self.workers = workers
        self.stopped = threading.Event()
        self._release = release
        method = grpc.unary_unary_rpc_method_handler(self._handle)
        self.server = grpc.server(futures.ThreadPoolExecutor(workers), options=[("grpc.so_reuseport", 0)])
        self.server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("t.T", {"Get": method}),))
        self.address = f"127.0.0.1:{self.server.add_insecure_port('127.0.0.1:0')}"
        self.server.start()

    def _handle(self, request: bytes, context: grpc.ServicerContext) -> bytes:
        run = SimpleNamespace(
            metadata=context.invocation_metadata(),
            thread=threading.current_thread().name,
            started_at=time.monotonic(),
            ended_at=None,
        )
        self.log.append(run)
        try:
            self._release.wait(PATIENCE)
            return b"done"
        finally:
            run.ended_at = time.monotonic()

    def stop(self, grace: float | None) -> threading.Event:
        self.stopped.set()
        return self.server.stop(grace)


class Bench:
    """An experiment whose handlers run until they are released, and all that it has started."""

    def __init__(self) -> None:
        self.release = threading.Event()
        self.servers: list[PoolServer] = []
        self.asked: list[dict] = []
        self.timeout: float | None = PATIENCE
        self.numbered = True

    def experiment(self, delay, deadline, workers, calls):
        self.asked.append({"delay": delay, "deadline": deadline, "workers": workers, "calls": calls})
        server = PoolServer(workers, self.release)
        self.servers.append(server)
        get = grpc.insecure_channel(server.address, options=[("grpc.enable_http_proxy", 0)]).unary_unary(
            "/t.T/Get"
        )
        numbers = [[("call", str(n))] if self.numbered else [] for n in range(calls)]
        return server, [get.future(b"", timeout=self.timeout, metadata=pairs) for pairs in numbers]


@pytest.fixture
def bench():
    made = Bench()
    yield made
    made.release.set()
    lifecycle.stop_all()
    for server in made.servers:
        server.server.stop(0)


@pytest.fixture
def lab_of():
    labs = []

    def build(experiment, **settings):
        labs.append(PoolLab(experiment, **settings))
        return labs[-1]

    yield build
    for lab in labs:
        lab.close()


def until(condition) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


def watchers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "pool-lab"]


def statuses(timeline: Timeline) -> list[str | None]:
    return [call.status for call in timeline.calls]


def test_every_call_is_matched_with_its_handler(bench, lab_of):
    bench.release.set()
    lab = lab_of(bench.experiment, calls=6, workers=2)
    timeline = lab.wait(PATIENCE)
    assert timeline.state == "done"
    assert statuses(timeline) == ["OK"] * 6
    logged = {dict(run.metadata)["call"]: run for run in bench.servers[0].log}
    assert [call.worker for call in timeline.calls] == [logged[str(n)].thread for n in range(6)]
    for number, call in enumerate(timeline.calls):
        assert call.label == f"call {number}"
        assert call.handler_started <= call.handler_ended <= call.finished
    assert len(timeline.lanes()) == 2
    assert bench.servers[0].stopped.is_set()
    assert watchers() == []


def test_clients_that_give_up_leave_handlers_and_a_queue_behind(bench, lab_of):
    bench.timeout = 0.3
    lab = lab_of(bench.experiment, calls=3, workers=1, deadline=0.3)
    until(lambda: statuses(lab.timeline) == ["DEADLINE_EXCEEDED"] * 3)
    assert lab.timeline.state == "running", "one handler still works, for nobody"
    bench.release.set()
    timeline = lab.wait(PATIENCE)
    reached = [call for call in timeline.calls if call.handler_started is not None]
    assert len(reached) == 1
    assert reached[0].spent("abandoned", timeline.now) > 0
    assert "2 never reached a worker; 1 handler worked for nobody" in timeline.summary()
    assert all(call.deadline_at == pytest.approx(call.sent_at + 0.3, abs=1e-3) for call in timeline.calls)


def test_stop_cancels_the_calls_and_keeps_the_picture(bench, lab_of):
    lab = lab_of(bench.experiment, calls=3, workers=1)
    until(lambda: lab.timeline.counts().endswith("1 running, 2 waiting"))
    assert lab.timeline.state == "running"
    lab.stop()
    assert watchers() == []
    assert bench.servers[0].stopped.is_set()
    assert lab.timeline.state == "done"
    assert statuses(lab.timeline) == ["CANCELLED"] * 3
    assert lab.view.comm is not None, "the panel stays on the page"


def test_a_new_run_ends_the_one_before(bench, lab_of):
    lab = lab_of(bench.experiment, calls=2, workers=1)
    until(lambda: lab.timeline.calls)
    bench.release.set()
    lab.button.click()
    assert statuses(lab.wait(PATIENCE)) == ["OK"] * 2
    until(lambda: watchers() == [])
    assert [server.stopped.is_set() for server in bench.servers] == [True, True]
    assert statuses(lab.timeline) == ["OK"] * 2, "the first run's end does not overwrite the second's"


def test_a_slider_starts_a_run_with_its_value(bench, lab_of):
    bench.release.set()
    lab = lab_of(bench.experiment, autorun=False)
    assert lab.timeline.state == "empty"
    assert bench.asked == []
    lab.knobs["calls"].value = 5
    assert len(lab.wait(PATIENCE).calls) == 5
    lab.knobs["workers"].value = 3
    lab.wait(PATIENCE)
    lab.knobs["delay"].value = 0.2
    lab.wait(PATIENCE)
    lab.knobs["deadline"].value = 0.7
    lab.wait(PATIENCE)
    assert bench.asked[0] == {"delay": 0.5, "deadline": 1.2, "workers": 2, "calls": 5}
    assert bench.asked[-1] == {"delay": 0.2, "deadline": 0.7, "workers": 3, "calls": 5} == lab.settings
    assert len(bench.asked) == 4


def test_an_exception_is_shown_with_the_learners_line_and_run_works_again(bench, lab_of):
    def experiment(**settings):
        if not bench.asked:
            bench.asked.append(settings)
            raise LookupError("no <such> thing")  # the learner's line
        return bench.experiment(**settings)

    bench.release.set()
    lab = lab_of(experiment, calls=1)
    timeline = lab.wait(PATIENCE)
    assert timeline.state == "failed"
    assert timeline.problem.sentence == "It raised `LookupError`: no <such> thing"
    assert 'raise LookupError("no <such> thing")  # the learner\'s line' in timeline.problem.code
    assert "pool_run.py" not in timeline.problem.code
    assert "&lt;such&gt;" in lab.view.html
    lab.button.click()
    assert statuses(lab.wait(PATIENCE)) == ["OK"]


@pytest.mark.parametrize(
    ("result", "says"),
    [
        (lambda server: None, "return server, futures"),
        (lambda server: server, "return server, futures"),
        (lambda server: (None, [grpc.Future]), "return server, futures"),
        (lambda server: (server, []), "no futures"),
        (lambda server: (server, [b"an answer"]), "must be futures"),
    ],
)
def test_a_wrong_result_is_explained_and_the_server_stopped(bench, lab_of, result, says):
    server = PoolServer(1, bench.release)
    bench.servers.append(server)
    returned = result(server)
    lab = lab_of(lambda **settings: returned)
    assert says in lab.wait(PATIENCE).problem.sentence
    assert server.stopped.is_set() is (
        returned is server or (isinstance(returned, tuple) and returned[0] is server)
    )


def test_a_server_that_cannot_stop_is_a_problem_shown(bench, lab_of):
    def experiment(**settings):
        server, sent = bench.experiment(**settings)
        return SimpleNamespace(log=server.log, stop=lambda grace: 1 / 0), sent

    bench.release.set()
    assert "ZeroDivisionError" in lab_of(experiment).wait(PATIENCE).problem.sentence


def test_calls_without_numbers_show_the_clients_side_and_how_to_get_the_other(bench, lab_of):
    bench.release.set()
    bench.numbered = False
    timeline = lab_of(bench.experiment, calls=2).wait(PATIENCE)
    assert timeline.note == NO_NUMBERS
    assert statuses(timeline) == ["OK"] * 2
    assert timeline.worker_names() == {}


def test_without_a_deadline_none_is_drawn(bench, lab_of):
    bench.release.set()
    bench.timeout = None
    timeline = lab_of(bench.experiment, calls=2).wait(PATIENCE)
    assert timeline.deadline is None
    assert [call.deadline_at for call in timeline.calls] == [None, None]


def test_a_run_that_does_not_end_is_ended(bench):
    bench.timeout = None
    shown = []
    settings = {"delay": 0.0, "deadline": 1.0, "workers": 1, "calls": 2}
    run = pool_run.PoolRun(
        bench.experiment, settings, lambda run, timeline: shown.append(timeline), patience=0.3
    )
    run.start()
    assert run.wait(PATIENCE)
    assert statuses(shown[-1]) == ["CANCELLED"] * 2
    assert shown[-1].over


def test_a_run_cancelled_before_it_began_starts_nothing(bench):
    run = pool_run.PoolRun(
        bench.experiment,
        {"delay": 0.0, "deadline": 1.0, "workers": 1, "calls": 1},
        lambda run, timeline: None,
    )
    run.cancel()
    run.start()
    assert run.wait(PATIENCE)
    assert bench.asked == []


def test_close_leaves_no_widget_thread_or_server(bench):
    before = set(widget_module._instances)
    lab = PoolLab(bench.experiment, calls=2)
    until(lambda: lab.timeline.calls)
    lab.close()
    assert set(widget_module._instances) == before
    assert watchers() == []
    assert bench.servers[0].stopped.is_set()


def test_running_again_and_again_leaves_nothing_behind(bench, lab_of):
    bench.release.set()
    lab = lab_of(bench.experiment, autorun=False)

    def run_three_times() -> None:
        for _ in range(3):
            lab.run()
            lab.wait(PATIENCE)
        bench.servers.clear()

    def count() -> tuple[int, int]:
        gc.collect()  # the threads of a pool end with it
        return threading.active_count(), len(psutil.Process().net_connections())

    run_three_times()
    threads, sockets = count()
    for _ in range(3):
        run_three_times()
    until(lambda: count()[0] <= threads and count()[1] <= sockets)


def test_stop_all_ends_every_lab(bench, lab_of):
    labs = [lab_of(bench.experiment, calls=1) for _ in range(2)]
    until(lambda: all(lab.timeline.calls for lab in labs))
    lifecycle.stop_all()
    assert watchers() == []
    assert [server.stopped.is_set() for server in bench.servers] == [True, True]


def test_the_cell_run_again_closes_its_lab_and_no_other(bench, lab_of, monkeypatch):
    def cell(identity, execution):
        monkeypatch.setattr(cells, "running", lambda: cells.CellRun(identity, execution))
        return lab_of(bench.experiment, calls=1)

    first = cell("a", "run 1")
    beside = cell("a", "run 1")
    other = cell("b", "run 2")
    again = cell("a", "run 3")
    assert [lab.view.comm is None for lab in (first, beside, other, again)] == [True, True, False, False]
    until(lambda: len(watchers()) == 2)


def test_outside_of_a_kernel_labs_live_side_by_side(bench, lab_of):
    first = lab_of(bench.experiment, calls=1)
    lab_of(bench.experiment, calls=1)
    assert first.view.comm is not None


def test_the_panel_has_a_static_face(bench, lab_of):
    bench.release.set()
    lab = lab_of(bench.experiment, calls=2)
    lab.wait(PATIENCE)
    bundle = lab._repr_mimebundle_()
    assert "2 calls, 2 workers: 2 OK" in bundle["text/plain"]
    assert "2 calls, 2 workers: 2 OK" in bundle["text/html"]
    assert bundle["application/vnd.jupyter.widget-view+json"]["model_id"] == lab.model_id


def run_of(number, started, ended=None, thread="t", key="call"):
    return SimpleNamespace(metadata=((key, str(number)),), started_at=started, ended_at=ended, thread=thread)


def test_observe_puts_all_on_the_clock_of_the_first_call():
    sent = [Sent(100.0, 101.0, 100.5, "OK"), Sent(100.25, 101.25)]
    log = [run_of(1, 100.75, thread="b"), run_of(0, 100.125, 100.375, thread="a")]
    timeline = observe(sent, log, Timeline(workers=2, deadline=1.0), now=101.0)
    first, second = timeline.calls
    assert (first.sent_at, first.handler_started, first.handler_ended, first.finished) == (
        0.0,
        0.125,
        0.375,
        0.5,
    )
    assert (second.sent_at, second.handler_started, second.handler_ended) == (0.25, 0.75, None)
    assert second.finished is None
    assert (first.worker, second.worker) == ("a", "b")
    assert (first.deadline_at, second.deadline_at) == (1.0, 1.25)
    assert timeline.now == 1.0
    assert timeline.deadline == 1.0


def test_observe_takes_metadata_as_mapping_or_pairs_and_the_first_try():
    runs = [
        run_of(0, 1.0, 2.0),
        run_of(0, 3.0),
        SimpleNamespace(metadata={"call": "1"}, started_at=1.0, ended_at=None, thread="t"),
    ]
    timeline = observe([Sent(0.0), Sent(0.0)], runs, Timeline(), now=4.0)
    assert [call.handler_started for call in timeline.calls] == [1.0, 1.0]


def test_observe_before_any_handler_ran_has_no_complaint():
    assert observe([Sent(0.0)], [], Timeline(), now=1.0).note == ""
    assert observe([Sent(0.0)], [run_of(7, 0.5)], Timeline(), now=1.0).note == NO_NUMBERS


def test_observe_without_calls_changes_nothing():
    assert observe([], [], Timeline(note="x"), now=1.0) == Timeline(note="x")


@pytest.mark.parametrize(
    ("left", "sent_at", "deadline_at"),
    [
        (0.875, 9.875, 10.875),  # 1 s was given: the call was sent 0.125 s ago
        (None, 9.9375, None),  # no deadline
        (0.0, 9.9375, None),  # over already
        (5.0, 9.9375, 15.0),  # another deadline than the slider's
    ],
)
def test_when_a_call_was_sent_comes_from_the_time_it_has_left(monkeypatch, left, sent_at, deadline_at):
    monkeypatch.setattr(pool_run.time, "monotonic", lambda: 10.0)
    future = SimpleNamespace(time_remaining=lambda: left)
    assert when_sent(future, 1.0, before=9.75, after=9.9375) == Sent(sent_at, deadline_at)


def test_futures_of_other_kinds_count_as_sent_with_the_rest():
    assert when_sent(object(), 1.0, before=1.0, after=2.0) == Sent(2.0)
