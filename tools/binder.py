"""The packages of repo2docker's base environment: what Binder would build.

``python -m tools.binder`` prints them as pins for the packages that JupyterLab and its kernels are made
of, so that the lessons can be run against what Binder ships.
"""

from __future__ import annotations

import re
from pathlib import Path

import repo2docker.buildpacks.conda as conda

# What the base decides and the course's own installation leaves alone.
SHIPPED = ("jupyterlab", "ipywidgets", "jupyterlab-widgets", "jupyter-server", "notebook")
_URL = re.compile(r"/(?P<name>[^/]+)-(?P<version>[^-/]+)-[^-/]+\.(?:conda|tar\.bz2)(?:#|$)")


def base_packages(python: str = "3.12", platform: str = "linux-64") -> dict[str, str]:
    """Return name (as on a package index) to version of every package in the base environment.

    Raises:
        FileNotFoundError: repo2docker has no base for this Python and platform.
    """
    lock = Path(conda.__file__).with_name(f"environment.py-{python}-{platform}.lock")
    found = (_URL.search(line) for line in lock.read_text(encoding="utf-8").splitlines())
    return {match["name"].replace("_", "-").lower(): match["version"] for match in found if match}


def main() -> None:
    """Print one pin a line."""
    packages = base_packages()
    for name in SHIPPED:
        print(f"{name}=={packages[name]}")


if __name__ == "__main__":
    main()
