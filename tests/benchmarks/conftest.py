"""The benchmarks are scripts: their folder is put on the path, as it is when one is run."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
sys.path.append(str(BENCHMARKS))
SMALL, LARGE = 200, 800


@pytest.fixture(scope="session")
def archives(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two archives of one seed, one four times as large."""
    from make_archive import make

    folders = tmp_path_factory.mktemp("small"), tmp_path_factory.mktemp("large")
    for folder, articles in zip(folders, (SMALL, LARGE), strict=True):
        assert make(folder, articles, 1) is not None
    return folders
