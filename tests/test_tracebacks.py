"""Tracebacks, reduced to the learner's frames, and put back as they were."""

from __future__ import annotations

import json

import pytest

from helpers import tracebacks

CELL = "/tmp/ipykernel_1/2.py"


def raised(source, **names):
    """The error that a cell of this source raises."""
    try:
        exec(compile(source, CELL, "exec"), names)
    except Exception as error:
        return error.with_traceback(error.__traceback__.tb_next)
    raise AssertionError("nothing was raised")


def functions(tb):
    return [step.tb_frame.f_code.co_name for step in tracebacks.each(tb)]


@pytest.mark.parametrize(
    ("filename", "own"),
    [
        (CELL, True),
        ("/tmp/ipykernel_1/2.py", True),
        ("<ipython-input-1-abc>", True),
        (json.__file__, False),
        (pytest.__file__, False),
        (tracebacks.__file__, False),
        ("src/python/grpcio/grpc/_cython/_cygrpc/channel.pyx.pxi", False),
        ("<greeter/v1/greeter_pb2_grpc.py>", False),
        ("<greeter_pb2.py>", False),
        ("<frozen importlib._bootstrap>", False),
        ("<string>", False),
        ("<unary.minimum_price>", True),
    ],
)
def test_whose_a_frame_is(filename, own):
    assert tracebacks.is_own(filename) is own


def test_a_module_of_the_learner_s_is_theirs(tmp_path):
    assert tracebacks.is_own(str(tmp_path / "mine.py"))


def test_the_learner_s_frames_are_kept():
    error = raised("def f(): g()\ndef g(): json.loads('')\nf()", json=json)
    assert functions(tracebacks.own_frames(error.__traceback__)) == ["<module>", "f", "g"]
    assert tracebacks.enters_library(error.__traceback__)


def test_many_frames_before_a_library_are_cut_in_the_middle():
    error = raised("def f(n):\n    return f(n - 1) if n else json.loads('')\nf(30)", json=json)
    assert functions(tracebacks.own_frames(error.__traceback__)) == ["<module>", "f", "f"]


def test_all_frames_of_the_learner_s_own_error_are_kept():
    error = raised("def f(n):\n    return f(n - 1) if n else 1 / 0\nf(9)")
    assert functions(tracebacks.own_frames(error.__traceback__)) == ["<module>", *["f"] * 10]
    assert not tracebacks.enters_library(error.__traceback__)


def test_what_a_library_caught_is_left_out_for_a_while():
    def library():
        raise OSError("inside")

    library.__code__ = library.__code__.replace(co_filename=json.__file__)
    outer = "try:\n    json.loads('x')\nexcept ValueError as error:\n    raise KeyError('mine') from error"
    error = raised(outer, json=json)
    inner = error.__cause__
    inner.__context__ = raised("library()", library=library).with_traceback(None)
    before = (error.__traceback__, inner.__traceback__, inner.__context__)
    with tracebacks.reduced(error):
        assert error.__cause__ is inner
        assert inner.__context__ is None
        assert functions(inner.__traceback__) == ["<module>"]
    assert (error.__traceback__, inner.__traceback__, inner.__context__) == before


def test_a_name_missing_twice_is_told_once():
    error = raised("try:\n    missing()\nexcept missing_too.Error:\n    pass")
    assert isinstance(error.__context__, NameError)
    assert tracebacks.chain(error) == [error]
