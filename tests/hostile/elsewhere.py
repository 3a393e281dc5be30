"""The hostile publisher in a process of its own, so that what it costs is not taken for what the fetcher costs."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from standfirst.config import FetchSettings

ROOT = Path(__file__).parents[2]
PATHS = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}


@contextlib.contextmanager
def publisher() -> Iterator[int]:
    """The port it serves on."""
    command = [sys.executable, "-m", "tests.hostile.publisher"]
    with subprocess.Popen(command, cwd=ROOT, env=PATHS, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            yield int(process.stdout.readline())
        finally:
            process.terminate()


def settings(port: int, names: list[str], **changes: object) -> FetchSettings:
    """Every case on a host of its own name, no pause between requests."""
    hosts = {f"{name}.example:80": f"http://127.0.0.1:{port}" for name in [*names, "dead"]}
    return FetchSettings(**{"resolve": hosts, "host_gap": 0.0} | changes)  # type: ignore[arg-type]
