"""How fast a file and a million rows move: gRPC by the size of its chunks, HTTP with and without sendfile, Arrow Flight.

Server and client are processes of their own, over loopback; all ways take turns, and the median counts. Processor time
is that of both sides together. Rows are summed up where they arrive. ``--bytes N`` takes a file of another size.
"""

from __future__ import annotations

import argparse
import array
import asyncio
import http.client
import http.server
import importlib.util
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent import futures
from pathlib import Path

import grpc
from figures import row

from helpers import protos, serve_process, watch
from helpers.servers.process import ProcessServer

ROUNDS = 5
CHUNKS = (16, 64, 256, 1024, 4095)  # KiB
ROWS = 1_000_000
BATCHES = ((1, 20_000), (100, 200_000), (10_000, ROWS))  # rows in a message, and of how many

archive_pb2, archive_pb2_grpc = protos.load("courier/v1/archive.proto")


class Archive(archive_pb2_grpc.ArchiveServiceServicer):
    """Gives out the one file there is."""

    def DownloadFile(self, request, context):  # noqa: D102
        with open("film.bin", "rb") as file:
            while chunk := file.read(request.chunk_bytes):
                yield archive_pb2.DownloadFileResponse(chunk=chunk)


class Scans(archive_pb2_grpc.ScanServiceServicer):
    """Rows or columns, made of the same arrays."""

    def __init__(self) -> None:
        self.times = array.array("q", range(1_764_403_200, 1_764_403_200 + ROWS))
        self.xs, self.ys = (array.array("d", (n / by for n in range(ROWS))) for by in (7, 3))

    def ListScans(self, request, context):  # noqa: D102
        for at in range(0, request.rows, request.batch_rows):
            part = slice(at, min(at + request.batch_rows, request.rows))
            t, x, y = self.times[part], self.xs[part], self.ys[part]
            if request.in_columns:
                columns = archive_pb2.ScanColumns(time_s=t, x_km=x, y_km=y)
                yield archive_pb2.ListScansResponse(columns=columns)
            else:
                rows = zip(t, x, y, strict=True)
                scans = [archive_pb2.Scan(time_s=a, x_km=b, y_km=c) for a, b, c in rows]
                yield archive_pb2.ListScansResponse(scans=scans)


def serve_grpc() -> None:
    server = grpc.server(futures.ThreadPoolExecutor())
    archive_pb2_grpc.add_ArchiveServiceServicer_to_server(Archive(), server)
    archive_pb2_grpc.add_ScanServiceServicer_to_server(Scans(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print("listening on", port)
    server.wait_for_termination()


class SendFile(http.server.SimpleHTTPRequestHandler):
    """Has the kernel of the system copy the file to the socket."""

    def copyfile(self, source, outputfile) -> None:  # noqa: D102
        outputfile.flush()
        self.connection.sendfile(source)


def serve_http(handler: type[http.server.SimpleHTTPRequestHandler]) -> None:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    print("listening on", server.server_port)
    server.serve_forever()


def serve_aiohttp() -> None:
    from aiohttp import web

    async def main() -> None:
        app = web.Application()
        app.router.add_static("/", ".")
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        print("listening on", runner.addresses[0][1])
        await asyncio.Event().wait()

    asyncio.run(main())


def serve_flight() -> None:
    import pyarrow
    from pyarrow import flight

    scans = Scans()
    columns = {"time_s": scans.times, "x_km": scans.xs, "y_km": scans.ys}
    table = pyarrow.table({name: pyarrow.array(values) for name, values in columns.items()})

    class Server(flight.FlightServerBase):
        def do_get(self, context, ticket):
            return flight.RecordBatchStream(table)

    server = Server("grpc://127.0.0.1:0")
    print("listening on", server.port)
    server.serve()


SERVERS: dict[str, Callable[[], None]] = {
    "grpc": serve_grpc,
    "http.server": lambda: serve_http(http.server.SimpleHTTPRequestHandler),
    "sendfile": lambda: serve_http(SendFile),
    "aiohttp": serve_aiohttp,
    "flight": serve_flight,
}


def download(server: ProcessServer, kib: int) -> int:
    with grpc.insecure_channel(server.address) as channel:
        request = archive_pb2.DownloadFileRequest(name="film.bin", chunk_bytes=kib * 1024)
        stream = archive_pb2_grpc.ArchiveServiceStub(channel).DownloadFile(request)
        return sum(len(response.chunk) for response in stream)


def fetch(server: ProcessServer) -> int:
    connection, buffer, received = http.client.HTTPConnection(server.address), bytearray(256 * 1024), 0
    connection.request("GET", "/film.bin")
    response = connection.getresponse()
    while count := response.readinto(buffer):
        received += count
    connection.close()
    return received


def list_scans(server: ProcessServer, rows: int, batch: int, in_columns: bool = False) -> int:
    with grpc.insecure_channel(server.address) as channel:
        request = archive_pb2.ListScansRequest(rows=rows, batch_rows=batch, in_columns=in_columns)
        total = 0.0
        for response in archive_pb2_grpc.ScanServiceStub(channel).ListScans(request):
            total += sum(response.columns.x_km) if in_columns else sum(scan.x_km for scan in response.scans)
    assert total > 0
    return rows


def do_get(server: ProcessServer) -> int:
    from pyarrow import compute, flight

    with flight.connect(f"grpc://{server.address}") as client:
        table = client.do_get(flight.Ticket(b"")).read_all()
        assert compute.sum(table["x_km"]).as_py() > 0
    return table.num_rows


Way = tuple[ProcessServer, Callable[[], int]]


def measure(ways: dict[str, Way]) -> Iterator[tuple[str, float, float]]:
    """Gives for each way how many things a second it moved, and the seconds of processor time for each."""
    samples: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    for _ in range(ROUNDS + 1):
        for name, (server, move) in ways.items():
            with watch({"server": server, "client": os.getpid()}) as seen:
                count = move()
            samples[name].append((count / seen.seconds, sum(seen.processor.values()) / count))
    for name, rounds in samples.items():
        rates, processor = zip(*rounds[1:], strict=True)  # the first round warms up
        yield name, statistics.median(rates), statistics.median(processor)


def tell(ways: dict[str, Way], unit: str, scale: float, many: tuple[float, str], baseline: str) -> None:
    found = {name: figures for name, *figures in measure(ways)}
    for name, (rate, processor) in found.items():
        ratio = rate / found[baseline][0]
        cost = f"{processor * many[0]:.2f} s/{many[1]}"
        row(name, f"{rate / scale:,.0f} {unit}", f"{ratio:.2g} of {baseline}, {cost}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bytes", type=int, default=1 << 28, help="size of the file")
    parser.add_argument("--serve", choices=SERVERS, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve:
        SERVERS[arguments.serve]()
        return
    has_arrow = importlib.util.find_spec("pyarrow") is not None
    with tempfile.TemporaryDirectory() as folder:
        with (Path(folder) / "film.bin").open("wb") as film:
            block = os.urandom(1 << 20)
            for _ in range(arguments.bytes >> 20):
                film.write(block)
        path = os.pathsep.join(map(os.path.abspath, filter(None, sys.path)))
        servers = {
            kind: serve_process(
                "python", os.path.abspath(__file__), "--serve", kind, folder=folder, env={"PYTHONPATH": path}
            )
            for kind in SERVERS
            if has_arrow or kind != "flight"
        }
        time.sleep(0.5)
        print(f"a file of {arguments.bytes:,} bytes")
        files: dict[str, Way] = {
            f"gRPC, chunks of {kib} KiB": (servers["grpc"], lambda kib=kib: download(servers["grpc"], kib))
            for kib in CHUNKS
        }
        for kind in ("http.server", "sendfile", "aiohttp"):
            files[kind] = (servers[kind], lambda kind=kind: fetch(servers[kind]))
        tell(files, "MB/s", 1e6, (1e9, "GB"), "aiohttp")
        print(f"{ROWS:,} rows of three columns, or fewer where a row takes long")
        rows: dict[str, Way] = {
            f"protobuf, {batch:,} rows a message": (
                servers["grpc"],
                lambda batch=batch, count=count: list_scans(servers["grpc"], count, batch),
            )
            for batch, count in BATCHES
        }
        columns = "protobuf, columns of 10,000"
        rows[columns] = (servers["grpc"], lambda: list_scans(servers["grpc"], ROWS, 10_000, in_columns=True))
        if has_arrow:
            rows["Arrow Flight"] = (servers["flight"], lambda: do_get(servers["flight"]))
        tell(rows, "rows/s", 1, (1e6, "million"), columns)
        if not has_arrow:
            print("Arrow Flight is measured where pyarrow is installed.")


if __name__ == "__main__":
    main()
