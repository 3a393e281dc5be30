"""Articles, lists and progress as text for a terminal or a pipe. What sources wrote is printed safe to show."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from standfirst.config import Origin, without_secrets
from standfirst.model import Article, BlockKind, State
from standfirst.store.protocol import ProblemRow, RiverItem
from standfirst.text import age_in_words, printable, time_in_full

if TYPE_CHECKING:  # loading the stages takes longer than most commands do
    from standfirst.extract.capture import Capture
    from standfirst.pipeline import Tally

LINK_LINE = "Read this article on source website"
_FURNITURE = (BlockKind.HEADLINE, BlockKind.STANDFIRST)


def paragraphs(article: Article) -> list[str]:
    """The blocks of an article's body, in order."""
    return [article.text[b.start : b.end] for b in article.blocks if b.kind not in _FURNITURE]


def article_page(article: Article, now: datetime) -> str:
    """An article as a page for a terminal, as wide as it is but at most 80 columns."""
    width = min(80, shutil.get_terminal_size((80, 24)).columns)
    parts = [_times(article, now), click.style(_wrap(article.headline, width), bold=True)]
    if article.standfirst:
        parts.append(click.style(_wrap(article.standfirst, width), italic=True))
    parts.append(_credit(article))
    if article.state is not State.FULL:
        parts.append(f"[{article.state}: {printable(article.state_reason)}]")
    parts += [_block(article, block, width) for block in article.blocks if block.kind not in _FURNITURE]
    parts.append(f"{LINK_LINE}\n{printable(article.url) or 'address unknown'}")
    return "\n\n".join(parts) + "\n"


def _times(article: Article, now: datetime) -> str:
    if article.published is None:
        return "no time of publication found"
    return f"{age_in_words(article.published, now)} · {time_in_full(article.published)}"


def _credit(article: Article) -> str:
    bylines = ", ".join(article.bylines) or "no byline printed"
    return printable(" · ".join(part for part in (article.outlet, bylines, *article.sections[:1]) if part))


def _block(article: Article, block: Any, width: int) -> str:
    words = article.text[block.start : block.end]
    if block.kind is BlockKind.HEADING:
        return click.style(_wrap(words, width), bold=True)
    if block.kind is BlockKind.LIST_ITEM:
        return textwrap.indent(_wrap(words, width - 2), "  ").replace("  ", "- ", 1)
    if block.kind is BlockKind.QUOTE:
        return textwrap.indent(_wrap(words, width - 4), "    ")
    return printable(words) if block.kind is BlockKind.PREFORMATTED else _wrap(words, width)


def _wrap(words: str, width: int) -> str:
    return textwrap.fill(printable(words), width, break_long_words=False, break_on_hyphens=False)


def article_text(article: Article, now: datetime) -> str:
    """An article in the layout of a plain-text capture: age and counter, headline, standfirst, body, link line.

    The counter is 0: an article that is read without a store was never opened on a page.
    """
    age = age_in_words(article.published, now) if article.published else "undated"
    parts = [f"{age} 0", article.headline, article.standfirst or "", *paragraphs(article), LINK_LINE]
    return "\n\n".join(printable(part) for part in parts if part)


def article_json(article: Article, now: datetime) -> str:
    """An article as JSON: every field of the type, its paragraphs, and its age in words."""
    value = msgspec.to_builtins(article)
    value["age"] = age_in_words(article.published, now) if article.published else None
    value["paragraphs"] = paragraphs(article)
    value["source_link"] = {"text": LINK_LINE, "url": article.url or None}
    return _json(value)


def capture_page(capture: Capture) -> str:
    """A capture as a page for a terminal; age and counter are the capture's own, its address is unknown."""
    width = min(80, shutil.get_terminal_size((80, 24)).columns)
    article = capture.article
    head = f"{capture.age} · opened {capture.counter} times (as captured)"
    parts = [head, click.style(_wrap(article.headline, width), bold=True)]
    if article.standfirst:
        parts.append(click.style(_wrap(article.standfirst, width), italic=True))
    parts += [_wrap(words, width) for words in paragraphs(article)]
    return "\n\n".join([*parts, f"{capture.link_line}\naddress unknown"]) + "\n"


def capture_json(capture: Capture) -> str:
    """A capture as JSON."""
    article = capture.article
    return _json(
        {
            "age": capture.age,
            "opened": int(capture.counter) if capture.counter.isdecimal() else capture.counter,
            "headline": article.headline,
            "standfirst": article.standfirst,
            "paragraphs": paragraphs(article),
            "source_link": {"text": capture.link_line, "url": None},
            "source": capture.source,
            "text": article.text,
            "blocks": msgspec.to_builtins(article.blocks),
        }
    )


def _json(value: object) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n"


def rows_json(rows: Iterable[object]) -> str:
    """Rows of values as a JSON array; of settings, without a password inside an address."""
    return _json([_origin_json(row) if isinstance(row, Origin) else row for row in rows]).rstrip("\n")


def _origin_json(origin: Origin) -> dict[str, Any]:
    shown = msgspec.json.decode(value_shown(origin.key, origin.value))
    return {"key": origin.key, "value": shown, "source": origin.source}


def write_json(file: Path, value: object) -> None:
    """Figures as a JSON file."""
    file.write_text(_json(value), "utf-8")


def setting_lines(origins: Iterable[Origin]) -> list[str]:
    """Each setting, its value and where it came from; a password inside an address is not shown."""
    return [printable(f"{o.key} = {value_shown(o.key, o.value)}  ({o.source})") for o in origins]


def value_shown(key: str, value: object) -> str:
    """A setting's value as it may be shown, as JSON."""
    return without_secrets(key, msgspec.json.encode(value).decode())


def river_lines(items: Iterable[RiverItem]) -> list[str]:
    """Search results: time, outlet, headline, and the id under which the article's page lies."""
    return [printable(f"{time_in_full(i.at)}  {i.outlet}  {i.headline}  /a/{i.id}") for i in items]


def problem_lines(rows: Iterable[ProblemRow]) -> list[str]:
    """Stored problems, a line each, with how often and when last."""
    return [
        printable(
            f"{f'{r.source} {r.where}'.strip()}: {r.code}: found {r.found}, wanted {r.wanted} "
            f"({r.times} times, last {time_in_full(r.last)})"
        )
        for r in rows
    ]


def progress(quiet: bool) -> tuple[Callable[[Tally], None], Callable[[], None]]:
    """Progress bars on a terminal: what to tell them with, and how to end them. Nothing where nobody looks."""
    if quiet or not sys.stderr.isatty():
        return (lambda _: None), (lambda: None)
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description:<6}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    bars = Progress(*columns, console=console)
    feeds, pages = bars.add_task("feeds", total=None), bars.add_task("pages", total=None)
    bars.start()

    def tell(tally: Tally) -> None:
        bars.update(feeds, completed=tally.feeds, total=tally.feeds_in_all or None)
        bars.update(pages, completed=tally.pages, total=tally.pages_in_all or None)

    return tell, bars.stop
