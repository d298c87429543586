"""The setup check: what the course needs is what its package says, extras and markers included."""

from __future__ import annotations

import importlib.metadata

import pytest

from helpers import course

NEEDS = {
    "hands-on-grpc": [
        "grpcio>=1.85.1",
        "ipykernel>=7.1",
        "ipykernel>=7.4; python_version >= '3.10'",
        "httpx[http2]>=0.28",
        "here>=1; python_version >= '3.10'",
        "elsewhere>=1; python_version < '3'",
        "for-arrows>=1; extra == 'arrow'",
    ],
    "httpx": ["certifi", "h2>=3,<5; extra == 'http2'", "brotli>=1; extra == 'brotli'"],
}
HERE = {"grpcio": "1.85.1", "ipykernel": "7.2", "httpx": "0.30.dev1", "h2": "5.0", "here": "1.2.3"}


@pytest.fixture(autouse=True)
def packages(monkeypatch):
    """An environment of its own."""

    def version(name):
        if name not in HERE:
            raise importlib.metadata.PackageNotFoundError(name)
        return HERE[name]

    monkeypatch.setattr(importlib.metadata, "requires", NEEDS.get)
    monkeypatch.setattr(importlib.metadata, "version", version)


def test_what_has_an_extra_or_a_marker_counts():
    assert {name: str(versions) for name, versions in course.requirements().items()} == {
        "grpcio": ">=1.85.1",
        "ipykernel": ">=7.1,>=7.4",
        "httpx": ">=0.28",
        "h2": "<5,>=3",
        "here": ">=1",
    }


def test_each_package_is_looked_for(monkeypatch):
    monkeypatch.delitem(HERE, "here")
    rows = {row[0]: row[1:] for row in course.setup_check().rows}
    assert rows["grpcio 1.85.1 or newer"] == ("1.85.1", "fine")
    assert rows["httpx 0.28 or newer"] == ("0.30.dev1", "fine")
    for name, found in (
        ("ipykernel 7.4 or newer", "7.2"),
        ("h2 3 or newer, <5", "5.0"),
        ("here 1 or newer", "not there"),
    ):
        assert rows[name][0] == found
        assert "Start JupyterLab with" in rows[name][1]


def test_a_package_that_is_missing_is_named_first():
    assert course.setup_check().sentence == "Mend this first: ipykernel 7.4 or newer, h2 3 or newer, <5."


def test_what_an_extra_brings_may_be_missing():
    check = course._arrow()
    assert check.optional
    assert check.what == "pyarrow"
    assert bool(check.cure) is (check.found == "not there")
