"""What an answer reads does not grow with the store; and the benchmarks run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from standfirst.store import open_store
from tests.benchmarks.conftest import BENCHMARKS

SAME = ("river, first page", "river, in the middle", "search: common word", "counts")


def run(name: str, *words: str) -> str:
    line = [sys.executable, str(BENCHMARKS / name), *words]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("name", SAME)
def test_steps_do_not_grow(archives: tuple[Path, Path], name: str) -> None:
    from _questions import NOW, counted, questions

    steps = []
    for folder in archives:
        store = open_store("", folder, lambda: NOW)
        question = next(each for each in questions(store) if each.name == name)
        store.close()
        steps.append(counted(folder, question)[0])
    assert 0 < steps[1] < 1.25 * steps[0], steps


def test_a_folder_costs_its_feeds_and_what_is_shown(archives: tuple[Path, Path]) -> None:
    from _questions import NOW, OWNER, Question, counted

    whole, page = (
        counted(archives[1], Question("", lambda store, n=limit: store.river(OWNER, folder="Folder 0", limit=n)))[0]
        for limit in (1000, 5)
    )
    store = open_store("", archives[1], lambda: NOW)
    assert len(store.river(OWNER, folder="Folder 0", limit=1000).items) > 60
    store.close()
    assert page < whole / 3


def test_archives_are_asked_side_by_side(archives: tuple[Path, Path]) -> None:
    said = run("store.py", "--archive", str(archives[0]), str(archives[0])).splitlines()
    assert len(said) > 25 and all(line.count("|") == 1 for line in said)


def test_polling_is_checked_by_the_publisher() -> None:
    said = run("polling.py", "--feeds", "24", "--hosts", "4", "--gap", "0.02")
    assert said.count("24 unchanged") == 2 and said.count("24 requests") == 3


def test_the_peer_is_optional() -> None:
    said = run("store_peer.py", "--entries", "100")
    assert "document to searchable" in said
