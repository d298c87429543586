"""A kernel's life with servers: before the setup cell, interrupted, and at its end."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tools.short_errors import objections

TIMEOUT = 60


def test_a_fresh_kernel_answers_a_cell_that_is_run_too_early(fresh_kernel, setup):
    run = fresh_kernel.run('quote_pb2, quote_pb2_grpc = protos.load("courier/v1/quote.proto")')
    assert "NameError: name 'protos' is not defined" in run.error
    assert "Run the setup cell at the top" in run.error
    assert "%%proto" not in run.error
    magic = fresh_kernel.run('%%proto early\nsyntax = "proto3";\nmessage Early {}')
    assert (magic.stdout, magic.error) == ("early_pb2: Early\n", "")
    assert fresh_kernel.run(setup).error == ""
    assert fresh_kernel.run("hello(serve(Greeter()))").value == "Hello, Ada!"
    assert fresh_kernel.terminal.read_text(encoding="utf-8") == ""


BLOCKED = """
import threading
class Slow(Greeter):
    def SayHello(self, request, context):
        while context.is_active():
            threading.Event().wait(0.01)
    def SayHelloInLanguages(self, request, context):
        while context.is_active():
            threading.Event().wait(0.01)
        yield
server = serve(Slow())
stub = connect(server)
"""


@pytest.mark.parametrize(
    "call",
    [
        "stub.SayHello(pb2.SayHelloRequest())",
        "next(stub.SayHelloInLanguages(pb2.SayHelloInLanguagesRequest()))",
    ],
)
def test_a_call_that_blocks_can_be_interrupted(kernel, call):
    kernel.run(BLOCKED)
    request = kernel.send(f"print('calling', flush=True)\n{call}", cell="blocked")
    kernel.receive(request, until="calling")
    time.sleep(0.3)  # the call itself cannot be seen from here
    kernel.manager.interrupt_kernel()
    run = kernel.receive(request)
    assert run.error.split("\n")[-1] == (
        "KeyboardInterrupt: stopped here. The kernel, its variables and its servers go on."
    )
    assert "line 2" in run.error
    assert len(run.error.split("\n")) == 2
    assert kernel.run("hello(serve(Greeter()))").value == "Hello, Ada!"
    assert kernel.value("server.running") is True


def interrupted(kernel, code):
    """Runs a cell that prints "calling" and then waits, and presses the stop button."""
    request = kernel.send(code, cell="blocked")
    kernel.receive(request, until="calling")
    time.sleep(0.3)  # the call itself cannot be seen from here
    kernel.manager.interrupt_kernel()
    return kernel.receive(request)


def test_a_stream_that_was_stopped_says_so_when_it_is_read_again(kernel):
    kernel.run(BLOCKED + "replies = stub.SayHelloInLanguages(pb2.SayHelloInLanguagesRequest())")
    interrupted(kernel, "print('calling', flush=True)\nnext(replies)")
    run = kernel.run("next(replies)")
    assert run.error.endswith(
        "Somebody waits for the next reply of this call already: a line that the stop button ended, or a thread.\n"
        "End the call with `.cancel()`, run the cell that begins it, and then this one."
    )
    assert objections(run.error) == []


def test_what_awaits_and_what_interacts_can_be_interrupted_too(kernel):
    blocks = "import asyncio, time\nawait asyncio.sleep(0)\nprint('calling', flush=True)\ntime.sleep(50)"
    assert "KeyboardInterrupt: stopped here." in interrupted(kernel, blocks).error
    run = interrupted(kernel, "import asyncio\nprint('calling', flush=True)\nawait asyncio.sleep(50)")
    assert run.error.split("\n")[1:] == [
        STOPPED,
        "The kernel, its variables and its servers go on; run the cell again to begin anew.",
    ]
    cell = "import ipywidgets, time\n@ipywidgets.interact(n=(0, 3))\ndef wait(n):\n    "
    run = interrupted(kernel, cell + "print('calling', flush=True); time.sleep(50)")
    assert run.error.split("\n")[-1] == (
        "KeyboardInterrupt: stopped here. The kernel, its variables and its servers go on."
    )
    assert len(run.error.split("\n")) == 2
    assert kernel.value("1 + 1") == 2


STOPPED = "CancelledError: what is awaited here was cancelled, by the stop button or by `.cancel()`."
CAUGHT = """
import asyncio
print('calling', flush=True)
for _ in range(2):
    try:
        await asyncio.sleep(50)
    except asyncio.CancelledError:
        print('again', end='', flush=True)
await asyncio.sleep(50)
"""
BLOCKED_LOOP = """
import asyncio, pathlib, time
class Blocking(pb2_grpc.GreeterServiceServicer):
    async def SayHello(self, request, context):
        if request.name == 'sleep':
            pathlib.Path('blocked').touch()
            time.sleep(50)
        return pb2.SayHelloResponse(greeting='awake')
blocking = await serve_aio(Blocking())
channel = grpc.aio.insecure_channel(blocking.address)
aio_stub = pb2_grpc.GreeterServiceStub(channel)
async def hello_sleep(name):
    return await aio_stub.SayHello(pb2.SayHelloRequest(name=name))
"""


def test_a_cell_that_catches_being_stopped_is_stopped_again(kernel):
    request = kernel.send(CAUGHT)
    kernel.receive(request, until="calling")
    for _ in range(2):
        time.sleep(0.3)  # until it awaits again, which cannot be seen from here
        kernel.manager.interrupt_kernel()
        kernel.receive(request, until="again")
    time.sleep(0.3)
    kernel.manager.interrupt_kernel()
    assert STOPPED in kernel.receive(request).error
    assert kernel.value("1 + 1") == 2


@pytest.mark.parametrize(
    "waits",
    [
        "await hello_sleep('sleep')",
        "task = asyncio.create_task(hello_sleep('sleep'))\nawait asyncio.sleep(60)",
    ],
)
def test_a_handler_that_blocks_the_loop_of_a_cell_that_awaits_is_stopped(kernel, waits):
    blocked = kernel.folder / "blocked"
    blocked.unlink(missing_ok=True)
    assert kernel.run(BLOCKED_LOOP).error == ""
    request = kernel.send(waits)
    while not blocked.exists():
        time.sleep(0.01)
    kernel.manager.interrupt_kernel()
    assert STOPPED in kernel.receive(request).error
    assert kernel.run("print((await hello_sleep('Ada')).greeting)").stdout == "awake\n"
    assert kernel.run("await channel.close(); servers.stop_all()").error == ""


def test_the_stop_button_costs_nothing_while_it_is_not_pressed(kernel):
    """No timer wakes the loop, and nothing of a cell that is over stays behind."""
    kernel.run("import asyncio, signal\nawait asyncio.sleep(0)")
    loop = "loop = asyncio.get_running_loop()\n"
    assert kernel.value(loop + "len(loop._scheduled)") == kernel.value(
        loop + "await asyncio.sleep(0)\nlen(loop._scheduled)"
    )
    assert kernel.value("signal.getsignal(signal.SIGINT) is signal.default_int_handler") is True
    wakes = "before = signal.set_wakeup_fd(-1); signal.set_wakeup_fd(before); before"
    assert kernel.value(wakes) == -1
    assert kernel.value("await asyncio.sleep(0)\n" + wakes) > 0
    # A cell may have handlers of its own; they stay.
    own = "heard = []\nloop.add_signal_handler(signal.SIGUSR1, heard.append, 1)\nawait asyncio.sleep(0)"
    assert kernel.run(loop + own).error == ""
    assert kernel.value(wakes) > 0
    raised = "signal.raise_signal(signal.SIGUSR1)\nawait asyncio.sleep(0.05)\nheard"
    assert kernel.value(raised) == [1]
    waits = "print('calling', flush=True)\nawait asyncio.sleep(50)"
    assert STOPPED in interrupted(kernel, waits).error
    assert kernel.value("loop.remove_signal_handler(signal.SIGUSR1)") is True


OPEN_STREAM = """
class Reader(Greeter):
    def SayHelloToAll(self, requests, context):
        inside.set()
        for request in requests:
            pass
import threading
inside, never = threading.Event(), threading.Event()
server = serve(Reader())
call = connect(server).SayHelloToAll.future(iter(never.wait, None))
inside.wait(20)
"""
AIO = """
class AioGreeter(pb2_grpc.GreeterServiceServicer):
    async def SayHello(self, request, context):
        return pb2.SayHelloResponse()
aio_server = await serve_aio(AioGreeter())
"""


def test_a_kernel_ends_at_once_and_in_silence(fresh_kernel, setup):
    for cell in (setup, "hello(serve(Greeter()))", OPEN_STREAM, AIO):
        assert fresh_kernel.run(cell).error == ""
    # ipykernel ends these first, and waits while nobody reaps them; JupyterLab kills it before that is over.
    assert fresh_kernel.value("[child.pid for child in get_ipython().kernel._process_children()]") == []
    folder = Path(fresh_kernel.value("str(protos.worker.worker.folder)"))
    assert folder.is_dir()
    fresh_kernel.client.shutdown()
    process = fresh_kernel.manager.provisioner.process
    assert process.wait(timeout=TIMEOUT) == 0
    assert fresh_kernel.terminal.read_text(encoding="utf-8") == ""
    assert not folder.exists()


def test_a_hundred_runs_of_cells_leave_nothing(kernel):
    footprint = (
        "import os, threading, psutil\n"
        "process = psutil.Process()\n"
        "(len(threading.enumerate()), process.num_fds(), len(process.net_connections(kind='inet')))"
    )
    cells = {
        "schema": '%%proto again\nsyntax = "proto3";\nmessage Again {{ int32 run_{} = 1; }}',
        "server": "server = serve(Greeter())",
        "call": "channel = grpc.insecure_channel(server.address)\n"
        "pb2_grpc.GreeterServiceStub(channel).SayHello(pb2.SayHelloRequest(), timeout=20)\nchannel.close()",
    }

    def once(number: int) -> None:
        for cell, code in cells.items():
            assert kernel.run(code.format(number), cell=cell).error == ""

    once(0)
    before = kernel.run(footprint).value
    for number in range(1, 100):
        once(number)
    deadline = time.monotonic() + TIMEOUT
    while (now := kernel.run(footprint).value) > before and time.monotonic() < deadline:
        time.sleep(0.1)
    assert all(after <= first for after, first in zip(now, before, strict=True)), (before, now)
