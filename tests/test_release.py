"""What says which version this is says the same, and the files that a code host reads are what it expects."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
import yaml

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def read_yaml(name: str) -> dict:
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


def test_the_newest_version_is_the_same_everywhere():
    citation = read_yaml("CITATION.cff")
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    number, day = re.findall(r"^## (\d+\.\d+\.\d+) – (\d{4}-\d\d-\d\d)$", changes, re.MULTILINE)[0]
    assert number == citation["version"] == PROJECT["version"]
    assert day == citation["date-released"]


def test_the_workflow_runs_what_the_repository_has():
    jobs = read_yaml(".github/workflows/tests.yml")["jobs"]
    commands = [step.get("run", "") for job in jobs.values() for step in job["steps"]]
    assert ".ci/run" in commands
    assert any("pre-commit run --all-files" in command for command in commands)
    assert all(job["timeout-minutes"] for job in jobs.values()), "nothing runs for ever"


def test_the_workflow_publishes_the_site():
    jobs = read_yaml(".github/workflows/site.yml")["jobs"]
    steps = [step for job in jobs.values() for step in job["steps"]]
    assert any("run --group docs" in step.get("run", "") and "tools.site" in step["run"] for step in steps)
    assert {"path": "site"} in [step.get("with") for step in steps]
    assert all(job["timeout-minutes"] for job in jobs.values()), "nothing runs for ever"


@pytest.mark.parametrize(
    "path", sorted((ROOT / ".github/ISSUE_TEMPLATE").glob("[!c]*.yml")), ids=lambda p: p.stem
)
def test_an_issue_form_is_whole(path):
    form = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert {"name", "description", "body"} <= set(form)
    ids = [field["id"] for field in form["body"] if field["type"] != "markdown"]
    assert len(ids) == len(set(ids)) > 0
