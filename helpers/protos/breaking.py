"""The answer of `buf breaking` about a change to a schema."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sysconfig
import tempfile
from pathlib import Path

RULES = ("FILE", "PACKAGE", "WIRE_JSON", "WIRE")


def breaking(old: str, new: str, rules: str = "FILE") -> tuple[str, ...]:
    """Asks buf what a change would break.

    Args:
        old: the schema as it is in use.
        new: the schema after the change.
        rules: which breakage counts, from the strictest set to the mildest: `FILE` and `PACKAGE` (generated
            code), `WIRE_JSON` (bytes and JSON), `WIRE` (bytes alone).

    Returns:
        What buf objects to, one sentence each; empty where it has nothing against the change.

    Raises:
        ValueError: an unknown set of rules.
        RuntimeError: buf is not installed, or cannot read one of the schemas.
    """
    if rules not in RULES:
        raise ValueError(f"{rules!r} is no set of rules; one of {', '.join(RULES)}")
    buf = shutil.which("buf", path=sysconfig.get_path("scripts")) or shutil.which("buf")
    if buf is None:
        raise RuntimeError("buf is not installed here: pip install buf-bin")
    config = json.dumps({"version": "v2", "breaking": {"use": [rules]}})
    with tempfile.TemporaryDirectory(prefix="buf-") as folder:
        for name, text in (("old", old), ("new", new)):
            (Path(folder) / name).mkdir()
            (Path(folder) / name / "schema.proto").write_text(text, encoding="utf-8")
        ran = subprocess.run(
            [buf, "breaking", ".", "--against", "../old", "--error-format", "json", "--config", config],
            cwd=Path(folder) / "new",
            capture_output=True,
            text=True,
            timeout=30,
            encoding="utf-8",
            # buf insists on a cache, by default in a home folder that not everybody can write to.
            env={**os.environ, "BUF_CACHE_DIR": os.path.join(folder, "cache")},
        )
    found = [json.loads(line) for line in ran.stdout.splitlines() if line.startswith("{")]
    if any(item["type"] == "COMPILE" for item in found) or (ran.returncode and not found):
        why = found[0]["message"] if found else ran.stderr.strip()
        raise RuntimeError(f"buf cannot compare these schemas: {why}")
    return tuple(item["message"] for item in found)
