"""How much a lesson takes: what is wanted where it fits, halves of it where it does not."""

from __future__ import annotations

import shutil

import pytest

from helpers import room, room_for

GIB, MIB = 1 << 30, 1 << 20


@pytest.fixture(autouse=True)
def no_limit(monkeypatch):
    monkeypatch.delenv(room.LIMIT, raising=False)


@pytest.mark.parametrize(
    ("free", "in_memory", "found"),
    [(64 * GIB, 6, GIB), (6 * GIB, 6, GIB // 2), (1500 * MIB, 6, 128 * MIB), (0, 6, MIB), (0, 0, GIB)],
)
def test_memory_decides(monkeypatch, free, in_memory, found):
    monkeypatch.setattr(room, "memory_left", lambda: free)
    assert room_for(GIB, in_memory=in_memory) == found


def test_the_disk_decides(monkeypatch):
    monkeypatch.setattr(room, "memory_left", lambda: 64 * GIB)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: shutil._ntuple_diskusage(GIB, 0, 300 * MIB))
    assert room_for(GIB, on_disk=1) == 128 * MIB
    assert room_for(GIB) == GIB


def test_a_limit_can_be_set(monkeypatch):
    monkeypatch.setattr(room, "memory_left", lambda: 64 * GIB)
    monkeypatch.setenv(room.LIMIT, "32000000")
    assert room_for(GIB) == 16 * MIB
    assert room_for(1000) == 1000
    monkeypatch.setenv(room.LIMIT, "5")
    assert room_for(GIB) == MIB, "there is a least"


def test_a_container_has_less_than_its_machine(monkeypatch, tmp_path):
    monkeypatch.setattr(room, "_GROUPS", tmp_path)
    whole = room.memory_left()
    (tmp_path / "memory.max").write_text("max\n", encoding="ascii")
    (tmp_path / "memory.current").write_text("5000\n", encoding="ascii")
    assert room.memory_left() > MIB, "no limit"
    (tmp_path / "memory.max").write_text("9000\n", encoding="ascii")
    assert room.memory_left() == 4000 < whole


def test_nothing_cannot_be_wanted():
    with pytest.raises(ValueError, match="At least one"):
        room_for(0)
