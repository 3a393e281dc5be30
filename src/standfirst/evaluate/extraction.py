"""Score the extractor on a folder of article pages with known answers: `standfirst evaluate extraction`.

The scorer stands beside the data (`score.py`) and is loaded from there, so that everybody is judged by one rule. Added
here: 95 % bootstrap intervals of the body's F1, since at these sizes the noise is about .01.
"""

from __future__ import annotations

import importlib.util
import json
import random
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any

from standfirst.errors import Code, Problem, SettingsError, Stage
from standfirst.evaluate.doors import extract_page

_SETS = ("fundus", "scrapinghub")
_RESAMPLES = 1000


def run(data: Path, predictions: Path | None) -> tuple[dict[str, Any], list[str]]:
    """Figures by set, and lines to print. data: the folder that holds the sets, or one of them.

    predictions: a file that gets one line a page, or None. Raises SettingsError where there is nothing to score.
    """
    folders = [data] if (data / "truth.jsonl").is_file() else [data / name for name in _SETS]
    folders = [folder for folder in folders if (folder / "truth.jsonl").is_file()]
    scorer = load_scorer(data, "score.py")
    if not folders:
        raise no_data(data, "truth.jsonl in it or in its folders")
    figures: dict[str, Any] = {}
    written: list[str] = []
    for folder in folders:
        figures[folder.name], answers = _score(scorer, folder)
        written += [json.dumps(answer, ensure_ascii=False, default=_plain) for answer in answers]
    if predictions is not None:
        predictions.write_text("".join(line + "\n" for line in written), "utf-8")
    return figures, [_line(name, found) for name, found in figures.items()]


def load_scorer(data: Path, name: str) -> ModuleType:
    """The scorer that stands in the data folder or above it. Raises SettingsError where there is none."""
    for folder in (data, data.parent):
        if (folder / name).is_file():
            spec = importlib.util.spec_from_file_location(f"scorer_{Path(name).stem}", folder / name)
            if spec is not None and spec.loader is not None:
                module = importlib.util.module_from_spec(spec)
                spec.loader.exec_module(module)
                return module
    raise no_data(data, f"{name} in it or above it")


def no_data(data: Path, wanted: str) -> SettingsError:
    """The error that says what the folder given lacks."""
    found = "a folder without" if data.is_dir() else "no folder"
    return SettingsError((Problem(Stage.SETTINGS, Code.FILE_UNREADABLE, str(data), "", found, wanted),))


def _score(scorer: ModuleType, folder: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    answers: list[dict[str, Any]] = []

    def extractor(html: bytes, url: str) -> dict[str, Any]:
        answers.append(extract_page(html, url))
        return answers[-1]

    figures, _ = scorer.score(extractor, folder)
    truth = [json.loads(line) for line in (folder / "truth.jsonl").read_text("utf-8").splitlines()]
    for page, answer in zip(truth, answers, strict=True):
        answer["id"] = page["id"]
    counted = [_counts(scorer, page, str(answer["body"])) for page, answer in zip(truth, answers, strict=True)]
    figures["f1_interval"] = interval(counted)
    return figures, answers


def _counts(scorer: ModuleType, page: dict[str, Any], body: str) -> tuple[float, float]:
    """Precision and recall of one page's body, by the scorer's rule."""
    readings = [page["body"]] + ([f"{page['standfirst']}\n{page['body']}"] if page["standfirst"] else [])
    pairs = [(scorer.precision_of(*c), scorer.recall_of(*c)) for c in (scorer.counts(text, body) for text in readings)]
    return max(pairs, key=lambda pair: float(scorer.f1(*pair)))


def interval(pages: list[tuple[float, float]]) -> tuple[float, float]:
    """The 95 % bootstrap interval of the F1 of mean precision and mean recall, pages drawn with replacement.

    Efron and Tibshirani 1993, the percentile method; 1,000 draws from one fixed seed.
    """
    draw = random.Random(20261123)
    figures = sorted(_mean_f1(draw.choices(pages, k=len(pages))) for _ in range(_RESAMPLES)) if pages else [0.0]
    return figures[int(len(figures) * 0.025)], figures[min(int(len(figures) * 0.975), len(figures) - 1)]


def _mean_f1(pages: list[tuple[float, float]]) -> float:
    precision = sum(page[0] for page in pages) / len(pages)
    recall = sum(page[1] for page in pages) / len(pages)
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _line(name: str, found: dict[str, Any]) -> str:
    low, high = found["f1_interval"]
    shown = [f"{name}: {found['pages']} pages", f"body F1 {found['f1']:.3f} (95 % {low:.3f}-{high:.3f})"]
    shown.append(f"below .5: {found['pages_below_half']}")
    wanted = ("title_exact", "authors_exact", "standfirst_near", "date_day", "date_minute")
    shown += [f"{key.replace('_', ' ')} {found[key]:.3f}" for key in wanted if key in found]
    return ", ".join([*shown, f"raised {found['raised']}", f"{found['pages_per_second']} pages per CPU second"])


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
