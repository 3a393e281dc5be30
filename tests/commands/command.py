"""The command line, run in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def standfirst(folder: Path, *words: str, data: bytes = b"") -> subprocess.CompletedProcess[str]:
    """Run a command in a folder; its words in UTF-8, whatever the machine's own are."""
    line = [sys.executable, "-X", "utf8", "-m", "standfirst", *words]
    done = subprocess.run(line, input=data, capture_output=True, timeout=60, cwd=folder, check=False)
    return subprocess.CompletedProcess(line, done.returncode, done.stdout.decode(), done.stderr.decode())
