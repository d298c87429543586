"""`serve_http`: web applications started, stopped, watched, and refused."""

from __future__ import annotations

import contextlib
import threading

import httpx
import pytest
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route

from helpers import serve_http, servers, tap
from helpers.notebook import run_name
from helpers.servers import ServeError

TIMEOUT = 20  # seconds; only a test that fails waits for it


async def hello(request):
    return PlainTextResponse(f"Hello, {request.path_params['name']}!")


def greeter() -> Starlette:
    return Starlette(routes=[Route("/hello/{name}", hello)])


def test_it_answers_and_says_where_it_is():
    server = serve_http(greeter())
    assert server.url == f"http://{server.address}" == f"http://127.0.0.1:{server.port}"
    assert httpx.get(f"{server.url}/hello/Ada").text == "Hello, Ada!"
    assert repr(server) == f"<HttpServer on {server.url}, running>"
    assert server.stop().wait(TIMEOUT)
    assert repr(server) == f"<HttpServer on {server.url}, stopped>"
    with pytest.raises(httpx.ConnectError):
        httpx.get(server.url)


def test_functions_of_fastapi_that_block_run_on_threads_that_end_with_it():
    app = FastAPI()

    @app.get("/thread")
    def which():
        return threading.current_thread().name

    with serve_http(app) as server:
        assert httpx.get(f"{server.url}/thread").json() != "http server"


def test_the_log_has_every_request_and_its_headers():
    server = serve_http(greeter())
    httpx.get(f"{server.url}/hello/Ada", headers={"x-request-id": "7"})
    httpx.get(f"{server.url}/nowhere")
    assert [run.method for run in server.log] == ["GET /hello/Ada", "GET /nowhere"]
    assert ("x-request-id", "7") in server.log[0].metadata
    assert server.log[0].seconds > 0
    assert "GET /hello/Ada" in repr(server.log)


def test_what_a_handler_raises_is_kept_for_its_author():
    async def broken(request):
        return {"cent": 450}["cents"]

    server = serve_http(Starlette(routes=[Route("/quote", broken)]))
    assert httpx.get(f"{server.url}/quote").status_code == 500
    (run,) = servers.take_failures()
    assert isinstance(run.error, KeyError)
    assert run_name(run.method) == "GET /quote"
    assert 'return {"cent": 450}["cents"]' in run.traceback
    assert "starlette" not in run.traceback


def test_a_traceback_begins_at_the_authors_own_line():
    async def lines():
        yield b"1\n"
        raise LookupError("no more")

    async def ride(request):
        return StreamingResponse(lines())

    server = serve_http(Starlette(routes=[Route("/ride", ride)]))
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.get(f"{server.url}/ride")
    (run,) = servers.take_failures()
    assert "test_serve_http.py" in run.traceback.splitlines()[1]


def test_a_client_that_leaves_is_no_mistake():
    left = threading.Event()

    async def forever():
        import asyncio

        try:
            while True:
                yield b"tick\n"
                await asyncio.sleep(0.01)
        finally:
            left.set()

    async def ticks(request):
        return StreamingResponse(forever())

    server = serve_http(Starlette(routes=[Route("/ticks", ticks)]))
    with httpx.stream("GET", f"{server.url}/ticks") as response:
        next(response.iter_raw())
    assert left.wait(TIMEOUT)
    assert server.stop().wait(TIMEOUT)
    assert servers.take_failures() == []


def test_an_open_stream_does_not_hold_up_the_stop(capfd):
    async def forever():
        import asyncio

        while True:
            yield b"tick\n"
            await asyncio.sleep(0.01)

    async def ticks(request):
        return StreamingResponse(forever())

    server = serve_http(Starlette(routes=[Route("/ticks", ticks)]))
    with httpx.stream("GET", f"{server.url}/ticks") as response, contextlib.suppress(httpx.HTTPError):
        next(response.iter_raw())
        assert server.stop().wait(TIMEOUT)
    assert servers.take_failures() == []
    assert capfd.readouterr() == ("", "")


def test_stop_all_stops_it_and_its_tap():
    server = serve_http(greeter())
    wire = tap(server)
    with wire.capture() as seen:
        assert httpx.get(f"http://{wire.address}/hello/Ada").text == "Hello, Ada!"
    assert [frame.name for frame in seen.frames if frame.name == "HTTP/1.1"] == ["HTTP/1.1", "HTTP/1.1"]
    servers.stop_all()
    assert not server.running
    with pytest.raises(httpx.HTTPError):
        httpx.get(f"http://{wire.address}/hello/Ada")


def test_a_port_in_use_is_named():
    server = serve_http(greeter())
    with pytest.raises(ServeError, match=f"Port {server.port} is in use"):
        serve_http(greeter(), port=server.port)


@pytest.mark.parametrize("app", [FastAPI, None, "app"])
def test_what_is_no_application_is_refused(app):
    with pytest.raises(ServeError, match="needs an application, an object"):
        serve_http(app)


def test_an_application_that_does_not_start_is_told():
    @contextlib.asynccontextmanager
    async def lifespan(app):
        raise RuntimeError("no database")
        yield

    with pytest.raises(ServeError, match="did not start: its lifespan function raised"):
        serve_http(Starlette(lifespan=lifespan))
    (run,) = servers.take_failures()
    assert (run_name(run.method), str(run.error)) == ("lifespan of the application", "no database")
