"""What is on the page is what runs: a cell that failed leaves no older version of what it makes behind."""

from __future__ import annotations

import pytest

SCHEMA = '%%proto parcel\nsyntax = "proto3";\nmessage Parcel {\n  string parcel_id = 1;\n}'


def test_a_schema_that_does_not_compile_leaves_none_behind(kernel):
    assert not kernel.run(SCHEMA).error
    assert kernel.value("parcel_pb2.Parcel(parcel_id='P-1').parcel_id") == "P-1"
    assert "SchemaError" in kernel.run(SCHEMA.replace("= 1;", "= 1")).error
    for code in ("parcel_pb2.Parcel()", "parcel_pb2_grpc"):
        told = kernel.run(code).error
        assert "is not there: cell [" in told
        assert "which makes it, failed (SchemaError)" in told
        assert "Mend that cell, run it again" in told
    assert not kernel.run(SCHEMA).error
    assert kernel.value("parcel_pb2.Parcel(parcel_id='P-1').parcel_id") == "P-1"


def test_a_check_of_a_schema_whose_cell_failed_judges_nothing(kernel):
    answer = kernel.value("__import__('helpers.exercises.protocol_buffers', fromlist=['x']).invoice.answer")
    kernel.run("from helpers.exercises import protocol_buffers")
    kernel.run(f"%%proto invoice\n{answer}")
    assert "Passed" in kernel.run("protocol_buffers.invoice(invoice_pb2)").shown
    kernel.run(f"%%proto invoice\n{answer.replace('= 1;', '1;')}")
    run = kernel.run("protocol_buffers.invoice(invoice_pb2)")
    assert "Passed" not in run.shown
    assert "`invoice_pb2` is not there: cell [" in run.error


@pytest.mark.parametrize(
    ("good", "bad", "name"),
    [
        ("class Quotes:\n    pass", "class Quotes:\n    x = nonsense", "Quotes"),
        ("class Quotes:\n    pass", "class Quotes\n    pass", "Quotes"),
        ("class Quotes:\n    pass", "nonsense()\nclass Quotes:\n    pass", "Quotes"),
        ("def price():\n    return 1", "@nonsense\ndef price():\n    return 2", "price"),
        ("one, two = 1, 2", "one, two = nonsense", "two"),
        ("one, two = 1, 2", "one, two = (", "one"),
        (
            "from io import StringIO\nwith StringIO() as file:\n    pass",
            "with nonsense as file:\n    pass",
            "file",
        ),
        ("for item in [1]:\n    last = item", "for item in nonsense:\n    last = item", "last"),
        ("if True:\n    total = 1", "if nonsense:\n    total = 1", "total"),
        ("%%time\ntimed = 1", "%%time\ntimed = nonsense", "timed"),
        ("import asyncio\nslept = await asyncio.sleep(0, 1)", "slept = await nonsense()", "slept"),
    ],
)
def test_whatever_a_cell_was_to_make_is_gone_when_it_fails(kernel, good, bad, name):
    assert not kernel.run(good).error
    assert not kernel.run(name).error
    assert kernel.run(bad).error
    told = kernel.run(name).error
    assert f"`{name}` is not there: cell [" in told, told
    assert not kernel.run(good).error
    assert not kernel.run(name).error


def test_what_a_cell_has_made_before_it_failed_is_new_and_stays(kernel):
    kernel.run("first, second, third = 'old', 'old', 'old'")
    kernel.run("first = 'new'\nsecond = nonsense\nthird = 'new'")
    assert kernel.value("first") == "new"
    assert "second" not in kernel.value("[key for key in globals() if key in ('first', 'second', 'third')]")
    assert "`third` is not there" in kernel.run("third").error


def test_a_capture_of_a_call_that_failed_is_new_and_stays(kernel):
    kernel.run(
        "class Capture:\n    def __enter__(self):\n        return self\n    def __exit__(self, *error):\n        pass"
    )
    kernel.run("with Capture() as call:\n    one = call")
    kernel.run("with Capture() as call:\n    nonsense()")
    assert kernel.value("call is not one")


def test_what_a_cell_only_uses_stays(kernel):
    kernel.run("import json\nkept, count = 'kept', 1")
    kernel.run("import json\nprint(kept)\ncount += nonsense")
    assert kernel.value("(kept, count, json.dumps(1))") == ("kept", 1, "1")


def test_a_name_that_another_cell_makes_is_told_of_no_more(kernel):
    kernel.run("total = nonsense")
    assert "`total` is not there: cell [" in kernel.run("total").error
    kernel.run("total = 1")
    kernel.run("del total")
    assert "which makes it, failed" not in kernel.run("total").error
