"""Score the judgement of page states: `standfirst evaluate states`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from standfirst.evaluate.doors import extract_page
from standfirst.evaluate.extraction import load_scorer, no_data


def run(data: Path, predictions: Path | None) -> tuple[dict[str, Any], list[str]]:
    """Accuracy, harm (walls and lists taken for articles) and leaks over a folder of pages; and lines to print.

    data: the folder with truth.jsonl and the pages, or the one above it. predictions: a file that gets one line a
    page in the schema of score_states.py, or None. Raises SettingsError where there is nothing to score.
    """
    folder = data if (data / "truth.jsonl").is_file() else data / "states"
    scorer = load_scorer(data, "score_states.py")
    if not (folder / "truth.jsonl").is_file():
        raise no_data(data, "truth.jsonl in it or in its folder states")
    truth = scorer.rows(folder / "truth.jsonl")
    answers = [_judged(folder, page["html"]) for page in truth]
    if predictions is not None:
        lines = (json.dumps(answer, ensure_ascii=False) for answer in answers)
        predictions.write_text("".join(line + "\n" for line in lines), "utf-8")
    figures: dict[str, Any] = scorer.score(truth, {answer["html"]: answer for answer in answers})
    return figures, _lines(figures)


def _judged(folder: Path, name: str) -> dict[str, Any]:
    found = extract_page((folder / name).read_bytes(), f"https://{folder.name}.invalid/{name}")
    text = "\n\n".join(filter(None, (found["title"], found["standfirst"], found["body"])))
    return {"html": name, "state": found["state"], "text": text}


def _lines(figures: dict[str, Any]) -> list[str]:
    first = f"{figures['pages']} pages, accuracy {figures['accuracy']:.3f} (the commonest state for all: "
    first += f"{figures['floor']:.3f}), harm {figures['harm']}, leaked {len(figures['leaked'])}"
    return [
        first,
        *(f"wrong: {page} is {state} ({kind}), judged {judged}" for page, state, kind, judged in figures["wrong"]),
    ]
