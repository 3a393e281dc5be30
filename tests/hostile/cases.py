"""Where attack data lies, if any is at hand: tests skip with a message where it is not."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

DATA = Path(os.environ.get("STANDFIRST_DATA", Path(__file__).parents[3] / "shared" / "data")) / "hostile"


def rows(name: str, what: str) -> list[dict[str, Any]]:
    """The rows of one file; skips the test, naming what it would have judged, where the file is not there."""
    path = DATA / name
    if not path.exists():
        pytest.skip(f"{what}: {path} is not there")
    return [json.loads(line) for line in path.read_text("ascii").splitlines()]
