"""One truth for dependencies, and what Binder would make of it: repo2docker's own code, without Docker."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from repo2docker.app import Repo2Docker
from repo2docker.buildpacks import CondaBuildPack

from tools.binder import base_packages

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

BINDER_PYTHON = "3.12"


@pytest.fixture(scope="module")
def project(root) -> dict:
    with (root / "pyproject.toml").open("rb") as file:
        return tomllib.load(file)


@pytest.fixture(scope="module")
def requirements(project) -> dict[str, Requirement]:
    found = map(Requirement, project["project"]["dependencies"])
    return {canonicalize_name(requirement.name): requirement for requirement in found}


@pytest.fixture(scope="module")
def environment(root) -> dict:
    return yaml.safe_load((root / "environment.yml").read_text(encoding="utf-8"))


@pytest.fixture
def buildpack(root, monkeypatch):
    """What repo2docker picks for this repository, by its own order of preference."""
    monkeypatch.chdir(root)
    for kind in Repo2Docker().buildpacks:
        pack = kind("base:image") if "base_image" in kind.__init__.__code__.co_varnames else kind()
        pack.platform = "linux/amd64"
        if pack.detect():
            return pack
    pytest.fail("repo2docker finds nothing it can build")


@pytest.fixture(scope="module")
def dockerfile(root, python) -> str:
    """The Dockerfile that Binder would build; Docker itself is not needed to print it."""
    build = [
        python,
        "-m",
        "repo2docker",
        "--no-build",
        "--debug",
        "--user-id=1000",
        "--user-name=jovyan",
        ".",
    ]
    # On its own architecture Binder builds for this one.
    build.insert(3, "--Repo2Docker.platform=linux/amd64")
    result = subprocess.run(
        build, cwd=root, capture_output=True, text=True, check=True, timeout=120, encoding="utf-8"
    )
    return result.stdout + result.stderr


def test_binder_builds_from_the_conda_environment(buildpack):
    assert type(buildpack) is CondaBuildPack
    assert buildpack.environment_yaml_path == "environment.yml"


def test_no_folder_replaces_the_files_at_the_root(root):
    assert [name for name in ("binder", ".binder") if (root / name).exists()] == []


def test_binder_gets_the_right_python(buildpack):
    assert buildpack.python_version == BINDER_PYTHON


def test_the_whole_repository_is_there_before_it_is_installed(buildpack):
    # A local path in the pip list keeps repo2docker from installing before it has copied everything.
    assert not buildpack._should_preassemble_env
    scripts = [script for _, script in buildpack.get_assemble_scripts()]
    assert any("environment.yml" in script for script in scripts)
    assert not any("environment.yml" in script for _, script in buildpack.get_preassemble_scripts())


def test_staged_files(buildpack, dockerfile):
    copied = dockerfile.index("COPY --chown=1000:1000 src/ ${REPO_DIR}/")
    installed = dockerfile.index('--file "environment.yml"')
    assert copied < installed
    staged = buildpack.get_build_script_files()
    base = next(source for source, target in staged.items() if target == "/tmp/env/environment.lock")
    assert Path(base).name == f"environment.py-{BINDER_PYTHON}-linux-64.lock"


def test_post_build_runs(buildpack, dockerfile):
    assert buildpack.get_post_build_scripts() == ["postBuild"]
    assert "./postBuild" in dockerfile
    assert dockerfile.index('--file "environment.yml"') < dockerfile.index("RUN ./postBuild")


def test_environment_installs_the_project_itself(environment, project):
    packages = [entry for entry in environment["dependencies"] if isinstance(entry, str)]
    pip_lists = [entry["pip"] for entry in environment["dependencies"] if isinstance(entry, dict)]
    assert environment["name"] == project["project"]["name"]
    assert environment["channels"] == ["conda-forge"]
    assert pip_lists == [["-e ."]], "everything else stands in pyproject.toml"
    assert sorted(re.split("[=<>]", package)[0] for package in packages) == ["nodejs", "pip", "python"]
    assert f"python={BINDER_PYTHON}" in packages


def test_binder_s_python_is_supported(project):
    assert SpecifierSet(project["project"]["requires-python"]).contains(f"{BINDER_PYTHON}.0")


def test_jupyterlab_is_a_group_and_no_dependency(project, requirements):
    assert not {"jupyterlab", "notebook", "jupyter"} & set(requirements)
    lab = [Requirement(text) for text in project["dependency-groups"]["lab"]]
    assert [requirement.name for requirement in lab] == ["jupyterlab"]
    assert project["tool"]["uv"]["default-groups"] == ["lab"], "what `uv run` takes by default"


def test_resolves_the_same_way_next_year(project, root):
    date = str(project["tool"]["uv"]["exclude-newer"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", date)
    ignored = subprocess.run(["git", "check-ignore", "-q", "uv.lock"], cwd=root, check=False).returncode
    assert ignored in (0, 128), "uv.lock names hosts: keep it out of git"


def test_ipykernel_is_raised_over_binder_s(requirements):
    shipped = base_packages(BINDER_PYTHON)["ipykernel"]
    assert shipped.startswith("7.0."), "Binder's base has changed: is the note in pyproject.toml still true?"
    # 7.0 loses what a thread does to a widget.
    assert not requirements["ipykernel"].specifier.contains(shipped)
    # Before 7.4 a request that arrives while the kernel replies can be lost; on Python 3.10 there is no 7.4.
    assert requirements["ipykernel"].specifier.contains("7.4.0")


def test_the_rest_of_binder_s_base_is_good_enough(requirements, project):
    base = base_packages(BINDER_PYTHON)
    lab = Requirement(project["dependency-groups"]["lab"][0])
    assert lab.specifier.contains(base["jupyterlab"]), "lessons must run on the JupyterLab that Binder ships"
    wanted = {name: requirement for name, requirement in requirements.items() if name in base}
    assert "ipywidgets" in wanted
    unfit = [name for name, requirement in wanted.items() if not requirement.specifier.contains(base[name])]
    assert unfit == ["ipykernel"], "the only package of Binder's base that the course replaces"


def test_node_is_on_binder_for_the_lesson_that_needs_it():
    assert int(base_packages(BINDER_PYTHON)["nodejs"].split(".")[0]) >= 18


def test_post_build_passes_here(root, python, tmp_path):
    # In the environment that `-e .` made; Binder's differs in its JupyterLab only.
    path = f"{Path(python).parent}{os.pathsep}{os.environ['PATH']}"
    env = {**os.environ, "PATH": path, "PYTHONPYCACHEPREFIX": str(tmp_path)}
    result = subprocess.run(
        ["bash", "postBuild"],
        cwd=root,
        env=env,
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert "python3" in result.stdout + result.stderr
