"""Progress: one file, safe against two writers at once and against damage, and never in the way."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import platformdirs
import pytest

from helpers.exercises import catalog, progress
from helpers.exercises.engine import record

WRITER = """
import sys
from helpers.exercises.engine import record
for number in range(int(sys.argv[2])):
    record.add_try(f"unary.{sys.argv[1]}_{number}", passed=True)
    record.add_try("unary.shared", passed=False)
"""


def test_a_pass_is_kept_for_good(progress_file):
    assert record.add_try("unary.minimum_price", passed=False) == ""
    assert not record.is_passed("unary.minimum_price")
    record.add_try("unary.minimum_price", passed=True)
    record.add_try("unary.minimum_price", passed=False)
    assert record.is_passed("unary.minimum_price")
    kept = json.loads(progress_file.read_text(encoding="utf-8"))
    assert kept["exercises"]["unary.minimum_price"]["tries"] == 3
    record.forget("unary.minimum_price")
    assert not record.is_passed("unary.minimum_price")


@pytest.mark.parametrize(
    ("former", "now"),
    [
        ("http2_on_the_wire.messages", "grpc_by_hand.messages"),
        ("http2_on_the_wire.by_hand", "grpc_by_hand.by_hand"),
        ("grpc_or_rest.told_apart", "measure_both.told_apart"),
        ("grpc_or_rest.lines", "measure_both.lines"),
    ],
)
def test_what_was_solved_before_an_exercise_moved_to_another_lesson_stays_solved(former, now):
    assert not record.is_passed(now)
    record.add_try(former, passed=True)
    assert record.is_passed(now)
    record.forget(now)
    assert not record.is_passed(now)


def test_done_and_open_by_lesson():
    titles = tuple(exercise.title for exercise in catalog()["02_unary"])
    assert progress.by_lesson()["02_unary"].open == titles
    record.add_try("unary.unknown_parcel", passed=True)
    now = progress.by_lesson()["02_unary"]
    assert now.done == ("A parcel that nobody knows",)
    assert now.total == len(titles)


def test_the_table_reads_as_text_and_as_html():
    record.add_try("unary.unknown_parcel", passed=True)
    bundle = progress.show()._repr_mimebundle_()
    assert "You have solved 1 of" in bundle["text/plain"]
    assert "✓ A parcel that nobody knows (done)" in bundle["text/plain"]
    assert "○ A price with a minimum (open)" in bundle["text/plain"]
    assert '<a href="02_unary.ipynb">' in bundle["text/html"]


def test_reset_opens_everything():
    record.add_try("unary.unknown_parcel", passed=True)
    assert "open again" in str(progress.reset())
    assert progress.by_lesson()["02_unary"].done == ()


def test_kernels_that_write_at_the_same_time_lose_nothing(progress_file):
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, name, "40"], env=dict(os.environ))
        for name in ("a", "b", "c")
    ]
    assert [writer.wait(100) for writer in writers] == [0, 0, 0]
    kept = json.loads(progress_file.read_text(encoding="utf-8"))["exercises"]
    assert len(kept) == 3 * 40 + 1
    assert kept["unary.shared"]["tries"] == 3 * 40
    left = sorted(file.name for file in progress_file.parent.iterdir())
    assert left == ["progress.json", "progress.json.lock"]


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"version": 1}', b'{"version": 1, "exercises": []}',
     b'{"version": 1, "exercises": {"unary.x": 3}}', b'{"version": 99, "exercises": {}}', b"[" * 100_000],
)  # fmt: skip
def test_a_damaged_file_is_set_aside_with_a_word(progress_file, content):
    progress_file.parent.mkdir()
    progress_file.write_bytes(content)
    assert not record.is_passed("unary.minimum_price")
    note = record.add_try("unary.minimum_price", passed=True)
    assert "was damaged. It is set aside as" in note
    assert record.is_passed("unary.minimum_price")
    (aside,) = progress_file.parent.glob("*.damaged-*")
    assert aside.read_bytes() == content
    assert progress.show().note == ""


def test_the_table_tells_of_damage_too(progress_file):
    progress_file.parent.mkdir()
    progress_file.write_text("not JSON", encoding="utf-8")
    shown = progress.show()
    assert "set aside" in shown.note
    assert shown.note in str(shown)
    assert progress.show().note == ""


def test_a_home_that_cannot_be_written_to_is_a_note_and_no_crash(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("HANDS_ON_GRPC_PROGRESS", str(tmp_path / "file" / "progress.json"))
    assert "could not be saved" in record.add_try("unary.minimum_price", passed=True)
    assert not record.is_passed("unary.minimum_price")
    assert "could not be read" in progress.show().note
    assert "could not be saved" in str(progress.reset())


def test_a_lock_that_is_never_released_does_not_stop_anybody(progress_file, monkeypatch):
    monkeypatch.setattr(record, "_PATIENCE", 0.1)
    progress_file.parent.mkdir()
    with record._locked(progress_file):
        assert record.add_try("unary.minimum_price", passed=True) == ""
    assert record.is_passed("unary.minimum_price")


def test_without_the_variable_it_is_where_the_user_keeps_data(monkeypatch, tmp_path):
    monkeypatch.delenv("HANDS_ON_GRPC_PROGRESS")
    monkeypatch.setattr(platformdirs, "user_data_path", lambda name, *_: tmp_path / "data" / name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert record.path() == tmp_path / "data" / "hands-on-grpc" / "progress.json"


def test_what_an_earlier_version_has_put_into_the_home_folder_stays_in_use(monkeypatch, tmp_path):
    monkeypatch.delenv("HANDS_ON_GRPC_PROGRESS")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    former = tmp_path / ".hands-on-grpc" / "progress.json"
    former.parent.mkdir()
    former.write_text(
        '{"version": 1, "exercises": {"unary.minimum_price": {"passed": "2026"}}}', encoding="utf-8"
    )
    assert record.path() == former
    assert record.is_passed("unary.minimum_price")
