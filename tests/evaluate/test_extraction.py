from __future__ import annotations

import gzip
import json
import os
from pathlib import Path

import pytest

from standfirst.errors import SettingsError
from standfirst.evaluate import extraction, states

DATA = Path(os.environ.get("STANDFIRST_DATA", Path(__file__).resolve().parents[3] / "shared" / "data")) / "extraction"
PAGE = """<html lang="en"><head><title>The bridge will close</title></head><body>
<h1>The bridge will close</h1>
<div><p>The old bridge over the Ley will close to lorries on the first Monday of May, the council
said.</p>
<p>Engineers found cracks in two of its five piers after the winter floods and asked for an early start.</p></div>
</body></html>"""
SCORER = """
def score(extract, folder, worst=0):
    out = extract(PAGE, "https://gazette.example/a-bridge-closes-soon")
    good = "Engineers" in out["body"]
    return {"pages": 1, "f1": float(good), "pages_below_half": int(not good), "raised": 0, "pages_per_second": 1.0}, []
def counts(true, found): return (1.0, 0.0, 0.0) if true in found else (0.0, 1.0, 1.0)
def precision_of(hit, extra, missed): return hit
def recall_of(hit, extra, missed): return hit
def f1(a, b): return 2 * a * b / (a + b) if a + b else 0.0
"""


def small_set(folder: Path) -> Path:
    (folder / "fundus").mkdir(parents=True)
    row = {"id": "a", "body": "Engineers found cracks", "standfirst": None}
    (folder / "fundus" / "truth.jsonl").write_text(json.dumps(row) + "\n", "utf-8")
    (folder / "score.py").write_text(f"PAGE = {PAGE.encode()!r}\n{SCORER}", "utf-8")
    return folder


def test_the_scorer_beside_the_data_judges(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    figures, lines = extraction.run(small_set(tmp_path / "data"), out)
    assert figures["fundus"]["f1"] == 1.0
    assert figures["fundus"]["f1_interval"] == (1.0, 1.0)
    assert "body F1 1.000 (95 % 1.000-1.000)" in lines[0]
    written = json.loads(out.read_text("utf-8"))
    assert (written["id"], written["title"], written["state"]) == ("a", "The bridge will close", "full")


def test_one_set_can_be_given_alone(tmp_path: Path) -> None:
    figures, _ = extraction.run(small_set(tmp_path) / "fundus", None)
    assert list(figures) == ["fundus"]


@pytest.mark.parametrize("module", [extraction, states])
def test_a_folder_without_data_is_refused_by_name(tmp_path: Path, module: object) -> None:
    with pytest.raises(SettingsError, match=str(tmp_path)):
        module.run(tmp_path, None)  # type: ignore[attr-defined]


def test_the_interval_holds_the_figure_and_narrows_with_more_pages() -> None:
    few, many = [(0.9, 0.8), (0.5, 1.0), (1.0, 1.0)], [(0.9, 0.8), (0.5, 1.0), (1.0, 1.0)] * 30
    low, high = extraction.interval(few)
    assert low < 0.86 < high
    closer = extraction.interval(many)
    assert low < closer[0] < closer[1] < high
    assert extraction.interval([]) == (0.0, 0.0)


def test_real_pages_keep_their_figures() -> None:
    """A floor well under what was measured: a change that costs this much is a mistake. Every tenth page."""
    folder = DATA / "fundus"
    if not folder.exists():
        pytest.skip(f"skipped for want of {folder}")
    scorer = extraction.load_scorer(folder, "score.py")
    rows = [json.loads(line) for line in (folder / "truth.jsonl").read_text("utf-8").splitlines()][::10]
    figures = []
    for row in rows:
        found = extraction.extract_page(gzip.decompress((folder / row["html"]).read_bytes()), row["url"])
        figures.append(extraction._counts(scorer, row, found["body"]))
    assert extraction._mean_f1(figures) > 0.93


def test_states_of_the_written_pages() -> None:
    if not (DATA / "states").exists():
        pytest.skip(f"skipped for want of {DATA / 'states'}")
    figures, lines = states.run(DATA, None)
    assert (figures["harm"], figures["leaked"]) == (0, [])
    assert figures["accuracy"] >= 0.97, lines
