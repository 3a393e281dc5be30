"""Scoring the reading of feeds, with the scorer that lies beside the data."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from standfirst.errors import SettingsError
from standfirst.evaluate.feeds import run

DATA = Path(os.environ.get("STANDFIRST_DATA", Path(__file__).parents[2].parent / "shared" / "data")) / "feeds"

SCORER = """
import json
def load(folder):
    for line in (folder / "expected.jsonl").read_text().splitlines():
        case = json.loads(line)
        yield case | {"data": (folder / case["path"]).read_bytes()}
def score(parse, folder):
    found = [parse(case["data"], case["headers"])["entries"][0]["title"] for case in load(folder)]
    share = found.count("One") / len(found)
    return {"files_agree": share, "files": 1, "asserted_hold": None, "files_with_assertions": 0, "raised": 0,
            "big_feed_ms": 1.0, "groups": {"made": [share, 1]}, "fields": {"entry.title": [share, 1]}}
def damage(parse, folder):
    return {"cut": {"recovered": 1.0, "raised": 0}}
"""


def test_the_scorer_beside_the_data_is_run(tmp_path: Path) -> None:
    (tmp_path / "score.py").write_text(SCORER)
    (tmp_path / "expected.jsonl").write_text('{"path": "a.xml", "headers": {}}\n')
    (tmp_path / "a.xml").write_text("<rss><channel><item><title>One</title></item></channel></rss>")
    figures, lines = run(tmp_path, tmp_path / "out.jsonl")
    assert figures["files_agree"] == 1.0
    assert figures["damage"]["cut"]["recovered"] == 1.0
    assert lines[0].split() == ["files", "that", "agree", "1.000", "of", "1"]
    (line,) = (tmp_path / "out.jsonl").read_text().splitlines()
    assert json.loads(line)["path"] == "a.xml"
    assert json.loads(line)["entries"][0]["title"] == "One"


def test_a_folder_without_data_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"found a folder without, wanted expected\.jsonl and score\.py in it"):
        run(tmp_path, None)


def test_the_development_feeds_are_read_as_well_as_is_promised() -> None:
    if not (DATA / "expected.jsonl").is_file():
        pytest.skip(f"the development feeds are not at {DATA}: agreement and damage were not scored")
    figures, _ = run(DATA, None)
    assert figures["files_agree"] >= 0.965
    assert figures["groups"]["realworld"][0] >= 0.97
    assert figures["raised"] == 0
    assert all(found["recovered"] >= 0.99 and not found["raised"] for found in figures["damage"].values())
