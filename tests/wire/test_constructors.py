"""Values made quickly are the same as values made by their class."""

from __future__ import annotations

import dataclasses

import pytest

from helpers.wire import Call, Field, HeaderBlock, HeaderEntry, Http2Frame, Message, Segment
from helpers.wire.constructors import constructor_of


@pytest.mark.parametrize("cls", [Call, Field, Http2Frame, HeaderBlock, HeaderEntry, Message, Segment])
def test_a_made_value_is_no_different(cls):
    required = [
        each.name
        for each in dataclasses.fields(cls)
        if each.default is dataclasses.MISSING and each.default_factory is dataclasses.MISSING
    ]
    values = [number for number, _ in enumerate(required, 1)]
    made, usual = constructor_of(cls)(*values), cls(*values)
    assert type(made) is cls
    assert made == usual
    assert dataclasses.astuple(made) == dataclasses.astuple(usual)
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(made, required[0], 0)
    assert dataclasses.replace(made, **{required[0]: 99}) != made
