"""How well feeds are read: the scorer that lies beside the data, run over our own door.

In: a folder of feed files with `expected.jsonl` and `score.py`. Out: its figures, those of damaged feeds, and the lines
of a table. The scorer is loaded from the data's folder, so it always fits the data.
"""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

from standfirst.evaluate.doors import parse_feed
from standfirst.evaluate.extraction import no_data


def run(data: Path, predictions: Path | None) -> tuple[dict[str, Any], list[str]]:
    """Figures and the lines of a table for the feeds in a folder.

    predictions: where to write one JSON line a document (path, title, link, entries), or None. Raises SettingsError
    where the folder holds no data or no scorer.
    """
    scorer = _scorer(data)
    figures = dict(scorer.score(parse_feed, data))
    figures["damage"] = scorer.damage(parse_feed, data)
    if predictions is not None:
        with predictions.open("w", encoding="utf-8") as out:
            out.writelines(_prediction(case) for case in scorer.load(data))
    return figures, table(figures)


def table(figures: dict[str, Any]) -> list[str]:
    """The figures as lines for a terminal."""
    lines = [
        f"{'files that agree':<24}{figures['files_agree']:>8.3f}  of {figures['files']}",
        f"{'assertions that hold':<24}{figures['asserted_hold'] or 0:>8.3f}  of {figures['files_with_assertions']}",
        f"{'raised':<24}{figures['raised']:>8}",
        f"{'200 entries, CPU ms':<24}{figures['big_feed_ms']:>8.1f}",
        "",
    ]
    lines += [f"{group:<24}{share:>8.3f}  of {count}" for group, (share, count) in figures["groups"].items()]
    lines += [""] + [f"{name:<24}{share:>8.3f}  of {count}" for name, (share, count) in figures["fields"].items()]
    lines += [""] + [f"{kind:<24}{found['recovered']:>8.3f}" for kind, found in figures["damage"].items()]
    return lines


def _scorer(data: Path) -> ModuleType:
    path = data / "score.py"
    if not (data / "expected.jsonl").is_file() or not path.is_file():
        raise no_data(data, "expected.jsonl and score.py in it")
    spec = importlib.util.spec_from_file_location("standfirst_feed_scorer", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _prediction(case: dict[str, Any]) -> str:
    found = parse_feed(case["data"], dict(case["headers"]))
    return json.dumps({"path": case["path"], **found}, ensure_ascii=False, default=str) + "\n"
