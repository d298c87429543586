"""An environment for kernels and servers that nothing of the machine leaks into."""

from __future__ import annotations

import os
from pathlib import Path

_OWN_SETTINGS = ("IPYTHON", "JUPYTER", "PYTHON", "PYTEST", "GRPC_", "COVERAGE")


def clean_environment(home: Path) -> dict[str, str]:
    """Return this process's environment without proxies and without the machine's own Python,
    Jupyter and gRPC settings, with the home, all Jupyter folders and the temporary one under `home`."""
    kept = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(_OWN_SETTINGS) and not key.lower().endswith("_proxy")
    }
    folders = {
        "HOME": home,
        "TMPDIR": home / "tmp",
        "IPYTHONDIR": home / "ipython",
        "JUPYTER_CONFIG_DIR": home / "jupyter" / "config",
        "JUPYTER_DATA_DIR": home / "jupyter" / "data",
        "JUPYTER_RUNTIME_DIR": home / "jupyter" / "runtime",
        "JUPYTERLAB_SETTINGS_DIR": home / "lab" / "settings",
        "JUPYTERLAB_WORKSPACES_DIR": home / "lab" / "workspaces",
    }
    for folder in folders.values():
        folder.mkdir(parents=True, exist_ok=True)
    return {**kept, **{key: str(folder) for key, folder in folders.items()}}
