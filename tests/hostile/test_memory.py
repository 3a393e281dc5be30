"""What hostile answers cost in memory, measured in a process of its own each."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.hostile.elsewhere import PATHS, ROOT, publisher
from tests.hostile.publisher import cases

ONE_FEED = 64  # MiB
ALL = 256
HEAVY = [name for name in cases() if name.startswith("endless") or name.endswith(("-bomb", "-large"))]


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with publisher() as found:
        yield found


def growth(port: int, names: list[str]) -> float:
    command = [sys.executable, "-m", "tests.hostile.memory", str(port), *names]
    done = subprocess.run(command, cwd=ROOT, env=PATHS, capture_output=True, text=True, check=True)
    return float(done.stdout)


def test_one_bomb(port: int) -> None:
    assert growth(port, ["gzip-bomb"]) < ONE_FEED


@pytest.mark.full
@pytest.mark.parametrize("name", HEAVY)
def test_one_hostile_feed(name: str, port: int) -> None:
    assert growth(port, [name]) < ONE_FEED


@pytest.mark.full
@pytest.mark.parametrize("name", [*HEAVY, "all of them"])
def test_sixteen_hostile_feeds_at_once(name: str, port: int) -> None:
    names = HEAVY * 2 if name == "all of them" else [name] * 16
    assert growth(port, names[:16]) < ALL
