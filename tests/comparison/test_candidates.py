"""Every candidate in every case: right answers from real servers, and plausible bytes."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys

import grpc
import pytest

from helpers.comparison import business, clients_grpc, expected, with_grpc
from helpers.comparison.candidates import CANDIDATES, CASES, SETUPS, WARM, WORK, Setup
from helpers.comparison.expected import WrongAnswer
from helpers.comparison.sizes import sizes

PAIRS = [(setup, case) for setup in SETUPS for case in setup.clients]
NAMES = [f"{setup.candidate.id}-{case}" for setup, case in PAIRS]


def test_names_are_unique_and_cases_known():
    ids = [case.id for case in CASES]
    assert len(set(ids)) == len(ids)
    assert set(WORK) == set(WARM) == set(ids)
    assert len({candidate.id for candidate in CANDIDATES}) == len({c.name for c in CANDIDATES}) == len(SETUPS)
    assert all(set(setup.clients) <= set(ids) and setup.clients for setup in SETUPS)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_both_sides_are_in_every_case(case):
    families = [setup.candidate.family for setup in SETUPS if case.id in setup.clients]
    assert families.count("gRPC") >= 2
    assert families.count("REST") >= 3


def test_items_are_what_is_done():
    for case in CASES:
        work = WORK[case.id]
        assert case.items == (work.count or work.at_once)


@pytest.mark.parametrize(("setup", "case"), PAIRS, ids=NAMES)
def test_right_answers_and_plausible_bytes(setup: Setup, case: str, servers, monkeypatch):
    # A tenth of the stream is enough to see that all of it is right.
    monkeypatch.setitem(WORK, "stream", WARM["stream"])
    payload, wire = sizes(setup, case, servers[setup.kind])
    assert wire > payload > 0
    if setup.candidate.family == "gRPC":
        assert payload == sum(message.ByteSize() for message in grpc_messages(setup, case))
    else:
        assert payload == pytest.approx(json_bytes(case), rel=0.07)  # spaces after colons, or none


def grpc_messages(setup: Setup, case: str) -> list:
    """What travels in one run."""
    pb = with_grpc.depot_pb2
    delivery = {**expected.DELIVERY, "speed": with_grpc.SPEEDS[expected.DELIVERY["speed"]]}
    if case in ("small", "at-once"):
        pair = [
            pb.PriceDeliveryRequest(**delivery),
            pb.PriceDeliveryResponse(price_cents=expected.PRICE_CENTS),
        ]
        return pair * WORK[case].at_once
    if case == "large":
        return [pb.StorePhotoRequest(photo=expected.PHOTO), pb.StorePhotoResponse(photo=expected.PHOTO)]
    if case == "list":
        request = pb.ListParcelsRequest(limit=expected.PARCELS)
        return [request, with_grpc.Depot().ListParcels(request, None)]
    per_message = expected.LINES if case == "batches" else 1
    request = pb.WatchCouriersRequest(count=WORK[case].count, per_message=per_message)
    return [request, *with_grpc.Depot().WatchCouriers(request, None)]


def json_bytes(case: str) -> int:
    """The bodies of one run, written as JSON as tightly as can be."""
    import orjson

    if case in ("small", "at-once"):
        price = {"price_cents": expected.PRICE_CENTS}
        return WORK[case].at_once * len(orjson.dumps(expected.DELIVERY) + orjson.dumps(price))
    if case == "large":
        return 2 * len(expected.PHOTO)
    if case == "list":
        return len(orjson.dumps(business.parcels(expected.PARCELS)))
    return sum(len(orjson.dumps(position)) + 1 for (position,) in business.positions(WORK[case].count))


def test_bodies_of_one_kind_of_server_are_the_same_for_every_client(servers):
    found = {}
    for name in ("starlette-aiohttp", "starlette-raw", "starlette-h2", "fastapi-aiohttp"):
        setup = next(setup for setup in SETUPS if setup.candidate.id == name)
        found[name] = sizes(setup, "list", servers[setup.kind])
    assert len({payload for payload, _ in found.values()}) == 1
    # The bare client says no more than it must, and HTTP/2 compresses what it says.
    assert found["starlette-raw"][1] < found["starlette-aiohttp"][1]
    assert found["starlette-h2"][1] < found["starlette-raw"][1]


@pytest.mark.parametrize(("setup", "case"), PAIRS, ids=NAMES)
def test_every_client_refuses_a_wrong_answer(setup: Setup, case: str, servers, monkeypatch):
    client = setup.clients[case](servers[setup.kind].address)
    # What a client expects is changed here; the server, in its own process, answers as ever.
    monkeypatch.setattr(expected, "PRICE_CENTS", expected.PRICE_CENTS + 1)
    monkeypatch.setattr(expected, "_parcels_total", lambda: 1)
    monkeypatch.setattr(expected, "_positions_total", lambda count: 1.0)
    check = expected.check_photo
    monkeypatch.setattr(expected, "check_photo", lambda photo: check(photo[:-1]))
    try:
        with pytest.raises(WrongAnswer, match=r"instead of|not the one sent"):
            client.run(WARM[case], 1)
    finally:
        client.close()


@pytest.mark.parametrize(
    ("setup", "case"), [pair for pair in PAIRS if pair[1] in ("small", "at-once")],
    ids=[name for name in NAMES if name.endswith(("small", "at-once"))],
)  # fmt: skip
def test_every_client_refuses_an_error(setup: Setup, case: str, servers, monkeypatch):
    monkeypatch.setitem(expected.DELIVERY, "speed", "overnight")
    monkeypatch.setitem(clients_grpc.DELIVERY, "speed", 99)
    client = setup.clients[case](servers[setup.kind].address)
    try:
        with pytest.raises((WrongAnswer, grpc.RpcError), match=r"HTTP status (422|500)|StatusCode.UNKNOWN"):
            client.run(WORK[case], 1)
    finally:
        client.close()


def methods(source: str) -> list[str]:
    """Names of the functions in a module that serve something, in their order."""
    wanted = ("price_delivery", "store_photo", "list_parcels", "watch_couriers")
    names = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            snake = "".join(f"_{c.lower()}" if c.isupper() else c for c in node.name).lstrip("_")
            names += [snake] if snake in wanted else []
    return names


def test_the_servers_that_learners_read_are_written_alike():
    from helpers.comparison import with_fastapi, with_starlette

    order = ["price_delivery", "store_photo", "list_parcels", "watch_couriers"]
    assert methods(inspect.getsource(with_grpc)) == order * 2
    assert methods(inspect.getsource(with_fastapi)) == order
    assert methods(inspect.getsource(with_starlette)) == order
    for module in (with_grpc, with_fastapi, with_starlette):
        assert 40 <= len(inspect.getsource(module).splitlines()) <= 80


def test_what_is_not_asked_for_is_not_imported(root):
    program = (
        "import sys, helpers.comparison\n"
        "assert helpers.comparison.Results\n"
        "libraries = {'fastapi', 'starlette', 'uvicorn', 'hypercorn', 'httpx', 'aiohttp', 'requests'}\n"
        "print(sorted(libraries & set(sys.modules)), 'helpers.comparison.business' in sys.modules)\n"
        "names = {name: getattr(helpers.comparison, name) for name in dir(helpers.comparison)}\n"
        "print(len(names), callable(names['run']), names['with_fastapi'].__name__)\n"
        "from helpers.comparison import with_starlette\n"
        "try:\n    helpers.comparison.no_such_name\n"
        "except AttributeError as error:\n    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        cwd=root,
        check=True,
        encoding="utf-8",
    )
    first, second, third = done.stdout.splitlines()
    assert first == "[] False"
    assert second == "13 True helpers.comparison.with_fastapi"
    assert third == "module 'helpers.comparison' has no attribute 'no_such_name'"
